"""The least stay of a posting; publishing a season in the background, and what a plan takes back."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Both databases add a checked column in place; a rebuild of the table would lose its triggers.
    op.execute(
        "ALTER TABLE posting ADD COLUMN min_stay INTEGER DEFAULT '1' NOT NULL"
        " CONSTRAINT ck_posting_min_stay_sane CHECK (min_stay BETWEEN 1 AND 30)"
    )
    op.add_column(
        "season_spell",
        sa.Column("to_tell", sa.Boolean(), server_default=sa.false(), nullable=False),
    )
    op.create_table(
        "season_release",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("plan_id", sa.Integer(), nullable=False),
        sa.Column("worker_id", sa.Integer(), nullable=False),
        sa.Column("posting_id", sa.Integer(), nullable=False),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.Column("why", sa.String(length=10), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("to_tell", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.CheckConstraint(
            "why IN ('closed','absent','fewer','moved')",
            name=op.f("ck_season_release_why_known"),
        ),
        sa.CheckConstraint(
            "state IN ('planned','freed','kept')", name=op.f("ck_season_release_state_known")
        ),
        sa.CheckConstraint(
            "last_day >= first_day", name=op.f("ck_season_release_ends_after_it_begins")
        ),
        sa.ForeignKeyConstraint(
            ["plan_id"],
            ["season_plan.id"],
            name=op.f("fk_season_release_plan_id_season_plan"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["posting_id"],
            ["posting.id"],
            name=op.f("fk_season_release_posting_id_posting"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["worker_id"],
            ["worker.id"],
            name=op.f("fk_season_release_worker_id_worker"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_season_release")),
        sa.UniqueConstraint(
            "plan_id",
            "worker_id",
            "posting_id",
            "first_day",
            name=op.f("uq_season_release_plan_id_worker_id_posting_id_first_day"),
        ),
    )
    op.create_table(
        "season_sending",
        sa.Column("plan_id", sa.Integer(), nullable=False),
        sa.Column("asked_by", sa.Integer(), nullable=True),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("claim", sa.String(length=32), nullable=True),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["asked_by"],
            ["user.id"],
            name=op.f("fk_season_sending_asked_by_user"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["plan_id"],
            ["season_plan.id"],
            name=op.f("fk_season_sending_plan_id_season_plan"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("plan_id", name=op.f("pk_season_sending")),
    )


def downgrade() -> None:
    op.drop_table("season_sending")
    op.drop_table("season_release")
    op.drop_column("season_spell", "to_tell")
    op.drop_column("posting", "min_stay")
