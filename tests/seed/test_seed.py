"""The generated season: true to the rules of the product, the same for the same seed and day."""

import json
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Table, delete, func, select
from sqlalchemy.orm import Session

from jobmatch.accounts import service as accounts
from jobmatch.accounts.models import User
from jobmatch.attendance.models import AttendanceEvent, WorkDay
from jobmatch.brands.models import BrandMember, LaborBrand
from jobmatch.dispatch.models import EngagementDay
from jobmatch.earnings.models import JournalEntry, JournalLine, PaySlip, PaySlipLine, Settlement
from jobmatch.employers.models import Employer
from jobmatch.households.models import Household, HouseholdMember, IncomeEntry
from jobmatch.infra import clock, crypto, task_runs
from jobmatch.infra.db import Base, reading, transaction
from jobmatch.kernel.actor import Actor, Grant, Role
from jobmatch.kernel.identity import age_on, parse_credit_code, parse_id_number, parse_phone
from jobmatch.kernel.ids import WorkerId
from jobmatch.matching.queries import fits_for
from jobmatch.postings.models import Posting, PostingDay
from jobmatch.reports import funnel, summary
from jobmatch.reports.funnel import Whose
from jobmatch.reports.models import WorkerMonth
from jobmatch.seed.county import Plan, make_county
from jobmatch.seed.demo import PASSWORD
from jobmatch.seed.ground import load_ground
from jobmatch.workers.models import Availability, Worker
from tests.filling import seed
from tests.seed.conftest import NOON

TODAY = date(2026, 10, 1)
SMALL = Plan(
    county="150525", workers=60, employers=5, postings=14, households=20, brand_name="小队",
    members=40, accounts=0.5, seed=3, first_order=200,
)  # fmt: skip
pytestmark = pytest.mark.xdist_group("seed")  # one database serves them all
# Sealing draws its own randomness: sealed bytes differ each time.
RANDOM = {"id_sealed"}


@pytest.fixture(autouse=True)
def _today() -> Iterator[None]:
    with clock.at(NOON):
        yield


def counts() -> dict[str, int]:
    tables = Base.metadata.sorted_tables
    return {t.name: reading().scalar(select(func.count()).select_from(t)) or 0 for t in tables}


class Undone(Exception):
    """Ends a transaction so that nothing of it stays."""


@contextmanager
def undone() -> Iterator[Session]:
    try:
        with transaction() as session:
            yield session
            raise Undone
    except Undone:
        pass


# --- again --------------------------------------------------------------------------------------


def test_seeding_again_changes_nothing(season: Flask) -> None:
    with season.app_context():
        before = counts()
    again = seed(season, "--demo")
    assert again.exit_code == 0
    assert "0 rows new or changed" in again.output
    with season.app_context():
        assert counts() == before
        assert sum(load_ground().values()) == 0


def test_the_monthly_summary_agrees_and_is_kept_from_then_on(rows: Session) -> None:
    assert summary.differences() == 0
    with undone() as session:
        unpaid = session.scalar(select(func.min(WorkDay.id)).where(WorkDay.state == "open"))
        months = session.scalar(select(func.sum(WorkerMonth.person_times)))
        session.execute(delete(WorkDay).where(WorkDay.id == unpaid))
        assert session.scalar(select(func.sum(WorkerMonth.person_times))) == months - 1
        assert summary.differences() == 0


def written(session: Session) -> dict[str, list[tuple[Any, ...]]]:
    # The feed counts its rows on, also when they are undone.
    tables = (t for t in Base.metadata.sorted_tables if t.name != "match_change")
    return {t.name: contents(session, t) for t in tables}


def contents(session: Session, table: Table) -> list[tuple[Any, ...]]:
    columns = [c for c in table.columns if c.name not in RANDOM]
    return sorted((tuple(row) for row in session.execute(select(*columns))), key=str)


def test_the_same_seed_and_day_give_the_same_people_and_another_seed_others(
    grounded: Flask,
) -> None:
    def make(plan: Plan) -> dict[str, list[tuple[Any, ...]]]:
        with undone() as session:
            make_county(session, plan, "hash")
            return written(session)
        raise AssertionError

    with grounded.app_context():
        first, second, other = make(SMALL), make(SMALL), make(replace(SMALL, seed=4))
    assert first == second
    assert len(first["worker"]) >= 60
    assert {row[3] for row in first["worker"]} != {row[3] for row in other["worker"]}


# --- seats --------------------------------------------------------------------------------------


def test_nobody_works_in_two_places_on_a_day(rows: Session) -> None:
    taken = rows.execute(select(EngagementDay.worker_id, EngagementDay.work_date))
    seats = Counter((worker, day) for worker, day in taken)
    assert len(seats) > 1000
    assert max(seats.values()) == 1


def test_seats_taken_are_the_engagement_days_and_never_more_than_there_are(rows: Session) -> None:
    seats = Counter(rows.scalars(select(EngagementDay.posting_day_id)))
    days = rows.scalars(select(PostingDay)).all()
    assert {d.id: d.taken for d in days if d.taken} == dict(seats)
    assert [d for d in days if d.taken > d.headcount] == []


def test_a_seat_is_on_the_day_of_its_posting_and_the_worker_is_free_then(rows: Session) -> None:
    seats = rows.execute(
        select(EngagementDay.worker_id, EngagementDay.work_date, PostingDay.work_date).join(
            PostingDay, PostingDay.id == EngagementDay.posting_day_id
        )
    ).all()
    free: dict[int, list[tuple[date, date]]] = {}
    for run in rows.scalars(select(Availability)):
        free.setdefault(run.worker_id, []).append((run.first_day, run.last_day))
    for worker, day, posted in seats:
        assert day == posted
        assert any(first <= day <= last for first, last in free[worker])


# --- money --------------------------------------------------------------------------------------


def test_every_booking_sums_to_zero(rows: Session) -> None:
    sums = select(func.sum(JournalLine.amount_fen)).group_by(JournalLine.journal_entry_id)
    found = set(rows.scalars(sums))
    assert found == {0}
    entries = rows.scalar(select(func.count()).select_from(JournalEntry)) or 0
    booked = rows.scalar(select(func.count(JournalLine.journal_entry_id.distinct())))
    assert entries == booked > 100


def test_what_is_still_payable_is_what_unpaid_slips_say(rows: Session) -> None:
    payable = rows.scalar(
        select(func.sum(JournalLine.amount_fen)).where(JournalLine.account == "wage_payable")
    )
    unpaid = rows.scalar(select(func.sum(PaySlip.net_fen)).where(PaySlip.state != "paid"))
    assert unpaid is not None
    assert unpaid > 0
    assert payable == -unpaid


def test_a_slip_is_the_sum_of_its_lines(rows: Session) -> None:
    sums = select(PaySlipLine.pay_slip_id, func.sum(PaySlipLine.amount_fen))
    lines = {slip: int(fen) for slip, fen in rows.execute(sums.group_by(PaySlipLine.pay_slip_id))}
    slips = rows.scalars(select(PaySlip)).all()
    assert {slip.id: slip.gross_fen for slip in slips} == lines
    assert all(s.net_fen == s.gross_fen - s.deduction_fen - s.advance_fen for s in slips)


def test_settled_days_and_those_only_stand_on_slips(rows: Session) -> None:
    settled = set(rows.scalars(select(WorkDay.id).where(WorkDay.state == "settled")))
    assert set(rows.scalars(select(PaySlipLine.live_day_id))) == settled


def test_wages_land_in_the_households_of_those_who_agreed(rows: Session) -> None:
    owed = rows.execute(
        select(PaySlip.id, PaySlip.earned_fen)
        .join(Worker, Worker.id == PaySlip.worker_id)
        .where(PaySlip.state.in_(("confirmed", "paid")), Worker.member_id.is_not(None))
    ).all()
    booked = rows.execute(
        select(IncomeEntry.ref, IncomeEntry.amount_fen).where(IncomeEntry.origin == "pay_slip")
    ).all()
    assert {(f"pay_slip:{slip}", fen) for slip, fen in owed} == set(booked)  # type: ignore[arg-type]


def test_pay_keeps_to_the_least_wage_of_the_county(rows: Session) -> None:
    for posting in rows.scalars(select(Posting)):
        pieces = posting.usual_day_pieces or 0
        day = {
            "day": posting.rate_fen,
            "hour": posting.rate_fen * posting.day_minutes // 60,
            "piece": posting.rate_fen * pieces // (posting.piece_lot or 1),
        }[posting.pay_kind]
        assert day * 60 / posting.day_minutes >= 2110, posting.title


# --- people -------------------------------------------------------------------------------------


def test_every_id_number_is_valid_and_says_what_the_row_says(rows: Session) -> None:
    ring = crypto.ring()
    people: list[Any] = [*rows.scalars(select(Worker)), *rows.scalars(select(HouseholdMember))]
    assert len(people) > 500
    for person in people:
        kind = type(person).__tablename__
        number = ring.open(person.id_sealed, place=f"{kind}.id_number:{person.uid}")
        found = parse_id_number(number, today=TODAY)
        assert (found.born, found.sex) == (person.born, person.sex)
        assert (ring.blind_index(number), number[-4:]) == (person.id_index, person.id_tail)


def test_a_worker_of_a_household_is_the_same_person_as_its_member(rows: Session) -> None:
    both = rows.execute(
        select(Worker, HouseholdMember).join(
            HouseholdMember, HouseholdMember.id == Worker.member_id
        )
    ).all()
    assert len(both) > 50
    for worker, member in both:
        assert (worker.name, worker.id_index) == (member.name, member.id_index)


def test_nobody_who_works_is_a_child(rows: Session) -> None:
    ages = [age_on(born, TODAY) for born in rows.scalars(select(Worker.born))]
    assert min(ages) >= 18
    assert max(ages) <= 70


def test_phones_and_credit_codes_are_valid(rows: Session) -> None:
    for phone in rows.scalars(select(User.phone)):
        assert parse_phone(phone) == phone
    for code in rows.scalars(select(Employer.credit_code).where(Employer.credit_code.is_not(None))):
        assert parse_credit_code(code or "") == code


# --- the demonstration --------------------------------------------------------------------------


def test_the_demonstration_is_as_large_as_it_is_told(rows: Session) -> None:
    def here(place: Any) -> int:
        return rows.scalar(select(func.count()).where(place.startswith("150525"))) or 0

    assert (here(Worker.home_code), here(Household.village_code)) == (320, 150)
    assert (here(Employer.place_code), here(Posting.place_code)) == (
        12,
        65,
    )  # with two at once, three shared
    brand = rows.scalars(select(LaborBrand).where(LaborBrand.name == "奈曼青龙薯乡人")).one()
    members = select(func.count()).where(
        BrandMember.brand_id == brand.id, BrandMember.state == "member"
    )
    assert rows.scalar(members) == 240


def test_there_is_work_tomorrow_and_work_behind(rows: Session) -> None:
    tomorrow = TODAY + timedelta(days=1)
    open_places = rows.scalar(
        select(func.sum(PostingDay.headcount - PostingDay.taken))
        .join(Posting, Posting.id == PostingDay.posting_id)
        .where(PostingDay.work_date == tomorrow, Posting.state == "open")
    )
    assert open_places
    assert open_places > 10
    booked = select(func.count()).where(EngagementDay.work_date == tomorrow)
    assert (rows.scalar(booked) or 0) > 10
    assert (rows.scalar(select(func.count()).select_from(WorkDay)) or 0) > 500


def test_nothing_has_happened_in_the_future(rows: Session) -> None:
    assert rows.scalars(select(func.max(WorkDay.work_date))).one() < TODAY
    assert rows.scalars(select(func.max(AttendanceEvent.happened_at))).one() < NOON
    paid = rows.scalars(select(func.max(PaySlip.paid_on))).one()
    assert paid is not None
    assert paid <= TODAY


def test_the_evenings_told_people_of_work_and_something_came_of_it(rows: Session) -> None:
    today = date(2026, 10, 1)
    county = Actor(grants=(Grant(Role.OFFICER, place_code="150525"),))
    _, sums = funnel.funnel(Whose(place="150525"), today - timedelta(weeks=9), today, actor=county)
    assert sums.pushed > sums.seen > sums.signed > sums.worked > 20
    slots = task_runs.last_slots()
    assert any(slot.has_failed for slot in slots["match_push"])
    assert len(slots["check_ledger"]) == 5


def test_each_role_has_a_sign_in_that_works(rows: Session, season: Flask) -> None:
    file = season.config["INSTANCE_DIR"] / "demo-accounts.json"
    given = json.loads(file.read_text(encoding="utf-8"))
    assert {row["role"] for row in given} == {
        "worker", "crew_leader", "employer", "organizer", "officer", "station", "admin",
    }  # fmt: skip
    for row in given:
        user = accounts.check_sign_in(row["phone"], PASSWORD)
        held = {grant.role.value for grant in accounts.actor_of(user).grants}
        assert ("worker" if row["role"] == "crew_leader" else row["role"]) in held


def test_the_worker_who_is_shown_has_a_slip_and_goes_to_work_tomorrow(rows: Session) -> None:
    user = accounts.check_sign_in("13900000001", PASSWORD)
    worker = rows.scalars(select(Worker).where(Worker.user_id == user)).one()
    days = set(
        rows.scalars(select(EngagementDay.work_date).where(EngagementDay.worker_id == worker.id))
    )
    assert TODAY + timedelta(days=1) in days
    assert rows.scalar(select(func.count()).where(WorkDay.worker_id == worker.id))
    assert fits_for(WorkerId(worker.id), TODAY)


def test_the_worker_who_is_shown_has_slips_of_several_cycles_the_last_to_be_confirmed(
    rows: Session,
) -> None:
    user = accounts.check_sign_in("13900000001", PASSWORD)
    worker = rows.scalars(select(Worker).where(Worker.user_id == user)).one()
    slips = rows.execute(
        select(Settlement.last_day, PaySlip.state)
        .join(PaySlip, PaySlip.settlement_id == Settlement.id)
        .where(PaySlip.worker_id == worker.id)
        .order_by(Settlement.last_day)
    ).all()
    assert len({slip.last_day for slip in slips}) >= 4
    assert [slip.state for slip in slips].count("paid") >= 3
    assert slips[-1].state == "issued"


# --- every day of the year, every county --------------------------------------------------------


@pytest.mark.parametrize(
    "today",
    [date(2026, 1, 1), date(2026, 4, 15), date(2028, 2, 29), date(2026, 7, 31), date(2026, 12, 31)],
)
def test_on_whichever_day_it_is_made_there_is_work_tomorrow(grounded: Flask, today: date) -> None:
    noon = datetime(today.year, today.month, today.day, 4, tzinfo=UTC)
    with grounded.app_context(), clock.at(noon), undone() as session:
        season = make_county(session, replace(SMALL, first_order=300), "hash")
        tomorrow = today + timedelta(days=1)
        jobs = [job.id for job in season.jobs if tomorrow in job.days]
        places = session.scalar(
            select(func.sum(PostingDay.headcount - PostingDay.taken)).where(
                PostingDay.posting_id.in_(jobs), PostingDay.work_date == tomorrow
            )
        )
        assert places


@pytest.mark.parametrize("county", ["150430", "150525"])
def test_other_seasons_stand_beside_the_demonstration(season: Flask, county: str) -> None:
    """In another county, in the same county, and there again with the same seed."""
    with season.app_context(), undone() as session:
        before = counts()
        for plan in (
            replace(SMALL, county=county, seed=1, variant="a"),
            replace(SMALL, county=county, seed=1, variant="b"),
            replace(SMALL, county=county, seed=2, first_order=0),
        ):
            make_county(session, plan, "hash")
        assert counts()["worker"] == before["worker"] + 180
        assert counts()["household"] == before["household"] + 60
        names = session.scalars(select(LaborBrand.name).where(LaborBrand.name.startswith("小队")))
        assert set(names) == {"小队", "小队 2", "小队 3"}
        homes = session.scalars(
            select(Household.village_code).order_by(Household.id.desc()).limit(60)
        )
        assert all(home.startswith(county) for home in homes)
