"""Line watch with consent, who entered an amount by what proof, and what a worker finds wrong."""

import sqlalchemy as sa
from alembic import op

from jobmatch.infra.changes import create_feed, drop_feed

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

# Written out: SQLite need not build the tables anew.
COLUMNS = (
    ("household", "watched_since", "DATE"),
    (
        "household", "priority",
        "INTEGER CONSTRAINT ck_household_priority_bounded "
        "CHECK (priority IS NULL OR priority BETWEEN 0 AND 2)",
    ),
    ("income_entry", "recorded_by", "INTEGER"),
    ("income_entry", "proof", "VARCHAR(80) DEFAULT '' NOT NULL"),
)  # fmt: skip


def upgrade() -> None:
    connection = op.get_bind()
    drop_feed(connection)
    for table, column, kind in COLUMNS:
        connection.exec_driver_sql(f"ALTER TABLE {table} ADD COLUMN {column} {kind}")
    create_feed(connection)
    op.create_table(
        "household_consent",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("household_id", sa.Integer(), nullable=False),
        sa.Column("is_given", sa.Boolean(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("proof", sa.String(length=80), nullable=False),
        sa.Column("recorded_by", sa.Integer(), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["household_id"],
            ["household.id"],
            name=op.f("fk_household_consent_household_id_household"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_household_consent")),
    )
    with op.batch_alter_table("household_consent", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_household_consent_household_id"), ["household_id"], unique=False
        )
    op.create_table(
        "line_watch",
        sa.Column("household_id", sa.Integer(), nullable=False),
        sa.Column("as_of", sa.Date(), nullable=False),
        sa.Column("year_first", sa.Date(), nullable=False),
        sa.Column("year_last", sa.Date(), nullable=False),
        sa.Column("members", sa.Integer(), nullable=False),
        sa.Column("hands", sa.Integer(), nullable=False),
        sa.Column("line_fen", sa.BigInteger(), nullable=False),
        sa.Column("so_far_fen", sa.BigInteger(), nullable=False),
        sa.Column("agreed_fen", sa.BigInteger(), nullable=False),
        sa.Column("low_fen", sa.BigInteger(), nullable=False),
        sa.Column("likely_fen", sa.BigInteger(), nullable=False),
        sa.Column("high_fen", sa.BigInteger(), nullable=False),
        sa.Column("rest", sa.JSON(), nullable=False),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column("missing_head_fen", sa.BigInteger(), nullable=False),
        sa.Column("days", sa.Integer(), nullable=True),
        sa.Column("day_fen", sa.BigInteger(), nullable=False),
        sa.Column("whose", sa.String(length=6), nullable=False),
        sa.Column("reasons", sa.JSON(), nullable=False),
        sa.CheckConstraint("level BETWEEN 0 AND 3", name=op.f("ck_line_watch_level_known")),
        sa.CheckConstraint(
            "low_fen <= likely_fen AND likely_fen <= high_fen",
            name=op.f("ck_line_watch_in_order"),
        ),
        sa.ForeignKeyConstraint(
            ["household_id"],
            ["household.id"],
            name=op.f("fk_line_watch_household_id_household"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("household_id", name=op.f("pk_line_watch")),
    )
    with op.batch_alter_table("line_watch", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_line_watch_level_missing_head_fen"),
            ["level", "missing_head_fen"],
            unique=False,
        )
    op.create_table(
        "income_doubt",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("household_id", sa.Integer(), nullable=False),
        sa.Column("worker_id", sa.Integer(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answered_by", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "state IN ('open','answered')", name=op.f("ck_income_doubt_state_known")
        ),
        sa.ForeignKeyConstraint(
            ["household_id"],
            ["household.id"],
            name=op.f("fk_income_doubt_household_id_household"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["worker_id"],
            ["worker.id"],
            name=op.f("fk_income_doubt_worker_id_worker"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_income_doubt")),
    )
    with op.batch_alter_table("income_doubt", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_income_doubt_household_id"), ["household_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_income_doubt_state"), ["state"], unique=False)


def downgrade() -> None:
    connection = op.get_bind()
    for table in ("income_doubt", "line_watch", "household_consent"):
        op.drop_table(table)
    drop_feed(connection)
    for table, column, _kind in reversed(COLUMNS):
        connection.exec_driver_sql(f"ALTER TABLE {table} DROP COLUMN {column}")
    create_feed(connection)
