from datetime import date

import pytest

from jobmatch.dispatch.rules.days import days_to_take, still_open, to_give_back
from jobmatch.dispatch.rules.engage import Ages, Demand, Person, refusal
from jobmatch.dispatch.rules.states import SignupState, after_accepting
from jobmatch.kernel.periods import Days
from jobmatch.matching.rules.people import Proof

D25, D26, D27, D28 = (date(2026, 9, d) for d in (25, 26, 27, 28))
AGES = Ages(least=16, heavy=18)
SORT = "ag.swpotato.sort"


def test_a_worker_gets_the_wanted_offered_free_days_that_are_not_booked():
    days = days_to_take(Days(D25, D27), [D28, D27, D26, D25], [Days(D25, D26)], {D25})
    assert days == [D26]


def test_several_runs_of_free_days_count_together():
    runs = [Days(D25, D25), Days(D27, D28)]
    assert days_to_take(Days(D25, D28), [D25, D26, D27, D28], runs, ()) == [D25, D27, D28]


def test_without_free_runs_there_is_no_day():
    assert days_to_take(Days(D25, D28), [D25], [], ()) == []


@pytest.mark.parametrize(
    ("minute", "starts", "ends", "open_days"),
    [
        (1019, 450, 1020, [D26, D27]),
        (1020, 450, 1020, [D27]),
        (1200, 1320, 360, [D26, D27]),
    ],
)
def test_today_can_be_taken_until_its_work_ends(minute, starts, ends, open_days):
    found = still_open([D27, D26, D25], today=D26, minute=minute, starts_at=starts, ends_at=ends)
    assert found == open_days


@pytest.mark.parametrize(
    ("minute", "since", "freed"),
    [(449, 600, [D26, D27]), (450, 600, [D27]), (450, 10, [D26, D27]), (450, 11, [D27])],
)
def test_past_days_stay_and_today_is_freed_before_work_or_right_after_a_slip(minute, since, freed):
    found = to_give_back(
        [D25, D26, D27], today=D26, minute=minute, starts_at=450, minutes_since=since
    )
    assert found == freed


PROOF = Proof(SORT, 2, date(2026, 9, 1), date(2026, 9, 30))
GROWN = Person(born=date(1972, 5, 4))


@pytest.mark.parametrize(
    ("person", "demand", "why"),
    [
        (GROWN, Demand(SORT, "heavy"), None),
        (Person(date(1972, 5, 4), is_active=False), Demand(SORT, "light"), "停用"),
        (Person(date(2010, 9, 26)), Demand(SORT, "light"), "16 周岁"),
        (Person(date(2010, 9, 25)), Demand(SORT, "light"), None),
        (Person(date(2008, 9, 26)), Demand(SORT, "heavy"), "18 周岁"),
        (Person(date(2008, 9, 25)), Demand(SORT, "heavy"), None),
        (GROWN, Demand(SORT, "light", needs_credential=True), "证书"),
        (Person(date(1972, 5, 4), True, (PROOF,)), Demand(SORT, "light", True, 2), None),
    ],
)
def test_law_and_posting_decide_who_may_be_engaged(person, demand, why):
    said = refusal(person, demand, AGES, D25)
    assert (said is None) if why is None else (said is not None and why in str(said))


def test_accepted_without_a_day_means_waiting():
    assert after_accepting(0) is SignupState.WAITING
    assert after_accepting(1) is SignupState.ACCEPTED
