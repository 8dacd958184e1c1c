"""A large run is issued portion by portion: once, as it was looked at, wherever it is broken off."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from jobmatch.attendance.rules.kinds import Kind
from jobmatch.earnings import computing, run_portions, run_work, runs
from jobmatch.earnings.checks import check_ledger
from jobmatch.earnings.models import PaySlip
from jobmatch.earnings.run_models import PayRun, PayRunRow
from jobmatch.infra import clock
from jobmatch.infra.db import forget_reads, reading, transaction
from jobmatch.postings.models import Posting
from tests.attendance.support import engage, mark
from tests.earnings.support import FIRST, SECOND, Pay, all_present
from tests.support import World

LATER = timedelta(minutes=10)


@pytest.fixture(autouse=True)
def _large(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every run is large; each person is a portion."""
    monkeypatch.setattr(runs, "AT_ONCE_DAYS", 1)
    monkeypatch.setattr(run_portions, "GAP_SECONDS", 0)
    alone = computing.portions
    monkeypatch.setattr(
        computing, "portions", lambda session, scope, postings: alone(session, scope, postings, 1)
    )


def approved(field: Pay) -> int:
    """A run that waits to be issued: two people, 360 yuan each."""
    all_present(field)
    employer_id = next(iter(field.employer.employer_ids))
    run = runs.begin(employer_id, FIRST, SECOND, actor=field.employer)
    assert run_work.work(claimed()) == "draft"
    assert runs.submit(run, 72_000, actor=field.employer) == "issuing"
    return run


def claimed() -> run_work.Claim:
    forget_reads()
    claim = run_work.claim_next()
    assert claim is not None
    return claim


def slips() -> list[int]:
    forget_reads()
    return sorted(reading().scalars(select(PaySlip.net_fen)))


def run_of(run_id: int) -> PayRun:
    forget_reads()
    return reading().get_one(PayRun, run_id)


def held(run_id: int) -> list[str]:
    forget_reads()
    rows = reading().scalars(select(PayRunRow.held).where(PayRunRow.run_id == run_id))
    return sorted(rows)


def die_after(monkeypatch: pytest.MonkeyPatch, portions: int) -> None:
    """The process ends before it writes the portion after so many."""
    left = [portions]
    write = run_portions.write

    def some(*given: object) -> int:
        if not left[0]:
            raise KeyboardInterrupt
        left[0] -= 1
        return write(*given)  # type: ignore[arg-type]

    monkeypatch.setattr(run_portions, "write", some)


def break_off(field: Pay, monkeypatch: pytest.MonkeyPatch) -> int:
    """A run of which one of two has a slip when its process ends."""
    run = approved(field)
    with monkeypatch.context() as patch:
        die_after(patch, 1)
        with pytest.raises(KeyboardInterrupt):
            run_work.work(claimed())
    assert (slips(), run_of(run).state) == ([36_000], "issuing")
    assert check_ledger() == []
    return run


def test_whoever_takes_it_up_again_issues_the_rest_once(
    field: Pay, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = break_off(field, monkeypatch)
    with clock.at(clock.now() + LATER):
        assert run_work.work(claimed()) == "issued"
    done = run_of(run)
    assert (slips(), done.state, done.people, done.net_fen) == ([36_000] * 2, "issued", 2, 72_000)
    assert (done.days, done.done) == (4, 4)
    assert check_ledger() == []


def test_nobody_gets_another_slip_than_the_one_that_was_looked_at(
    field: Pay, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What changes while it is issued is left for the next run, and the run says so."""
    run = break_off(field, monkeypatch)
    first = reading().scalars(select(PaySlip.worker_id)).one()
    waiting = field.other_days if first == field.worker_id else field.days
    with clock.at(clock.now() + LATER):
        mark(field.employer, waiting[0], Kind.MINUTES, 240)
        assert run_work.work(claimed()) == "issued"
        assert (slips(), held(run)) == ([36_000], ["changed", "no"])
        assert (run_of(run).people, run_of(run).net_fen) == (1, 36_000)
        again = runs.begin(run_of(run).employer_id, FIRST, SECOND, actor=field.employer)
        assert run_work.work(claimed()) == "draft"
        assert run_of(again).net_fen == 27_000
    assert check_ledger() == []


def test_a_change_before_the_first_slip_opens_the_preview_again(field: Pay) -> None:
    run = approved(field)
    with clock.at(clock.now() + LATER):
        mark(field.employer, field.days[0], Kind.MINUTES, 240)
        assert run_work.work(claimed()) == "computing"
    assert (slips(), run_of(run).state, run_of(run).is_stale) == ([], "computing", True)


def test_a_run_that_nothing_finishes_ends_with_the_slips_that_are_out(
    field: Pay, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = break_off(field, monkeypatch)
    with transaction() as session:
        session.get_one(PayRun, run).tries = run_work.MOST_TRIES
    with clock.at(clock.now() + LATER):
        assert run_work.claim_next() is None
    assert (run_of(run).state, run_of(run).net_fen) == ("issued", 36_000)
    assert (slips(), held(run)) == ([36_000], ["changed", "no"])


def test_whoever_lost_the_run_writes_no_more_of_it(
    field: Pay, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = approved(field)
    slow = claimed()
    with clock.at(clock.now() + LATER):
        assert run_work.work(claimed()) == "issued"
        with pytest.raises(run_work.Lost):
            run_work.work(slow)
    assert (slips(), run_of(run).state) == ([36_000] * 2, "issued")


def test_who_share_an_amount_are_issued_together_or_not_at_all(
    field: Pay, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The crew's pieces are counted anew for one of them while another has a slip already."""
    brand_id, _organizer = world.brand()
    people = [world.worker(name) for name in ("张玉梅", "赵春花")]
    crew = world.crew(brand_id, [key for key, _ in people])
    employer_id = next(iter(field.employer.employer_ids))
    posting = world.posting(
        employer_id, first=FIRST, last=SECOND, pay_kind="piece", rate_fen=450, piece_unit="斤",
        piece_lot=100, crew_share=True,
    )  # fmt: skip
    days = [engage(posting, key, FIRST, crew_id=crew, brand_id=brand_id)[0] for key, _ in people]
    for n, day in enumerate(days):
        mark(field.employer, day, Kind.PRESENT)
        mark(field.employer, day, Kind.PIECES, 4_000 * (n + 1))
    all_present(field)
    run = runs.begin(employer_id, FIRST, SECOND, actor=field.employer)
    assert run_work.work(claimed()) == "draft"
    assert runs.submit(run, 126_000, actor=field.employer) == "issuing"
    with monkeypatch.context() as patch:
        die_after(patch, 1)
        with pytest.raises(KeyboardInterrupt):
            run_work.work(claimed())
    with clock.at(clock.now() + LATER):
        mark(field.employer, days[0], Kind.PIECES, 4_100)
        assert run_work.work(claimed()) == "issued"
    assert slips() == [36_000, 36_000]
    assert held(run) == ["changed", "changed", "no", "no"]
    assert reading().get_one(Posting, posting).crew_share
    assert check_ledger() == []
