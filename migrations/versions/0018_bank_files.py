"""Result files of banks that were recorded, line by line."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "bank_file",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("employer_id", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("paid_on", sa.Date(), nullable=False),
        sa.Column("created_by", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        _key("bank_file", "created_by", "user"),
        _key("bank_file", "employer_id", "employer"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bank_file")),
        sa.UniqueConstraint("employer_id", "digest", name=op.f("uq_bank_file_employer_id_digest")),
    )
    op.create_table(
        "bank_file_row",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("bank_file_id", sa.Integer(), nullable=False),
        sa.Column("line", sa.Integer(), nullable=False),
        sa.Column("serial", sa.String(length=40), nullable=False),
        sa.Column("pay_slip_id", sa.Integer(), nullable=True),
        sa.Column("tail", sa.String(length=4), nullable=False),
        sa.Column("amount_fen", sa.BigInteger(), nullable=True),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("fault", sa.String(length=16), nullable=False),
        sa.Column("reason", sa.String(length=120), nullable=False),
        sa.CheckConstraint(
            "state IN ('paid','refused','waiting','fault')",
            name=op.f("ck_bank_file_row_state_known"),
        ),
        _key("bank_file_row", "bank_file_id", "bank_file"),
        _key("bank_file_row", "pay_slip_id", "pay_slip"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bank_file_row")),
    )
    with op.batch_alter_table("bank_file_row", schema=None) as batch_op:
        for column in ("bank_file_id", "pay_slip_id"):
            batch_op.create_index(batch_op.f(f"ix_bank_file_row_{column}"), [column], unique=False)


def downgrade() -> None:
    op.drop_table("bank_file_row")
    op.drop_table("bank_file")


def _key(table: str, column: str, other: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        [column], [f"{other}.id"], name=op.f(f"fk_{table}_{column}_{other}"), ondelete="RESTRICT"
    )
