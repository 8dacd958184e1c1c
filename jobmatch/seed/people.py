"""Workers and households of a county."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from random import Random

from jobmatch.accounts.models import RoleGrant, User
from jobmatch.households.models import (
    Household,
    HouseholdConsent,
    HouseholdMember,
    IncomeEntry,
)
from jobmatch.infra.crypto import KeyRing
from jobmatch.kernel.periods import SHANGHAI, Days, add_months
from jobmatch.seed import names
from jobmatch.seed.calendar import Work
from jobmatch.seed.writer import Writer
from jobmatch.workers.models import Availability, Worker, WorkerSkill

PAST_DAYS = 110
COMING_DAYS = 60
# What the officer saw when they collected the income.
PROOFS = {
    "wage": "本人口述，有转账记录", "business": "卖粮单据", "cost": "农资店收据",
    "property": "土地流转合同", "transfer": "一卡通明细",
}  # fmt: skip
# Nine of ten households let the line be watched.
WATCHED = 0.9
KINDS = (
    ("lifted", 58), ("lifted_unstable", 6), ("marginal_at_risk", 6), ("sudden_hardship", 3),
    ("ordinary", 27),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Village:
    code: str
    name: str
    lon: float
    lat: float


@dataclass(slots=True)
class Ground:
    """What a county's generation stands on. base: the first day of its past.

    ids_used, households   what is there already: how many people by birth date and sex, how many
                           households
    """

    county: str
    county_name: str
    villages: list[Village]
    works: list[Work]
    today: date
    keys: KeyRing
    password_hash: str
    rng: Random
    first_order: int = 0
    households: int = 0
    ids_used: dict[tuple[date, str], int] = field(default_factory=lambda: defaultdict(int))

    @property
    def base(self) -> date:
        return self.today - timedelta(days=PAST_DAYS)

    def bit(self, day: date) -> int:
        return 1 << (day - self.base).days

    def bits(self, days: Days) -> int:
        """The days as bits from base on; days out of the horizon are cut off."""
        whole = self.base, self.today + timedelta(days=COMING_DAYS)
        cut = days.common(Days(*whole))
        if cut is None:
            return 0
        return ((1 << len(cut)) - 1) << (cut.first - self.base).days

    def days_of(self, bits: int) -> list[date]:
        return [self.base + timedelta(days=n) for n in range(bits.bit_length()) if bits >> n & 1]

    def new_id_number(self, birth: date, sex: str) -> str:
        order = self.first_order + self.ids_used[birth, sex]
        self.ids_used[birth, sex] += 1
        return names.id_number(self.county, birth, sex, order)


@dataclass(slots=True)
class Hand:
    """A generated worker, as far as the season needs to know. free, busy: days as bits."""

    id: int
    user_id: int | None
    member_id: int | None
    household_id: int | None
    village: Village
    skills: tuple[str, ...]
    max_km: int
    stays_away: bool
    no_heavy: bool
    free: int
    busy: int = 0
    brand_id: int | None = None
    crew_id: int | None = None
    is_certified: bool = False


@dataclass(frozen=True, slots=True)
class Person:
    name: str
    sex: str
    born: date
    number: str
    member_id: int | None
    household_id: int | None
    village: Village


def at(day: date, hour: int, minute: int = 0) -> datetime:
    """An instant by Shanghai's clock, in UTC."""
    return datetime.combine(day, time(hour, minute), SHANGHAI).astimezone(UTC)


def make_household(w: Writer, g: Ground, village: Village, order: int) -> list[Person]:
    """A household with members and a year of income; gives the members of working age."""
    rng = g.rng
    kind = rng.choices([k for k, _ in KINDS], [n for _, n in KINDS])[0]
    since = at(g.today - timedelta(days=400), 9)
    people: list[Person] = []
    head_sex = rng.choice("MMMF")
    family = rng.choice(names.SURNAMES)
    members = [("户主", head_sex, names.born(rng, g.today, 40, 72, 56))]
    if rng.random() < 0.85:
        other = "F" if head_sex == "M" else "M"
        members.append(("配偶", other, names.born(rng, g.today, 38, 70, 54)))
    for _ in range(rng.choice((0, 0, 1, 1, 2))):
        members.append(("子女", rng.choice("FM"), names.born(rng, g.today, 6, 30, 15)))
    shown = [(r, s, b, names.person(rng, s)) for r, s, b in members]
    # A family shares its name; a spouse keeps their own, and Mongolian names have none.
    shown = [
        (r, s, b, n if r == "配偶" or n in names.MONGOLIAN else family + n[1:])
        for r, s, b, n in shown
    ]
    is_watched = Random(f"{village.code}:{order}").random() < WATCHED  # nosec B311 - seeded
    household_id = w.add(
        Household,
        household_no=f"{village.code}{order:05d}",
        village_code=village.code,
        kind=kind,
        head_name=shown[0][3],
        created_at=since,
        updated_at=since,
        watched_since=since.date() if is_watched else None,
    )
    if is_watched:
        w.add(
            HouseholdConsent, household_id=household_id, is_given=True, day=since.date(),
            proof="同意书，存村委会", recorded_by=None, recorded_at=since,
        )  # fmt: skip
    for relation, sex, birth, name in shown:
        number, uid = g.new_id_number(birth, sex), f"{rng.getrandbits(128):032x}"
        member_id = w.add(
            HouseholdMember,
            uid=uid,
            household_id=household_id,
            name=name,
            relation_to_head=relation,
            sex=sex,
            born=birth,
            id_sealed=g.keys.seal(number, place=f"household_member.id_number:{uid}"),
            id_index=g.keys.blind_index(number),
            id_tail=number[-4:],
            left_on=None,
        )
        people.append(Person(name, sex, birth, number, member_id, household_id, village))
    _income(w, g, household_id, kind, len(people), people[0].member_id)
    return [p for p in people if 18 <= (g.today - p.born).days // 365 <= 66]


def _income(
    w: Writer, g: Ground, household_id: int, kind: str, size: int, head: int | None
) -> None:
    """Income that the officer collected: what pay slips of this system do not show."""
    rng = g.rng
    need = 0.58 if kind in ("marginal_at_risk", "sudden_hardship", "lifted_unstable") else 1.0
    a_head = int(rng.triangular(8200, 17500, 11800) * need)
    whole = a_head * size * 100
    parts = (
        ("wage", "外出务工", 0.30, 2),
        ("business", "种植收入", 0.62, 1),
        ("cost", "种子化肥", 0.14, 7),
        ("property", "土地流转", 0.08, 5),
        ("transfer", "养老金与补贴", 0.14, 3),
    )
    for source, detail, share, month in parts:
        amount = int(whole * share * rng.uniform(0.8, 1.2)) // 100 * 100
        if amount == 0 or (source == "property" and rng.random() < 0.4):
            continue
        _entry(w, g, household_id, head, source, detail, amount, month)
        # The year before, by a draw of its own: the season's people stay who they were.
        share = Random(f"{household_id}:{source}").randint(70, 115)  # nosec B311 - seeded
        before = amount * share // 10_000 * 100
        _entry(w, g, household_id, head, source, detail, before, month + 12)


def _entry(
    w: Writer, g: Ground, household_id: int, head: int | None, source: str, detail: str,
    amount: int, months_ago: int,
) -> None:  # fmt: skip
    day = add_months(g.today.replace(day=1), -months_ago).replace(day=10)
    w.add(
        IncomeEntry,
        household_id=household_id,
        member_id=head,
        source=source,
        detail=detail,
        amount_fen=amount,
        earned_on=day,
        origin="import",
        ref=f"seed:{household_id}:{source}:{day:%Y%m}",
        reverses_id=None,
        created_at=at(day + timedelta(days=12), 9),
        proof=PROOFS[source],
    )


def stranger(g: Ground, village: Village) -> Person:
    """A worker whose household is not in the records."""
    sex = g.rng.choice("FFFMM")
    birth = names.born(g.rng, g.today, 19, 66, 51)
    number = g.new_id_number(birth, sex)
    return Person(names.person(g.rng, sex), sex, birth, number, None, None, village)


def make_worker(
    w: Writer,
    g: Ground,
    person: Person,
    skills: tuple[str, ...],
    *,
    with_account: bool,
    said: str = "",
    phone: str | None = None,
) -> Hand:
    """A worker with skills and days; with_account: signs in with the shared password."""
    rng = g.rng
    since = at(g.today - timedelta(days=rng.randint(80, 300)), rng.randint(8, 20))
    key = w.key(Worker.__table__)  # type: ignore[arg-type]
    phone = phone or names.phone(key)
    user_id = None
    if with_account:
        user_id = w.add(
            User,
            phone=phone,
            name=person.name,
            password_hash=g.password_hash,
            locale="zh",
            session_version=1,
            is_active=True,
            created_at=since,
        )
        w.add(
            RoleGrant, user_id=user_id, role="worker", place_code=None, subject_id=key,
            granted_at=since, granted_by=None, revoked_at=None,
        )  # fmt: skip
    uid = f"{rng.getrandbits(128):032x}"
    stays_away = rng.random() < (0.15 if person.sex == "F" else 0.45)
    home_by = None if stays_away or rng.random() < 0.7 else rng.choice((1020, 1050, 1080, 1140))
    no_heavy = (g.today - person.born).days > 58 * 365 or rng.random() < 0.2
    max_km = 300 if stays_away else rng.choice((20, 30, 30, 40, 50, 60))
    w.add(
        Worker,
        id=key,
        uid=uid,
        user_id=user_id,
        name=person.name,
        phone=phone if with_account or rng.random() < 0.8 else None,
        sex=person.sex,
        born=person.born,
        id_sealed=g.keys.seal(person.number, place=f"worker.id_number:{uid}"),
        id_index=g.keys.blind_index(person.number),
        id_tail=person.number[-4:],
        home_code=person.village.code,
        lon=person.village.lon,
        lat=person.village.lat,
        said=said,
        max_km=max_km,
        stays_away=stays_away,
        home_by=home_by,
        least_day_fen=rng.choice((0, 0, 12_000, 15_000, 16_000, 18_000)),
        no_heavy=no_heavy,
        matching_opt_out=rng.random() < 0.02,
        consented_at=since,
        registered_via="self" if with_account else "desk",
        registered_by=None,
        member_id=person.member_id,
        created_at=since,
        is_active=True,
    )
    for skill_id in skills:
        w.add(
            WorkerSkill, worker_id=key, skill_id=skill_id, level=rng.choice((1, 1, 2, 2, 3)),
            words="", confirmed_at=since,
        )  # fmt: skip
    free = _free_days(w, g, key)
    return Hand(
        key, user_id, person.member_id, person.household_id, person.village, skills, max_km,
        stays_away, no_heavy, free,
    )  # fmt: skip


def _free_days(w: Writer, g: Ground, worker_id: int) -> int:
    """One or two runs of free days over the horizon; most can come nearly all the time."""
    rng, first, last = g.rng, g.base, g.today + timedelta(days=COMING_DAYS)
    runs = [Days(first, last)]
    if rng.random() < 0.4:
        gap = first + timedelta(days=rng.randint(10, PAST_DAYS + COMING_DAYS - 25))
        length = rng.randint(4, 14)
        runs = [
            Days(first, gap - timedelta(days=1)),
            Days(gap + timedelta(days=length), last),
        ]
    bits = 0
    for run in runs:
        w.add(Availability, worker_id=worker_id, first_day=run.first, last_day=run.last)
        bits |= g.bits(run)
    return bits


def some_skills(g: Ground) -> tuple[str, ...]:
    """One to four works of the season, the common ones more often."""
    works = g.works
    picked = g.rng.choices(
        works, [work.weight for work in works], k=g.rng.choice((1, 2, 2, 3, 3, 4))
    )
    return tuple(sorted({work.skill_id for work in picked}))
