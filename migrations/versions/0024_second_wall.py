"""The second wall: row-level security on the tables with personal data (PostgreSQL)."""

from alembic import op

from jobmatch.infra.wall_rows import create_wall, drop_wall

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None


def upgrade() -> None:
    create_wall(op.get_bind())


def downgrade() -> None:
    drop_wall(op.get_bind())
