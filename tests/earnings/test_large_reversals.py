"""A large run is taken back portion by portion: only forward, and never a slip that is paid."""

import pytest
from sqlalchemy import select

from jobmatch.attendance.models import WorkDay
from jobmatch.attendance.rules.kinds import Kind
from jobmatch.earnings import run_queries, run_reversal, run_work, runs, service
from jobmatch.earnings.checks import check_ledger
from jobmatch.earnings.errors import PaidAlready, RunClosed, RunStands
from jobmatch.earnings.models import PaySlip, Settlement
from jobmatch.earnings.rules.grouping import together
from jobmatch.earnings.rules.slips import REVERSIBLE, SlipState
from jobmatch.earnings.run_models import PayRun
from jobmatch.infra import clock
from jobmatch.infra.db import forget_reads, reading, transaction
from tests.attendance.support import engage, mark
from tests.earnings.support import FIRST, SECOND, Pay, all_present, codes, earned, pay, slip_of
from tests.earnings.test_large_runs import (
    LATER,
    approved,
    claimed,
    held,
    run_of,
)
from tests.earnings.test_large_runs import _large as _large
from tests.support import World


@pytest.fixture(autouse=True)
def _alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each person is a portion, but for those who share."""
    monkeypatch.setattr(run_reversal, "together", lambda ids, ties, _most: together(ids, ties, 1))


def issued(field: Pay) -> int:
    """Two people with slips of 360 yuan; the first said yes to theirs."""
    run = approved(field)
    assert run_work.work(claimed()) == "issued"
    service.confirm(slip_of(field.worker_id), actor=field.worker)
    return run


def asked(field: Pay) -> int:
    run = issued(field)
    assert runs.reverse(run, actor=field.employer) == "reversing"
    return run


def states() -> list[str]:
    forget_reads()
    return list(reading().scalars(select(PaySlip.state).order_by(PaySlip.worker_id)))


def parts(run: int) -> list[str]:
    found = select(Settlement.state).where(Settlement.pay_run_id == run).order_by(Settlement.id)
    return list(reading().scalars(found))


def break_off(run: int, monkeypatch: pytest.MonkeyPatch, *, after: int = 1) -> None:
    """The process ends after so many portions."""
    left, write = [after], run_reversal.write

    def some(*given: object) -> None:
        if not left[0]:
            raise KeyboardInterrupt
        left[0] -= 1
        write(*given)  # type: ignore[arg-type]

    with monkeypatch.context() as patch:
        patch.setattr(run_reversal, "write", some)
        with pytest.raises(KeyboardInterrupt):
            run_work.work(claimed())
    assert run_of(run).state == "reversing"
    assert check_ledger() == []


def test_all_of_it_is_taken_back_and_can_be_settled_again(field: Pay) -> None:
    run = asked(field)
    assert earned(field) == 36_000
    with pytest.raises(RunStands):
        runs.begin(run_of(run).employer_id, FIRST, SECOND, actor=field.employer)
    assert run_work.work(claimed()) == "reversed"
    done = run_of(run)
    assert (done.state, done.done, done.total, done.claim) == ("reversed", 2, 2, None)
    assert (states(), parts(run), held(run)) == (["reversed"] * 2, ["reversed"], ["no", "no"])
    assert earned(field) == 0
    assert set(reading().scalars(select(WorkDay.state))) == {"open"}
    assert check_ledger() == []
    assert run_work.claim_next() is None
    runs.begin(done.employer_id, FIRST, SECOND, actor=field.employer)


def test_whoever_takes_it_up_again_goes_on_with_the_slips_that_stand(
    field: Pay, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = asked(field)
    break_off(run, monkeypatch)
    assert states() == ["reversed", "issued"]
    assert run_of(run).done == 1
    with clock.at(clock.now() + LATER):
        assert run_work.work(claimed()) == "reversed"
    assert (states(), run_of(run).done) == (["reversed"] * 2, 2)
    assert check_ledger() == []


def test_nothing_is_taken_back_of_a_run_in_which_somebody_is_paid(field: Pay) -> None:
    run = issued(field)
    pay(field, slip_of(field.other_id))
    with pytest.raises(PaidAlready):
        runs.reverse(run, actor=field.employer)
    assert (run_of(run).state, states()) == ("issued", ["confirmed", "paid"])
    assert run_work.claim_next() is None


def test_who_is_paid_meanwhile_keeps_the_slip_and_the_line_says_so(
    field: Pay, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = asked(field)
    break_off(run, monkeypatch)
    with clock.at(clock.now() + LATER):
        pay(field, slip_of(field.other_id))
        assert run_work.work(claimed()) == "reversed"
    assert (states(), held(run)) == (["reversed", "paid"], ["no", "paid"])
    assert (run_of(run).state, parts(run)) == ("reversed", ["issued"])
    standing = run_queries.held(run, standing=True).rows
    assert [(h.name, h.why) for h in standing] == [("李桂芳", "paid")]
    assert run_queries.held(run).rows == []
    assert check_ledger() == []


def test_without_the_look_at_payments_the_books_break(
    field: Pay, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The damage that the guards above keep away: both are taken off."""
    run = asked(field)
    pay(field, slip_of(field.other_id))
    monkeypatch.setattr(run_reversal, "staying", lambda _slips, _ties: {})
    with pytest.raises(PaidAlready):
        run_work.work(claimed())
    assert (states(), codes()) == (["reversed", "paid"], [])
    monkeypatch.setattr(service, "REVERSIBLE", REVERSIBLE | {SlipState.PAID})
    with clock.at(clock.now() + LATER):
        run_work.work(claimed())
    assert (states(), run_of(run).state) == (["reversed"] * 2, "reversed")
    assert "slip_payment" in codes()


def test_a_second_asking_and_a_process_that_lost_the_run_change_nothing(field: Pay) -> None:
    run = asked(field)
    with pytest.raises(RunClosed):
        runs.reverse(run, actor=field.employer)
    slow = claimed()
    with clock.at(clock.now() + LATER):
        assert run_work.work(claimed()) == "reversed"
        with pytest.raises(run_work.Lost):
            run_work.work(slow)
        with pytest.raises(RunClosed):
            runs.reverse(run, actor=field.employer)
    assert check_ledger() == []


def test_two_processes_at_one_run_take_each_slip_back_once(
    field: Pay, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The one that lost its claim in the middle of a portion stops there."""
    run = asked(field)
    slow, write = claimed(), run_reversal.write

    def overtaken(*given: object) -> None:
        monkeypatch.setattr(run_reversal, "write", write)
        write(*given)  # type: ignore[arg-type]
        with transaction() as session:
            session.get_one(PayRun, run).claim = "another's"

    monkeypatch.setattr(run_reversal, "write", overtaken)
    with pytest.raises(run_work.Lost):
        run_work.work(slow)
    assert states() == ["confirmed", "issued"]
    with clock.at(clock.now() + LATER):
        assert run_work.work(claimed()) == "reversed"
    assert states() == ["reversed"] * 2
    assert check_ledger() == []


def test_a_reversal_that_nothing_finishes_ends_with_what_was_taken_back(
    field: Pay, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = asked(field)
    break_off(run, monkeypatch)
    with transaction() as session:
        session.get_one(PayRun, run).tries = run_work.MOST_TRIES
    with clock.at(clock.now() + LATER):
        assert run_work.claim_next() is None
    assert (run_of(run).state, states()) == ("reversed", ["reversed", "issued"])
    assert (held(run), parts(run)) == (["left", "no"], ["issued"])
    service.reverse(reading().scalars(select(Settlement.id)).one(), actor=field.employer)
    assert states() == ["reversed"] * 2
    assert check_ledger() == []


def test_of_slips_without_a_preview_a_line_is_made(
    field: Pay, monkeypatch: pytest.MonkeyPatch
) -> None:
    all_present(field)
    settled = service.settle(field.posting_id, FIRST, SECOND, actor=field.employer)
    run = reading().get_one(Settlement, settled).pay_run_id or 0
    assert runs.reverse(run, actor=field.employer) == "reversing"
    pay(field, slip_of(field.other_id))
    assert run_work.work(claimed()) == "reversed"
    standing = run_queries.held(run, standing=True).rows
    assert [(h.name, h.why, h.days) for h in standing] == [("李桂芳", "paid", 2)]


def test_who_share_with_somebody_paid_keep_their_slips(
    field: Pay, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    brand_id, _organizer = world.brand()
    people = [world.worker(name)[0] for name in ("张玉梅", "赵春花")]
    crew = world.crew(brand_id, people)
    (employer_id,) = field.employer.employer_ids
    posting = world.posting(
        employer_id, first=FIRST, last=SECOND, pay_kind="piece", rate_fen=450, piece_unit="斤",
        piece_lot=100, crew_share=True,
    )  # fmt: skip
    for worker_id in people:
        (day,) = engage(posting, worker_id, FIRST, crew_id=crew, brand_id=brand_id)
        mark(field.employer, day, Kind.PRESENT)
        mark(field.employer, day, Kind.PIECES, 6_000)
    all_present(field)
    run = runs.begin(employer_id, FIRST, SECOND, actor=field.employer)
    assert run_work.work(claimed()) == "draft"
    assert runs.submit(run, 126_000, actor=field.employer) == "issuing"
    assert run_work.work(claimed()) == "issued"
    assert runs.reverse(run, actor=field.employer) == "reversing"
    pay(field, slip_of(people[0]))
    assert run_work.work(claimed()) == "reversed"
    assert states() == ["reversed", "reversed", "paid", "issued"]
    assert held(run) == ["no", "no", "paid", "shared"]
    assert sorted(parts(run)) == ["issued", "reversed"]
    assert check_ledger() == []
