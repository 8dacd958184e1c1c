"""The demonstration has something true on every page from the day at work to the year's figures."""

from collections.abc import Iterator

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from jobmatch.accounts.models import User
from jobmatch.attendance.models import Dispute
from jobmatch.disputes.models import DisputeCase
from jobmatch.earnings.arrears_models import WageArrears
from jobmatch.earnings.models import PaySlip
from jobmatch.earnings.run_models import CrewSharing, LumpPart, LumpSum, PayRun, PayRunRow
from jobmatch.households.models import Household, IncomeEntry
from jobmatch.infra import clock
from jobmatch.monitoring.models import LineWatch
from jobmatch.workers.models import Worker
from tests.seed.conftest import NOON

pytestmark = pytest.mark.xdist_group("seed")  # one database serves them all


@pytest.fixture(autouse=True)
def _today() -> Iterator[None]:
    with clock.at(NOON):
        yield


def test_each_page_of_pay_has_something_to_show(rows: Session) -> None:
    """Shared pay, an advance that came off, two people, two versions, debt, and who slips."""
    for some in (
        select(CrewSharing).where(CrewSharing.way == "agreed"),
        select(LumpPart).join(LumpSum).where(LumpSum.way == "agreed"),
        select(PaySlip).where(PaySlip.advance_fen > 0, PaySlip.state == "paid"),
        select(PayRun).where(PayRun.state == "issued", PayRun.answered_by != PayRun.made_by),
        select(PayRunRow).where(PayRunRow.held == "lump"),
        select(Dispute).where(Dispute.state == "open"),
        select(Dispute).where(Dispute.state == "agreed"),
        select(DisputeCase).where(DisputeCase.kind == "unpaid"),
        select(LineWatch).join(Household).where(LineWatch.level > 0, LineWatch.days > 0),
        select(IncomeEntry).where(IncomeEntry.origin == "entry", IncomeEntry.source == "property"),
    ):
        assert rows.scalars(some.limit(1)).first() is not None, str(some)
    worker = (
        select(Worker.id).join(User, User.id == Worker.user_id).where(User.phone == "13900000001")
    )
    owed = select(WageArrears).where(WageArrears.worker_id.in_(worker))
    assert rows.scalars(owed).first() is not None
