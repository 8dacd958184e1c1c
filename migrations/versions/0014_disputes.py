"""Overdue pay; disputes with their people, steps, files and reminders."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "dispute_case",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("employer_id", sa.Integer(), nullable=False),
        sa.Column("posting_id", sa.Integer(), nullable=False),
        sa.Column("place_code", sa.String(length=12), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("is_group", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("starter_id", sa.Integer(), nullable=False),
        sa.Column("representative_id", sa.Integer(), nullable=True),
        sa.Column("known_on", sa.Date(), nullable=False),
        sa.Column("claimed_on", sa.Date(), nullable=True),
        sa.Column("referred_on", sa.Date(), nullable=True),
        sa.Column("offer_by", sa.String(length=8), nullable=False),
        sa.Column("offer_fen", sa.BigInteger(), nullable=True),
        sa.Column("offer_on", sa.Date(), nullable=True),
        sa.Column("opened_by", sa.Integer(), nullable=True),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "kind IN ('day','slip','unpaid','deduction','other')",
            name=op.f("ck_dispute_case_kind_known"),
        ),
        sa.CheckConstraint(
            "offer_by IN ('','worker','employer')", name=op.f("ck_dispute_case_offer_by_known")
        ),
        sa.CheckConstraint(
            "state IN ('open','answered','mediation','agreed','arbitration','inspection','withdrawn','closed')",
            name=op.f("ck_dispute_case_state_known"),
        ),
        sa.ForeignKeyConstraint(
            ["employer_id"],
            ["employer.id"],
            name=op.f("fk_dispute_case_employer_id_employer"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["opened_by"],
            ["user.id"],
            name=op.f("fk_dispute_case_opened_by_user"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["posting_id"],
            ["posting.id"],
            name=op.f("fk_dispute_case_posting_id_posting"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["representative_id"],
            ["worker.id"],
            name=op.f("fk_dispute_case_representative_id_worker"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["starter_id"],
            ["worker.id"],
            name=op.f("fk_dispute_case_starter_id_worker"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dispute_case")),
    )
    with op.batch_alter_table("dispute_case", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_dispute_case_employer_id_state"), ["employer_id", "state"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_dispute_case_place_code_state"), ["place_code", "state"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_dispute_case_posting_id"), ["posting_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_dispute_case_state"), ["state"], unique=False)

    op.create_table(
        "dispute_file",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("kind", sa.String(length=4), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("kept_as", sa.String(length=80), nullable=False),
        sa.Column("side", sa.String(length=8), nullable=False),
        sa.Column("added_by", sa.Integer(), nullable=True),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("kind IN ('jpg','png','pdf')", name=op.f("ck_dispute_file_kind_known")),
        sa.ForeignKeyConstraint(
            ["added_by"],
            ["user.id"],
            name=op.f("fk_dispute_file_added_by_user"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["case_id"],
            ["dispute_case.id"],
            name=op.f("fk_dispute_file_case_id_dispute_case"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dispute_file")),
        sa.UniqueConstraint("case_id", "sha256", name=op.f("uq_dispute_file_case_id_sha256")),
        sa.UniqueConstraint("kept_as", name=op.f("uq_dispute_file_kept_as")),
    )
    op.create_table(
        "dispute_reminder",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("limit_kind", sa.String(length=12), nullable=False),
        sa.Column("threshold", sa.Integer(), nullable=False),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["case_id"],
            ["dispute_case.id"],
            name=op.f("fk_dispute_reminder_case_id_dispute_case"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dispute_reminder")),
        sa.UniqueConstraint(
            "case_id",
            "limit_kind",
            "threshold",
            name=op.f("uq_dispute_reminder_case_id_limit_kind_threshold"),
        ),
    )
    op.create_table(
        "dispute_step",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("deed", sa.String(length=12), nullable=False),
        sa.Column("side", sa.String(length=8), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("fen", sa.BigInteger(), nullable=True),
        sa.Column("on_day", sa.Date(), nullable=True),
        sa.Column("done_by", sa.Integer(), nullable=True),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "side IN ('worker','desk','employer','officer','system')",
            name=op.f("ck_dispute_step_side_known"),
        ),
        sa.ForeignKeyConstraint(
            ["case_id"],
            ["dispute_case.id"],
            name=op.f("fk_dispute_step_case_id_dispute_case"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["done_by"], ["user.id"], name=op.f("fk_dispute_step_done_by_user"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dispute_step")),
    )
    with op.batch_alter_table("dispute_step", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_dispute_step_case_id"), ["case_id"], unique=False)

    op.create_table(
        "wage_arrears",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("ref", sa.String(length=60), nullable=False),
        sa.Column("employer_id", sa.Integer(), nullable=False),
        sa.Column("posting_id", sa.Integer(), nullable=False),
        sa.Column("worker_id", sa.Integer(), nullable=False),
        sa.Column("pay_slip_id", sa.Integer(), nullable=True),
        sa.Column("place_code", sa.String(length=12), nullable=False),
        sa.Column("home_code", sa.String(length=12), nullable=False),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.Column("days", sa.Integer(), nullable=False),
        sa.Column("amount_fen", sa.BigInteger(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("marked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("cleared_on", sa.Date(), nullable=True),
        sa.CheckConstraint(
            "amount_fen >= 0 AND days >= 1", name=op.f("ck_wage_arrears_measures_sane")
        ),
        sa.CheckConstraint(
            "last_day >= first_day", name=op.f("ck_wage_arrears_ends_after_it_begins")
        ),
        sa.ForeignKeyConstraint(
            ["employer_id"],
            ["employer.id"],
            name=op.f("fk_wage_arrears_employer_id_employer"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["pay_slip_id"],
            ["pay_slip.id"],
            name=op.f("fk_wage_arrears_pay_slip_id_pay_slip"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["posting_id"],
            ["posting.id"],
            name=op.f("fk_wage_arrears_posting_id_posting"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["worker_id"],
            ["worker.id"],
            name=op.f("fk_wage_arrears_worker_id_worker"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_wage_arrears")),
        sa.UniqueConstraint("pay_slip_id", name=op.f("uq_wage_arrears_pay_slip_id")),
        sa.UniqueConstraint("ref", name=op.f("uq_wage_arrears_ref")),
    )
    with op.batch_alter_table("wage_arrears", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_wage_arrears_employer_id_cleared_on"),
            ["employer_id", "cleared_on"],
            unique=False,
        )
        batch_op.create_index(
            batch_op.f("ix_wage_arrears_home_code_cleared_on"),
            ["home_code", "cleared_on"],
            unique=False,
        )
        batch_op.create_index(
            batch_op.f("ix_wage_arrears_place_code_cleared_on"),
            ["place_code", "cleared_on"],
            unique=False,
        )
        batch_op.create_index(
            batch_op.f("ix_wage_arrears_posting_id"), ["posting_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_wage_arrears_worker_id"), ["worker_id"], unique=False)

    op.create_table(
        "dispute_party",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("worker_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("pay_slip_id", sa.Integer(), nullable=True),
        sa.Column("engagement_day_id", sa.Integer(), nullable=True),
        sa.Column("day_dispute_id", sa.Integer(), nullable=True),
        sa.Column("amount_fen", sa.BigInteger(), nullable=True),
        sa.Column("votes_for", sa.Integer(), nullable=True),
        sa.Column("live_key", sa.String(length=60), nullable=True),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "state IN ('asked','joined','declined')", name=op.f("ck_dispute_party_state_known")
        ),
        sa.ForeignKeyConstraint(
            ["case_id"],
            ["dispute_case.id"],
            name=op.f("fk_dispute_party_case_id_dispute_case"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["day_dispute_id"],
            ["dispute.id"],
            name=op.f("fk_dispute_party_day_dispute_id_dispute"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["engagement_day_id"],
            ["engagement_day.id"],
            name=op.f("fk_dispute_party_engagement_day_id_engagement_day"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["pay_slip_id"],
            ["pay_slip.id"],
            name=op.f("fk_dispute_party_pay_slip_id_pay_slip"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["votes_for"],
            ["worker.id"],
            name=op.f("fk_dispute_party_votes_for_worker"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["worker_id"],
            ["worker.id"],
            name=op.f("fk_dispute_party_worker_id_worker"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dispute_party")),
        sa.UniqueConstraint(
            "case_id", "worker_id", name=op.f("uq_dispute_party_case_id_worker_id")
        ),
        sa.UniqueConstraint("live_key", name=op.f("uq_dispute_party_live_key")),
    )
    with op.batch_alter_table("dispute_party", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_dispute_party_day_dispute_id"), ["day_dispute_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_dispute_party_pay_slip_id"), ["pay_slip_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_dispute_party_worker_id"), ["worker_id"], unique=False)

    _freeze()


def downgrade() -> None:
    with op.batch_alter_table("dispute_party", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_dispute_party_worker_id"))
        batch_op.drop_index(batch_op.f("ix_dispute_party_pay_slip_id"))
        batch_op.drop_index(batch_op.f("ix_dispute_party_day_dispute_id"))

    op.drop_table("dispute_party")
    with op.batch_alter_table("wage_arrears", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_wage_arrears_worker_id"))
        batch_op.drop_index(batch_op.f("ix_wage_arrears_posting_id"))
        batch_op.drop_index(batch_op.f("ix_wage_arrears_place_code_cleared_on"))
        batch_op.drop_index(batch_op.f("ix_wage_arrears_home_code_cleared_on"))
        batch_op.drop_index(batch_op.f("ix_wage_arrears_employer_id_cleared_on"))

    op.drop_table("wage_arrears")
    with op.batch_alter_table("dispute_step", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_dispute_step_case_id"))

    op.drop_table("dispute_step")
    op.drop_table("dispute_reminder")
    op.drop_table("dispute_file")
    with op.batch_alter_table("dispute_case", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_dispute_case_state"))
        batch_op.drop_index(batch_op.f("ix_dispute_case_posting_id"))
        batch_op.drop_index(batch_op.f("ix_dispute_case_place_code_state"))
        batch_op.drop_index(batch_op.f("ix_dispute_case_employer_id_state"))

    op.drop_table("dispute_case")


def _freeze() -> None:
    """Steps are only ever added."""
    connection = op.get_bind()
    for deed in ("UPDATE", "DELETE"):
        begin = f"CREATE TRIGGER dispute_step_no_{deed.lower()} BEFORE {deed} ON dispute_step "
        if connection.dialect.name == "postgresql":
            connection.exec_driver_sql(f"{begin}FOR EACH ROW EXECUTE FUNCTION refuse_change()")
        else:
            connection.exec_driver_sql(
                f"{begin}BEGIN SELECT RAISE(ABORT, 'rows of dispute_step are never changed'); END"
            )
