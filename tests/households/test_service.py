from datetime import date

import pytest
from sqlalchemy import func, select

from jobmatch.households import history, queries, service
from jobmatch.households.models import HouseholdMember, IncomeEntry
from jobmatch.households.queries import HouseholdFilter, LineFilter
from jobmatch.households.rules.kinds import Kind, Source
from jobmatch.households.service import AlreadyReversed, NewMember, PersonKnown
from jobmatch.infra import clock
from jobmatch.infra.audit import AuditEntry
from jobmatch.infra.db import reading, transaction
from jobmatch.kernel.actor import SYSTEM
from jobmatch.kernel.errors import Invalid, NotAllowed, NotFound
from jobmatch.kernel.periods import Days
from tests.support import id_number, instant

YEAR = Days(date(2025, 9, 1), date(2026, 8, 31))


@pytest.fixture(autouse=True)
def _september():
    with clock.at(instant(2026, 9, 1)):
        yield


def actions() -> list[str]:
    found = reading().scalars(select(AuditEntry.action).order_by(AuditEntry.id))
    return [action for action in found if action != "role.grant"]


def earn(household_id, officer, yuan, day=date(2026, 3, 5), source=Source.WAGE, **more):
    service.add_income(household_id, source, yuan * 100, day, actor=officer, **more)


def test_a_wage_is_booked_once_for_a_pay_slip(world):
    household_id, [member_id, _] = world.household()
    for _ in range(2):
        with transaction() as session:
            service.book_wage(
                session, member_id, 18_000, date(2026, 8, 1), ref="pay_slip:1", actor=SYSTEM
            )
    assert reading().scalar(select(func.sum(IncomeEntry.amount_fen))) == 18_000
    assert queries.net_income_per_capita(household_id, YEAR) == 9_000


def test_a_reversal_leaves_the_month_at_nothing_and_happens_once(world):
    _household_id, [member_id, _] = world.household()
    with transaction() as session:
        service.book_wage(
            session, member_id, 18_000, date(2026, 8, 1), ref="pay_slip:1", actor=SYSTEM
        )
    found = []
    for _ in range(2):
        with transaction() as session:
            found.append(service.reverse_income(session, "pay_slip:1", actor=SYSTEM))
    assert found == [True, False]
    rows = (
        reading()
        .execute(select(IncomeEntry.amount_fen, IncomeEntry.earned_on).order_by(IncomeEntry.id))
        .all()
    )
    assert [tuple(r) for r in rows] == [(18_000, date(2026, 8, 1)), (-18_000, date(2026, 8, 1))]


def test_reversing_what_was_never_booked_writes_nothing(world):
    with transaction() as session:
        assert service.reverse_income(session, "pay_slip:9", actor=SYSTEM) is False
    assert actions() == []


def test_a_wage_for_an_unknown_member_is_refused(world):
    with pytest.raises(NotFound), transaction() as session:
        service.book_wage(session, 99, 1, date(2026, 8, 1), ref="x", actor=SYSTEM)


def test_an_officer_cannot_reverse_a_pay_slip_but_can_reverse_an_entry_once(world):
    officer = world.officer()
    household_id, [member_id, _] = world.household()
    with transaction() as session:
        service.book_wage(
            session, member_id, 18_000, date(2026, 8, 1), ref="pay_slip:1", actor=SYSTEM
        )
    earn(household_id, officer, 5)
    slip, entry = reading().scalars(select(IncomeEntry.id).order_by(IncomeEntry.id)).all()
    with pytest.raises(Invalid):
        service.reverse_entry(household_id, slip, actor=officer)
    service.reverse_entry(household_id, entry, actor=officer)
    with pytest.raises(AlreadyReversed):
        service.reverse_entry(household_id, entry, actor=officer)


def test_a_reversal_cannot_be_reversed_and_foreign_entries_are_not_found(world):
    officer = world.officer()
    one, _ = world.household()
    two, _ = world.household()
    earn(one, officer, 5)
    entry = reading().scalar(select(IncomeEntry.id))
    with pytest.raises(NotFound):
        service.reverse_entry(two, entry, actor=officer)
    service.reverse_entry(one, entry, actor=officer)
    with pytest.raises(NotFound):
        service.reverse_entry(one, entry + 1, actor=officer)


def test_the_same_form_sent_twice_books_once(world):
    household_id, _ = world.household()
    officer = world.officer()
    for _ in range(2):
        earn(household_id, officer, 5, uid="form-1")
    assert reading().scalar(select(func.count()).select_from(IncomeEntry)) == 1


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"fen": 0}, "amount"),
        ({"fen": -1}, "amount"),
        ({"day": date(2026, 9, 2)}, "day"),
        ({"day": date(1980, 1, 1)}, "day"),
        ({"detail": "字" * 61}, "detail"),
        ({"member_id": 10**6}, "member"),
    ],
)
def test_impossible_income_is_refused_at_its_field(world, change, field):
    household_id, _ = world.household()
    given = {"fen": 100, "day": date(2026, 3, 1)} | change
    fen, day = given.pop("fen"), given.pop("day")
    with pytest.raises(Invalid) as error:
        service.add_income(household_id, Source.WAGE, fen, day, actor=world.officer(), **given)
    assert error.value.field == field


def test_a_changed_kind_is_logged_with_its_reason_and_the_same_kind_is_not(world):
    household_id, _ = world.household(kind="lifted")
    officer = world.officer()
    service.change_kind(household_id, Kind.LIFTED, "没有变", actor=officer)
    service.change_kind(household_id, Kind.LIFTED_UNSTABLE, "县级审批 2026-08", actor=officer)
    [line] = reading().scalars(select(AuditEntry).where(AuditEntry.action == "household.kind"))
    assert line.detail == {
        "before": "lifted",
        "after": "lifted_unstable",
        "reason": "县级审批 2026-08",
    }
    with pytest.raises(Invalid):
        service.change_kind(household_id, Kind.LIFTED, " ", actor=officer)


def test_a_member_joins_once_and_counts_from_then_on(world):
    household_id, _ = world.household(members=1)
    officer = world.officer()
    earn(household_id, officer, 1000)
    number = id_number(date(1990, 1, 1), 77)
    service.add_member(household_id, NewMember("王小红", number, "女"), actor=officer)
    assert queries.net_income_per_capita(household_id, YEAR) == 50_000
    with pytest.raises(PersonKnown):
        service.add_member(household_id, NewMember("王小红", number, "女"), actor=officer)


@pytest.mark.parametrize(
    ("given", "field"),
    [
        (NewMember("王", id_number(date(1990, 1, 1), 5), "女"), "name"),
        (NewMember("王小红", "123", "女"), "id_number"),
        (NewMember("王小红", id_number(date(1990, 1, 1), 5), " "), "relation"),
    ],
)
def test_a_member_needs_a_name_an_id_number_and_a_relation(world, given, field):
    household_id, _ = world.household()
    with pytest.raises(Invalid) as error:
        service.add_member(household_id, given, actor=world.officer())
    assert error.value.field == field


def test_who_left_counts_no_more_and_can_come_back(world):
    household_id, [_, second] = world.household()
    officer = world.officer()
    earn(household_id, officer, 1000)
    service.member_left(household_id, second, date(2026, 8, 31), actor=officer)
    assert queries.net_income_per_capita(household_id, YEAR) == 100_000
    service.member_back(household_id, second, actor=officer)
    assert queries.net_income_per_capita(household_id, YEAR) == 50_000
    with pytest.raises(Invalid):
        service.member_left(household_id, second, date(2026, 9, 2), actor=officer)


def test_everything_about_a_foreign_household_is_not_found(world):
    household_id, [member_id, _] = world.household(village="150430100201")
    officer = world.officer("150525")
    for deed in (
        lambda: queries.household(household_id, officer),
        lambda: history.months(household_id, YEAR, actor=officer),
        lambda: history.entries(household_id, YEAR, actor=officer),
        lambda: service.note_read(household_id, actor=officer),
        lambda: service.change_kind(household_id, Kind.LIFTED, "依据", actor=officer),
        lambda: service.add_income(household_id, Source.WAGE, 1, date(2026, 1, 1), actor=officer),
        lambda: service.reverse_entry(household_id, 1, actor=officer),
        lambda: service.member_left(household_id, member_id, date(2026, 1, 1), actor=officer),
        lambda: service.member_back(household_id, member_id, actor=officer),
        lambda: service.reveal_id(household_id, member_id, "办补贴", actor=officer),
        lambda: service.add_member(
            household_id, NewMember("王小红", id_number(date(1990, 1, 1), 5), "女"), actor=officer
        ),
    ):
        with pytest.raises(NotFound):
            deed()
    assert actions() == []


def test_a_member_is_found_only_under_their_own_household(world):
    own, [first, _] = world.household()
    other, _ = world.household()
    officer = world.officer()
    for deed in (
        lambda: service.member_left(other, first, date(2026, 1, 1), actor=officer),
        lambda: service.member_back(other, first, actor=officer),
        lambda: service.reveal_id(other, first, "办补贴", actor=officer),
    ):
        with pytest.raises(NotFound):
            deed()
    assert actions() == []
    assert queries.household(own, officer).members[0].left_on is None


def test_nobody_but_officers_reads_households(world):
    household_id, _ = world.household()
    for actor in (world.admin(), world.station(), world.employer()[1], world.brand()[1]):
        with pytest.raises(NotAllowed):
            queries.household(household_id, actor)
        with pytest.raises(NotAllowed):
            queries.households(actor, HouseholdFilter())


def test_reading_a_page_and_revealing_a_number_leave_lines_in_the_log(world):
    household_id, [member_id, _] = world.household()
    officer = world.officer()
    service.note_read(household_id, actor=officer)
    number = service.reveal_id(household_id, member_id, "办补贴", actor=officer)
    assert actions() == ["household.read", "member.reveal_id"]
    assert number[-4:] == reading().get(HouseholdMember, member_id).id_tail


def listed(officer, **wanted) -> list[str]:
    return [
        row.household_no
        for row in queries.households(officer, HouseholdFilter(**wanted), window=YEAR).rows
    ]


def test_the_list_is_bound_to_the_officers_places_and_filters(world):
    world.household("A001", kind="lifted")
    world.household("A002", kind="sudden_hardship")
    world.household("A003", kind="ordinary", village="150525100201")
    world.household("B001", village="150430100201")
    officer = world.officer("150525")
    assert listed(officer) == ["A003", "A001", "A002"]
    assert listed(world.officer("150525102")) == ["A001", "A002"]
    assert listed(world.officer("15")) == ["B001", "A003", "A001", "A002"]
    assert listed(officer, kind=Kind.LIFTED) == ["A001"]
    assert listed(officer, monitored=True) == ["A002"]
    assert listed(officer, place="150525100") == ["A003"]
    assert listed(officer, place="150430") == []
    assert listed(officer, words="A002") == ["A002"]
    assert listed(officer, words="%") == []
    assert queries.counts_by_kind(officer)[Kind.LIFTED] == 1


def test_households_are_found_by_where_they_stand_to_the_line(world):
    officer = world.officer()
    for no, yuan in (("A001", 17_599), ("A002", 17_600), ("A003", 21_120), ("A004", 21_121)):
        household_id, _ = world.household(no)
        earn(household_id, officer, yuan)
    world.household("A005")
    assert listed(officer, line=LineFilter.UNDER) == ["A001"]
    assert listed(officer, line=LineFilter.NEAR) == ["A002", "A003"]
    assert listed(officer, line=LineFilter.UNKNOWN) == ["A005"]
    assert queries.count(officer, HouseholdFilter(line=LineFilter.UNDER), window=YEAR) == 1
    rows = queries.households(officer, HouseholdFilter(), window=YEAR).rows
    assert [r.standing and r.standing.is_under for r in rows] == [True, False, False, False, None]


def test_costs_are_counted_off_in_the_list_as_on_the_page(world):
    officer = world.officer()
    household_id, _ = world.household("A001")
    earn(household_id, officer, 20_000)
    earn(household_id, officer, 3_000, source=Source.COST)
    assert listed(officer, line=LineFilter.UNDER) == ["A001"]
    assert queries.household(household_id, officer, window=YEAR).standing.net_fen == 1_700_000


def test_the_page_shows_the_twelve_full_months_before_this_one(world):
    officer = world.officer()
    household_id, _ = world.household()
    for day in (date(2025, 8, 31), date(2025, 9, 1), date(2026, 8, 31), date(2026, 9, 1)):
        earn(household_id, officer, 100, day)
    page = queries.household(household_id, officer)
    assert page.window == YEAR
    assert page.sums == {Source.WAGE: 20_000}
    assert page.standing.line_fen == 880_000
    months = history.months(household_id, YEAR, actor=officer)
    assert len(months) == 12
    assert (months[0].month, months[0].sums) == (date(2025, 9, 1), {Source.WAGE: 10_000})
    assert months[5].sums == {}


def test_every_figure_opens_to_its_entries(world):
    officer = world.officer()
    household_id, [member_id, _] = world.household()
    earn(household_id, officer, 100, detail="卖羊", source=Source.BUSINESS)
    earn(household_id, officer, 7, member_id=member_id)
    [row] = history.entries(household_id, YEAR, actor=officer, source=Source.WAGE).rows
    assert (row.amount_fen, row.member, row.reversed_by) == (700, "王1", None)
    service.reverse_entry(household_id, row.id, actor=officer)
    back, row = history.entries(household_id, YEAR, actor=officer, source=Source.WAGE).rows
    assert (back.reverses, row.reversed_by) == (row.id, back.id)
    assert history.entries(household_id, YEAR, actor=officer).total == 3


def test_the_more_exact_place_and_the_later_line_win(world):
    from jobmatch.households.queries import Lines
    from jobmatch.infra.dated import DatedRule

    with transaction() as session:
        session.add(
            DatedRule(
                name="monitoring.line_fen",
                place_code="150525",
                valid_from=date(2026, 1, 1),
                value=900_000,
            )
        )
        session.flush()
        lines = Lines(session, date(2026, 8, 31))
        assert (lines.at("150525102222"), lines.at("150430100201")) == (900_000, 880_000)
        assert Lines(session, date(2025, 12, 31)).at("150525102222") == 880_000
        assert Lines(session, date(2024, 12, 31)).at("150525102222") is None
        session.rollback()


def test_kinds_of_members_come_in_one_go(world):
    _, [one, _] = world.household(kind="lifted")
    _, [two, _] = world.household(kind="marginal_at_risk")
    assert queries.kinds_of_members([one, two]) == {one: Kind.LIFTED, two: Kind.MARGINAL_AT_RISK}
