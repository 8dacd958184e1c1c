"""Employers, postings, and who works where; then the days worked and the pay for them."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from jobmatch.attendance.models import AttendanceEvent, WorkDay
from jobmatch.dispatch.models import CrewOrder, Engagement, EngagementDay, Signup
from jobmatch.earnings.booking import income_ref, issued_ref, paid_ref
from jobmatch.earnings.models import (
    JournalLine,
    PaySlip,
    PaySlipLine,
    Settlement,
)
from jobmatch.earnings.rules.ledger import Entry, Line, issued, paid
from jobmatch.earnings.rules.wage import PayKind, Terms, own_pay
from jobmatch.earnings.terms import stored
from jobmatch.employers.models import Employer, Site
from jobmatch.households.models import IncomeEntry
from jobmatch.kernel.periods import Days
from jobmatch.places.rules import road_km
from jobmatch.postings.models import Posting, PostingDay
from jobmatch.seed import names
from jobmatch.seed.books import Books
from jobmatch.seed.calendar import Work
from jobmatch.seed.people import COMING_DAYS, Ground, Hand, at
from jobmatch.seed.writer import Writer

CERTIFIED_SKILL = "ag.swpotato.sort"
CYCLE_DAYS = 15
SETTLED_AFTER = 3
PAID_AFTER = 8

# How one finds the spot from the village, for an employer's first, second and third site.
WAYS = ("村口往东 300 米，路北", "村委会往南 500 米", "进村第二个路口，路西")


@dataclass(frozen=True, slots=True)
class Boss:
    """An employer with its sites (key, village, lon, lat)."""

    id: int
    user_id: int | None
    sites: tuple[tuple[int, str, float, float], ...]
    books: Books = field(default_factory=Books, compare=False)


@dataclass(slots=True)
class Job:
    """A posting with its days: key, headcount and seats taken by day."""

    id: int
    boss: Boss
    work: Work
    days: Days
    lon: float
    lat: float
    place: str
    needs_credential: bool
    brand_id: int | None
    is_open: bool
    day_keys: dict[date, int] = field(default_factory=dict)
    headcount: int = 0
    rate_fen: int = 0
    is_instant: bool = False
    taken: dict[date, int] = field(default_factory=lambda: defaultdict(int))
    full: int = 0
    worked: list[tuple[int, Hand, date, int, int]] = field(default_factory=list)


def make_employer(w: Writer, g: Ground, order: int, user_id: int | None, name: str = "") -> Boss:
    """A verified employer with one to three sites; the last of every 12 waits for verification."""
    rng = g.rng
    kind = rng.choice(("enterprise", "cooperative", "cooperative", "big_grower"))
    key = w.key(Employer.__table__)  # type: ignore[arg-type]
    village = rng.choice(g.villages)
    waits = order % 12 == 11
    verified = g.today - timedelta(days=rng.randint(5, 170))
    w.add(
        Employer,
        id=key,
        kind=kind if not name else "cooperative",
        name=name or names.firm(rng, kind, g.county_name.removesuffix("旗").removesuffix("县")),
        credit_code=None if kind == "big_grower" and not name else names.credit_code(g.county, key),
        contact_name=names.person(rng, rng.choice("FM")),
        phone=f"1370{key:07d}",
        place_code=village.code[:9],
        state="pending" if waits else "verified",
        state_note="",
        verified_on=None if waits else verified,
        verified_until=None if waits else verified + timedelta(days=183),
        verified_by=None,
        created_by=user_id,
        created_at=at(verified - timedelta(days=3), 10),
    )
    sites = []
    for n in range(rng.choice((1, 1, 2, 3))):
        spot = village if n == 0 else rng.choice(g.villages)
        lon, lat = spot.lon + rng.uniform(-0.12, 0.12), spot.lat + rng.uniform(-0.09, 0.09)
        label = rng.choice(("库房", "地块", "加工点", "大棚"))
        site = w.add(
            Site,
            employer_id=key,
            name=f"{spot.name}{label}",
            place_code=spot.code,
            address=WAYS[n],
            lon=round(lon, 5),
            lat=round(lat, 5),
            created_at=at(verified, 11),
        )
        sites.append((site, spot.code, lon, lat))
    return Boss(key, user_id, tuple(sites))


def long_run(g: Ground) -> Days:
    """Five pay cycles: four are settled, the last of them just now, and the fifth is under way."""
    first = g.today - timedelta(days=4 * CYCLE_DAYS + SETTLED_AFTER + 1)
    return Days(first, first + timedelta(days=5 * CYCLE_DAYS - 1))


def _some_days(g: Ground, work: Work) -> Days:
    horizon = Days(g.base + timedelta(days=3), g.today + timedelta(days=COMING_DAYS - 3))
    season = work.season.common(horizon) or horizon
    length = min(len(season), g.rng.choice((5, 8, 10, 12, 15, 20, 25)))
    first = season.first + timedelta(days=g.rng.randint(0, len(season) - length))
    return Days(first, first + timedelta(days=length - 1))


def make_job(
    w: Writer, g: Ground, boss: Boss, work: Work, brand_id: int | None, headcount: int,
    days: Days | None = None,
) -> Job:  # fmt: skip
    """A posting of this work on these days, or on some inside its season, around today."""
    rng, asks_credential = g.rng, work.skill_id == CERTIFIED_SKILL and days is None
    days = days or _some_days(g, work)
    first = days.first
    site, place, lon, lat = rng.choice(boss.sites)
    is_open = days.last >= g.today
    published = at(min(first, g.today) - timedelta(days=rng.randint(6, 25)), 9)
    rate = work.rate_fen * rng.choice((95, 100, 100, 105, 110)) // 100
    if work.pay_kind == "day":
        rate = max(work.rate_fen, rate // 500 * 500)
    elif work.pay_kind == "hour":
        rate = max(work.rate_fen, rate)
    key = w.add(
        Posting,
        employer_id=boss.id,
        site_id=site,
        skill_id=work.skill_id,
        title=work.title,
        work_text=work.work_text,
        state="open" if is_open else "closed",
        first_day=days.first,
        last_day=days.last,
        pay_kind=work.pay_kind,
        rate_fen=max(rate, work.rate_fen),
        piece_unit=work.piece_unit,
        piece_lot=work.piece_lot,
        usual_day_pieces=work.usual_day_pieces,
        crew_share=False,
        day_minutes=work.day_minutes,
        starts_at=work.starts_at,
        ends_at=work.ends_at,
        meals=work.meals,
        lodging=work.lodging,
        transport=work.transport,
        load=work.load,
        lift_kg=work.lift_kg,
        min_level=1,
        needs_credential=asks_credential and rng.random() < 0.6,
        is_instant=rng.random() < 0.3,
        # Who gives a bed wants people for longer.
        min_stay=5 if work.lodging and (days.last - days.first).days >= 12 else 1,
        brand_id=brand_id,
        place_code=place,
        lon=round(lon, 5),
        lat=round(lat, 5),
        published_at=published,
        created_by=boss.user_id,
        created_at=published - timedelta(hours=2),
        version=1,
    )
    row = w.waiting["posting"][-1]
    job = Job(
        key, boss, work, days, lon, lat, place, bool(row["needs_credential"]), brand_id, is_open,
        headcount=headcount, rate_fen=row["rate_fen"], is_instant=bool(row["is_instant"]),
    )  # fmt: skip
    for day in days:
        day_key = w.key(PostingDay.__table__)  # type: ignore[arg-type]
        job.day_keys[day] = day_key
    return job


def reach(job: Job, hand: Hand) -> bool:
    """Whether the worker goes that far, every night home unless lodging is given."""
    km = road_km(hand.village.lon, hand.village.lat, job.lon, job.lat)
    if km > hand.max_km or (job.work.load == "heavy" and hand.no_heavy):
        return False
    return km <= 80 or (job.work.lodging and hand.stays_away)


def may(job: Job, hand: Hand) -> bool:
    """Whether the worker has the credential where one is needed."""
    return hand.is_certified or not job.needs_credential


def engage(
    w: Writer, g: Ground, job: Job, hand: Hand, *, via: str = "self", order_id: int | None = None
) -> bool:
    """Give the worker all days of the job that both have free; False when there are none."""
    days = g.bits(job.days) & hand.free & ~hand.busy & ~job.full
    if not days:
        return False
    hand.busy |= days
    rng = g.rng
    when = at(min(job.days.first, g.today) - timedelta(days=rng.randint(1, 5)), rng.randint(7, 21))
    crew_id = hand.crew_id if via == "crew" else None
    sent = via == "crew" or job.brand_id == hand.brand_id
    brand_id = hand.brand_id if sent else None
    picked = g.days_of(days)
    signup = w.add(
        Signup, worker_id=hand.id, posting_id=job.id, first_day=picked[0], last_day=picked[-1],
        state="accepted", via=via, crew_id=crew_id, crew_order_id=order_id, note="",
        created_at=when, decided_at=when, waiting_since=None,
    )  # fmt: skip
    engagement = w.add(
        Engagement, signup_id=signup, worker_id=hand.id, posting_id=job.id,
        brand_id=brand_id, crew_id=crew_id, state="active", created_at=when,
        cancelled_at=None, cancelled_by=None,
    )  # fmt: skip
    for day in picked:
        seat = w.add(
            EngagementDay, engagement_id=engagement, posting_day_id=job.day_keys[day],
            worker_id=hand.id, work_date=day,
        )  # fmt: skip
        job.taken[day] += 1
        if job.taken[day] >= job.headcount:
            job.full |= g.bit(day)
        if day < g.today:
            _day_worked(w, g, job, hand, seat, day, crew_id, brand_id)
    return True


def _day_worked(
    w: Writer,
    g: Ground,
    job: Job,
    hand: Hand,
    seat: int,
    day: date,
    crew_id: int | None,
    brand_id: int | None,
) -> None:
    """What was recorded for a past day: present with minutes or pieces, or absent now and then."""
    rng, work = g.rng, job.work
    came = rng.random() < 0.965
    minutes = work.day_minutes if rng.random() < 0.93 else work.day_minutes // 2
    pieces = 0
    if work.usual_day_pieces:
        pieces = int(work.usual_day_pieces * rng.uniform(0.75, 1.25) * minutes / work.day_minutes)
    begun = at(day, work.starts_at // 60, rng.randint(0, 20))
    records: list[tuple[str, int | None, datetime]] = [
        ("present" if came else "absent", None, begun)
    ]
    ended = at(day, min(23, work.ends_at // 60), 30)
    if came and minutes != work.day_minutes:
        records.append(("minutes", minutes, ended))
    if came and pieces:
        records.append(("pieces", pieces, ended))
    for kind, value, instant in records:
        w.add(
            AttendanceEvent, uid=f"{rng.getrandbits(128):032x}", engagement_day_id=seat,
            worker_id=hand.id, work_date=day, kind=kind, value=value,
            via="leader" if crew_id else "employer", recorded_by=job.boss.user_id,
            happened_at=instant, recorded_at=instant,
        )  # fmt: skip
    if not came:
        return
    key = w.key(WorkDay.__table__)  # type: ignore[arg-type]
    w.add(
        WorkDay, id=key, engagement_day_id=seat, worker_id=hand.id, work_date=day,
        posting_id=job.id, employer_id=job.boss.id, brand_id=brand_id, crew_id=crew_id,
        minutes=minutes, pieces=pieces, state="settled" if _settled_on(g, job, day) else "open",
        updated_at=ended,
    )  # fmt: skip
    if _settled_on(g, job, day):
        job.worked.append((key, hand, day, minutes, pieces))


def cycle_of(job: Job, day: date) -> Days:
    """The pay cycle of a day: half months counted from the job's first day."""
    n = (day - job.days.first).days // CYCLE_DAYS
    first = job.days.first + timedelta(days=n * CYCLE_DAYS)
    return Days(first, min(first + timedelta(days=CYCLE_DAYS - 1), job.days.last))


def _settled_on(g: Ground, job: Job, day: date) -> bool:
    return cycle_of(job, day).last < g.today - timedelta(days=SETTLED_AFTER)


def write_days(w: Writer, job: Job) -> None:
    """The posting's days with the seats that were taken."""
    for day, key in job.day_keys.items():
        w.add(
            PostingDay, id=key, posting_id=job.id, work_date=day, headcount=job.headcount,
            taken=job.taken[day],
        )  # fmt: skip


def settle(w: Writer, g: Ground, job: Job) -> None:
    """Slips, ledger and household income for all cycles that have ended."""
    cycles: dict[Days, dict[int, list[tuple[int, Hand, date, int, int]]]] = defaultdict(
        lambda: defaultdict(list)
    )
    work = job.work
    terms = Terms(
        PayKind(work.pay_kind), job.rate_fen, work.day_minutes, work.piece_unit, work.piece_lot
    )
    for row in job.worked:
        cycles[cycle_of(job, row[2])][row[1].id].append(row)
    for cycle, by_worker in sorted(cycles.items()):
        issued_at = at(cycle.last + timedelta(days=2), 17)
        run = w.add(
            Settlement, employer_id=job.boss.id, posting_id=job.id, first_day=cycle.first,
            last_day=cycle.last, state="issued", terms=stored(terms),
            created_by=job.boss.user_id, created_at=issued_at,
        )  # fmt: skip
        for rows in by_worker.values():
            _slip(w, g, job, run, cycle, rows, terms)
    job.worked.clear()


def _slip(
    w: Writer,
    g: Ground,
    job: Job,
    run: int,
    cycle: Days,
    rows: list[tuple[int, Hand, date, int, int]],
    terms: Terms,
) -> None:
    rng, hand = g.rng, rows[0][1]
    amounts = [own_pay(terms, minutes, pieces) for _, _, _, minutes, pieces in rows]
    gross = sum(amounts)
    if gross == 0:
        return
    age = (g.today - cycle.last).days
    chance = rng.random()
    state = "paid" if age > PAID_AFTER and chance < 0.97 else "confirmed"
    if age <= PAID_AFTER:
        state = "issued" if chance < 0.45 else "confirmed" if chance < 0.97 else "objected"
    issued_on = cycle.last + timedelta(days=2)
    paid_on = issued_on + timedelta(days=4)
    answered = None if state == "issued" else at(issued_on + timedelta(days=1), 20)
    slip = w.add(
        PaySlip, settlement_id=run, employer_id=job.boss.id, worker_id=hand.id, gross_fen=gross,
        deduction_fen=0, net_fen=gross, state=state,
        objection="少记了一天，那天我在。" if state == "objected" else "",
        issued_at=at(issued_on, 17), answered_at=answered,
        paid_on=paid_on if state == "paid" else None,
        paid_how="bank" if state == "paid" else "", paid_proof="",
    )  # fmt: skip
    for (day_key, _, day, minutes, pieces), amount in zip(rows, amounts, strict=True):
        w.add(
            PaySlipLine, pay_slip_id=slip, work_day_id=day_key, live_day_id=day_key,
            work_date=day, minutes=minutes, pieces=pieces, amount_fen=amount,
        )  # fmt: skip
    _book(w, job, issued_ref(slip), "issued", issued_on, issued(hand.id, gross))
    if state == "paid":
        _book(w, job, paid_ref(slip), "paid", paid_on, paid(hand.id, gross))
    if state in ("confirmed", "paid") and hand.member_id is not None:
        w.add(
            IncomeEntry, household_id=hand.household_id, member_id=hand.member_id, source="wage",
            detail="", amount_fen=gross, earned_on=cycle.last, origin="pay_slip",
            ref=income_ref(slip), reverses_id=None, created_at=at(issued_on, 20),
        )  # fmt: skip


def _book(w: Writer, job: Job, ref: str, kind: str, day: date, lines: tuple[Line, ...]) -> None:
    said = Entry(job.boss.id, day, kind, ref, None, job.boss.user_id, at(day, 17), lines)
    entry = job.boss.books.book(w, said)
    for line in lines:
        w.add(
            JournalLine, journal_entry_id=entry, account=line.account.value,
            worker_id=line.worker_id, amount_fen=line.amount_fen,
        )  # fmt: skip


def send_crew(w: Writer, g: Ground, job: Job, crew_id: int, crew: list[Hand], user_id: int) -> int:
    """An accepted order that sends the crew; gives how many of it go."""
    when = at(min(job.days.first, g.today) - timedelta(days=6), 10)
    order = w.add(
        CrewOrder, crew_id=crew_id, posting_id=job.id, first_day=job.days.first,
        last_day=job.days.last, state="accepted", created_by=user_id, created_at=when,
        decided_at=when + timedelta(hours=5),
    )  # fmt: skip
    going = [hand for hand in crew if may(job, hand)]
    return sum(engage(w, g, job, hand, via="crew", order_id=order) for hand in going)
