"""Consents with their dates, and wishes for deletion."""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "consent_event",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("worker_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("given", sa.Boolean(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("notice", sa.String(length=10), nullable=False),
        sa.Column("told_by", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "kind IN ('sensitive','matching','line_watch')",
            name=op.f("ck_consent_event_kind_known"),
        ),
        sa.ForeignKeyConstraint(
            ["told_by"], ["user.id"], name=op.f("fk_consent_event_told_by_user"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["worker_id"], ["worker.id"], name=op.f("fk_consent_event_worker_id_worker"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consent_event")),
    )  # fmt: skip
    op.create_index(op.f("ix_consent_event_worker_id_kind"), "consent_event", ["worker_id", "kind"])
    op.create_table(
        "erasure",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("worker_id", sa.Integer(), nullable=False),
        sa.Column("open_worker_id", sa.Integer(), nullable=True),
        sa.Column("state", sa.String(length=6), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("asked_by", sa.Integer(), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("kept_until", sa.Date(), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "state IN ('open','undone','done','over')", name=op.f("ck_erasure_state_known")
        ),
        sa.ForeignKeyConstraint(
            ["asked_by"], ["user.id"], name=op.f("fk_erasure_asked_by_user"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["worker_id"], ["worker.id"], name=op.f("fk_erasure_worker_id_worker"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_erasure")),
        sa.UniqueConstraint("open_worker_id", name=op.f("uq_erasure_open_worker_id")),
    )  # fmt: skip
    op.create_index(op.f("ix_erasure_state_due_on"), "erasure", ["state", "due_on"])
    op.create_index(op.f("ix_erasure_worker_id"), "erasure", ["worker_id"])


def downgrade() -> None:
    op.drop_table("erasure")
    op.drop_table("consent_event")
