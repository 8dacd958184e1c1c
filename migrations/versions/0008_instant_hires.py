"""Instant hires with the people asked, and requests for work at the desk."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "instant_hire",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("posting_id", sa.Integer(), nullable=False),
        sa.Column("work_date", sa.Date(), nullable=False),
        sa.Column("wanted", sa.Integer(), nullable=False),
        sa.Column("filled", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("is_open", sa.Boolean(), nullable=True),
        sa.Column("via", sa.String(length=8), nullable=False),
        sa.Column("asked_by", sa.Integer(), nullable=True),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("searched_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("filled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(state = 'open') = (is_open IS NOT NULL)", name=op.f("ck_instant_hire_open_is_open")
        ),
        sa.CheckConstraint(
            "state IN ('open','filled','stopped','over')", name=op.f("ck_instant_hire_state_known")
        ),
        sa.CheckConstraint("via IN ('employer','station')", name=op.f("ck_instant_hire_via_known")),
        sa.CheckConstraint(
            "wanted >= 1 AND filled BETWEEN 0 AND wanted",
            name=op.f("ck_instant_hire_not_overfilled"),
        ),
        sa.ForeignKeyConstraint(
            ["asked_by"],
            ["user.id"],
            name=op.f("fk_instant_hire_asked_by_user"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["posting_id"],
            ["posting.id"],
            name=op.f("fk_instant_hire_posting_id_posting"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_instant_hire")),
        sa.UniqueConstraint(
            "posting_id",
            "work_date",
            "is_open",
            name=op.f("uq_instant_hire_posting_id_work_date_is_open"),
        ),
    )
    with op.batch_alter_table("instant_hire", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_instant_hire_asked_at"), ["asked_at"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_instant_hire_posting_id"), ["posting_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_instant_hire_state"), ["state"], unique=False)

    op.create_table(
        "work_request",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("worker_id", sa.Integer(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("written_by", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["worker_id"],
            ["worker.id"],
            name=op.f("fk_work_request_worker_id_worker"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["written_by"],
            ["user.id"],
            name=op.f("fk_work_request_written_by_user"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_work_request")),
    )
    with op.batch_alter_table("work_request", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_work_request_asked_at"), ["asked_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_work_request_worker_id"), ["worker_id"], unique=False)

    op.create_table(
        "instant_offer",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("hire_id", sa.Integer(), nullable=False),
        sa.Column("worker_id", sa.Integer(), nullable=False),
        sa.Column("line", sa.Integer(), nullable=False),
        sa.Column("km", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("by", sa.String(length=4), nullable=True),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "by IS NULL OR by IN ('self','desk')", name=op.f("ck_instant_offer_by_known")
        ),
        sa.CheckConstraint(
            "state IN ('queued','asked','yes','no','late','skipped','gone')",
            name=op.f("ck_instant_offer_state_known"),
        ),
        sa.ForeignKeyConstraint(
            ["hire_id"],
            ["instant_hire.id"],
            name=op.f("fk_instant_offer_hire_id_instant_hire"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["worker_id"],
            ["worker.id"],
            name=op.f("fk_instant_offer_worker_id_worker"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_instant_offer")),
        sa.UniqueConstraint(
            "hire_id", "worker_id", name=op.f("uq_instant_offer_hire_id_worker_id")
        ),
    )
    with op.batch_alter_table("instant_offer", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_instant_offer_hire_id_state"), ["hire_id", "state"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_instant_offer_worker_id_state"), ["worker_id", "state"], unique=False
        )


def downgrade() -> None:
    with op.batch_alter_table("instant_offer", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_instant_offer_worker_id_state"))
        batch_op.drop_index(batch_op.f("ix_instant_offer_hire_id_state"))

    op.drop_table("instant_offer")
    with op.batch_alter_table("work_request", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_work_request_worker_id"))
        batch_op.drop_index(batch_op.f("ix_work_request_asked_at"))

    op.drop_table("work_request")
    with op.batch_alter_table("instant_hire", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_instant_hire_state"))
        batch_op.drop_index(batch_op.f("ix_instant_hire_posting_id"))
        batch_op.drop_index(batch_op.f("ix_instant_hire_asked_at"))

    op.drop_table("instant_hire")
