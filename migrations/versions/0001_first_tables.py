"""The first tables, and triggers that keep booked and recorded rows as they are."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


FROZEN = ("journal_entry", "journal_line", "audit_entry", "income_entry", "attendance_event")


def freeze() -> None:
    postgres = op.get_bind().dialect.name == "postgresql"
    if postgres:
        op.execute(
            "CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger AS $$ BEGIN "
            "RAISE EXCEPTION 'rows of % are never changed', TG_TABLE_NAME "
            "USING ERRCODE = 'restrict_violation'; END $$ LANGUAGE plpgsql"
        )
    for table in FROZEN:
        for deed in ("UPDATE", "DELETE"):
            name = f"{table}_no_{deed.lower()}"
            body = (
                "FOR EACH ROW EXECUTE FUNCTION refuse_change()"
                if postgres
                else f"BEGIN SELECT RAISE(ABORT, 'rows of {table} are never changed'); END"
            )
            op.execute(f"CREATE TRIGGER {name} BEFORE {deed} ON {table} {body}")


def thaw() -> None:
    on_postgres = op.get_bind().dialect.name == "postgresql"
    for table in FROZEN:
        for deed in ("update", "delete"):
            on = f" ON {table}" if on_postgres else ""
            op.execute(f"DROP TRIGGER {table}_no_{deed}{on}")
    if on_postgres:
        op.execute("DROP FUNCTION refuse_change()")


def upgrade() -> None:
    op.create_table(
        "audit_entry",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor_user_id", sa.Integer(), nullable=True),
        sa.Column("action", sa.String(length=60), nullable=False),
        sa.Column("object_kind", sa.String(length=40), nullable=False),
        sa.Column("object_id", sa.String(length=40), nullable=False),
        sa.Column("detail", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_entry")),
    )
    with op.batch_alter_table("audit_entry", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_audit_entry_at"), ["at"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_audit_entry_object_kind_object_id"),
            ["object_kind", "object_id"],
            unique=False,
        )

    op.create_table(
        "dated_rule",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("place_code", sa.String(length=12), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("value", sa.JSON(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dated_rule")),
        sa.UniqueConstraint(
            "name",
            "place_code",
            "valid_from",
            name=op.f("uq_dated_rule_name_place_code_valid_from"),
        ),
    )
    with op.batch_alter_table("dated_rule", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_dated_rule_name"), ["name"], unique=False)

    op.create_table(
        "place",
        sa.Column("code", sa.String(length=12), nullable=False),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column("parent_code", sa.String(length=12), nullable=True),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("short_name", sa.String(length=60), nullable=False),
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("full_name", sa.String(length=160), nullable=False),
        sa.Column("pinyin", sa.String(length=120), nullable=False),
        sa.Column("initials", sa.String(length=40), nullable=False),
        sa.Column("lon", sa.Float(), nullable=False),
        sa.Column("lat", sa.Float(), nullable=False),
        sa.Column("coord_quality", sa.String(length=24), nullable=False),
        sa.CheckConstraint("level BETWEEN 1 AND 5", name=op.f("ck_place_level_known")),
        sa.ForeignKeyConstraint(
            ["parent_code"],
            ["place.code"],
            name=op.f("fk_place_parent_code_place"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_place")),
    )
    with op.batch_alter_table("place", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_place_level_initials"), ["level", "initials"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_place_parent_code"), ["parent_code"], unique=False)

    op.create_table(
        "skill",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("name_zh", sa.String(length=60), nullable=False),
        sa.Column("name_en", sa.String(length=80), nullable=False),
        sa.Column("category", sa.String(length=20), nullable=False),
        sa.Column("category_zh", sa.String(length=40), nullable=False),
        sa.Column("category_en", sa.String(length=60), nullable=False),
        sa.Column("months", sa.JSON(), nullable=False),
        sa.Column("csco_code", sa.String(length=20), nullable=False),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_skill")),
    )
    op.create_table(
        "task_run",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("task", sa.String(length=40), nullable=False),
        sa.Column("due", sa.DateTime(timezone=True), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("outcome", sa.String(length=200), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_task_run")),
        sa.UniqueConstraint("task", "due", name=op.f("uq_task_run_task_due")),
    )
    op.create_table(
        "user",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("phone", sa.String(length=11), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("password_hash", sa.String(length=200), nullable=False),
        sa.Column("locale", sa.String(length=5), nullable=False),
        sa.Column("session_version", sa.Integer(), nullable=False),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_user")),
        sa.UniqueConstraint("phone", name=op.f("uq_user_phone")),
    )
    op.create_table(
        "employer",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("credit_code", sa.String(length=18), nullable=True),
        sa.Column("contact_name", sa.String(length=60), nullable=False),
        sa.Column("phone", sa.String(length=11), nullable=False),
        sa.Column("place_code", sa.String(length=12), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("state_note", sa.String(length=200), nullable=False),
        sa.Column("verified_on", sa.Date(), nullable=True),
        sa.Column("verified_until", sa.Date(), nullable=True),
        sa.Column("verified_by", sa.Integer(), nullable=True),
        sa.Column("created_by", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "kind = 'big_grower' OR credit_code IS NOT NULL",
            name=op.f("ck_employer_firms_have_a_credit_code"),
        ),
        sa.CheckConstraint(
            "kind IN ('enterprise','cooperative','big_grower')", name=op.f("ck_employer_kind_known")
        ),
        sa.CheckConstraint(
            "state IN ('pending','verified','refused')", name=op.f("ck_employer_state_known")
        ),
        sa.ForeignKeyConstraint(
            ["created_by"],
            ["user.id"],
            name=op.f("fk_employer_created_by_user"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["place_code"],
            ["place.code"],
            name=op.f("fk_employer_place_code_place"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["verified_by"],
            ["user.id"],
            name=op.f("fk_employer_verified_by_user"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_employer")),
        sa.UniqueConstraint("credit_code", name=op.f("uq_employer_credit_code")),
    )
    with op.batch_alter_table("employer", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_employer_place_code"), ["place_code"], unique=False)

    op.create_table(
        "household",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("household_no", sa.String(length=30), nullable=False),
        sa.Column("village_code", sa.String(length=12), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("head_name", sa.String(length=60), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "kind IN ('ordinary','lifted','lifted_unstable','marginal_at_risk','sudden_hardship')",
            name=op.f("ck_household_kind_known"),
        ),
        sa.ForeignKeyConstraint(
            ["village_code"],
            ["place.code"],
            name=op.f("fk_household_village_code_place"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_household")),
        sa.UniqueConstraint("household_no", name=op.f("uq_household_household_no")),
    )
    with op.batch_alter_table("household", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_household_village_code"), ["village_code"], unique=False
        )

    op.create_table(
        "labor_brand",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("place_code", sa.String(length=12), nullable=False),
        sa.Column("skill_id", sa.String(length=40), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("rank", sa.String(length=10), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("state_note", sa.String(length=200), nullable=False),
        sa.Column("decided_by", sa.Integer(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_by", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "rank IN ('none','banner','league','region','nation')",
            name=op.f("ck_labor_brand_rank_known"),
        ),
        sa.CheckConstraint(
            "state IN ('draft','pending','approved','refused')",
            name=op.f("ck_labor_brand_state_known"),
        ),
        sa.ForeignKeyConstraint(
            ["created_by"],
            ["user.id"],
            name=op.f("fk_labor_brand_created_by_user"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["decided_by"],
            ["user.id"],
            name=op.f("fk_labor_brand_decided_by_user"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["place_code"],
            ["place.code"],
            name=op.f("fk_labor_brand_place_code_place"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["skill_id"],
            ["skill.id"],
            name=op.f("fk_labor_brand_skill_id_skill"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_labor_brand")),
        sa.UniqueConstraint("name", name=op.f("uq_labor_brand_name")),
    )
    with op.batch_alter_table("labor_brand", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_labor_brand_place_code"), ["place_code"], unique=False)

    op.create_table(
        "notice",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("msgid", sa.String(length=300), nullable=False),
        sa.Column("params", sa.JSON(), nullable=False),
        sa.Column("link", sa.String(length=200), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user.id"], name=op.f("fk_notice_user_id_user"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notice")),
    )
    with op.batch_alter_table("notice", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_notice_user_id_read_at"), ["user_id", "read_at"], unique=False
        )

    op.create_table(
        "role_grant",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("role", sa.String(length=12), nullable=False),
        sa.Column("place_code", sa.String(length=12), nullable=True),
        sa.Column("subject_id", sa.Integer(), nullable=True),
        sa.Column("granted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("granted_by", sa.Integer(), nullable=True),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "role IN ('worker','employer','organizer','officer','station','admin')",
            name=op.f("ck_role_grant_role_known"),
        ),
        sa.ForeignKeyConstraint(
            ["granted_by"],
            ["user.id"],
            name=op.f("fk_role_grant_granted_by_user"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user.id"], name=op.f("fk_role_grant_user_id_user"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_role_grant")),
    )
    with op.batch_alter_table("role_grant", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_role_grant_role_subject_id"), ["role", "subject_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_role_grant_user_id"), ["user_id"], unique=False)

    op.create_table(
        "skill_alias",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("skill_id", sa.String(length=40), nullable=False),
        sa.Column("alias", sa.String(length=60), nullable=False),
        sa.Column("is_dialect", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["skill_id"],
            ["skill.id"],
            name=op.f("fk_skill_alias_skill_id_skill"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_skill_alias")),
    )
    with op.batch_alter_table("skill_alias", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_skill_alias_skill_id"), ["skill_id"], unique=False)

    op.create_table(
        "brand_invite",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("brand_id", sa.Integer(), nullable=False),
        sa.Column("token", sa.String(length=43), nullable=False),
        sa.Column("expires_on", sa.Date(), nullable=False),
        sa.Column("withdrawn", sa.Boolean(), nullable=False),
        sa.Column("created_by", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["brand_id"],
            ["labor_brand.id"],
            name=op.f("fk_brand_invite_brand_id_labor_brand"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["created_by"],
            ["user.id"],
            name=op.f("fk_brand_invite_created_by_user"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_brand_invite")),
        sa.UniqueConstraint("token", name=op.f("uq_brand_invite_token")),
    )
    with op.batch_alter_table("brand_invite", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_brand_invite_brand_id"), ["brand_id"], unique=False)

    op.create_table(
        "course",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=80), nullable=False),
        sa.Column("skill_id", sa.String(length=40), nullable=False),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("brand_id", sa.Integer(), nullable=True),
        sa.Column("place_code", sa.String(length=12), nullable=False),
        sa.Column("created_by", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("level BETWEEN 1 AND 3", name=op.f("ck_course_level_known")),
        sa.ForeignKeyConstraint(
            ["brand_id"],
            ["labor_brand.id"],
            name=op.f("fk_course_brand_id_labor_brand"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["created_by"], ["user.id"], name=op.f("fk_course_created_by_user"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["place_code"],
            ["place.code"],
            name=op.f("fk_course_place_code_place"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["skill_id"], ["skill.id"], name=op.f("fk_course_skill_id_skill"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_course")),
    )
    with op.batch_alter_table("course", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_course_place_code"), ["place_code"], unique=False)
        batch_op.create_index(batch_op.f("ix_course_skill_id"), ["skill_id"], unique=False)

    op.create_table(
        "household_member",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(length=32), nullable=False),
        sa.Column("household_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("relation_to_head", sa.String(length=20), nullable=False),
        sa.Column("sex", sa.String(length=1), nullable=False),
        sa.Column("born", sa.Date(), nullable=False),
        sa.Column("id_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("id_index", sa.String(length=64), nullable=False),
        sa.Column("id_tail", sa.String(length=4), nullable=False),
        sa.Column("left_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(
            ["household_id"],
            ["household.id"],
            name=op.f("fk_household_member_household_id_household"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_household_member")),
        sa.UniqueConstraint("id_index", name=op.f("uq_household_member_id_index")),
        sa.UniqueConstraint("uid", name=op.f("uq_household_member_uid")),
    )
    with op.batch_alter_table("household_member", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_household_member_household_id"), ["household_id"], unique=False
        )

    op.create_table(
        "journal_entry",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("employer_id", sa.Integer(), nullable=False),
        sa.Column("booked_on", sa.Date(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("ref", sa.String(length=80), nullable=False),
        sa.Column("reverses_id", sa.Integer(), nullable=True),
        sa.Column("created_by", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["created_by"],
            ["user.id"],
            name=op.f("fk_journal_entry_created_by_user"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["employer_id"],
            ["employer.id"],
            name=op.f("fk_journal_entry_employer_id_employer"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["reverses_id"],
            ["journal_entry.id"],
            name=op.f("fk_journal_entry_reverses_id_journal_entry"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_journal_entry")),
        sa.UniqueConstraint("ref", name=op.f("uq_journal_entry_ref")),
        sa.UniqueConstraint("reverses_id", name=op.f("uq_journal_entry_reverses_id")),
    )
    with op.batch_alter_table("journal_entry", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_journal_entry_employer_id_booked_on"),
            ["employer_id", "booked_on"],
            unique=False,
        )

    op.create_table(
        "site",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("employer_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("place_code", sa.String(length=12), nullable=False),
        sa.Column("address", sa.String(length=120), nullable=False),
        sa.Column("lon", sa.Float(), nullable=False),
        sa.Column("lat", sa.Float(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["employer_id"],
            ["employer.id"],
            name=op.f("fk_site_employer_id_employer"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["place_code"],
            ["place.code"],
            name=op.f("fk_site_place_code_place"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_site")),
    )
    with op.batch_alter_table("site", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_site_employer_id"), ["employer_id"], unique=False)

    op.create_table(
        "income_entry",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("household_id", sa.Integer(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=True),
        sa.Column("source", sa.String(length=10), nullable=False),
        sa.Column("detail", sa.String(length=60), nullable=False),
        sa.Column("amount_fen", sa.BigInteger(), nullable=False),
        sa.Column("earned_on", sa.Date(), nullable=False),
        sa.Column("origin", sa.String(length=12), nullable=False),
        sa.Column("ref", sa.String(length=80), nullable=False),
        sa.Column("reverses_id", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "source IN ('wage','business','property','transfer','cost')",
            name=op.f("ck_income_entry_source_known"),
        ),
        sa.ForeignKeyConstraint(
            ["household_id"],
            ["household.id"],
            name=op.f("fk_income_entry_household_id_household"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["member_id"],
            ["household_member.id"],
            name=op.f("fk_income_entry_member_id_household_member"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["reverses_id"],
            ["income_entry.id"],
            name=op.f("fk_income_entry_reverses_id_income_entry"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_income_entry")),
        sa.UniqueConstraint("ref", name=op.f("uq_income_entry_ref")),
        sa.UniqueConstraint("reverses_id", name=op.f("uq_income_entry_reverses_id")),
    )
    with op.batch_alter_table("income_entry", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_income_entry_household_id_earned_on"),
            ["household_id", "earned_on"],
            unique=False,
        )

    op.create_table(
        "posting",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("employer_id", sa.Integer(), nullable=False),
        sa.Column("site_id", sa.Integer(), nullable=False),
        sa.Column("skill_id", sa.String(length=40), nullable=False),
        sa.Column("title", sa.String(length=80), nullable=False),
        sa.Column("work_text", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.Column("pay_kind", sa.String(length=8), nullable=False),
        sa.Column("rate_fen", sa.BigInteger(), nullable=False),
        sa.Column("piece_unit", sa.String(length=10), nullable=False),
        sa.Column("piece_lot", sa.Integer(), nullable=False),
        sa.Column("usual_day_pieces", sa.Integer(), nullable=True),
        sa.Column("crew_share", sa.Boolean(), nullable=False),
        sa.Column("day_minutes", sa.Integer(), nullable=False),
        sa.Column("starts_at", sa.Integer(), nullable=False),
        sa.Column("ends_at", sa.Integer(), nullable=False),
        sa.Column("meals", sa.Boolean(), nullable=False),
        sa.Column("lodging", sa.Boolean(), nullable=False),
        sa.Column("transport", sa.Boolean(), nullable=False),
        sa.Column("load", sa.String(length=8), nullable=False),
        sa.Column("lift_kg", sa.Integer(), nullable=False),
        sa.Column("min_level", sa.Integer(), nullable=False),
        sa.Column("needs_credential", sa.Boolean(), nullable=False),
        sa.Column("is_instant", sa.Boolean(), nullable=False),
        sa.Column("brand_id", sa.Integer(), nullable=True),
        sa.Column("place_code", sa.String(length=12), nullable=False),
        sa.Column("lon", sa.Float(), nullable=False),
        sa.Column("lat", sa.Float(), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_by", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "load IN ('light','medium','heavy')", name=op.f("ck_posting_load_known")
        ),
        sa.CheckConstraint(
            "pay_kind IN ('day','hour','piece')", name=op.f("ck_posting_pay_kind_known")
        ),
        sa.CheckConstraint(
            "state IN ('draft','open','closed','cancelled')", name=op.f("ck_posting_state_known")
        ),
        sa.CheckConstraint("last_day >= first_day", name=op.f("ck_posting_ends_after_it_begins")),
        sa.CheckConstraint("rate_fen >= 0 AND piece_lot >= 1", name=op.f("ck_posting_rate_sane")),
        sa.ForeignKeyConstraint(
            ["brand_id"],
            ["labor_brand.id"],
            name=op.f("fk_posting_brand_id_labor_brand"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["created_by"],
            ["user.id"],
            name=op.f("fk_posting_created_by_user"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["employer_id"],
            ["employer.id"],
            name=op.f("fk_posting_employer_id_employer"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["place_code"],
            ["place.code"],
            name=op.f("fk_posting_place_code_place"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["site_id"], ["site.id"], name=op.f("fk_posting_site_id_site"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["skill_id"], ["skill.id"], name=op.f("fk_posting_skill_id_skill"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_posting")),
    )
    with op.batch_alter_table("posting", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_posting_employer_id_state"), ["employer_id", "state"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_posting_place_code"), ["place_code"], unique=False)
        batch_op.create_index(batch_op.f("ix_posting_skill_id"), ["skill_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_posting_state_last_day"), ["state", "last_day"], unique=False
        )

    op.create_table(
        "training_session",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("course_id", sa.Integer(), nullable=False),
        sa.Column("place_code", sa.String(length=12), nullable=False),
        sa.Column("venue", sa.String(length=80), nullable=False),
        sa.Column("trainer", sa.String(length=60), nullable=False),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.Column("starts_at", sa.Integer(), nullable=False),
        sa.Column("seats", sa.Integer(), nullable=False),
        sa.Column("taken", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.CheckConstraint(
            "state IN ('open','done','cancelled')", name=op.f("ck_training_session_state_known")
        ),
        sa.CheckConstraint(
            "last_day >= first_day", name=op.f("ck_training_session_ends_after_it_begins")
        ),
        sa.CheckConstraint(
            "taken BETWEEN 0 AND seats", name=op.f("ck_training_session_seats_not_oversold")
        ),
        sa.ForeignKeyConstraint(
            ["course_id"],
            ["course.id"],
            name=op.f("fk_training_session_course_id_course"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["place_code"],
            ["place.code"],
            name=op.f("fk_training_session_place_code_place"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_training_session")),
    )
    with op.batch_alter_table("training_session", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_training_session_course_id"), ["course_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_training_session_first_day"), ["first_day"], unique=False
        )

    op.create_table(
        "worker",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(length=32), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("phone", sa.String(length=11), nullable=True),
        sa.Column("sex", sa.String(length=1), nullable=False),
        sa.Column("born", sa.Date(), nullable=False),
        sa.Column("id_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("id_index", sa.String(length=64), nullable=False),
        sa.Column("id_tail", sa.String(length=4), nullable=False),
        sa.Column("home_code", sa.String(length=12), nullable=False),
        sa.Column("lon", sa.Float(), nullable=False),
        sa.Column("lat", sa.Float(), nullable=False),
        sa.Column("said", sa.Text(), nullable=False),
        sa.Column("max_km", sa.Integer(), nullable=False),
        sa.Column("stays_away", sa.Boolean(), nullable=False),
        sa.Column("home_by", sa.Integer(), nullable=True),
        sa.Column("least_day_fen", sa.BigInteger(), nullable=False),
        sa.Column("no_heavy", sa.Boolean(), nullable=False),
        sa.Column("matching_opt_out", sa.Boolean(), nullable=False),
        sa.Column("consented_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("registered_via", sa.String(length=10), nullable=False),
        sa.Column("registered_by", sa.Integer(), nullable=True),
        sa.Column("member_id", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.CheckConstraint("sex IN ('F','M')", name=op.f("ck_worker_sex_known")),
        sa.CheckConstraint(
            "home_by IS NULL OR home_by BETWEEN 0 AND 1440", name=op.f("ck_worker_home_by_in_day")
        ),
        sa.ForeignKeyConstraint(
            ["home_code"],
            ["place.code"],
            name=op.f("fk_worker_home_code_place"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["member_id"],
            ["household_member.id"],
            name=op.f("fk_worker_member_id_household_member"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["registered_by"],
            ["user.id"],
            name=op.f("fk_worker_registered_by_user"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user.id"], name=op.f("fk_worker_user_id_user"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_worker")),
        sa.UniqueConstraint("id_index", name=op.f("uq_worker_id_index")),
        sa.UniqueConstraint("uid", name=op.f("uq_worker_uid")),
        sa.UniqueConstraint("user_id", name=op.f("uq_worker_user_id")),
    )
    with op.batch_alter_table("worker", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_worker_home_code"), ["home_code"], unique=False)
        batch_op.create_index(batch_op.f("ix_worker_member_id"), ["member_id"], unique=False)

    op.create_table(
        "availability",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("worker_id", sa.Integer(), nullable=False),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.CheckConstraint(
            "last_day >= first_day", name=op.f("ck_availability_ends_after_it_begins")
        ),
        sa.ForeignKeyConstraint(
            ["worker_id"],
            ["worker.id"],
            name=op.f("fk_availability_worker_id_worker"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_availability")),
    )
    with op.batch_alter_table("availability", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_availability_worker_id_first_day"),
            ["worker_id", "first_day"],
            unique=False,
        )

    op.create_table(
        "brand_member",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("brand_id", sa.Integer(), nullable=False),
        sa.Column("worker_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("joined_on", sa.Date(), nullable=True),
        sa.Column("left_on", sa.Date(), nullable=True),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "state IN ('requested','invited','member','left','declined')",
            name=op.f("ck_brand_member_state_known"),
        ),
        sa.ForeignKeyConstraint(
            ["brand_id"],
            ["labor_brand.id"],
            name=op.f("fk_brand_member_brand_id_labor_brand"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["worker_id"],
            ["worker.id"],
            name=op.f("fk_brand_member_worker_id_worker"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_brand_member")),
        sa.UniqueConstraint(
            "brand_id", "worker_id", name=op.f("uq_brand_member_brand_id_worker_id")
        ),
    )
    with op.batch_alter_table("brand_member", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_brand_member_worker_id"), ["worker_id"], unique=False)

    op.create_table(
        "credential",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("worker_id", sa.Integer(), nullable=False),
        sa.Column("skill_id", sa.String(length=40), nullable=False),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column("issued_on", sa.Date(), nullable=False),
        sa.Column("expires_on", sa.Date(), nullable=True),
        sa.Column("origin", sa.String(length=12), nullable=False),
        sa.Column("ref", sa.String(length=60), nullable=False),
        sa.CheckConstraint("level BETWEEN 1 AND 3", name=op.f("ck_credential_level_known")),
        sa.ForeignKeyConstraint(
            ["skill_id"],
            ["skill.id"],
            name=op.f("fk_credential_skill_id_skill"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["worker_id"],
            ["worker.id"],
            name=op.f("fk_credential_worker_id_worker"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_credential")),
        sa.UniqueConstraint(
            "worker_id", "skill_id", "ref", name=op.f("uq_credential_worker_id_skill_id_ref")
        ),
    )
    with op.batch_alter_table("credential", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_credential_worker_id"), ["worker_id"], unique=False)

    op.create_table(
        "crew",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("brand_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("leader_id", sa.Integer(), nullable=True),
        sa.Column("is_whole", sa.Boolean(), nullable=False),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["brand_id"],
            ["labor_brand.id"],
            name=op.f("fk_crew_brand_id_labor_brand"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["leader_id"], ["worker.id"], name=op.f("fk_crew_leader_id_worker"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_crew")),
        sa.UniqueConstraint("brand_id", "name", name=op.f("uq_crew_brand_id_name")),
    )
    op.create_table(
        "enrolment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("session_id", sa.Integer(), nullable=False),
        sa.Column("worker_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("via", sa.String(length=6), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "state IN ('enrolled','cancelled','passed','failed')",
            name=op.f("ck_enrolment_state_known"),
        ),
        sa.ForeignKeyConstraint(
            ["session_id"],
            ["training_session.id"],
            name=op.f("fk_enrolment_session_id_training_session"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["worker_id"],
            ["worker.id"],
            name=op.f("fk_enrolment_worker_id_worker"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_enrolment")),
        sa.UniqueConstraint(
            "session_id", "worker_id", name=op.f("uq_enrolment_session_id_worker_id")
        ),
    )
    with op.batch_alter_table("enrolment", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_enrolment_worker_id"), ["worker_id"], unique=False)

    op.create_table(
        "journal_line",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("journal_entry_id", sa.Integer(), nullable=False),
        sa.Column("account", sa.String(length=16), nullable=False),
        sa.Column("worker_id", sa.Integer(), nullable=True),
        sa.Column("amount_fen", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "account IN ('wage_cost','wage_payable','deduction','paid')",
            name=op.f("ck_journal_line_account_known"),
        ),
        sa.CheckConstraint("amount_fen <> 0", name=op.f("ck_journal_line_amount_not_zero")),
        sa.ForeignKeyConstraint(
            ["journal_entry_id"],
            ["journal_entry.id"],
            name=op.f("fk_journal_line_journal_entry_id_journal_entry"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["worker_id"],
            ["worker.id"],
            name=op.f("fk_journal_line_worker_id_worker"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_journal_line")),
    )
    with op.batch_alter_table("journal_line", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_journal_line_journal_entry_id"), ["journal_entry_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_journal_line_worker_id"), ["worker_id"], unique=False)

    op.create_table(
        "posting_day",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("posting_id", sa.Integer(), nullable=False),
        sa.Column("work_date", sa.Date(), nullable=False),
        sa.Column("headcount", sa.Integer(), nullable=False),
        sa.Column("taken", sa.Integer(), nullable=False),
        sa.CheckConstraint("headcount >= 0", name=op.f("ck_posting_day_headcount_not_negative")),
        sa.CheckConstraint(
            "taken BETWEEN 0 AND headcount", name=op.f("ck_posting_day_headcount_not_oversold")
        ),
        sa.ForeignKeyConstraint(
            ["posting_id"],
            ["posting.id"],
            name=op.f("fk_posting_day_posting_id_posting"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_posting_day")),
        sa.UniqueConstraint(
            "posting_id", "work_date", name=op.f("uq_posting_day_posting_id_work_date")
        ),
    )
    with op.batch_alter_table("posting_day", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_posting_day_work_date"), ["work_date"], unique=False)

    op.create_table(
        "posting_skill",
        sa.Column("posting_id", sa.Integer(), nullable=False),
        sa.Column("skill_id", sa.String(length=40), nullable=False),
        sa.ForeignKeyConstraint(
            ["posting_id"],
            ["posting.id"],
            name=op.f("fk_posting_skill_posting_id_posting"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["skill_id"],
            ["skill.id"],
            name=op.f("fk_posting_skill_skill_id_skill"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("posting_id", "skill_id", name=op.f("pk_posting_skill")),
    )
    op.create_table(
        "settlement",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("employer_id", sa.Integer(), nullable=False),
        sa.Column("posting_id", sa.Integer(), nullable=False),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("terms", sa.JSON(), nullable=False),
        sa.Column("created_by", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "state IN ('issued','reversed')", name=op.f("ck_settlement_state_known")
        ),
        sa.CheckConstraint(
            "last_day >= first_day", name=op.f("ck_settlement_ends_after_it_begins")
        ),
        sa.ForeignKeyConstraint(
            ["created_by"],
            ["user.id"],
            name=op.f("fk_settlement_created_by_user"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["employer_id"],
            ["employer.id"],
            name=op.f("fk_settlement_employer_id_employer"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["posting_id"],
            ["posting.id"],
            name=op.f("fk_settlement_posting_id_posting"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_settlement")),
    )
    with op.batch_alter_table("settlement", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_settlement_employer_id"), ["employer_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_settlement_posting_id"), ["posting_id"], unique=False)

    op.create_table(
        "worker_skill",
        sa.Column("worker_id", sa.Integer(), nullable=False),
        sa.Column("skill_id", sa.String(length=40), nullable=False),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column("words", sa.String(length=60), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("level BETWEEN 1 AND 3", name=op.f("ck_worker_skill_level_known")),
        sa.ForeignKeyConstraint(
            ["skill_id"],
            ["skill.id"],
            name=op.f("fk_worker_skill_skill_id_skill"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["worker_id"],
            ["worker.id"],
            name=op.f("fk_worker_skill_worker_id_worker"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("worker_id", "skill_id", name=op.f("pk_worker_skill")),
    )
    with op.batch_alter_table("worker_skill", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_worker_skill_skill_id"), ["skill_id"], unique=False)

    op.create_table(
        "crew_member",
        sa.Column("worker_id", sa.Integer(), nullable=False),
        sa.Column("crew_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["crew_id"], ["crew.id"], name=op.f("fk_crew_member_crew_id_crew"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["worker_id"],
            ["worker.id"],
            name=op.f("fk_crew_member_worker_id_worker"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("worker_id", name=op.f("pk_crew_member")),
    )
    with op.batch_alter_table("crew_member", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_crew_member_crew_id"), ["crew_id"], unique=False)

    op.create_table(
        "crew_order",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("crew_id", sa.Integer(), nullable=False),
        sa.Column("posting_id", sa.Integer(), nullable=False),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("created_by", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "state IN ('proposed','accepted','declined','withdrawn')",
            name=op.f("ck_crew_order_state_known"),
        ),
        sa.ForeignKeyConstraint(
            ["created_by"],
            ["user.id"],
            name=op.f("fk_crew_order_created_by_user"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["crew_id"], ["crew.id"], name=op.f("fk_crew_order_crew_id_crew"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["posting_id"],
            ["posting.id"],
            name=op.f("fk_crew_order_posting_id_posting"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_crew_order")),
    )
    with op.batch_alter_table("crew_order", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_crew_order_crew_id"), ["crew_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_crew_order_posting_id_state"), ["posting_id", "state"], unique=False
        )

    op.create_table(
        "pay_slip",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("settlement_id", sa.Integer(), nullable=False),
        sa.Column("employer_id", sa.Integer(), nullable=False),
        sa.Column("worker_id", sa.Integer(), nullable=False),
        sa.Column("gross_fen", sa.BigInteger(), nullable=False),
        sa.Column("deduction_fen", sa.BigInteger(), nullable=False),
        sa.Column("net_fen", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("objection", sa.Text(), nullable=False),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("paid_on", sa.Date(), nullable=True),
        sa.Column("paid_how", sa.String(length=20), nullable=False),
        sa.Column("paid_proof", sa.String(length=80), nullable=False),
        sa.CheckConstraint(
            "state IN ('issued','confirmed','objected','paid','reversed')",
            name=op.f("ck_pay_slip_state_known"),
        ),
        sa.CheckConstraint(
            "net_fen = gross_fen - deduction_fen", name=op.f("ck_pay_slip_net_adds_up")
        ),
        sa.ForeignKeyConstraint(
            ["employer_id"],
            ["employer.id"],
            name=op.f("fk_pay_slip_employer_id_employer"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["settlement_id"],
            ["settlement.id"],
            name=op.f("fk_pay_slip_settlement_id_settlement"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["worker_id"],
            ["worker.id"],
            name=op.f("fk_pay_slip_worker_id_worker"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pay_slip")),
        sa.UniqueConstraint(
            "settlement_id", "worker_id", name=op.f("uq_pay_slip_settlement_id_worker_id")
        ),
    )
    with op.batch_alter_table("pay_slip", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_pay_slip_employer_id_state"), ["employer_id", "state"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_pay_slip_worker_id"), ["worker_id"], unique=False)

    op.create_table(
        "training_presence",
        sa.Column("enrolment_id", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("present", sa.Boolean(), nullable=False),
        sa.Column("recorded_by", sa.Integer(), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["enrolment_id"],
            ["enrolment.id"],
            name=op.f("fk_training_presence_enrolment_id_enrolment"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["recorded_by"],
            ["user.id"],
            name=op.f("fk_training_presence_recorded_by_user"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("enrolment_id", "day", name=op.f("pk_training_presence")),
    )
    op.create_table(
        "signup",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("worker_id", sa.Integer(), nullable=False),
        sa.Column("posting_id", sa.Integer(), nullable=False),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("via", sa.String(length=6), nullable=False),
        sa.Column("crew_id", sa.Integer(), nullable=True),
        sa.Column("crew_order_id", sa.Integer(), nullable=True),
        sa.Column("note", sa.String(length=200), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("waiting_since", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "state IN ('pending','accepted','waiting','declined','withdrawn')",
            name=op.f("ck_signup_state_known"),
        ),
        sa.CheckConstraint("via IN ('self','desk','crew')", name=op.f("ck_signup_via_known")),
        sa.ForeignKeyConstraint(
            ["crew_id"], ["crew.id"], name=op.f("fk_signup_crew_id_crew"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["crew_order_id"],
            ["crew_order.id"],
            name=op.f("fk_signup_crew_order_id_crew_order"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["posting_id"],
            ["posting.id"],
            name=op.f("fk_signup_posting_id_posting"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["worker_id"],
            ["worker.id"],
            name=op.f("fk_signup_worker_id_worker"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_signup")),
        sa.UniqueConstraint("worker_id", "posting_id", name=op.f("uq_signup_worker_id_posting_id")),
    )
    with op.batch_alter_table("signup", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_signup_posting_id_state"), ["posting_id", "state"], unique=False
        )

    op.create_table(
        "engagement",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("signup_id", sa.Integer(), nullable=False),
        sa.Column("worker_id", sa.Integer(), nullable=False),
        sa.Column("posting_id", sa.Integer(), nullable=False),
        sa.Column("brand_id", sa.Integer(), nullable=True),
        sa.Column("crew_id", sa.Integer(), nullable=True),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("cancelled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("cancelled_by", sa.String(length=10), nullable=True),
        sa.CheckConstraint(
            "state IN ('active','cancelled')", name=op.f("ck_engagement_state_known")
        ),
        sa.ForeignKeyConstraint(
            ["brand_id"],
            ["labor_brand.id"],
            name=op.f("fk_engagement_brand_id_labor_brand"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["crew_id"], ["crew.id"], name=op.f("fk_engagement_crew_id_crew"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["posting_id"],
            ["posting.id"],
            name=op.f("fk_engagement_posting_id_posting"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["signup_id"],
            ["signup.id"],
            name=op.f("fk_engagement_signup_id_signup"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["worker_id"],
            ["worker.id"],
            name=op.f("fk_engagement_worker_id_worker"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_engagement")),
        sa.UniqueConstraint("signup_id", name=op.f("uq_engagement_signup_id")),
    )
    with op.batch_alter_table("engagement", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_engagement_posting_id_state"), ["posting_id", "state"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_engagement_worker_id"), ["worker_id"], unique=False)

    op.create_table(
        "engagement_day",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("engagement_id", sa.Integer(), nullable=False),
        sa.Column("posting_day_id", sa.Integer(), nullable=False),
        sa.Column("worker_id", sa.Integer(), nullable=False),
        sa.Column("work_date", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(
            ["engagement_id"],
            ["engagement.id"],
            name=op.f("fk_engagement_day_engagement_id_engagement"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["posting_day_id"],
            ["posting_day.id"],
            name=op.f("fk_engagement_day_posting_day_id_posting_day"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["worker_id"],
            ["worker.id"],
            name=op.f("fk_engagement_day_worker_id_worker"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_engagement_day")),
        sa.UniqueConstraint(
            "worker_id", "work_date", name=op.f("uq_engagement_day_worker_id_work_date")
        ),
    )
    with op.batch_alter_table("engagement_day", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_engagement_day_engagement_id"), ["engagement_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_engagement_day_posting_day_id"), ["posting_day_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_engagement_day_work_date"), ["work_date"], unique=False
        )

    op.create_table(
        "attendance_event",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(length=36), nullable=False),
        sa.Column("engagement_day_id", sa.Integer(), nullable=False),
        sa.Column("worker_id", sa.Integer(), nullable=False),
        sa.Column("work_date", sa.Date(), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("value", sa.Integer(), nullable=True),
        sa.Column("via", sa.String(length=8), nullable=False),
        sa.Column("recorded_by", sa.Integer(), nullable=True),
        sa.Column("happened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "kind IN ('check_in','check_out','present','absent','minutes','pieces')",
            name=op.f("ck_attendance_event_kind_known"),
        ),
        sa.CheckConstraint(
            "via IN ('self','leader','employer','desk')", name=op.f("ck_attendance_event_via_known")
        ),
        sa.ForeignKeyConstraint(
            ["engagement_day_id"],
            ["engagement_day.id"],
            name=op.f("fk_attendance_event_engagement_day_id_engagement_day"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["recorded_by"],
            ["user.id"],
            name=op.f("fk_attendance_event_recorded_by_user"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["worker_id"],
            ["worker.id"],
            name=op.f("fk_attendance_event_worker_id_worker"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attendance_event")),
        sa.UniqueConstraint("uid", name=op.f("uq_attendance_event_uid")),
    )
    with op.batch_alter_table("attendance_event", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_attendance_event_engagement_day_id"), ["engagement_day_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_attendance_event_worker_id_work_date"),
            ["worker_id", "work_date"],
            unique=False,
        )

    op.create_table(
        "work_day",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("engagement_day_id", sa.Integer(), nullable=False),
        sa.Column("worker_id", sa.Integer(), nullable=False),
        sa.Column("work_date", sa.Date(), nullable=False),
        sa.Column("posting_id", sa.Integer(), nullable=False),
        sa.Column("employer_id", sa.Integer(), nullable=False),
        sa.Column("brand_id", sa.Integer(), nullable=True),
        sa.Column("crew_id", sa.Integer(), nullable=True),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("pieces", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("state IN ('open','settled')", name=op.f("ck_work_day_state_known")),
        sa.CheckConstraint(
            "minutes BETWEEN 0 AND 1440 AND pieces >= 0", name=op.f("ck_work_day_measures_sane")
        ),
        sa.ForeignKeyConstraint(
            ["brand_id"],
            ["labor_brand.id"],
            name=op.f("fk_work_day_brand_id_labor_brand"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["crew_id"], ["crew.id"], name=op.f("fk_work_day_crew_id_crew"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["employer_id"],
            ["employer.id"],
            name=op.f("fk_work_day_employer_id_employer"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["engagement_day_id"],
            ["engagement_day.id"],
            name=op.f("fk_work_day_engagement_day_id_engagement_day"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["posting_id"],
            ["posting.id"],
            name=op.f("fk_work_day_posting_id_posting"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["worker_id"],
            ["worker.id"],
            name=op.f("fk_work_day_worker_id_worker"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_work_day")),
        sa.UniqueConstraint("engagement_day_id", name=op.f("uq_work_day_engagement_day_id")),
    )
    with op.batch_alter_table("work_day", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_work_day_brand_id_work_date"), ["brand_id", "work_date"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_work_day_posting_id_work_date"),
            ["posting_id", "work_date"],
            unique=False,
        )
        batch_op.create_index(batch_op.f("ix_work_day_work_date"), ["work_date"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_work_day_worker_id_work_date"), ["worker_id", "work_date"], unique=False
        )

    op.create_table(
        "pay_slip_line",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("pay_slip_id", sa.Integer(), nullable=False),
        sa.Column("work_day_id", sa.Integer(), nullable=True),
        sa.Column("live_day_id", sa.Integer(), nullable=True),
        sa.Column("work_date", sa.Date(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("pieces", sa.Integer(), nullable=False),
        sa.Column("amount_fen", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["pay_slip_id"],
            ["pay_slip.id"],
            name=op.f("fk_pay_slip_line_pay_slip_id_pay_slip"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["work_day_id"],
            ["work_day.id"],
            name=op.f("fk_pay_slip_line_work_day_id_work_day"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["live_day_id"],
            ["work_day.id"],
            name=op.f("fk_pay_slip_line_live_day_id_work_day"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pay_slip_line")),
        sa.UniqueConstraint("live_day_id", name=op.f("uq_pay_slip_line_live_day_id")),
    )
    with op.batch_alter_table("pay_slip_line", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_pay_slip_line_pay_slip_id"), ["pay_slip_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_pay_slip_line_work_day_id"), ["work_day_id"], unique=False
        )

    freeze()


def downgrade() -> None:
    thaw()
    with op.batch_alter_table("pay_slip_line", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_pay_slip_line_work_day_id"))
        batch_op.drop_index(batch_op.f("ix_pay_slip_line_pay_slip_id"))

    op.drop_table("pay_slip_line")
    with op.batch_alter_table("work_day", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_work_day_worker_id_work_date"))
        batch_op.drop_index(batch_op.f("ix_work_day_work_date"))
        batch_op.drop_index(batch_op.f("ix_work_day_posting_id_work_date"))
        batch_op.drop_index(batch_op.f("ix_work_day_brand_id_work_date"))

    op.drop_table("work_day")
    with op.batch_alter_table("attendance_event", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_attendance_event_worker_id_work_date"))
        batch_op.drop_index(batch_op.f("ix_attendance_event_engagement_day_id"))

    op.drop_table("attendance_event")
    with op.batch_alter_table("engagement_day", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_engagement_day_work_date"))
        batch_op.drop_index(batch_op.f("ix_engagement_day_posting_day_id"))
        batch_op.drop_index(batch_op.f("ix_engagement_day_engagement_id"))

    op.drop_table("engagement_day")
    with op.batch_alter_table("engagement", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_engagement_worker_id"))
        batch_op.drop_index(batch_op.f("ix_engagement_posting_id_state"))

    op.drop_table("engagement")
    with op.batch_alter_table("signup", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_signup_posting_id_state"))

    op.drop_table("signup")
    op.drop_table("training_presence")
    with op.batch_alter_table("pay_slip", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_pay_slip_worker_id"))
        batch_op.drop_index(batch_op.f("ix_pay_slip_employer_id_state"))

    op.drop_table("pay_slip")
    with op.batch_alter_table("crew_order", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_crew_order_posting_id_state"))
        batch_op.drop_index(batch_op.f("ix_crew_order_crew_id"))

    op.drop_table("crew_order")
    with op.batch_alter_table("crew_member", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_crew_member_crew_id"))

    op.drop_table("crew_member")
    with op.batch_alter_table("worker_skill", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_worker_skill_skill_id"))

    op.drop_table("worker_skill")
    with op.batch_alter_table("settlement", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_settlement_posting_id"))
        batch_op.drop_index(batch_op.f("ix_settlement_employer_id"))

    op.drop_table("settlement")
    op.drop_table("posting_skill")
    with op.batch_alter_table("posting_day", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_posting_day_work_date"))

    op.drop_table("posting_day")
    with op.batch_alter_table("journal_line", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_journal_line_worker_id"))
        batch_op.drop_index(batch_op.f("ix_journal_line_journal_entry_id"))

    op.drop_table("journal_line")
    with op.batch_alter_table("enrolment", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_enrolment_worker_id"))

    op.drop_table("enrolment")
    op.drop_table("crew")
    with op.batch_alter_table("credential", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_credential_worker_id"))

    op.drop_table("credential")
    with op.batch_alter_table("brand_member", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_brand_member_worker_id"))

    op.drop_table("brand_member")
    with op.batch_alter_table("availability", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_availability_worker_id_first_day"))

    op.drop_table("availability")
    with op.batch_alter_table("worker", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_worker_member_id"))
        batch_op.drop_index(batch_op.f("ix_worker_home_code"))

    op.drop_table("worker")
    with op.batch_alter_table("training_session", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_training_session_first_day"))
        batch_op.drop_index(batch_op.f("ix_training_session_course_id"))

    op.drop_table("training_session")
    with op.batch_alter_table("posting", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_posting_state_last_day"))
        batch_op.drop_index(batch_op.f("ix_posting_skill_id"))
        batch_op.drop_index(batch_op.f("ix_posting_place_code"))
        batch_op.drop_index(batch_op.f("ix_posting_employer_id_state"))

    op.drop_table("posting")
    with op.batch_alter_table("income_entry", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_income_entry_household_id_earned_on"))

    op.drop_table("income_entry")
    with op.batch_alter_table("site", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_site_employer_id"))

    op.drop_table("site")
    with op.batch_alter_table("journal_entry", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_journal_entry_employer_id_booked_on"))

    op.drop_table("journal_entry")
    with op.batch_alter_table("household_member", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_household_member_household_id"))

    op.drop_table("household_member")
    with op.batch_alter_table("course", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_course_skill_id"))
        batch_op.drop_index(batch_op.f("ix_course_place_code"))

    op.drop_table("course")
    with op.batch_alter_table("brand_invite", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_brand_invite_brand_id"))

    op.drop_table("brand_invite")
    with op.batch_alter_table("skill_alias", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_skill_alias_skill_id"))

    op.drop_table("skill_alias")
    with op.batch_alter_table("role_grant", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_role_grant_user_id"))
        batch_op.drop_index(batch_op.f("ix_role_grant_role_subject_id"))

    op.drop_table("role_grant")
    with op.batch_alter_table("notice", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_notice_user_id_read_at"))

    op.drop_table("notice")
    with op.batch_alter_table("labor_brand", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_labor_brand_place_code"))

    op.drop_table("labor_brand")
    with op.batch_alter_table("household", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_household_village_code"))

    op.drop_table("household")
    with op.batch_alter_table("employer", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_employer_place_code"))

    op.drop_table("employer")
    op.drop_table("user")
    op.drop_table("task_run")
    op.drop_table("skill")
    with op.batch_alter_table("place", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_place_parent_code"))
        batch_op.drop_index(batch_op.f("ix_place_level_initials"))

    op.drop_table("place")
    with op.batch_alter_table("dated_rule", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_dated_rule_name"))

    op.drop_table("dated_rule")
    with op.batch_alter_table("audit_entry", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_audit_entry_object_kind_object_id"))
        batch_op.drop_index(batch_op.f("ix_audit_entry_at"))

    op.drop_table("audit_entry")
