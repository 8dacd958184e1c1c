"""Pay runs with a second person, what comes off pay, lump sums, agreed shares of crews."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

ACCOUNTS = "account IN ('wage_cost','wage_payable','deduction','paid'"


def upgrade() -> None:
    op.create_table(
        "pay_cycle",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("employer_id", sa.Integer(), nullable=True),
        sa.Column("posting_id", sa.Integer(), nullable=True),
        sa.Column("cycle", sa.String(length=10), nullable=False),
        sa.Column("pay_days", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "cycle IN ('day','week','half_month','month')", name=op.f("ck_pay_cycle_cycle_known")
        ),
        sa.CheckConstraint(
            "employer_id IS NOT NULL OR posting_id IS NOT NULL",
            name=op.f("ck_pay_cycle_of_one_or_the_other"),
        ),
        sa.CheckConstraint("pay_days BETWEEN 0 AND 31", name=op.f("ck_pay_cycle_paid_soon")),
        sa.ForeignKeyConstraint(
            ["employer_id"],
            ["employer.id"],
            name=op.f("fk_pay_cycle_employer_id_employer"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["posting_id"],
            ["posting.id"],
            name=op.f("fk_pay_cycle_posting_id_posting"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pay_cycle")),
        sa.UniqueConstraint("employer_id", name=op.f("uq_pay_cycle_employer_id")),
        sa.UniqueConstraint("posting_id", name=op.f("uq_pay_cycle_posting_id")),
    )
    op.create_table(
        "pay_run",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("employer_id", sa.Integer(), nullable=False),
        sa.Column("posting_id", sa.Integer(), nullable=True),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("people", sa.Integer(), nullable=False),
        sa.Column("days", sa.Integer(), nullable=False),
        sa.Column("gross_fen", sa.BigInteger(), nullable=False),
        sa.Column("net_fen", sa.BigInteger(), nullable=False),
        sa.Column("is_stale", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("made_by", sa.Integer(), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("frozen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answered_by", sa.Integer(), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("stop_asked", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("claim", sa.String(length=32), nullable=True),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "state IN ('computing','draft','awaiting','issuing','issued','reversed','cancelled')",
            name=op.f("ck_pay_run_state_known"),
        ),
        sa.CheckConstraint("last_day >= first_day", name=op.f("ck_pay_run_ends_after_it_begins")),
        sa.ForeignKeyConstraint(
            ["answered_by"],
            ["user.id"],
            name=op.f("fk_pay_run_answered_by_user"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["employer_id"],
            ["employer.id"],
            name=op.f("fk_pay_run_employer_id_employer"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["made_by"], ["user.id"], name=op.f("fk_pay_run_made_by_user"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["posting_id"],
            ["posting.id"],
            name=op.f("fk_pay_run_posting_id_posting"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pay_run")),
    )
    with op.batch_alter_table("pay_run", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_pay_run_employer_id_state"), ["employer_id", "state"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_pay_run_posting_id"), ["posting_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_pay_run_state"), ["state"], unique=False)

    op.create_table(
        "wage_charge",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("employer_id", sa.Integer(), nullable=False),
        sa.Column("worker_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("happened_on", sa.Date(), nullable=False),
        sa.Column("amount_fen", sa.BigInteger(), nullable=False),
        sa.Column("taken_fen", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("proof", sa.String(length=80), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("recorded_by", sa.Integer(), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answered_by", sa.Integer(), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "kind IN ('advance','meals','lodging','damage','tax','social')",
            name=op.f("ck_wage_charge_kind_known"),
        ),
        sa.CheckConstraint(
            "state IN ('asked','agreed','refused','withdrawn')",
            name=op.f("ck_wage_charge_state_known"),
        ),
        sa.CheckConstraint("amount_fen > 0", name=op.f("ck_wage_charge_amount_positive")),
        sa.CheckConstraint(
            "taken_fen >= 0 AND taken_fen <= amount_fen",
            name=op.f("ck_wage_charge_not_taken_twice"),
        ),
        sa.ForeignKeyConstraint(
            ["answered_by"],
            ["user.id"],
            name=op.f("fk_wage_charge_answered_by_user"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["employer_id"],
            ["employer.id"],
            name=op.f("fk_wage_charge_employer_id_employer"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["recorded_by"],
            ["user.id"],
            name=op.f("fk_wage_charge_recorded_by_user"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["worker_id"],
            ["worker.id"],
            name=op.f("fk_wage_charge_worker_id_worker"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_wage_charge")),
    )
    with op.batch_alter_table("wage_charge", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_wage_charge_employer_id_worker_id"),
            ["employer_id", "worker_id"],
            unique=False,
        )
        batch_op.create_index(
            batch_op.f("ix_wage_charge_worker_id_state"), ["worker_id", "state"], unique=False
        )

    op.create_table(
        "crew_sharing",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("crew_id", sa.Integer(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("way", sa.String(length=8), nullable=False),
        sa.Column("shares", sa.JSON(), nullable=False),
        sa.Column("recorded_by", sa.Integer(), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "way IN ('minutes','equal','agreed')", name=op.f("ck_crew_sharing_way_known")
        ),
        sa.ForeignKeyConstraint(
            ["crew_id"], ["crew.id"], name=op.f("fk_crew_sharing_crew_id_crew"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["recorded_by"],
            ["user.id"],
            name=op.f("fk_crew_sharing_recorded_by_user"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_crew_sharing")),
        sa.UniqueConstraint(
            "crew_id", "valid_from", name=op.f("uq_crew_sharing_crew_id_valid_from")
        ),
    )
    op.create_table(
        "lump_sum",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("posting_id", sa.Integer(), nullable=False),
        sa.Column("crew_id", sa.Integer(), nullable=True),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.Column("amount_fen", sa.BigInteger(), nullable=False),
        sa.Column("way", sa.String(length=8), nullable=False),
        sa.Column("shares", sa.JSON(), nullable=False),
        sa.Column("recorded_by", sa.Integer(), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "way IN ('minutes','equal','agreed')", name=op.f("ck_lump_sum_way_known")
        ),
        sa.CheckConstraint("amount_fen > 0", name=op.f("ck_lump_sum_amount_positive")),
        sa.CheckConstraint("last_day >= first_day", name=op.f("ck_lump_sum_ends_after_it_begins")),
        sa.ForeignKeyConstraint(
            ["crew_id"], ["crew.id"], name=op.f("fk_lump_sum_crew_id_crew"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["posting_id"],
            ["posting.id"],
            name=op.f("fk_lump_sum_posting_id_posting"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["recorded_by"],
            ["user.id"],
            name=op.f("fk_lump_sum_recorded_by_user"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lump_sum")),
    )
    with op.batch_alter_table("lump_sum", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_lump_sum_posting_id"), ["posting_id"], unique=False)

    op.create_table(
        "pay_run_row",
        sa.Column("run_id", sa.Integer(), nullable=False),
        sa.Column("posting_id", sa.Integer(), nullable=False),
        sa.Column("worker_id", sa.Integer(), nullable=False),
        sa.Column("held", sa.String(length=8), nullable=False),
        sa.Column("days", sa.Integer(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("pieces", sa.Integer(), nullable=False),
        sa.Column("gross_fen", sa.BigInteger(), nullable=False),
        sa.Column("deduction_fen", sa.BigInteger(), nullable=False),
        sa.Column("advance_fen", sa.BigInteger(), nullable=False),
        sa.Column("net_fen", sa.BigInteger(), nullable=False),
        sa.Column("overtime_fen", sa.BigInteger(), nullable=False),
        sa.Column("top_up_fen", sa.BigInteger(), nullable=False),
        sa.Column("expected_fen", sa.BigInteger(), nullable=True),
        sa.CheckConstraint(
            "held IN ('no','dispute','pieces','lump')", name=op.f("ck_pay_run_row_held_known")
        ),
        sa.ForeignKeyConstraint(
            ["posting_id"],
            ["posting.id"],
            name=op.f("fk_pay_run_row_posting_id_posting"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["run_id"],
            ["pay_run.id"],
            name=op.f("fk_pay_run_row_run_id_pay_run"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["worker_id"],
            ["worker.id"],
            name=op.f("fk_pay_run_row_worker_id_worker"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint(
            "run_id", "posting_id", "worker_id", "held", name=op.f("pk_pay_run_row")
        ),
    )
    with op.batch_alter_table("pay_run_row", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_pay_run_row_worker_id"), ["worker_id"], unique=False)

    op.create_table(
        "lump_part",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("lump_sum_id", sa.Integer(), nullable=False),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.Column("amount_fen", sa.BigInteger(), nullable=False),
        sa.Column("recorded_by", sa.Integer(), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("amount_fen > 0", name=op.f("ck_lump_part_amount_positive")),
        sa.CheckConstraint("last_day >= first_day", name=op.f("ck_lump_part_ends_after_it_begins")),
        sa.ForeignKeyConstraint(
            ["lump_sum_id"],
            ["lump_sum.id"],
            name=op.f("fk_lump_part_lump_sum_id_lump_sum"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["recorded_by"],
            ["user.id"],
            name=op.f("fk_lump_part_recorded_by_user"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lump_part")),
    )
    with op.batch_alter_table("lump_part", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_lump_part_lump_sum_id"), ["lump_sum_id"], unique=False)

    op.create_table(
        "pay_slip_charge",
        sa.Column("pay_slip_id", sa.Integer(), nullable=False),
        sa.Column("wage_charge_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("amount_fen", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("amount_fen > 0", name=op.f("ck_pay_slip_charge_amount_positive")),
        sa.ForeignKeyConstraint(
            ["pay_slip_id"],
            ["pay_slip.id"],
            name=op.f("fk_pay_slip_charge_pay_slip_id_pay_slip"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["wage_charge_id"],
            ["wage_charge.id"],
            name=op.f("fk_pay_slip_charge_wage_charge_id_wage_charge"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("pay_slip_id", "wage_charge_id", name=op.f("pk_pay_slip_charge")),
    )
    with op.batch_alter_table("pay_slip_charge", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_pay_slip_charge_wage_charge_id"), ["wage_charge_id"], unique=False
        )

    triggers = _without_triggers()
    with op.batch_alter_table("pay_slip", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("advance_fen", sa.BigInteger(), server_default="0", nullable=False)
        )
        batch_op.drop_constraint(batch_op.f("ck_pay_slip_net_adds_up"), type_="check")
        batch_op.create_check_constraint(
            batch_op.f("ck_pay_slip_net_adds_up"),
            "net_fen = gross_fen - deduction_fen - advance_fen",
        )
    op.add_column("pay_slip_line", sa.Column("share", sa.JSON(), nullable=True))
    with op.batch_alter_table("settlement", schema=None) as batch_op:
        batch_op.add_column(sa.Column("pay_run_id", sa.Integer(), nullable=True))
        batch_op.create_index(batch_op.f("ix_settlement_pay_run_id"), ["pay_run_id"], unique=False)
        batch_op.create_foreign_key(
            batch_op.f("fk_settlement_pay_run_id_pay_run"),
            "pay_run", ["pay_run_id"], ["id"], ondelete="RESTRICT",
        )  # fmt: skip
    with op.batch_alter_table("journal_line", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("ck_journal_line_account_known"), type_="check")
        batch_op.create_check_constraint(
            batch_op.f("ck_journal_line_account_known"), f"{ACCOUNTS},'advance')"
        )
    _again(triggers)


def downgrade() -> None:
    kept = sa.text("SELECT count(*) FROM journal_line WHERE account = 'advance'")
    if op.get_bind().execute(kept).scalar_one():
        raise RuntimeError("wages paid ahead have no place in 0014")
    triggers = _without_triggers()
    with op.batch_alter_table("journal_line", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("ck_journal_line_account_known"), type_="check")
        batch_op.create_check_constraint(
            batch_op.f("ck_journal_line_account_known"), f"{ACCOUNTS})"
        )
    with op.batch_alter_table("settlement", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_settlement_pay_run_id_pay_run"), type_="foreignkey")
        batch_op.drop_index(batch_op.f("ix_settlement_pay_run_id"))
        batch_op.drop_column("pay_run_id")
    op.drop_column("pay_slip_line", "share")
    with op.batch_alter_table("pay_slip", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("ck_pay_slip_net_adds_up"), type_="check")
        batch_op.drop_column("advance_fen")
        batch_op.create_check_constraint(
            batch_op.f("ck_pay_slip_net_adds_up"), "net_fen = gross_fen - deduction_fen"
        )
    _again(triggers)
    with op.batch_alter_table("pay_slip_charge", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_pay_slip_charge_wage_charge_id"))

    op.drop_table("pay_slip_charge")
    with op.batch_alter_table("lump_part", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_lump_part_lump_sum_id"))

    op.drop_table("lump_part")
    with op.batch_alter_table("pay_run_row", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_pay_run_row_worker_id"))

    op.drop_table("pay_run_row")
    with op.batch_alter_table("lump_sum", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_lump_sum_posting_id"))

    op.drop_table("lump_sum")
    op.drop_table("crew_sharing")
    with op.batch_alter_table("wage_charge", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_wage_charge_worker_id_state"))
        batch_op.drop_index(batch_op.f("ix_wage_charge_employer_id_worker_id"))

    op.drop_table("wage_charge")
    with op.batch_alter_table("pay_run", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_pay_run_state"))
        batch_op.drop_index(batch_op.f("ix_pay_run_posting_id"))
        batch_op.drop_index(batch_op.f("ix_pay_run_employer_id_state"))

    op.drop_table("pay_run")
    op.drop_table("pay_cycle")


def _without_triggers() -> list[str]:
    """SQLite rebuilds the tables: what made the triggers on them, and those that read them."""
    if op.get_bind().dialect.name != "sqlite":
        return []
    found = (
        op.get_bind()
        .execute(
            sa.text(
                "SELECT name, sql FROM sqlite_master WHERE type = 'trigger'"
                " AND (sql LIKE '%pay_slip%' OR sql LIKE '%settlement%' OR sql LIKE '%journal_line%')"
            )
        )
        .all()
    )
    for name, _sql in found:
        op.get_bind().exec_driver_sql(f'DROP TRIGGER "{name}"')
    return [sql for _name, sql in found]


def _again(triggers: list[str]) -> None:
    for statement in triggers:
        op.get_bind().exec_driver_sql(statement)
