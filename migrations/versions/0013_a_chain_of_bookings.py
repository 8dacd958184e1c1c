"""Each employer's bookings are a chain of hashes; balances and the outcome of checks are kept."""

import hashlib
import json
from collections import defaultdict
from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

NOTHING = "0" * 64
FEW = 5_000


def upgrade() -> None:
    op.create_table(
        "ledger_head",
        sa.Column("employer_id", sa.Integer(), nullable=False),
        sa.Column("entries", sa.Integer(), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(
            ["employer_id"],
            ["employer.id"],
            name=op.f("fk_ledger_head_employer_id_employer"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("employer_id", name=op.f("pk_ledger_head")),
    )
    op.create_table(
        "ledger_balance",
        sa.Column("employer_id", sa.Integer(), nullable=False),
        sa.Column("worker_id", sa.Integer(), nullable=False),
        sa.Column("account", sa.String(length=16), nullable=False),
        sa.Column("amount_fen", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["employer_id"],
            ["employer.id"],
            name=op.f("fk_ledger_balance_employer_id_employer"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["worker_id"],
            ["worker.id"],
            name=op.f("fk_ledger_balance_worker_id_worker"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint(
            "employer_id", "worker_id", "account", name=op.f("pk_ledger_balance")
        ),
    )
    with op.batch_alter_table("ledger_balance", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_ledger_balance_worker_id"), ["worker_id"])
    op.create_table(
        "ledger_check",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("checked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("entries", sa.Integer(), nullable=False),
        sa.Column("found", sa.Integer(), nullable=False),
        sa.Column("faults", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ledger_check")),
    )
    triggers = _without_triggers()
    with op.batch_alter_table("journal_entry", schema=None) as batch_op:
        batch_op.add_column(sa.Column("chain_no", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("hash_before", sa.String(length=64), nullable=True))
        batch_op.add_column(sa.Column("hash", sa.String(length=64), nullable=True))
    _chain()
    with op.batch_alter_table("journal_entry", schema=None) as batch_op:
        for name in ("chain_no", "hash_before", "hash"):
            batch_op.alter_column(
                name,
                existing_type=sa.Integer() if name == "chain_no" else sa.String(length=64),
                nullable=False,
            )
        for name in ("chain_no", "hash_before"):
            batch_op.create_unique_constraint(
                batch_op.f(f"uq_journal_entry_employer_id_{name}"), ["employer_id", name]
            )
    _again(triggers)


def downgrade() -> None:
    triggers = _without_triggers()
    with op.batch_alter_table("journal_entry", schema=None) as batch_op:
        for name in ("chain_no", "hash_before"):
            batch_op.drop_constraint(
                batch_op.f(f"uq_journal_entry_employer_id_{name}"), type_="unique"
            )
        for name in ("hash", "hash_before", "chain_no"):
            batch_op.drop_column(name)
    _again(triggers)
    op.drop_table("ledger_check")
    with op.batch_alter_table("ledger_balance", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_ledger_balance_worker_id"))
    op.drop_table("ledger_balance")
    op.drop_table("ledger_head")


def _chain() -> None:
    """Number and hash what was booked so far, in the order in which it was booked."""
    connection = op.get_bind()
    entry = sa.table(
        "journal_entry",
        sa.column("id", sa.Integer),
        sa.column("employer_id", sa.Integer),
        sa.column("booked_on", sa.Date),
        sa.column("kind", sa.String),
        sa.column("ref", sa.String),
        sa.column("reverses_id", sa.Integer),
        sa.column("created_by", sa.Integer),
        sa.column("created_at", sa.DateTime(timezone=True)),
        sa.column("chain_no", sa.Integer),
        sa.column("hash_before", sa.String),
        sa.column("hash", sa.String),
    )
    line = sa.table(
        "journal_line",
        sa.column("journal_entry_id", sa.Integer),
        sa.column("account", sa.String),
        sa.column("worker_id", sa.Integer),
        sa.column("amount_fen", sa.BigInteger),
    )
    heads: dict[int, tuple[int, str]] = {}
    keys = list(connection.execute(sa.select(entry.c.id).order_by(entry.c.id)).scalars())
    for start in range(0, len(keys), FEW):
        few = keys[start : start + FEW]
        between = (few[0], few[-1])
        lines: dict[int, list[list[object]]] = defaultdict(list)
        for key, account, worker, fen in connection.execute(
            sa.select(line).where(line.c.journal_entry_id.between(*between))
        ):
            lines[key].append([account, worker or 0, fen])
        set_ = []
        for row in connection.execute(
            sa.select(entry).where(entry.c.id.between(*between)).order_by(entry.c.id)
        ):
            number, before = heads.get(row.employer_id, (0, NOTHING))
            said = [
                before, number + 1, row.employer_id, row.booked_on.isoformat(), row.kind, row.ref,
                row.reverses_id, row.created_by, _instant(row.created_at), sorted(lines[row.id]),
            ]  # fmt: skip
            own = hashlib.sha256(json.dumps(said, separators=(",", ":")).encode()).hexdigest()
            heads[row.employer_id] = (number + 1, own)
            set_.append({"key": row.id, "no": number + 1, "prev": before, "own": own})
        connection.execute(
            sa.update(entry)
            .where(entry.c.id == sa.bindparam("key"))
            .values(
                chain_no=sa.bindparam("no"),
                hash_before=sa.bindparam("prev"),
                hash=sa.bindparam("own"),
            ),
            set_,
        )
    head = sa.table(
        "ledger_head",
        sa.column("employer_id", sa.Integer),
        sa.column("entries", sa.Integer),
        sa.column("hash", sa.String),
    )
    if heads:
        connection.execute(
            sa.insert(head),
            [{"employer_id": key, "entries": n, "hash": own} for key, (n, own) in heads.items()],
        )
    connection.execute(
        sa.text(
            "INSERT INTO ledger_balance (employer_id, worker_id, account, amount_fen) "
            "SELECT e.employer_id, l.worker_id, l.account, sum(l.amount_fen) "
            "FROM journal_line l JOIN journal_entry e ON e.id = l.journal_entry_id "
            "WHERE l.worker_id IS NOT NULL GROUP BY e.employer_id, l.worker_id, l.account"
        )
    )


def _instant(at: datetime) -> str:
    aware = at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)
    return aware.isoformat(timespec="microseconds")


def _without_triggers() -> list[str]:
    """Take off what freezes the rows; gives what makes it again."""
    connection = op.get_bind()
    if connection.dialect.name == "sqlite":
        found = connection.execute(
            sa.text(
                "SELECT name, sql FROM sqlite_master WHERE type='trigger' AND tbl_name='journal_entry'"
            )
        ).all()
        on = ""
    else:
        found = connection.execute(
            sa.text(
                "SELECT tgname, pg_get_triggerdef(oid) FROM pg_trigger "
                "WHERE tgrelid = 'journal_entry'::regclass AND NOT tgisinternal"
            )
        ).all()
        on = " ON journal_entry"
    for name, _sql in found:
        connection.execute(sa.text(f"DROP TRIGGER {name}{on}"))
    return [sql for _name, sql in found]


def _again(triggers: list[str]) -> None:
    for statement in triggers:
        op.get_bind().exec_driver_sql(statement)
