"""The chain over the log: lines are sealed in batches, each seal names the one before it.

Writers never wait for the chain: a line carries its own keyed sign, and a watch seals what has come
since (docs/decisions/0013-the-log-is-a-chain.md). On PostgreSQL keys are not in the order of
commits, so that a seal says by ranges which keys it holds; a line that comes late stands in the
next seal.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import BigInteger, Integer, String, Text, delete, func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapped, Session, mapped_column

from jobmatch.infra import clock
from jobmatch.infra.audit import AuditEntry, said, sign
from jobmatch.infra.db import Base, reading, transaction
from jobmatch.infra.ranges import Ranges, ranges_of

MOST_IN_SEAL = 5_000
# A transaction older than this has long been given up: its keys come no more.
LATE = timedelta(hours=2)
NO_SEAL = "0" * 64
# What the database itself demands (infra/triggers.py); nothing shortens it.
LEAST_DAYS = 184


class AuditSeal(Base):
    """A batch of lines, sealed. id: 1, 2, 3 ... without a gap.

    ranges     [[first, last], ...]: the keys of the lines
    digest     SHA-256 over the lines in the order of their keys
    previous   the mac of the seal before; 64 zeros for the first
    mac        the keyed sign of all of it
    """

    __tablename__ = "audit_seal"
    id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    ranges: Mapped[str] = mapped_column(Text)
    last_id: Mapped[int] = mapped_column(BigInteger)
    rows: Mapped[int]
    newest_at: Mapped[datetime]
    sealed_at: Mapped[datetime]
    digest: Mapped[str] = mapped_column(String(64))
    previous: Mapped[str] = mapped_column(String(64))
    mac: Mapped[str] = mapped_column(String(64))


class AuditCheckpoint(Base):
    """Lines of the seals up to `seal_id`, all older than `before`, were dropped as old enough."""

    __tablename__ = "audit_checkpoint"
    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    seal_id: Mapped[int]
    last_id: Mapped[int] = mapped_column(BigInteger)
    before: Mapped[datetime]
    made_at: Mapped[datetime]
    mac: Mapped[str] = mapped_column(String(64))


@dataclass(frozen=True, slots=True)
class Fault:
    """What does not hold: changed, missing, added, unsealed, seal, checkpoint; and where."""

    code: str
    where: str

    def __str__(self) -> str:
        return f"{self.code}: {self.where}"


@dataclass(frozen=True, slots=True)
class Checked:
    """What was looked at, what was found; head: the last seal as "number:first 16 hex digits"."""

    lines: int
    seals: int
    waiting: int
    head: str
    faults: tuple[Fault, ...]


# --- sealing ------------------------------------------------------------------------------------


def seal() -> int:
    """Seal all lines there are that no seal holds yet; returns how many.

    Of two at once one gives way. Lines written meanwhile wait for the next time: under steady
    writing it would not come to an end otherwise.
    """
    end = reading().scalar(select(func.max(AuditEntry.id))) or 0
    total = 0
    while count := _seal_some(end):
        total += count
    return total


def _seal_some(end: int) -> int:
    session = reading()
    last = session.scalar(select(AuditSeal).order_by(AuditSeal.id.desc()).limit(1))
    number, previous = (last.id + 1, last.mac) if last else (1, NO_SEAL)
    lines = _unsealed(session, clock.now() - LATE, end)
    if not lines:
        return 0
    row = AuditSeal(
        id=number,
        ranges=json.dumps(ranges_of([line.id for line in lines])),
        last_id=max(lines[-1].id, last.last_id if last else 0),
        rows=len(lines),
        newest_at=max(line.at for line in lines),
        sealed_at=clock.now(),
        digest=_digest(lines),
        previous=previous,
    )
    row.mac = sign(_seal_said(row))
    try:
        with transaction() as writing:
            writing.add(row)
    except IntegrityError:
        return 0  # somebody else sealed meanwhile
    return len(lines)


def _unsealed(session: Session, since: datetime, end: int) -> list[AuditEntry]:
    """The oldest lines up to `end` that no seal holds, at most a batch: first what came late."""
    asked = select(func.max(AuditSeal.last_id))
    newest = session.scalar(asked) or 0
    floor = session.scalar(asked.where(AuditSeal.sealed_at < since)) or 0
    recent = session.scalars(select(AuditSeal.ranges).where(AuditSeal.sealed_at >= since))
    held = Ranges(pair for ranges in recent for pair in json.loads(ranges))
    window = (AuditEntry.id > floor, AuditEntry.id <= min(newest, end))
    late: list[int] = []
    there = session.scalar(select(func.count()).select_from(AuditEntry).where(*window)) or 0
    if newest > end or there > held.count_above(floor):
        late = [key for key in session.scalars(select(AuditEntry.id).where(*window))
                if key not in held]  # fmt: skip
    wanted = AuditEntry.id.in_(late[:500]) if late else AuditEntry.id.between(newest + 1, end)
    found = select(AuditEntry).where(wanted).order_by(AuditEntry.id).limit(MOST_IN_SEAL)
    return list(session.scalars(found))


def _digest(lines: Iterable[AuditEntry]) -> str:
    found = hashlib.sha256()
    for line in lines:
        _add(found, line)
    return found.hexdigest()


def _add(digest: "hashlib._Hash", line: AuditEntry) -> None:
    digest.update(hashlib.sha256(said(line) + (line.mac or "").encode()).digest())


def _said_at(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="microseconds")


def _seal_said(row: AuditSeal) -> bytes:
    parts = [
        row.id, row.ranges, row.last_id, row.rows, _said_at(row.newest_at),
        _said_at(row.sealed_at), row.digest, row.previous,
    ]  # fmt: skip
    return json.dumps(parts).encode()


def _checkpoint_said(row: AuditCheckpoint) -> bytes:
    return json.dumps(
        ["checkpoint", row.seal_id, row.last_id, _said_at(row.before), _said_at(row.made_at)]
    ).encode()


# --- checking -----------------------------------------------------------------------------------


def check() -> Checked:
    """Read the whole log and every seal. Faults:

    changed      a line that does not say what it said, or whose sign is not ours
    missing      a key that a seal holds and no line has
    added        a line among sealed ones that no seal holds, or without our sign
    seal         a seal that was changed, is missing, or does not name the one before it
    checkpoint   dropping of old lines that was not ours
    """
    session = reading()
    seals = list(session.scalars(select(AuditSeal).order_by(AuditSeal.id)))
    checkpoints = list(session.scalars(select(AuditCheckpoint).order_by(AuditCheckpoint.id)))
    faults = [*_seal_faults(seals), *_checkpoint_faults(checkpoints, seals)]
    dropped = max((row.seal_id for row in checkpoints), default=0)
    count, waiting, found = _line_faults(session, seals, dropped)
    return Checked(count, len(seals), waiting, head(), (*faults, *found))


def unsealed() -> int:
    """About how many lines wait for a seal: those after the last one."""
    last = select(func.coalesce(func.max(AuditSeal.last_id), 0)).scalar_subquery()
    return reading().scalar(select(func.count()).where(AuditEntry.id > last)) or 0


def head() -> str:
    """The last seal, to be noted somewhere else: "number:first 16 hex digits"."""
    row = reading().scalar(select(AuditSeal).order_by(AuditSeal.id.desc()).limit(1))
    return f"{row.id}:{row.mac[:16]}" if row else "0:"


def head_holds(head: str) -> bool:
    """Whether a head noted earlier (in a log, in a backup) is still part of the chain."""
    number, _, sign_ = head.partition(":")
    if head == "0:":
        return True
    row = reading().get(AuditSeal, int(number)) if number.isdecimal() else None
    return row is not None and len(sign_) == 16 and row.mac.startswith(sign_)


def _seal_faults(seals: Sequence[AuditSeal]) -> Iterator[Fault]:
    before, number = NO_SEAL, 0
    for row in seals:
        number += 1
        if row.id != number:
            yield Fault("seal", f"number {number} is missing")
            number = row.id
        elif row.previous != before:
            yield Fault("seal", f"number {row.id} does not follow the one before it")
        if row.mac != sign(_seal_said(row)):
            yield Fault("seal", f"number {row.id} was changed")
        before = row.mac


def _checkpoint_faults(
    checkpoints: Sequence[AuditCheckpoint], seals: Sequence[AuditSeal]
) -> Iterator[Fault]:
    known = {row.id: row for row in seals}
    for row in checkpoints:
        sealed = known.get(row.seal_id)
        if row.mac != sign(_checkpoint_said(row)) or sealed is None:
            yield Fault("checkpoint", f"number {row.id} was not made by us")
        elif sealed.newest_at >= row.before:
            yield Fault("checkpoint", f"number {row.id} drops lines that are too new")


def _line_faults(
    session: Session, seals: Sequence[AuditSeal], dropped: int
) -> tuple[int, int, list[Fault]]:
    """How many lines there are, how many no seal holds yet, and what is wrong with them."""
    held = {row.id: Ranges(json.loads(row.ranges)) for row in seals}
    of_key = Ranges((first, last, row.id) for row in seals for first, last in held[row.id])
    digests = {row.id: hashlib.sha256() for row in seals}
    counts = dict.fromkeys(digests, 0)
    newest = max((row.last_id for row in seals), default=0)
    late = clock.now() - 2 * LATE
    faults: list[Fault] = []
    count = waiting = 0
    for line in session.scalars(
        select(AuditEntry).order_by(AuditEntry.id).execution_options(yield_per=1000)
    ):
        count += 1
        number = of_key.tag(line.id)
        if number is None:
            waiting += 1
            if line.mac is None or line.mac != sign(said(line)):
                faults.append(Fault("added", f"line {line.id} does not carry our sign"))
            elif line.id < newest and line.at < late:
                faults.append(Fault("added", f"line {line.id} stands among sealed ones"))
            continue
        _add(digests[number], line)
        counts[number] += 1
        if not _sign_holds(line, number):
            faults.append(Fault("changed", f"line {line.id}"))
    for row in seals:
        if row.id <= dropped and not counts[row.id]:
            continue
        if counts[row.id] < row.rows:
            faults += _missing(session, row.id, held[row.id])
        elif digests[row.id].hexdigest() != row.digest:
            faults.append(Fault("changed", f"a line of seal {row.id}"))
    return count, waiting, faults


def _sign_holds(line: AuditEntry, number: int) -> bool:
    """Lines older than signs stand in the first seals only; from then on every line has one."""
    if line.mac is None:
        return line.uid is None and number == 1
    return line.mac == sign(said(line))


def _missing(session: Session, number: int, held: Ranges) -> Iterator[Fault]:
    for first, last in held:
        between = AuditEntry.id.between(first, last)
        there = set(session.scalars(select(AuditEntry.id).where(between)))
        for key in range(first, last + 1):
            if key not in there:
                yield Fault("missing", f"line {key} of seal {number}")


# --- dropping what is old enough ----------------------------------------------------------------


def prune(before: datetime) -> int:
    """Drop the lines of all seals, from the first on, whose newest line is older; returns how many.

    The seals stay, so that the chain still holds; a checkpoint says what was dropped. The database
    refuses it for lines younger than half a year, whatever `before` says. The newest seal keeps its
    lines, so that no key comes twice.
    """
    before = min(before, clock.now() - timedelta(days=LEAST_DAYS))
    with transaction() as session:
        newest = session.scalar(select(func.max(AuditSeal.id))) or 0
        young = session.scalar(select(func.min(AuditSeal.id)).where(AuditSeal.newest_at >= before))
        done = session.scalar(select(func.max(AuditCheckpoint.seal_id))) or 0
        old = (
            select(AuditSeal)
            .where(AuditSeal.id.between(done + 1, newest - 1))
            .order_by(AuditSeal.id)
        )
        if young is not None:
            old = old.where(AuditSeal.id < young)
        seals = list(session.scalars(old))
        if not seals:
            return 0
        row = AuditCheckpoint(
            seal_id=seals[-1].id, last_id=max(s.last_id for s in seals), before=before,
            made_at=clock.now(),
        )  # fmt: skip
        row.mac = sign(_checkpoint_said(row))
        session.add(row)
        session.flush()
        dropped = 0
        for seal_ in seals:
            for first, last in json.loads(seal_.ranges):
                done_ = session.execute(
                    delete(AuditEntry).where(AuditEntry.id.between(first, last))
                )
                dropped += done_.rowcount  # type: ignore[attr-defined]
        return dropped
