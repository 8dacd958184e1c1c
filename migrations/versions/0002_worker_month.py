"""The monthly summary of each worker, kept in step by triggers; filled from what is there."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_POSTGRESQL = (
    """
    CREATE OR REPLACE FUNCTION count_work_day() RETURNS trigger AS $$ BEGIN
      IF TG_OP <> 'INSERT' THEN
        UPDATE worker_month SET person_times = person_times - 1, minutes = minutes - OLD.minutes
        WHERE worker_id = OLD.worker_id AND month = date_trunc('month', OLD.work_date)::date;
      END IF;
      IF TG_OP <> 'DELETE' THEN
        INSERT INTO worker_month (worker_id, month, person_times, minutes, fen)
        VALUES (NEW.worker_id, date_trunc('month', NEW.work_date)::date, 1, NEW.minutes, 0)
        ON CONFLICT (worker_id, month) DO UPDATE SET
          person_times = worker_month.person_times + 1,
          minutes = worker_month.minutes + EXCLUDED.minutes;
      END IF;
      RETURN NULL;
    END $$ LANGUAGE plpgsql
    """,
    """
    CREATE OR REPLACE FUNCTION count_pay_slip_line() RETURNS trigger AS $$ BEGIN
      IF TG_OP = 'UPDATE' AND OLD.live_day_id IS NOT NULL THEN
        UPDATE worker_month SET fen = fen - OLD.amount_fen
        WHERE worker_id = (SELECT worker_id FROM pay_slip WHERE id = OLD.pay_slip_id)
          AND month = date_trunc('month', OLD.work_date)::date;
      END IF;
      IF NEW.live_day_id IS NOT NULL THEN
        INSERT INTO worker_month (worker_id, month, person_times, minutes, fen)
        SELECT s.worker_id, date_trunc('month', NEW.work_date)::date, 0, 0, NEW.amount_fen
        FROM pay_slip s WHERE s.id = NEW.pay_slip_id
        ON CONFLICT (worker_id, month) DO UPDATE SET fen = worker_month.fen + EXCLUDED.fen;
      END IF;
      RETURN NULL;
    END $$ LANGUAGE plpgsql
    """,
    """
    CREATE TRIGGER work_day_month AFTER INSERT OR DELETE OR UPDATE OF worker_id, work_date, minutes
    ON work_day FOR EACH ROW EXECUTE FUNCTION count_work_day()
    """,
    """
    CREATE TRIGGER pay_slip_line_month AFTER INSERT OR UPDATE OF live_day_id, amount_fen
    ON pay_slip_line FOR EACH ROW EXECUTE FUNCTION count_pay_slip_line()
    """,
)

_LESS_DAY = """
    UPDATE worker_month SET person_times = person_times - 1, minutes = minutes - OLD.minutes
    WHERE worker_id = OLD.worker_id AND month = substr(OLD.work_date, 1, 7) || '-01';
"""
_MORE_DAY = """
    INSERT INTO worker_month (worker_id, month, person_times, minutes, fen)
    VALUES (NEW.worker_id, substr(NEW.work_date, 1, 7) || '-01', 1, NEW.minutes, 0)
    ON CONFLICT (worker_id, month) DO UPDATE SET
      person_times = person_times + 1, minutes = minutes + excluded.minutes;
"""
_LESS_PAY = """
    UPDATE worker_month SET fen = fen - OLD.amount_fen
    WHERE OLD.live_day_id IS NOT NULL AND month = substr(OLD.work_date, 1, 7) || '-01'
      AND worker_id = (SELECT worker_id FROM pay_slip WHERE id = OLD.pay_slip_id);
"""
_MORE_PAY = """
    INSERT INTO worker_month (worker_id, month, person_times, minutes, fen)
    SELECT s.worker_id, substr(NEW.work_date, 1, 7) || '-01', 0, 0, NEW.amount_fen
    FROM pay_slip s WHERE s.id = NEW.pay_slip_id AND NEW.live_day_id IS NOT NULL
    ON CONFLICT (worker_id, month) DO UPDATE SET fen = fen + excluded.fen;
"""
_SQLITE = (
    f"CREATE TRIGGER work_day_month_insert AFTER INSERT ON work_day BEGIN {_MORE_DAY} END",
    f"CREATE TRIGGER work_day_month_delete AFTER DELETE ON work_day BEGIN {_LESS_DAY} END",
    "CREATE TRIGGER work_day_month_update AFTER UPDATE OF worker_id, work_date, minutes "
    f"ON work_day BEGIN {_LESS_DAY} {_MORE_DAY} END",
    "CREATE TRIGGER pay_slip_line_month_insert AFTER INSERT "
    f"ON pay_slip_line BEGIN {_MORE_PAY} END",
    "CREATE TRIGGER pay_slip_line_month_update AFTER UPDATE OF live_day_id, amount_fen "
    f"ON pay_slip_line BEGIN {_LESS_PAY} {_MORE_PAY} END",
)


def upgrade() -> None:
    op.create_table(
        "worker_month",
        sa.Column("worker_id", sa.Integer(), nullable=False),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("person_times", sa.Integer(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("fen", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["worker_id"],
            ["worker.id"],
            name=op.f("fk_worker_month_worker_id_worker"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("worker_id", "month", name=op.f("pk_worker_month")),
    )
    op.create_index(
        op.f("ix_worker_month_month_worker_id_person_times_minutes_fen"),
        "worker_month",
        ["month", "worker_id", "person_times", "minutes", "fen"],
    )
    postgres = op.get_bind().dialect.name == "postgresql"
    month = "date_trunc('month', {})::date" if postgres else "substr({}, 1, 7) || '-01'"
    op.execute(
        "INSERT INTO worker_month (worker_id, month, person_times, minutes, fen) "  # noqa: S608
        "SELECT worker_id, month, sum(n), sum(minutes), sum(fen) FROM ("
        f"SELECT worker_id, {month.format('work_date')} AS month, 1 AS n, minutes, 0 AS fen "
        "FROM work_day UNION ALL "
        f"SELECT s.worker_id, {month.format('l.work_date')}, 0, 0, l.amount_fen "
        "FROM pay_slip_line l JOIN pay_slip s ON s.id = l.pay_slip_id "
        "WHERE l.live_day_id IS NOT NULL) AS one GROUP BY worker_id, month"
    )
    for statement in _POSTGRESQL if postgres else _SQLITE:
        op.get_bind().exec_driver_sql(statement)


def downgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP TRIGGER work_day_month ON work_day")
        op.execute("DROP TRIGGER pay_slip_line_month ON pay_slip_line")
        op.execute("DROP FUNCTION count_work_day()")
        op.execute("DROP FUNCTION count_pay_slip_line()")
    else:
        for name in ("work_day_month", "pay_slip_line_month"):
            for deed in ("insert", "delete", "update"):
                op.execute(f"DROP TRIGGER IF EXISTS {name}_{deed}")
    op.drop_table("worker_month")
