"""Plans of a season: their spells, pins, progress, and which brands are planned together."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "season_agreement",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("brand_id", sa.Integer(), nullable=False),
        sa.Column("place_code", sa.String(length=12), nullable=False),
        sa.Column("agreed_by", sa.Integer(), nullable=True),
        sa.Column("agreed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["agreed_by"],
            ["user.id"],
            name=op.f("fk_season_agreement_agreed_by_user"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["brand_id"],
            ["labor_brand.id"],
            name=op.f("fk_season_agreement_brand_id_labor_brand"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["place_code"],
            ["place.code"],
            name=op.f("fk_season_agreement_place_code_place"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_season_agreement")),
        sa.UniqueConstraint(
            "brand_id", "place_code", name=op.f("uq_season_agreement_brand_id_place_code")
        ),
    )
    with op.batch_alter_table("season_agreement", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_season_agreement_place_code"), ["place_code"], unique=False
        )

    op.create_table(
        "season_plan",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("brand_id", sa.Integer(), nullable=True),
        sa.Column("place_code", sa.String(length=12), nullable=True),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("asked_by", sa.Integer(), nullable=True),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("began_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("seed", sa.Integer(), nullable=False),
        sa.Column("most_seconds", sa.Integer(), nullable=False),
        sa.Column("gap_wanted", sa.Float(), nullable=False),
        sa.Column("value", sa.BigInteger(), nullable=True),
        sa.Column("bound", sa.BigInteger(), nullable=True),
        sa.Column("filled", sa.Integer(), nullable=True),
        sa.Column("demanded", sa.Integer(), nullable=True),
        sa.Column("message", sa.JSON(), nullable=True),
        sa.Column("base_plan_id", sa.Integer(), nullable=True),
        sa.Column("changes", sa.JSON(), nullable=False),
        sa.Column("prices", sa.LargeBinary(), nullable=True),
        sa.Column("demand", sa.LargeBinary(), nullable=True),
        sa.Column("reasons", sa.LargeBinary(), nullable=True),
        sa.Column("claim", sa.String(length=32), nullable=True),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("stop_asked", sa.Boolean(), nullable=False),
        sa.CheckConstraint(
            "state IN ('queued','running','stopped','done','failed','published')",
            name=op.f("ck_season_plan_state_known"),
        ),
        sa.CheckConstraint(
            "(brand_id IS NULL) <> (place_code IS NULL)", name=op.f("ck_season_plan_one_scope")
        ),
        sa.CheckConstraint(
            "gap_wanted >= 0 AND gap_wanted < 1", name=op.f("ck_season_plan_gap_sane")
        ),
        sa.CheckConstraint(
            "last_day >= first_day", name=op.f("ck_season_plan_ends_after_it_begins")
        ),
        sa.CheckConstraint("most_seconds >= 1", name=op.f("ck_season_plan_some_seconds")),
        sa.ForeignKeyConstraint(
            ["asked_by"],
            ["user.id"],
            name=op.f("fk_season_plan_asked_by_user"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["base_plan_id"],
            ["season_plan.id"],
            name=op.f("fk_season_plan_base_plan_id_season_plan"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["brand_id"],
            ["labor_brand.id"],
            name=op.f("fk_season_plan_brand_id_labor_brand"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["place_code"],
            ["place.code"],
            name=op.f("fk_season_plan_place_code_place"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_season_plan")),
    )
    with op.batch_alter_table("season_plan", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_season_plan_brand_id_asked_at"), ["brand_id", "asked_at"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_season_plan_place_code_asked_at"),
            ["place_code", "asked_at"],
            unique=False,
        )
        batch_op.create_index(batch_op.f("ix_season_plan_state"), ["state"], unique=False)

    op.create_table(
        "season_progress",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("plan_id", sa.Integer(), nullable=False),
        sa.Column("seconds", sa.Float(), nullable=False),
        sa.Column("value", sa.BigInteger(), nullable=True),
        sa.Column("bound", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["plan_id"],
            ["season_plan.id"],
            name=op.f("fk_season_progress_plan_id_season_plan"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_season_progress")),
    )
    with op.batch_alter_table("season_progress", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_season_progress_plan_id"), ["plan_id"], unique=False)

    op.create_table(
        "season_pin",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("brand_id", sa.Integer(), nullable=True),
        sa.Column("place_code", sa.String(length=12), nullable=True),
        sa.Column("worker_id", sa.Integer(), nullable=False),
        sa.Column("posting_id", sa.Integer(), nullable=False),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.Column("created_by", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "(brand_id IS NULL) <> (place_code IS NULL)", name=op.f("ck_season_pin_one_scope")
        ),
        sa.CheckConstraint(
            "last_day >= first_day", name=op.f("ck_season_pin_ends_after_it_begins")
        ),
        sa.ForeignKeyConstraint(
            ["brand_id"],
            ["labor_brand.id"],
            name=op.f("fk_season_pin_brand_id_labor_brand"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["created_by"],
            ["user.id"],
            name=op.f("fk_season_pin_created_by_user"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["place_code"],
            ["place.code"],
            name=op.f("fk_season_pin_place_code_place"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["posting_id"],
            ["posting.id"],
            name=op.f("fk_season_pin_posting_id_posting"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["worker_id"],
            ["worker.id"],
            name=op.f("fk_season_pin_worker_id_worker"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_season_pin")),
        sa.UniqueConstraint(
            "brand_id",
            "worker_id",
            "first_day",
            name=op.f("uq_season_pin_brand_id_worker_id_first_day"),
        ),
        sa.UniqueConstraint(
            "place_code",
            "worker_id",
            "first_day",
            name=op.f("uq_season_pin_place_code_worker_id_first_day"),
        ),
    )
    with op.batch_alter_table("season_pin", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_season_pin_worker_id"), ["worker_id"], unique=False)

    op.create_table(
        "season_spell",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("plan_id", sa.Integer(), nullable=False),
        sa.Column("worker_id", sa.Integer(), nullable=False),
        sa.Column("crew_id", sa.Integer(), nullable=True),
        sa.Column("posting_id", sa.Integer(), nullable=False),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.Column("rest", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("said", sa.JSON(), nullable=True),
        sa.Column("signup_id", sa.Integer(), nullable=True),
        sa.Column("crew_order_id", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "state IN ('planned','engaged','asked','refused')",
            name=op.f("ck_season_spell_state_known"),
        ),
        sa.CheckConstraint(
            "last_day >= first_day", name=op.f("ck_season_spell_ends_after_it_begins")
        ),
        sa.ForeignKeyConstraint(
            ["crew_id"], ["crew.id"], name=op.f("fk_season_spell_crew_id_crew"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["crew_order_id"],
            ["crew_order.id"],
            name=op.f("fk_season_spell_crew_order_id_crew_order"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["plan_id"],
            ["season_plan.id"],
            name=op.f("fk_season_spell_plan_id_season_plan"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["posting_id"],
            ["posting.id"],
            name=op.f("fk_season_spell_posting_id_posting"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["signup_id"],
            ["signup.id"],
            name=op.f("fk_season_spell_signup_id_signup"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["worker_id"],
            ["worker.id"],
            name=op.f("fk_season_spell_worker_id_worker"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_season_spell")),
        sa.UniqueConstraint(
            "plan_id",
            "worker_id",
            "first_day",
            name=op.f("uq_season_spell_plan_id_worker_id_first_day"),
        ),
    )
    with op.batch_alter_table("season_spell", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_season_spell_crew_order_id"), ["crew_order_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_season_spell_plan_id_posting_id"),
            ["plan_id", "posting_id"],
            unique=False,
        )
        batch_op.create_index(batch_op.f("ix_season_spell_signup_id"), ["signup_id"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("season_spell", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_season_spell_signup_id"))
        batch_op.drop_index(batch_op.f("ix_season_spell_plan_id_posting_id"))
        batch_op.drop_index(batch_op.f("ix_season_spell_crew_order_id"))

    op.drop_table("season_spell")
    with op.batch_alter_table("season_pin", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_season_pin_worker_id"))

    op.drop_table("season_pin")
    with op.batch_alter_table("season_progress", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_season_progress_plan_id"))

    op.drop_table("season_progress")
    with op.batch_alter_table("season_plan", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_season_plan_state"))
        batch_op.drop_index(batch_op.f("ix_season_plan_place_code_asked_at"))
        batch_op.drop_index(batch_op.f("ix_season_plan_brand_id_asked_at"))

    op.drop_table("season_plan")
    with op.batch_alter_table("season_agreement", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_season_agreement_place_code"))

    op.drop_table("season_agreement")
