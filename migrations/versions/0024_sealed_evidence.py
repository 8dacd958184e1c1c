"""Files of disputes are sealed: which key did it. `flask keys rotate` seals those from before."""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("dispute_file") as table:
        table.add_column(
            sa.Column("sealed_by", sa.String(length=40), server_default="", nullable=False)
        )


def downgrade() -> None:
    # Sealed files cannot be read by a programme that does not know of it.
    connection = op.get_bind()
    sealed = connection.scalar(sa.text("SELECT count(*) FROM dispute_file WHERE sealed_by <> ''"))
    if sealed:
        raise RuntimeError(f"{sealed} files of disputes are sealed: they would not open any more")
    with op.batch_alter_table("dispute_file") as table:
        table.drop_column("sealed_by")
