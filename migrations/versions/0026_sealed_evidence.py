"""Files of disputes are sealed: which key did it. `flask keys rotate` seals those from before."""

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("dispute_file") as table:
        table.add_column(
            sa.Column("sealed_by", sa.String(length=40), server_default="", nullable=False)
        )
    # Sealed before, if the database went down and up again: by a key that the file itself names.
    op.execute("UPDATE dispute_file SET sealed_by = '?' WHERE kept_as LIKE '%.sealed'")


def downgrade() -> None:
    # The files stay sealed; going up again finds them by their names.
    with op.batch_alter_table("dispute_file") as table:
        table.drop_column("sealed_by")
