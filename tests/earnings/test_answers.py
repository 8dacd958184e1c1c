"""The worker confirms a slip or objects to it."""

import pytest

from jobmatch.earnings import queries, service
from jobmatch.earnings.errors import SlipClosed
from jobmatch.earnings.rules.slips import SlipState
from jobmatch.kernel.errors import Invalid, NotFound
from jobmatch.notify import queries as notices
from tests.earnings.support import Pay, all_present, earned, pay, settle, slip_of
from tests.support import World


def test_a_station_confirms_for_a_worker_of_its_place(field: Pay, world: World) -> None:
    all_present(field)
    settle(field)
    slip = slip_of(field.worker_id)
    with pytest.raises(NotFound):
        service.confirm(slip, actor=world.station("150430"))
    service.confirm(slip, actor=world.station("150525102"))
    assert earned(field) == 36_000


def test_an_objection_reaches_the_employer_and_does_not_stop_payment(field: Pay) -> None:
    all_present(field)
    settle(field)
    slip = slip_of(field.worker_id)
    service.object_to(slip, " 少记了半天 ", actor=field.worker)
    row = queries.slip(slip, actor=field.worker).row
    assert (row.state, row.objection) == (SlipState.OBJECTED, "少记了半天")
    told = notices.notices(field.employer.user_id)  # type: ignore[arg-type]
    assert str(told[0].said) == "王秀兰 对工资条有异议，请核对。"
    assert earned(field) == 0
    pay(field, slip)
    assert earned(field) == 36_000


def test_the_worker_may_be_content_after_all(field: Pay) -> None:
    all_present(field)
    settle(field)
    slip = slip_of(field.worker_id)
    service.object_to(slip, "少记了半天", actor=field.worker)
    service.confirm(slip, actor=field.worker)
    row = queries.slip(slip, actor=field.worker).row
    assert (row.state, row.objection) == (SlipState.CONFIRMED, "")


@pytest.mark.parametrize("words", ["", "  ", "多", "长" * 501])
def test_an_objection_needs_words(field: Pay, words: str) -> None:
    all_present(field)
    settle(field)
    with pytest.raises(Invalid) as caught:
        service.object_to(slip_of(field.worker_id), words, actor=field.worker)
    assert caught.value.field == "words"


def test_what_is_confirmed_is_not_objected_to(field: Pay) -> None:
    all_present(field)
    settle(field)
    slip = slip_of(field.worker_id)
    service.confirm(slip, actor=field.worker)
    with pytest.raises(SlipClosed):
        service.object_to(slip, "不对", actor=field.worker)
