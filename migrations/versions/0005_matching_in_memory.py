"""The feed that keeps matching in memory up to date, and the evening's notices."""

import sqlalchemy as sa
from alembic import op

from jobmatch.infra.changes import create_feed, drop_feed, drop_functions

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "match_change",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=1), nullable=False),
        sa.Column("key", sa.Integer(), nullable=False),
        sa.Column("xid", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_match_change")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_match_change_xid"), "match_change", ["xid"])
    op.create_table(
        "match_push",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("worker_id", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["worker_id"],
            ["worker.id"],
            name=op.f("fk_match_push_worker_id_worker"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_match_push")),
        sa.UniqueConstraint("worker_id", "day", name=op.f("uq_match_push_worker_id_day")),
    )
    op.create_index(op.f("ix_match_push_day"), "match_push", ["day"])
    op.create_table(
        "match_pushed",
        sa.Column("worker_id", sa.Integer(), nullable=False),
        sa.Column("posting_id", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("value", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["posting_id"],
            ["posting.id"],
            name=op.f("fk_match_pushed_posting_id_posting"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["worker_id"],
            ["worker.id"],
            name=op.f("fk_match_pushed_worker_id_worker"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("worker_id", "posting_id", name=op.f("pk_match_pushed")),
    )
    op.create_index(op.f("ix_match_pushed_posting_id"), "match_pushed", ["posting_id"])
    create_feed(op.get_bind())


def downgrade() -> None:
    drop_feed(op.get_bind())
    drop_functions(op.get_bind())
    op.drop_table("match_pushed")
    op.drop_table("match_push")
    op.drop_table("match_change")
