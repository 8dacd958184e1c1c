"""How people are engaged, and what overtime and the minimum wage add to a day on a slip."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

MINUTES = ("over_minutes", "rest_minutes", "holiday_minutes")
AMOUNTS = ("overtime_fen", "top_up_fen")


def upgrade() -> None:
    # Both databases add a checked column in place; a rebuild of the table would lose its triggers.
    op.execute(
        "ALTER TABLE posting ADD COLUMN footing VARCHAR(10) DEFAULT 'task' NOT NULL"
        " CONSTRAINT ck_posting_footing_known"
        " CHECK (footing IN ('full_time','part_time','task'))"
    )
    for name in MINUTES:
        op.add_column(
            "pay_slip_line", sa.Column(name, sa.Integer(), server_default="0", nullable=False)
        )
    for name in AMOUNTS:
        op.add_column(
            "pay_slip_line", sa.Column(name, sa.BigInteger(), server_default="0", nullable=False)
        )


def downgrade() -> None:
    for name in (*AMOUNTS, *MINUTES):
        op.drop_column("pay_slip_line", name)
    op.drop_column("posting", "footing")
