"""Pay runs: what is looked at is what is issued, by two people where it is much."""

from datetime import date, timedelta

import pytest
from sqlalchemy import func, select

from jobmatch.accounts import service as accounts
from jobmatch.attendance import disputes
from jobmatch.attendance.rules.kinds import Kind
from jobmatch.earnings import charging, run_queries, run_work, runs, service, settling, sharing
from jobmatch.earnings.checks import check_ledger
from jobmatch.earnings.errors import (
    ChargeClosed,
    NothingToSettle,
    RunChanged,
    RunClosed,
    RunStands,
    SamePerson,
)
from jobmatch.earnings.models import PaySlip
from jobmatch.earnings.rules.sharing import Way
from jobmatch.earnings.rules.taking import Kind as Charge
from jobmatch.earnings.run_models import PayRun, PayRunRow, WageCharge
from jobmatch.infra import clock
from jobmatch.infra.db import reading, transaction
from jobmatch.kernel.actor import Actor, Role
from jobmatch.kernel.errors import Invalid, NotFound
from jobmatch.kernel.ids import UserId
from jobmatch.kernel.periods import Days
from tests.attendance.support import mark
from tests.earnings.support import FIRST, SECOND, Pay, all_present, journal, slip_of
from tests.support import World, instant


@pytest.fixture
def second(field: Pay, world: World, monkeypatch: pytest.MonkeyPatch) -> Actor:
    """Another user of the employer; more than 100 yuan needs two."""
    monkeypatch.setattr(settling, "second_above", lambda _session, _employer_id: 10_000)
    user = world.user("张会计")
    employer_id = employer_of(field)
    with transaction() as session:
        accounts.grant(session, UserId(user), Role.EMPLOYER, actor=Actor(), subject_id=employer_id)
    return accounts.actor_of(user)


def employer_of(field: Pay) -> int:
    return next(iter(field.employer.employer_ids))


def begun(field: Pay) -> int:
    return runs.begin(employer_of(field), FIRST, SECOND, actor=field.employer)


def state(run_id: int) -> tuple[str, bool]:
    row = reading().get(PayRun, run_id, populate_existing=True)
    assert row is not None
    return row.state, row.is_stale


def slips() -> int:
    return reading().scalar(select(func.count()).select_from(PaySlip)) or 0


def advance(field: Pay, fen: int) -> int:
    key = charging.record(
        employer_of(field), field.worker_id, Charge.ADVANCE, FIRST, fen, "看病先支",
        actor=field.employer,
    )  # fmt: skip
    charging.answer(key, True, actor=field.worker)
    return key


def test_a_small_run_is_issued_by_one_person(field: Pay) -> None:
    all_present(field)
    run = begun(field)
    assert state(run) == ("draft", False)
    assert slips() == 0
    assert run_queries.sums(run).net_fen == 72_000
    assert runs.submit(run, 72_000, actor=field.employer) == "issued"
    assert (state(run)[0], slips()) == ("issued", 2)
    assert [part.slips for part in run_queries.parts(run)] == [2]
    assert check_ledger() == []


def test_a_large_run_waits_for_somebody_else(field: Pay, second: Actor) -> None:
    all_present(field)
    run = begun(field)
    assert runs.submit(run, 72_000, actor=field.employer) == "awaiting"
    assert run_queries.waiting_for(employer_of(field), actor=second) == 1
    with pytest.raises(SamePerson):
        runs.approve(run, 72_000, actor=field.employer)
    with pytest.raises(SamePerson):
        runs.refuse(run, "不对", actor=field.employer)
    assert slips() == 0
    assert runs.approve(run, 72_000, actor=second) == "issued"
    assert slips() == 2
    with pytest.raises(RunClosed):
        runs.approve(run, 72_000, actor=second)
    assert check_ledger() == []


def test_a_single_posting_above_the_amount_is_not_settled_by_one(field: Pay, second: Actor) -> None:
    all_present(field)
    with pytest.raises(SamePerson):
        service.settle(field.posting_id, FIRST, SECOND, actor=field.employer)
    assert slips() == 0
    assert second.user_id != field.employer.user_id


def test_without_a_second_person_a_large_run_says_so(
    field: Pay, monkeypatch: pytest.MonkeyPatch
) -> None:
    all_present(field)
    monkeypatch.setattr(settling, "second_above", lambda _session, _employer_id: 1)
    with pytest.raises(SamePerson):
        runs.submit(begun(field), 72_000, actor=field.employer)


def test_a_refused_run_goes_back_with_the_words(field: Pay, second: Actor) -> None:
    all_present(field)
    run = begun(field)
    runs.submit(run, 72_000, actor=field.employer)
    with pytest.raises(Invalid):
        runs.refuse(run, " ", actor=second)
    runs.refuse(run, "少算了一天", actor=second)
    assert run_queries.run(run, actor=second).words == "少算了一天"
    with pytest.raises(SamePerson):  # Whoever did not compute it takes it over first.
        runs.submit(run, 72_000, actor=second)
    runs.renew(run, actor=second)
    assert runs.submit(run, 72_000, actor=second) == "awaiting"
    assert runs.approve(run, 72_000, actor=field.employer) == "issued"


def test_a_change_after_the_look_opens_the_preview_again(field: Pay, second: Actor) -> None:
    all_present(field)
    run = begun(field)
    runs.submit(run, 72_000, actor=field.employer)
    with clock.at(instant(2026, 9, 27, 19)):
        mark(field.employer, field.days[1], Kind.MINUTES, 240)
        with pytest.raises(RunChanged):
            runs.approve(run, 72_000, actor=second)
        assert state(run) == ("draft", True)
        assert slips() == 0
        assert run_queries.sums(run).net_fen == 63_000


def test_a_day_recorded_later_goes_to_the_next_run(field: Pay) -> None:
    mark(field.employer, field.days[0], Kind.PRESENT)
    run = begun(field)
    with clock.at(instant(2026, 9, 27, 19)):
        mark(field.employer, field.days[1], Kind.PRESENT)
        runs.submit(run, 18_000, actor=field.employer)
        assert state(run)[0] == "issued"
        assert run_queries.sums(runs.begin(employer_of(field), FIRST, SECOND,
                                           actor=field.employer)).net_fen == 18_000  # fmt: skip


def test_another_sum_than_was_seen_is_refused(field: Pay) -> None:
    all_present(field)
    run = begun(field)
    with pytest.raises(RunChanged):
        runs.submit(run, 72_001, actor=field.employer)
    with pytest.raises(RunChanged):
        service.settle(field.posting_id, FIRST, SECOND, actor=field.employer, seen_fen=1)
    assert slips() == 0


def test_one_run_at_a_time_and_only_ones_own(field: Pay, world: World) -> None:
    all_present(field)
    run = begun(field)
    with pytest.raises(RunStands):
        begun(field)
    with pytest.raises(RunStands):
        runs.begin(
            employer_of(field), FIRST, FIRST, actor=field.employer, posting_id=field.posting_id
        )
    _, stranger = world.employer("别的合作社")
    for deed in (
        lambda: run_queries.run(run, actor=stranger),
        lambda: runs.submit(run, 72_000, actor=stranger),
        lambda: runs.cancel(run, actor=stranger),
        lambda: runs.begin(employer_of(field), FIRST, SECOND, actor=stranger),
    ):
        with pytest.raises(NotFound):
            deed()
    runs.cancel(run, actor=field.employer)
    assert reading().scalar(select(func.count()).select_from(PayRunRow)) == 0
    with pytest.raises(RunClosed):
        runs.submit(run, 72_000, actor=field.employer)
    assert begun(field) != run


@pytest.mark.parametrize(
    ("first", "last", "name"),
    [
        (SECOND, FIRST, "last"),
        (FIRST, date(2026, 9, 28), "last"),
        (FIRST - timedelta(days=400), FIRST, "first"),
    ],
)
def test_bad_days_are_refused(field: Pay, first: date, last: date, name: str) -> None:
    with pytest.raises(Invalid) as caught:
        runs.begin(employer_of(field), first, last, actor=field.employer)
    assert caught.value.field == name
    with pytest.raises(NothingToSettle):
        runs.begin(employer_of(field), FIRST, FIRST, actor=field.employer)


def test_a_disputed_day_waits_and_is_listed(field: Pay) -> None:
    all_present(field)
    disputes.object_to(
        field.days[0], disputes.Version(True, 540, 0), "干到六点", actor=field.worker
    )
    run = begun(field)
    assert [(h.name, h.why, h.days) for h in run_queries.held(run).rows] == [
        ("王秀兰", "dispute", 1)
    ]
    assert run_queries.sums(run).net_fen == 54_000


def test_a_reversed_run_opens_its_days_and_gives_the_advance_back(field: Pay) -> None:
    all_present(field)
    advance(field, 10_000)
    run = begun(field)
    runs.submit(run, 62_000, actor=field.employer)
    assert check_ledger() == []
    runs.reverse(run, actor=field.employer)
    assert state(run)[0] == "reversed"
    assert check_ledger() == []
    assert reading().scalars(select(WageCharge.taken_fen)).one() == 0
    with pytest.raises(RunClosed):
        runs.reverse(run, actor=field.employer)
    assert run_queries.sums(begun(field)).net_fen == 62_000


def test_an_advance_is_booked_and_comes_off(field: Pay) -> None:
    all_present(field)
    advance(field, 10_000)
    assert journal() == [("advance", 10_000), ("paid", -10_000)]
    service.settle(field.posting_id, FIRST, SECOND, actor=field.employer)
    slip = reading().get_one(PaySlip, slip_of(field.worker_id))
    assert (slip.gross_fen, slip.deduction_fen, slip.advance_fen, slip.net_fen) == (
        36_000, 0, 10_000, 26_000,
    )  # fmt: skip
    assert [(c.kind, c.amount_fen) for c in charging.of_slip(slip.id)] == [(Charge.ADVANCE, 10_000)]
    assert check_ledger() == []


def test_an_advance_above_half_is_carried_over(field: Pay) -> None:
    all_present(field)
    advance(field, 20_000)
    service.settle(field.posting_id, FIRST, FIRST, actor=field.employer)
    service.settle(field.posting_id, SECOND, SECOND, actor=field.employer)
    taken = reading().scalars(
        select(PaySlip.advance_fen).where(PaySlip.worker_id == field.worker_id)
    )
    assert sorted(taken) == [9_000, 9_000]
    assert check_ledger() == []


def test_an_advance_larger_than_the_pay_is_refused(field: Pay) -> None:
    all_present(field)
    with pytest.raises(Invalid) as caught:
        advance(field, 36_001)
    assert caught.value.field == "amount_fen"
    advance(field, 36_000)
    with pytest.raises(Invalid):
        advance(field, 1)


@pytest.mark.parametrize(
    ("kind", "day", "fen", "reason", "name"),
    [
        (Charge.MEALS, date(2026, 9, 28), 100, "午饭", "happened_on"),
        (Charge.MEALS, date(2025, 9, 1), 100, "午饭", "happened_on"),
        (Charge.MEALS, SECOND, 0, "午饭", "amount_fen"),
        (Charge.MEALS, SECOND, -5, "午饭", "amount_fen"),
        (Charge.MEALS, SECOND, 100, " 饭", "reason"),
    ],
)
def test_a_bad_charge_is_refused(
    field: Pay, kind: Charge, day: date, fen: int, reason: str, name: str
) -> None:
    with pytest.raises(Invalid) as caught:
        charging.record(
            employer_of(field), field.worker_id, kind, day, fen, reason, actor=field.employer
        )
    assert caught.value.field == name


def test_what_the_worker_refuses_never_comes_off(field: Pay, world: World) -> None:
    all_present(field)
    key = charging.record(
        employer_of(field), field.worker_id, Charge.DAMAGE, SECOND, 5_000, "摔了筐",
        actor=field.employer,
    )  # fmt: skip
    assert charging.asked(field.worker_id) == 1
    with pytest.raises(NotFound):
        charging.answer(key, True, actor=field.other)
    assert run_queries.sums(begun(field)).net_fen == 72_000
    charging.answer(key, False, actor=field.worker)
    with pytest.raises(ChargeClosed):
        charging.answer(key, True, actor=field.worker)
    with pytest.raises(ChargeClosed):
        charging.withdraw(key, actor=field.employer)
    assert service.settle(field.posting_id, FIRST, SECOND, actor=field.employer)
    assert world.number


def test_a_withdrawn_advance_is_booked_back(field: Pay) -> None:
    all_present(field)
    key = advance(field, 10_000)
    charging.withdraw(key, actor=field.employer)
    assert sum(fen for _account, fen in journal()) == 0
    assert check_ledger() == []


def test_a_lump_sum_is_paid_when_it_is_done(field: Pay) -> None:
    all_present(field)
    lump = sharing.agree_lump(
        field.posting_id, Days(FIRST, SECOND), 100_000, way=Way.EQUAL, actor=field.employer
    )
    with pytest.raises(NothingToSettle):
        service.settle(field.posting_id, FIRST, SECOND, actor=field.employer)
    with pytest.raises(Invalid) as caught:
        sharing.declare_done(lump, Days(FIRST, SECOND), 100_001, actor=field.employer)
    assert caught.value.field == "amount_fen"
    sharing.declare_done(lump, Days(FIRST, FIRST), 60_000, actor=field.employer)
    service.settle(field.posting_id, FIRST, SECOND, actor=field.employer)
    assert sorted(reading().scalars(select(PaySlip.gross_fen))) == [30_000, 30_000]
    (row,) = sharing.lumps(field.posting_id)
    assert (row.rest_fen, [part.is_settled for part in row.parts]) == (40_000, [True])
    with pytest.raises(Invalid):
        sharing.declare_done(lump, Days(FIRST, SECOND), 1, actor=field.employer)
    assert check_ledger() == []


def test_a_large_run_is_worked_on_by_who_claims_it(
    field: Pay, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(runs, "AT_ONCE_DAYS", 1)
    all_present(field)
    run = begun(field)
    assert state(run)[0] == "computing"
    claim = run_work.claim_next()
    assert claim is not None
    assert run_work.claim_next() is None
    assert run_work.work(claim) == "draft"
    assert runs.submit(run, 72_000, actor=field.employer) == "issuing"
    assert slips() == 0
    claim = run_work.claim_next()
    assert claim is not None
    assert run_work.work(claim) == "issued"
    assert (slips(), run_work.has_work()) == (2, False)
    assert check_ledger() == []


def test_a_cancelled_run_leaves_nothing(field: Pay, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(runs, "AT_ONCE_DAYS", 1)
    all_present(field)
    run = begun(field)
    claim = run_work.claim_next()
    assert claim is not None
    runs.cancel(run, actor=field.employer)
    with pytest.raises(run_work.Lost):
        run_work.work(claim)
    assert reading().scalar(select(func.count()).select_from(PayRunRow)) == 0
    assert (state(run)[0], slips()) == ("cancelled", 0)


def test_a_run_whose_process_died_is_taken_up_again(
    field: Pay, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(runs, "AT_ONCE_DAYS", 1)
    all_present(field)
    run = begun(field)
    dead = run_work.claim_next()
    assert dead is not None
    with clock.at(instant(2026, 9, 27, 19)):
        claim = run_work.claim_next()
        assert claim is not None
        with pytest.raises(run_work.Lost):
            run_work.work(dead)
        assert run_work.work(claim) == "draft"
        assert run_queries.sums(run).net_fen == 72_000
