"""The demonstration: Naiman Banner's sweet-potato season, with a sign-in for each role."""

import json
from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from jobmatch.accounts import service as accounts
from jobmatch.accounts.models import RoleGrant, User
from jobmatch.attendance import copies
from jobmatch.dispatch import season_ask
from jobmatch.dispatch.season_rows import Scope
from jobmatch.earnings import arrears_marking
from jobmatch.earnings.checks import check_and_keep
from jobmatch.earnings.models import PaySlip
from jobmatch.employers.models import Employer
from jobmatch.households.models import Household, HouseholdMember
from jobmatch.infra import audit, clock
from jobmatch.infra.audit import AuditEntry
from jobmatch.infra.db import reading, transaction
from jobmatch.kernel.actor import SYSTEM, Actor, Role
from jobmatch.kernel.ids import UserId
from jobmatch.monitoring import service as monitoring
from jobmatch.places.models import Place
from jobmatch.seed.accounts import give_accounts
from jobmatch.seed.banking import let_the_bank_pay
from jobmatch.seed.calling import let_people_be_called
from jobmatch.seed.county import Plan, Progress, Season, make_county
from jobmatch.seed.crew_pay import Payers, let_crews_share
from jobmatch.seed.disputing import let_people_dispute
from jobmatch.seed.doubting import let_days_be_doubted
from jobmatch.seed.falling import let_some_fall
from jobmatch.seed.paying import ACCOUNTANT, accountant, actor_by_phone, let_pay
from jobmatch.seed.people import at
from jobmatch.seed.pushing import let_the_clock_have_run, let_the_evenings_be
from jobmatch.seed.said import let_people_talk
from jobmatch.seed.work import Boss
from jobmatch.workers.models import Worker

PLANNED_DAYS = 30
PASSWORD = "harvest-2026"  # noqa: S105 # nosec B105 - printed: they do not exist
NAIMAN = Plan(
    county="150525",
    workers=320,
    employers=12,
    postings=60,
    households=150,
    brand_name="奈曼青龙薯乡人",
    members=240,
    accounts=0.5,
    seed=1,
    first_order=400,
    long_run=True,
)


@dataclass(frozen=True, slots=True)
class Account:
    """A sign-in that the demonstration prints."""

    role: str
    name: str
    phone: str
    what: str


def is_seeded(name: str) -> bool:
    """Whether this season was made before."""
    row = select(AuditEntry.id).where(AuditEntry.action == "seed", AuditEntry.object_id == name)
    return reading().scalar(row) is not None


def seed_county(plan: Plan, name: str, progress: Progress) -> bool:
    """Make one county's season in one transaction; False when it is there already."""
    if is_seeded(name):
        return False
    hashed = accounts.hash_password(PASSWORD)
    with transaction() as session:
        make_county(session, plan, hashed, progress)
        audit.record(session, SYSTEM, "seed", "seed", name)
    return True


def seed_demo(instance: Path, progress: Progress) -> list[Account]:
    """The Naiman season with its accounts, written to demo-accounts.json in the instance folder."""
    file = instance / "demo-accounts.json"
    if is_seeded("demo"):
        return [Account(**row) for row in _read(file)]
    hashed = accounts.hash_password(PASSWORD)
    with transaction() as session:
        season = make_county(session, NAIMAN, hashed, progress)
        found = _accounts(session, season, hashed)
        accountant(session, hashed, "13900000003")
        let_people_talk(session)
        let_the_evenings_be(session)
        let_the_clock_have_run(session)
        _let_call(session, found)
        audit.record(session, SYSTEM, "seed", "seed", "demo")
    users = _users(found)
    worker, leader, employer = (
        accounts.actor_of(UserId(users[role])) for role in ("worker", "crew_leader", "employer")
    )
    let_days_be_doubted(worker, leader, employer)
    # What the evenings before today would have done.
    copies.confirm_silent(clock.today())
    payers = Payers(min(employer.employer_ids), actor_by_phone(ACCOUNTANT), employer)
    let_crews_share(payers, worker.worker_id or 0, leader)
    let_pay("13900000001")
    _let_doubt(found)
    monitoring.watch_all(clock.today() - timedelta(days=1))
    let_some_fall(users, users["village"])
    arrears_marking.mark(clock.today())
    let_people_dispute(users)
    _let_plan(accounts.actor_of(UserId(users["organizer"])))
    check_and_keep()
    instance.mkdir(parents=True, exist_ok=True)
    rows = [
        {"role": a.role, "name": a.name, "phone": a.phone, "what": a.what, "password": PASSWORD}
        for a in found
    ]
    file.write_text(json.dumps(rows, ensure_ascii=False, indent=1), encoding="utf-8")
    return found


def _read(file: Path) -> list[dict[str, str]]:
    if not file.exists():
        return []
    rows: list[dict[str, str]] = json.loads(file.read_text(encoding="utf-8"))
    return [{k: v for k, v in row.items() if k != "password"} for row in rows]


def _accounts(session: Session, season: Season, hashed: str) -> list[Account]:
    """One sign-in for each role, each with something to do today."""
    worker, leader = _worker(session, season), _leader(session, season)
    boss = _boss(season)
    employer = session.get_one(Employer, boss.id)
    # The officers of the village that most registered households live in: they have work to do.
    homes = Counter(hand.village.code for hand in season.hands if hand.household_id)
    village = homes.most_common(1)[0][0]
    township = village[:9]
    found = [
        _rename(session, worker, "13900000001", "worker", "务工人员，品牌成员，有活有工资条"),
        _rename(session, leader, "13900000002", "crew_leader", "班组长，给全班点名"),
        _rename(
            session, boss.user_id or 0, "13900000003", "employer", f"用工主体：{employer.name}"
        ),
        _rename(session, season.organizer_id, "13900000004", "organizer", "带头人：奈曼青龙薯乡人"),
    ]
    for phone, role, place, name, what in (
        ("13900000005", Role.OFFICER, "150525", "赵旗长", "旗县干部"),
        ("13900000006", Role.OFFICER, township, "孙镇长", "苏木乡镇干部"),
        ("13900000007", Role.OFFICER, village, "李网格", "嘎查村网格员"),
        ("13900000008", Role.STATION, "150525", "周驿站", "零工驿站"),
        ("13900000009", Role.ADMIN, None, "管理员", "管理员：账号、规则表"),
    ):
        user = User(
            phone=phone, name=name, password_hash=hashed, created_at=at(season.ground.today, 8)
        )
        session.add(user)
        session.flush()
        session.add(
            RoleGrant(user_id=user.id, role=role.value, place_code=place, granted_at=clock.now())
        )
        where = session.get(Place, place).name if place else ""  # type: ignore[union-attr]
        found.append(Account(role.value, name, phone, f"{what} {where}".strip()))
    return found


def _let_call(session: Session, found: list[Account]) -> None:
    """The employer and the station of the demonstration hire at once."""
    users = {
        account.role: session.scalars(select(User.id).where(User.phone == account.phone)).one()
        for account in found
    }
    employer = accounts.actor_of(UserId(users["employer"]))
    worker = session.scalars(select(Worker.id).where(Worker.user_id == users["worker"])).one()
    let_people_be_called(session, min(employer.employer_ids), worker, users[Role.STATION.value])
    give_accounts(session, min(employer.employer_ids), "13900000001")
    let_the_bank_pay(min(employer.employer_ids), employer, but=worker)


def _let_plan(organizer: Actor) -> None:
    """The brand's next weeks wait to be planned: whoever runs the product sees it happen."""
    today = clock.today()
    season_ask.ask_plan(
        Scope(brand_id=min(organizer.brand_ids)), today + timedelta(days=1),
        today + timedelta(days=PLANNED_DAYS), actor=organizer, seconds=20, seed=1,
    )  # fmt: skip


def _let_doubt(found: list[Account]) -> None:
    """The demonstration's worker finds something missing in the household's income."""
    phone = next(account.phone for account in found if account.role == "worker")
    user_id = reading().scalars(select(User.id).where(User.phone == phone)).one()
    monitoring.doubt("去年 11 月卖羊的钱没有记。", actor=accounts.actor_of(UserId(user_id)))


def _users(found: list[Account]) -> dict[str, int]:
    """Keys by role; of the officers by what they look after: county, township, village."""
    officers = iter(("county", "township", "village"))
    return {
        next(officers) if account.role == Role.OFFICER.value else account.role: reading()
        .scalars(select(User.id).where(User.phone == account.phone))
        .one()
        for account in found
    }


def _boss(season: Season) -> Boss:
    """Who has most people at work today and tomorrow: there is a roster to keep."""
    soon = (season.ground.today, season.ground.today + timedelta(days=1))
    at_work: Counter[int] = Counter()
    for job in season.jobs:
        at_work[job.boss.id] += sum(job.taken.get(day, 0) for day in soon)
    signing_in = [boss for boss in season.bosses if boss.user_id]
    return max(signing_in, key=lambda boss: at_work[boss.id])


def _rename(session: Session, user_id: int, phone: str, role: str, what: str) -> Account:
    """Give a generated user the phone that the README prints."""
    session.execute(update(User).where(User.id == user_id).values(phone=phone))
    session.execute(update(Worker).where(Worker.user_id == user_id).values(phone=phone))
    name = session.scalars(select(User.name).where(User.id == user_id)).one()
    return Account(role, name, phone, what)


def _worker(session: Session, season: Season) -> int:
    """A brand member with an account and a lifted household, with past work and work tomorrow."""
    soon = season.ground.bit(season.ground.today + timedelta(days=1))
    rows = session.execute(
        select(Worker.id, Worker.user_id)
        .join(HouseholdMember, HouseholdMember.id == Worker.member_id)
        .join(Household, Household.id == HouseholdMember.household_id)
        .where(
            Worker.user_id.is_not(None),
            Worker.matching_opt_out.is_(False),
            Household.kind != "ordinary",
        )
        .order_by(Worker.id)
    ).all()
    busy = {h.id: h.busy for h in season.hands if h.brand_id}
    leaders = {crew[0].id for crew in season.crews.values()}
    slips: dict[int, list[str]] = defaultdict(list)
    for worker_id, state in session.execute(select(PaySlip.worker_id, PaySlip.state)):
        slips[worker_id].append(state)
    fit = [(w, u) for w, u in rows if w in busy and busy[w] & soon and w not in leaders]
    # A slip to confirm first of all, then several that were paid: a year's wages are worth a look.
    fit.sort(key=lambda pair: ("issued" not in slips[pair[0]], -slips[pair[0]].count("paid")))
    return (fit or [(w, u) for w, u in rows])[0][1] or 0


def _leader(session: Session, season: Season) -> int:
    """A crew leader with an account; when no leader has one, the first crew's leader gets it."""
    soon = season.ground.bit(season.ground.today + timedelta(days=1))
    leaders = [crew[0] for crew in season.crews.values()]
    leaders.sort(key=lambda h: (h.user_id is None, not h.busy & soon))
    leader = leaders[0]
    assert leader.user_id is not None
    return leader.user_id
