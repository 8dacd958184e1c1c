"""Workers say how long a working day they want at most."""

from alembic import op

from jobmatch.infra.changes import create_feed, drop_feed

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    connection = op.get_bind()
    drop_feed(connection)
    # Written out: SQLite need not build the table anew for a column with a constraint of its own.
    connection.exec_driver_sql(
        "ALTER TABLE worker ADD COLUMN most_minutes INTEGER "
        "CONSTRAINT ck_worker_most_minutes_in_day "
        "CHECK (most_minutes IS NULL OR most_minutes BETWEEN 1 AND 1440)"
    )
    create_feed(connection)


def downgrade() -> None:
    connection = op.get_bind()
    drop_feed(connection)
    connection.exec_driver_sql("ALTER TABLE worker DROP COLUMN most_minutes")
    create_feed(connection)
