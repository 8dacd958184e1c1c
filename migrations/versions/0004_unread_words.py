"""What the reader could not place, what came of reading again, and passwords for one sign-in."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "alias_reading",
        sa.Column("alias_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("last_id", sa.Integer(), nullable=False),
        sa.Column("found", sa.Integer(), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["alias_id"],
            ["skill_alias.id"],
            name=op.f("fk_alias_reading_alias_id_skill_alias"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("alias_id", "kind", name=op.f("pk_alias_reading")),
    )
    with op.batch_alter_table("alias_reading", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_alias_reading_done_at"), ["done_at"], unique=False)

    op.create_table(
        "unread_words",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("normal", sa.String(length=64), nullable=False),
        sa.Column("words", sa.String(length=64), nullable=False),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.Column("first_seen", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_seen", sa.DateTime(timezone=True), nullable=False),
        sa.Column("source", sa.String(length=10), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("skill_id", sa.String(length=40), nullable=True),
        sa.Column("alias_id", sa.Integer(), nullable=True),
        sa.Column("decided_by", sa.Integer(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "source IN ('worker','desk','posting')", name=op.f("ck_unread_words_source_known")
        ),
        sa.CheckConstraint(
            "state IN ('open','aliased','dismissed')", name=op.f("ck_unread_words_state_known")
        ),
        sa.ForeignKeyConstraint(
            ["alias_id"],
            ["skill_alias.id"],
            name=op.f("fk_unread_words_alias_id_skill_alias"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["decided_by"],
            ["user.id"],
            name=op.f("fk_unread_words_decided_by_user"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["skill_id"],
            ["skill.id"],
            name=op.f("fk_unread_words_skill_id_skill"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_unread_words")),
        sa.UniqueConstraint("normal", name=op.f("uq_unread_words_normal")),
    )
    with op.batch_alter_table("unread_words", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_unread_words_alias_id"), ["alias_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_unread_words_state_times"), ["state", "times"], unique=False
        )

    op.create_table(
        "posting_proposal",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("posting_id", sa.Integer(), nullable=False),
        sa.Column("skill_id", sa.String(length=40), nullable=False),
        sa.Column("alias_id", sa.Integer(), nullable=True),
        sa.Column("words", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["alias_id"],
            ["skill_alias.id"],
            name=op.f("fk_posting_proposal_alias_id_skill_alias"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["posting_id"],
            ["posting.id"],
            name=op.f("fk_posting_proposal_posting_id_posting"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["skill_id"],
            ["skill.id"],
            name=op.f("fk_posting_proposal_skill_id_skill"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_posting_proposal")),
        sa.UniqueConstraint(
            "posting_id", "skill_id", name=op.f("uq_posting_proposal_posting_id_skill_id")
        ),
    )
    with op.batch_alter_table("posting_proposal", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_posting_proposal_alias_id"), ["alias_id"], unique=False
        )

    op.create_table(
        "skill_proposal",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("worker_id", sa.Integer(), nullable=False),
        sa.Column("skill_id", sa.String(length=40), nullable=False),
        sa.Column("alias_id", sa.Integer(), nullable=True),
        sa.Column("words", sa.String(length=64), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answered_by", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "state IN ('open','confirmed','declined','withdrawn')",
            name=op.f("ck_skill_proposal_state_known"),
        ),
        sa.ForeignKeyConstraint(
            ["alias_id"],
            ["skill_alias.id"],
            name=op.f("fk_skill_proposal_alias_id_skill_alias"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["answered_by"],
            ["user.id"],
            name=op.f("fk_skill_proposal_answered_by_user"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["skill_id"],
            ["skill.id"],
            name=op.f("fk_skill_proposal_skill_id_skill"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["worker_id"],
            ["worker.id"],
            name=op.f("fk_skill_proposal_worker_id_worker"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_skill_proposal")),
        sa.UniqueConstraint(
            "worker_id", "skill_id", name=op.f("uq_skill_proposal_worker_id_skill_id")
        ),
    )
    with op.batch_alter_table("skill_proposal", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_skill_proposal_alias_id"), ["alias_id"], unique=False)

    with op.batch_alter_table("skill_alias", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("is_keepers", sa.Boolean(), server_default=sa.false(), nullable=False)
        )
        batch_op.add_column(sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True))

    with op.batch_alter_table("user", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column(
                "must_change_password", sa.Boolean(), server_default=sa.false(), nullable=False
            )
        )


def downgrade() -> None:
    with op.batch_alter_table("user", schema=None) as batch_op:
        batch_op.drop_column("must_change_password")

    with op.batch_alter_table("skill_alias", schema=None) as batch_op:
        batch_op.drop_column("removed_at")
        batch_op.drop_column("is_keepers")

    with op.batch_alter_table("skill_proposal", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_skill_proposal_alias_id"))

    op.drop_table("skill_proposal")
    with op.batch_alter_table("posting_proposal", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_posting_proposal_alias_id"))

    op.drop_table("posting_proposal")
    with op.batch_alter_table("unread_words", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_unread_words_state_times"))
        batch_op.drop_index(batch_op.f("ix_unread_words_alias_id"))

    op.drop_table("unread_words")
    with op.batch_alter_table("alias_reading", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_alias_reading_done_at"))

    op.drop_table("alias_reading")
