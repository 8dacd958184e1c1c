"""One county's season: people, a brand with crews, employers, postings, work and pay."""

from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from jobmatch.accounts.models import RoleGrant, User
from jobmatch.brands.models import BrandInvite, BrandMember, Crew, CrewMember, LaborBrand
from jobmatch.dispatch.models import Signup
from jobmatch.infra import clock, crypto
from jobmatch.infra.changes import create_feed, drop_feed, everything_changed
from jobmatch.infra.monthly import create_counting, drop_counting
from jobmatch.places.models import Place
from jobmatch.reports import summary
from jobmatch.seed import names
from jobmatch.seed.calendar import Work, load_works
from jobmatch.seed.people import (
    Ground,
    Hand,
    Village,
    at,
    make_household,
    make_worker,
    some_skills,
    stranger,
)
from jobmatch.seed.there import free_name, households_in, ids_used
from jobmatch.seed.work import (
    Boss,
    Job,
    engage,
    long_run,
    make_employer,
    make_job,
    may,
    reach,
    send_crew,
    settle,
    write_days,
)
from jobmatch.seed.writer import Writer
from jobmatch.training.models import Course, Enrolment, TrainingPresence, TrainingSession
from jobmatch.workers.models import Credential, Worker

BRAND_SKILL = "ag.swpotato.sort"
BRAND_CROP = "ag.swpotato."
Progress = Callable[[int], object]


@dataclass(frozen=True, slots=True)
class Plan:
    """How much of everything.

    accounts   the share of workers who sign in themselves
    crowding   places a posting offers, as a multiple of workers per posting
    long_run   the first posting goes on over several pay cycles
    variant    tells plans of one county and seed apart: another variant, other people
    """

    county: str
    workers: int
    employers: int
    postings: int
    households: int
    brand_name: str
    members: int
    accounts: float
    seed: int
    first_order: int = 0
    crowding: float = 3.2
    long_run: bool = False
    variant: str = ""


@dataclass(slots=True)
class Season:
    """What was made, for those who name some of it (the demonstration's accounts)."""

    ground: Ground
    hands: list[Hand]
    bosses: list[Boss]
    jobs: list[Job]
    brand_id: int
    organizer_id: int
    crews: dict[int, list[Hand]]


def make_county(
    session: Session, plan: Plan, password_hash: str, progress: Progress = lambda n: None
) -> Season:
    """Write the county's season in this session.

    progress   called with the number of workers or postings just made
    """
    g = ground_of(session, plan, password_hash)
    w = Writer(session)
    known = session.scalar(select(func.max(Worker.id))) or 0
    # The months are summed up once at the end: by triggers it takes a fifth of the whole time.
    drop_counting(session.connection())
    drop_feed(session.connection())
    hands = _people(w, g, plan, progress)
    brand_id, organizer_id, crews = _brand(w, g, plan, hands)
    _training(w, g, brand_id, organizer_id, [h for h in hands if h.brand_id])
    bosses = [_boss(w, g, plan, order) for order in range(plan.employers)]
    season = Season(g, hands, bosses, [], brand_id, organizer_id, crews)
    _jobs(w, season, plan, progress)
    for boss in bosses:
        boss.books.close(w, boss.id)
    w.finish()
    summary.rebuild(session, above=known)
    create_counting(session.connection())
    create_feed(session.connection())
    everything_changed(session.connection())
    return season


def ground_of(session: Session, plan: Plan, password_hash: str) -> Ground:
    county = session.get_one(Place, plan.county)
    villages = [
        Village(p.code, p.short_name, p.lon, p.lat)
        for p in session.scalars(
            select(Place)
            .where(Place.level == 5, Place.code.startswith(plan.county))
            .order_by(Place.code)
        )
    ]
    return Ground(
        county=plan.county,
        county_name=county.name,
        villages=villages,
        works=load_works(clock.today()),
        today=clock.today(),
        keys=crypto.ring(),
        password_hash=password_hash,
        rng=Random(f"{plan.seed}:{plan.county}{plan.variant}"),  # nosec B311 - made-up people
        first_order=plan.first_order,
        ids_used=ids_used(session, plan.county),
        households=households_in(session, plan.county),
    )


def _people(w: Writer, g: Ground, plan: Plan, progress: Progress) -> list[Hand]:
    """Households first, their grown members as workers; strangers make up the number."""
    hands: list[Hand] = []
    households = 0
    while len(hands) < plan.workers:
        # A few villages send most of the workers.
        village = g.villages[int(len(g.villages) * g.rng.random() ** 1.7)]
        if households < plan.households:
            households += 1
            grown = make_household(w, g, village, g.households + households)
            people = [p for p in grown if g.rng.random() < 0.9]
        else:
            people = [stranger(g, village)]
        for person in people[: plan.workers - len(hands)]:
            skills = some_skills(g)
            if len(hands) < plan.members:
                other = g.rng.choice(("ag.swpotato.dig", "ag.swpotato.pack"))
                skills = tuple(sorted({*skills, BRAND_SKILL, other}))
            with_account = g.rng.random() < plan.accounts
            hands.append(make_worker(w, g, person, skills, with_account=with_account))
        progress(len(people))
        w.flush_if_full()
    while households < plan.households:
        households += 1
        make_household(w, g, g.rng.choice(g.villages), g.households + households)
    return hands


def _brand(
    w: Writer, g: Ground, plan: Plan, hands: list[Hand]
) -> tuple[int, int, dict[int, list[Hand]]]:
    """The brand with its organizer, members and crews of about twenty."""
    since = at(g.today - timedelta(days=700), 10)
    key = w.key(LaborBrand.__table__)  # type: ignore[arg-type]
    organizer = w.add(
        User, phone=f"1391{key:07d}", name=names.person(g.rng, "F"),
        password_hash=g.password_hash, locale="zh", session_version=1, is_active=True,
        created_at=since,
    )  # fmt: skip
    w.add(
        RoleGrant, user_id=organizer, role="organizer", place_code=None, subject_id=key,
        granted_at=since, granted_by=None, revoked_at=None,
    )  # fmt: skip
    w.add(
        LaborBrand, id=key, name=free_name(w.session, plan.brand_name), place_code=g.county,
        skill_id=BRAND_SKILL,
        description="甘薯种植管理、采收和分拣的本地队伍。秋收前一个月统一培训，统一出工，统一结算。",
        rank="banner", state="approved", state_note="", decided_by=None, decided_at=since,
        created_by=organizer, created_at=since,
    )  # fmt: skip
    w.add(
        BrandInvite, brand_id=key, token=f"{g.rng.getrandbits(256):064x}"[:43],
        expires_on=g.today + timedelta(days=60), withdrawn=False, created_by=organizer,
        created_at=at(g.today - timedelta(days=40), 10),
    )  # fmt: skip
    members = hands[: plan.members]
    for hand in members:
        hand.brand_id = key
        joined = g.today - timedelta(days=g.rng.randint(80, 600))
        w.add(
            BrandMember, brand_id=key, worker_id=hand.id, state="member", joined_on=joined,
            left_on=None, changed_at=at(joined, 10),
        )  # fmt: skip
    for hand in hands[plan.members : plan.members + 5]:
        w.add(
            BrandMember, brand_id=key, worker_id=hand.id, state="requested", joined_on=None,
            left_on=None, changed_at=at(g.today - timedelta(days=1), 10),
        )  # fmt: skip
    return key, organizer, _crews(w, g, key, members)


def _crews(w: Writer, g: Ground, brand_id: int, members: list[Hand]) -> dict[int, list[Hand]]:
    """Crews of neighbours, 14 to 24 each; a few members stay without one."""
    crews: dict[int, list[Hand]] = {}
    rest = sorted(members, key=lambda h: h.village.code)[: int(len(members) * 0.93)]
    while rest:
        size = g.rng.randint(14, 24) if len(rest) > 28 else len(rest)
        crew, rest = rest[:size], rest[size:]
        crew.sort(key=lambda h: h.user_id is None)  # the leader, first, signs in
        order = len(crews)
        label = names.numeral(order + 1)
        key = w.add(
            Crew, brand_id=brand_id, name=f"分拣{label}班", leader_id=crew[0].id,
            is_whole=order % 4 == 0, is_active=True,
            created_at=at(g.today - timedelta(days=90), 9),
        )  # fmt: skip
        for hand in crew:
            hand.crew_id = key
            w.add(CrewMember, worker_id=hand.id, crew_id=key)
        crews[key] = crew
    return crews


def _training(w: Writer, g: Ground, brand_id: int, organizer: int, members: list[Hand]) -> None:
    """The sorting course a month before the peak (held), and one next week (open)."""
    course = w.add(
        Course, title="甘薯分拣分级培训班", skill_id=BRAND_SKILL, level=1,
        content="分级标准、病薯识别、轻拿轻放、计件记数、安全用电。两天，管午饭，发证。",
        brand_id=brand_id, place_code=g.county, created_by=organizer,
        created_at=at(g.today - timedelta(days=60), 9),
    )  # fmt: skip
    homes = Counter(hand.village.code[:9] for hand in members)
    venue_place = homes.most_common(1)[0][0] if homes else g.villages[0].code[:9]
    rest = members[: int(len(members) * 0.8)]
    start = g.today - timedelta(days=32)
    while rest:
        group, rest = rest[:60], rest[60:]
        _held_session(w, g, course, venue_place, start, group)
        start += timedelta(days=2)
    coming = g.today + timedelta(days=5)
    waiting = members[int(len(members) * 0.8) :][:12]
    session = w.add(
        TrainingSession, course_id=course, place_code=venue_place, venue="镇文化站二楼",
        trainer=names.person(g.rng, "M"), first_day=coming, last_day=coming + timedelta(days=1),
        starts_at=510, seats=40, taken=len(waiting), state="open",
    )  # fmt: skip
    for hand in waiting:
        w.add(
            Enrolment, session_id=session, worker_id=hand.id, state="enrolled", via="self",
            created_at=at(g.today - timedelta(days=2), 19), decided_at=None,
        )  # fmt: skip


def _held_session(
    w: Writer, g: Ground, course: int, place: str, start: date, group: list[Hand]
) -> None:
    last = start + timedelta(days=1)
    session = w.add(
        TrainingSession, course_id=course, place_code=place, venue="镇文化站二楼",
        trainer=names.person(g.rng, "M"), first_day=start, last_day=last, starts_at=510,
        seats=60, taken=len(group), state="done",
    )  # fmt: skip
    for hand in group:
        passed = g.rng.random() < 0.94
        enrolment = w.add(
            Enrolment, session_id=session, worker_id=hand.id,
            state="passed" if passed else "failed", via="crew",
            created_at=at(start - timedelta(days=7), 10), decided_at=at(last, 17),
        )  # fmt: skip
        for day in (start, last):
            w.add(
                TrainingPresence, enrolment_id=enrolment, day=day,
                present=passed or g.rng.random() < 0.5, recorded_by=None, recorded_at=at(day, 17),
            )  # fmt: skip
        if passed:
            hand.is_certified = True
            w.add(
                Credential, worker_id=hand.id, skill_id=BRAND_SKILL, level=1, issued_on=last,
                expires_on=None, origin="training", ref=f"session:{session}",
            )  # fmt: skip


def _boss(w: Writer, g: Ground, plan: Plan, order: int) -> Boss:
    user = None
    since = at(g.today - timedelta(days=200), 9)
    if order < 12:
        user = w.add(
            User, phone=f"1392{w.next.get('user', 1):07d}", name=names.person(g.rng, "M"),
            password_hash=g.password_hash, locale="zh", session_version=1, is_active=True,
            created_at=since,
        )  # fmt: skip
    boss = make_employer(w, g, order, user)
    if user is not None:
        w.add(
            RoleGrant, user_id=user, role="employer", place_code=None, subject_id=boss.id,
            granted_at=since, granted_by=None, revoked_at=None,
        )  # fmt: skip
    return boss


def _jobs(w: Writer, season: Season, plan: Plan, progress: Progress) -> None:
    """Postings over the season; crews go where the brand is wanted, others find work near home."""
    g = season.ground
    by_skill: dict[str, list[Hand]] = defaultdict(list)
    for hand in season.hands:
        for skill_id in hand.skills:
            by_skill[skill_id].append(hand)
    verified = [b for n, b in enumerate(season.bosses) if n % 12 != 11] or season.bosses
    a_day = max(4, int(len(season.hands) / max(1, plan.postings) * plan.crowding))
    for order, (work, for_brand) in enumerate(_wanted(g, plan)):
        headcount = max(3, int(g.rng.triangular(0.4, 2.2, 0.8) * a_day))
        if for_brand and season.crews:
            headcount = max(headcount, g.rng.choice((16, 20, 24, 40)))
        boss = verified[order % len(verified)]
        days = long_run(g) if plan.long_run and order == 0 else None
        job = make_job(w, g, boss, work, season.brand_id if for_brand else None, headcount, days)
        if for_brand:
            _send_crews(w, season, job)
        _find_hands(w, g, job, by_skill[work.skill_id])
        write_days(w, job)
        settle(w, g, job)
        season.jobs.append(job)
        progress(1)
        w.flush_if_full()


def _wanted(g: Ground, plan: Plan) -> list[tuple[Work, bool]]:
    """The work of each posting, and whether the brand is asked for: it first, its skill first."""
    works = g.rng.choices(g.works, [work.weight for work in g.works], k=plan.postings)
    wanted = [(work, g.rng.random() < _brand_share(work)) for work in works]
    return sorted(wanted, key=lambda pair: (not pair[1], pair[0].skill_id != BRAND_SKILL))


def _brand_share(work: Work) -> float:
    """How often the brand is asked for: mostly for its own crop, now and then for others."""
    if work.skill_id.startswith(BRAND_CROP):
        return 0.85
    return 0.35 if work.skill_id.startswith("ag.") and work.load != "heavy" else 0.0


def _send_crews(w: Writer, season: Season, job: Job) -> None:
    """The crews with the most members free go, as long as there is room for all who are free."""
    g = season.ground
    days = g.bits(job.days)

    def free(crew: list[Hand]) -> int:
        return sum(1 for h in crew if may(job, h) and (days & h.free & ~h.busy) == days & h.free)

    for crew_id, crew in sorted(season.crews.items(), key=lambda item: -free(item[1])):
        going = free(crew)
        if going > len(crew) // 2 and max(job.taken.values(), default=0) + going <= job.headcount:
            send_crew(w, g, job, crew_id, crew, season.organizer_id)


def _find_hands(w: Writer, g: Ground, job: Job, known: list[Hand]) -> None:
    """Past postings fill up; open ones are filled in part, with some who still ask."""
    rng = g.rng
    if not known:
        return
    sample = rng.sample(known, min(len(known), job.headcount * 4))
    share = 0.95 if not job.is_open else 0.75 if job.days.first <= g.today else 0.45
    wanted = int(job.headcount * share)
    asking = rng.randint(0, 3) if job.is_open and not job.is_instant else 0
    engaged: set[int] = set()
    for hand in sample:
        if not reach(job, hand) or not may(job, hand):
            continue
        if hand.crew_id and (job.brand_id or rng.random() < 0.7):
            continue  # crews are sent; their members seldom look for work themselves
        if max(job.taken.values(), default=0) < wanted:
            if engage(w, g, job, hand):
                engaged.add(hand.id)
        elif asking > 0 and g.bits(job.days) & hand.free & ~hand.busy:
            asking -= 1
            w.add(
                Signup, worker_id=hand.id, posting_id=job.id, first_day=job.days.first,
                last_day=job.days.last, state="pending", via="self", crew_id=None,
                crew_order_id=None, note="", created_at=at(g.today - timedelta(days=1), 20),
                decided_at=None, waiting_since=None,
            )  # fmt: skip
