"""Crews of the demonstration that share their pay: pieces of the whole crew, and lump sums.

The leader's crew agreed on shares, loaded by the piece and then dug out a cellar for a lump sum;
both are on slips, and the last part of the lump sum has not reached three of them. Another crew is
in the middle of such work: one part is done, another is not.
"""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from jobmatch.accounts import service as accounts
from jobmatch.attendance import copies
from jobmatch.attendance import service as attendance
from jobmatch.attendance.rules.kinds import Kind
from jobmatch.attendance.service import Mark
from jobmatch.brands.models import Crew, CrewMember
from jobmatch.dispatch.models import CrewOrder, Engagement, EngagementDay, Signup
from jobmatch.earnings import charging, payment, runs, sharing
from jobmatch.earnings import service as earnings
from jobmatch.earnings.models import PaySlip, Settlement
from jobmatch.earnings.rules import taking
from jobmatch.earnings.rules.sharing import WHOLE, Way
from jobmatch.earnings.run_models import PayRun
from jobmatch.employers.models import Site
from jobmatch.infra import clock
from jobmatch.infra.db import forget_reads, reading, transaction
from jobmatch.kernel.actor import Actor
from jobmatch.kernel.errors import DomainError
from jobmatch.kernel.periods import Days
from jobmatch.postings.models import Posting, PostingDay
from jobmatch.seed.people import at
from jobmatch.workers.models import Availability, Worker

# i18n: data module

PIECES_AGO, LUMP_AGO, WEEKS_AGO = 80, 74, (8, 45)
FEW = 6
MOST = 12
UNPAID = 3


@dataclass(frozen=True, slots=True)
class Gang:
    """A crew at work for an employer; people: its members who were free, the leader first."""

    crew_id: int
    brand_id: int
    people: tuple[int, ...]
    leader: Actor
    posting_id: int
    days: Days


@dataclass(frozen=True, slots=True)
class Payers:
    """Who computes the employer's pay, and who approves it."""

    employer_id: int
    accountant: Actor
    boss: Actor


def let_crews_share(payers: Payers, worker_id: int, leader: Actor) -> None:
    """Weeks ago and days ago, by the services; worker_id: of the leader's crew."""
    crew_id = reading().scalar(
        select(CrewMember.crew_id).where(CrewMember.worker_id == leader.worker_id)
    )
    if crew_id is None:
        return
    today = clock.today()
    _agree(crew_id, today - timedelta(days=PIECES_AGO + 3), leader)
    with suppress(DomainError):
        _pieces(payers, crew_id, worker_id, leader)
    with suppress(DomainError):
        _lump(payers, crew_id, worker_id, leader)
    with suppress(DomainError):
        _under_way(payers, crew_id)


def _agree(crew_id: int, day: date, leader: Actor) -> None:
    """The leader, who keeps the count, gets a little more; the others share alike."""
    people = _members(crew_id)
    each = (WHOLE - 100) // len(people)
    shares = dict.fromkeys(people, each)
    first = leader.worker_id or people[0]
    shares[first] = WHOLE - each * (len(people) - 1)
    with clock.at(at(day, 20)):
        sharing.agree_sharing(crew_id, day + timedelta(days=1), Way.AGREED, shares, actor=leader)


def _pieces(payers: Payers, crew_id: int, worker_id: int, leader: Actor) -> None:
    """Loaded by the piece, the whole crew's count in one; an advance comes off one slip."""
    gang = _send(
        payers, crew_id, PIECES_AGO, 5, title="甘薯装车（全班计件）",
        work_text="从窖口装到车上，全班一起过秤，按商定的份额分",
        pay_kind="piece", rate_fen=450, piece_unit="斤", piece_lot=100, crew_share=True,
        usual_day_pieces=4_000,
    )  # fmt: skip
    if gang is None:
        return
    for n, day in enumerate(gang.days):
        # The leader writes the whole crew's scales down under the own name.
        _record(gang, day, pieces=len(gang.people) * (4_100 + 60 * n))
        if n == 1 and worker_id in gang.people:
            with clock.at(at(day, 19)):
                charge = charging.record(
                    payers.employer_id, worker_id, taking.Kind.ADVANCE, day, 20_000,
                    "孩子开学，先支 200 元", actor=payers.accountant,
                )  # fmt: skip
                charging.answer(charge, True, actor=_actor(worker_id))
        _confirm(payers, gang, day)
    _pay(gang, _settle(payers, gang, gang.days), payers, keep=())


def _lump(payers: Payers, crew_id: int, worker_id: int, leader: Actor) -> None:
    """A whole in two parts; the bank sent the second back for three of them."""
    gang = _send(
        payers, crew_id, LUMP_AGO, 6, title="薯窖清理入窖（包工）",
        work_text="两口窖清空、消毒、入窖，干完算总数，按商定的份额分",
        pay_kind="day", rate_fen=17_000,
    )  # fmt: skip
    if gang is None:
        return
    fen = len(gang.people) * len(gang.days) * 18_500
    with clock.at(at(gang.days.first - timedelta(days=1), 18)):
        lump = sharing.agree_lump(
            gang.posting_id, gang.days, fen, crew_id=crew_id, way=Way.AGREED, actor=payers.boss
        )
    halves = (Days(gang.days.first, gang.days.first + timedelta(days=2)),
              Days(gang.days.first + timedelta(days=3), gang.days.last))  # fmt: skip
    for half, part in zip(halves, (fen // 2, fen - fen // 2), strict=True):
        for day in half:
            _record(gang, day)
            _confirm(payers, gang, day)
        with clock.at(at(half.last, 18, 40)):
            sharing.declare_done(lump, half, part, actor=payers.boss)
        keep: tuple[int, ...] = ()
        if half == halves[1]:
            keep = tuple(sorted(gang.people, key=lambda key: key != worker_id))[:UNPAID]
        run = _settle(payers, gang, half, by_two=half == halves[1])
        _pay(gang, run, payers, keep=keep)


def _under_way(payers: Payers, crew_id: int) -> None:
    """Another crew with shares typed by the employer: one part done, the next not yet."""
    others = reading().scalars(
        select(Crew.id).where(
            Crew.is_active, Crew.id != crew_id,
            Crew.brand_id == select(Crew.brand_id).where(Crew.id == crew_id).scalar_subquery(),
        ).order_by(Crew.id)
    ).all()  # fmt: skip
    # The latest week in which one of them was free.
    ago, found = next(
        (
            (ago, key)
            for ago in range(*WEEKS_AGO)
            for key in others
            if len(_free(key, _span(ago, 6))) >= FEW
        ),
        (0, 0),
    )
    gang = _send(
        payers, found, ago, 6,
        title="大棚拆膜清杂（包工）", work_text="八个棚，拆膜、卷膜、清杂，分两段算",
        pay_kind="day", rate_fen=17_500,
    )  # fmt: skip
    if gang is None:
        return
    each = WHOLE // len(gang.people)
    shares = dict.fromkeys(gang.people, each)
    shares[gang.people[0]] += WHOLE - each * len(gang.people)
    fen = len(gang.people) * len(gang.days) * 18_500
    with clock.at(at(gang.days.first - timedelta(days=1), 18)):
        lump = sharing.agree_lump(
            gang.posting_id, gang.days, fen, crew_id=gang.crew_id, way=Way.AGREED,
            shares=shares, actor=payers.boss,
        )  # fmt: skip
    for day in gang.days:
        _record(gang, day)
    done = Days(gang.days.first, gang.days.first + timedelta(days=2))
    with clock.at(at(done.last, 18, 40)):
        sharing.declare_done(lump, done, fen // 2, actor=payers.boss)


def _span(ago: int, length: int) -> Days:
    first = clock.today() - timedelta(days=ago)
    return Days(first, first + timedelta(days=length - 1))


def _members(crew_id: int) -> Sequence[int]:
    return (
        reading()
        .scalars(
            select(CrewMember.worker_id)
            .where(CrewMember.crew_id == crew_id)
            .order_by(CrewMember.worker_id)
        )
        .all()
    )


def _free(crew_id: int, days: Days) -> list[int]:
    """Members with nothing on these days: the leader first, those who sign in next."""
    busy = select(EngagementDay.worker_id).where(
        EngagementDay.work_date.between(days.first, days.last)
    )
    can = select(Availability.worker_id).where(
        Availability.first_day <= days.first, Availability.last_day >= days.last
    )
    return list(
        reading().scalars(
            select(Worker.id)
            .join(CrewMember, CrewMember.worker_id == Worker.id)
            .join(Crew, Crew.id == CrewMember.crew_id)
            .where(Crew.id == crew_id, Worker.id.not_in(busy), Worker.id.in_(can))
            .order_by(Worker.id != Crew.leader_id, Worker.user_id.is_(None), Worker.id)
        )
    )


def _send(payers: Payers, crew_id: int, ago: int, length: int, **terms: Any) -> Gang | None:
    """The crew's free members on a posting of its own; None where too few are free."""
    days = _span(ago, length)
    people = _free(crew_id, days)[:MOST]
    if len(people) < FEW:
        return None
    crew = reading().get_one(Crew, crew_id)
    brand_id, leader = crew.brand_id, _actor(crew.leader_id or people[0])
    with transaction() as session, clock.at(at(days.first - timedelta(days=4), 9)):
        posting_id = _posting(session, payers, brand_id, days, len(people), terms)
        _engage(session, posting_id, crew_id, brand_id, people, days)
    forget_reads()
    return Gang(crew_id, brand_id, tuple(people), leader, posting_id, days)


def _posting(
    session: Session, payers: Payers, brand_id: int, days: Days, headcount: int,
    terms: dict[str, Any],
) -> int:  # fmt: skip
    site = session.scalars(
        select(Site).where(Site.employer_id == payers.employer_id).order_by(Site.id)
    ).first()
    assert site is not None
    row = Posting(
        employer_id=payers.employer_id, site_id=site.id, skill_id="ag.swpotato.sort",
        state="closed", first_day=days.first, last_day=days.last, day_minutes=480, starts_at=450,
        ends_at=1020, meals=True, load="medium", lift_kg=20, brand_id=brand_id,
        place_code=site.place_code, lon=site.lon, lat=site.lat, published_at=clock.now(),
        created_by=payers.boss.user_id, created_at=clock.now(), **terms,
    )  # fmt: skip
    session.add(row)
    session.flush()
    session.add_all(
        PostingDay(posting_id=row.id, work_date=day, headcount=headcount, taken=headcount)
        for day in days
    )
    session.flush()
    return row.id


def _engage(
    session: Session, posting_id: int, crew_id: int, brand_id: int, people: Sequence[int],
    days: Days,
) -> None:  # fmt: skip
    now = clock.now()
    order = CrewOrder(
        crew_id=crew_id, posting_id=posting_id, first_day=days.first, last_day=days.last,
        state="accepted", created_at=now, decided_at=now,
    )  # fmt: skip
    session.add(order)
    session.flush()
    rows = session.execute(
        select(PostingDay.work_date, PostingDay.id).where(PostingDay.posting_id == posting_id)
    )
    seats = {day: key for day, key in rows}  # noqa: C416 (dict() loses the types)
    for worker_id in people:
        signup = Signup(
            worker_id=worker_id, posting_id=posting_id, first_day=days.first, last_day=days.last,
            state="accepted", via="crew", crew_id=crew_id, crew_order_id=order.id, created_at=now,
            decided_at=now,
        )  # fmt: skip
        session.add(signup)
        session.flush()
        engaged = Engagement(
            signup_id=signup.id, worker_id=worker_id, posting_id=posting_id, brand_id=brand_id,
            crew_id=crew_id, created_at=now,
        )  # fmt: skip
        session.add(engaged)
        session.flush()
        session.add_all(
            EngagementDay(
                engagement_id=engaged.id, posting_day_id=seats[day], worker_id=worker_id,
                work_date=day,
            )
            for day in days
        )  # fmt: skip


def _seats(gang: Gang, day: date) -> list[tuple[int, int]]:
    """Engagement day and worker, the leader first."""
    rows = reading().execute(
        select(EngagementDay.id, EngagementDay.worker_id)
        .join(Engagement, Engagement.id == EngagementDay.engagement_id)
        .where(Engagement.posting_id == gang.posting_id, EngagementDay.work_date == day)
    )
    found = [(key, worker) for key, worker in rows]
    return sorted(found, key=lambda pair: gang.people.index(pair[1]))


def _record(gang: Gang, day: date, pieces: int = 0) -> None:
    """What the leader notes in the evening: all there, one for half of the day."""
    seats = _seats(gang, day)
    marks = [Mark(key, Kind.PRESENT) for key, _worker in seats]
    half = seats[day.toordinal() % len(seats)][0]
    marks.append(Mark(half, Kind.MINUTES, 240))
    if pieces:
        marks.append(Mark(seats[0][0], Kind.PIECES, pieces))
    with clock.at(at(day, 18)):
        attendance.record_crew(marks, actor=gang.leader, uid=f"crew {gang.posting_id} {day}")
    forget_reads()


def _confirm(payers: Payers, gang: Gang, day: date) -> None:
    """The employer lets the day stand; of the workers silence does."""
    with clock.at(at(day, 20)):
        fens: dict[int, int | None] = {key: None for key, _worker in _seats(gang, day)}
        copies.confirm_posting(gang.posting_id, day, fens, actor=payers.boss)


def _settle(payers: Payers, gang: Gang, days: Days, by_two: bool = False) -> int:
    """Computed by one, and issued, or sent to the other and approved; gives the run's key."""
    with clock.at(at(days.last + timedelta(days=1), 17)):
        run = runs.begin(
            payers.employer_id, days.first, days.last, actor=payers.accountant,
            posting_id=gang.posting_id,
        )  # fmt: skip
        forget_reads()
        fen = reading().scalar(select(PayRun.net_fen).where(PayRun.id == run)) or 0
        if by_two:
            # The sum may lie below what needs it, the page is to be seen.
            with transaction() as session:
                session.execute(update(PayRun).where(PayRun.id == run).values(state="awaiting"))
            forget_reads()
            runs.approve(run, fen, actor=payers.boss)
        else:
            runs.submit(run, fen, actor=payers.accountant)
    forget_reads()
    return run


def _pay(gang: Gang, run: int, payers: Payers, *, keep: Sequence[int]) -> None:
    """Who signs in confirms; all but those to keep are paid by the bank."""
    with clock.at(at(gang.days.last + timedelta(days=3), 10)):
        slips = reading().execute(
            select(PaySlip.id, PaySlip.worker_id, Worker.user_id)
            .join(Settlement, Settlement.id == PaySlip.settlement_id)
            .join(Worker, Worker.id == PaySlip.worker_id)
            .where(Settlement.pay_run_id == run)
            .order_by(PaySlip.id)
        ).all()  # fmt: skip
        for slip, worker, user in slips:
            if user is not None:
                earnings.confirm(slip, actor=_actor(worker))
        paid = [slip for slip, worker, _user in slips if worker not in keep]
        payment.record_payment(
            paid, clock.today(), "bank", f"代发批次 {clock.today():%m%d}", actor=payers.boss
        )
    forget_reads()


def _actor(worker_id: int) -> Actor:
    user_id = reading().scalar(select(Worker.user_id).where(Worker.id == worker_id))
    return accounts.actor_of(user_id) if user_id else Actor()
