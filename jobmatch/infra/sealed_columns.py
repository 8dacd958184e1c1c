"""Every column that holds a sealed number, and sealing them anew when the first key changes."""

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import Table, and_, select, update

from jobmatch.infra import crypto
from jobmatch.infra.db import Base, reading, transaction

BATCH = 200


@dataclass(frozen=True, slots=True)
class Sealed:
    """place: what is bound to a value, before the value of the column `bound`."""

    table: str
    column: str
    key: str
    place: str
    bound: str


# Codes by SMS are left out: they end after ten minutes, the old key opens them until then.
SHORT_LIVED = frozenset({"sign_in_code"})
SEALED = (
    Sealed("worker", "id_sealed", "id", "worker.id_number", "uid"),
    Sealed("household_member", "id_sealed", "id", "household_member.id_number", "uid"),
    Sealed("second_factor", "secret_sealed", "user_id", "second_factor.secret", "user_id"),
    Sealed("bank_account", "number_sealed", "worker_id", "bank_account.number", "worker_id"),
    Sealed("reach", "wecom_sealed", "user_id", "reach.wecom", "user_id"),
)


def old_seals() -> dict[str, int]:
    """How many values of each column another key than the first has sealed."""
    return {f"{s.table}.{s.column}": sum(1 for _ in _old_keys(s)) for s in SEALED}


def rotate(sealed: Sealed, most: int = BATCH) -> int:
    """Seal up to `most` values of the column with the first key; returns how many.

    A value that another process wrote meanwhile is left as it wrote it. raises CannotOpen.
    """
    ring = crypto.ring()
    table: Table = Base.metadata.tables[sealed.table]
    key, column, bound = table.c[sealed.key], table.c[sealed.column], table.c[sealed.bound]
    batch = [number for number, _ in zip(_old_keys(sealed), range(most), strict=False)]
    if not batch:
        return 0
    with transaction() as session:
        held = session.execute(select(key, column, bound).where(key.in_(batch))).all()
        for number, before, name in held:
            place = f"{sealed.place}:{name}"
            anew = ring.seal(ring.open(before, place=place), place=place)
            session.execute(
                update(table).where(and_(key == number, column == before)).values({column: anew})
            )
    return len(batch)


def try_some(most: int = 3) -> int:
    """Open the first and the last values of each column; returns how many. raises CannotOpen."""
    session, tried = reading(), 0
    for sealed in SEALED:
        table = Base.metadata.tables[sealed.table]
        key, column, bound = table.c[sealed.key], table.c[sealed.column], table.c[sealed.bound]
        for order in (key.asc(), key.desc()):
            asked = select(column, bound).where(column.is_not(None)).order_by(order).limit(most)
            for value, name in session.execute(asked):
                crypto.ring().open(value, place=f"{sealed.place}:{name}")
                tried += 1
    return tried


def _old_keys(sealed: Sealed) -> Iterator[int]:
    """Keys of the rows whose value was sealed by another key than the first."""
    head = crypto.ring().first_id.encode() + b"\0"
    table = Base.metadata.tables[sealed.table]
    key, column = table.c[sealed.key], table.c[sealed.column]
    asked = select(key, column).where(column.is_not(None)).order_by(key)
    found = reading().execute(asked.execution_options(yield_per=2000))
    return (number for number, value in found if not value.startswith(head))
