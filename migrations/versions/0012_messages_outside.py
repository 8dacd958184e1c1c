"""Messages by other channels and who wants them; when pushed work was seen."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "reach",
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("sms", sa.Boolean(), nullable=False),
        sa.Column("wecom", sa.Boolean(), nullable=False),
        sa.Column("wecom_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("quiet_from", sa.Integer(), nullable=False),
        sa.Column("quiet_to", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "quiet_from BETWEEN 0 AND 1439 AND quiet_to BETWEEN 0 AND 1439",
            name=op.f("ck_reach_quiet_in_day"),
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user.id"], name=op.f("fk_reach_user_id_user"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("user_id", name=op.f("pk_reach")),
    )
    op.create_table(
        "outgoing",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("notice_id", sa.Integer(), nullable=False),
        sa.Column("channel", sa.String(length=8), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("fault", sa.String(length=60), nullable=False),
        sa.CheckConstraint("channel IN ('sms','wecom')", name=op.f("ck_outgoing_channel_known")),
        sa.CheckConstraint(
            "state IN ('waiting','sending','sent','kept','failed','unsure')",
            name=op.f("ck_outgoing_state_known"),
        ),
        sa.ForeignKeyConstraint(
            ["notice_id"],
            ["notice.id"],
            name=op.f("fk_outgoing_notice_id_notice"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outgoing")),
        sa.UniqueConstraint("notice_id", "channel", name=op.f("uq_outgoing_notice_id_channel")),
    )
    with op.batch_alter_table("outgoing", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_outgoing_state_due_at"), ["state", "due_at"], unique=False
        )

    with op.batch_alter_table("match_pushed", schema=None) as batch_op:
        batch_op.add_column(sa.Column("seen_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.create_index(batch_op.f("ix_match_pushed_day"), ["day"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("match_pushed", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_match_pushed_day"))
        batch_op.drop_column("seen_at")

    with op.batch_alter_table("outgoing", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_outgoing_state_due_at"))

    op.drop_table("outgoing")
    op.drop_table("reach")
