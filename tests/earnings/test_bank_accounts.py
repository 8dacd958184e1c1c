"""Workers' bank accounts: who may enter and see them, and where the whole number goes."""

import pytest
from sqlalchemy import select, text

from jobmatch.earnings import bank_accounts
from jobmatch.earnings.account_models import BankAccount
from jobmatch.earnings.bank_accounts import OwnPhone
from jobmatch.earnings.rules.bank_account import Kind
from jobmatch.infra import sealed_columns
from jobmatch.infra.audit import AuditEntry
from jobmatch.infra.db import reading
from jobmatch.kernel.actor import Actor
from jobmatch.kernel.errors import Invalid, NotFound
from jobmatch.privacy import service as privacy
from tests.support import World

CARD, OTHER = "4532015112830366", "6222020000000000000"


def enter(worker_id: int, actor: Actor, number: str = CARD) -> None:
    bank_accounts.set_account(worker_id, Kind.CARD, "奈曼旗农村信用社", number, actor=actor)


def logged(action: str) -> list[str]:
    found = select(AuditEntry.object_id).where(AuditEntry.action == action).order_by(AuditEntry.id)
    return list(reading().scalars(found))


def test_a_number_is_sealed_and_shown_by_its_last_digits(world: World) -> None:
    worker_id, worker = world.worker()
    enter(worker_id, worker)
    row = bank_accounts.account(worker_id, actor=worker)
    assert row is not None
    assert (row.masked, row.bank, row.by_desk) == ("**** 0366", "奈曼旗农村信用社", False)
    sealed = reading().execute(text("SELECT number_sealed FROM bank_account")).scalar_one()
    assert CARD.encode() not in bytes(sealed)
    assert CARD not in str(reading().scalars(select(AuditEntry.detail)).all())


def test_a_new_account_takes_the_place_of_the_one_before(world: World) -> None:
    worker_id, worker = world.worker()
    enter(worker_id, worker)
    enter(worker_id, worker, OTHER)
    assert [row.tail for row in reading().scalars(select(BankAccount))] == ["0000"]


def test_the_desk_enters_it_only_for_somebody_without_an_account_here(world: World) -> None:
    with_phone, _worker = world.worker("王秀兰")
    without, _nobody = world.worker("李桂芳", with_account=False)
    desk = world.station()
    with pytest.raises(OwnPhone):
        enter(with_phone, desk)
    enter(without, desk)
    row = bank_accounts.account(without, actor=desk)
    assert row is not None
    assert row.by_desk


def test_strangers_neither_see_nor_change_it(world: World) -> None:
    worker_id, worker = world.worker("王秀兰")
    enter(worker_id, worker)
    _other_id, other = world.worker("李桂芳")
    for actor in (other, world.employer()[1], world.officer(), world.station("150521")):
        for deed in (
            lambda actor=actor: bank_accounts.account(worker_id, actor=actor),
            lambda actor=actor: enter(worker_id, actor),
            lambda actor=actor: bank_accounts.remove(worker_id, actor=actor),
            lambda actor=actor: bank_accounts.own_number(worker_id, actor=actor),
        ):
            with pytest.raises(NotFound):
                deed()


@pytest.mark.parametrize(
    ("bank", "number", "field"),
    [("", CARD, "bank"), ("银" * 41, CARD, "bank"), ("信用社", "4532015112830367", "number")],
)
def test_what_is_wrong_is_said_next_to_its_field(
    world: World, bank: str, number: str, field: str
) -> None:
    worker_id, worker = world.worker()
    with pytest.raises(Invalid) as found:
        bank_accounts.set_account(worker_id, Kind.CARD, bank, number, actor=worker)
    assert found.value.field == field
    assert bank_accounts.account(worker_id, actor=worker) is None


def test_an_employers_list_holds_whole_numbers_and_is_written_down(world: World) -> None:
    worker_id, worker = world.worker("王秀兰")
    other_id, _other = world.worker("李桂芳")
    employer_id, employer = world.employer()
    enter(worker_id, worker)
    found = bank_accounts.for_bank(employer_id, [worker_id, other_id], actor=employer)
    assert {key: whole.number for key, whole in found.items()} == {worker_id: CARD}
    assert logged("bank_account.list") == [str(worker_id)]
    with pytest.raises(NotFound):
        bank_accounts.for_bank(employer_id, [worker_id], actor=worker)


def test_ones_own_copy_holds_the_number_and_the_desks_does_not(world: World) -> None:
    worker_id, worker = world.worker()
    enter(worker_id, worker)
    assert CARD in str(privacy.copy(worker_id, actor=worker))
    assert logged("bank_account.reveal") == [str(worker_id)]
    desks = str(privacy.copy(worker_id, actor=world.station()))
    assert "0366" in desks
    assert CARD not in desks


def test_numbers_are_sealed_anew_with_the_other_columns(world: World) -> None:
    worker_id, worker = world.worker()
    enter(worker_id, worker)
    assert sealed_columns.old_seals()["bank_account.number_sealed"] == 0
    assert sealed_columns.try_some() >= 1


def test_it_can_be_taken_away(world: World) -> None:
    worker_id, worker = world.worker()
    enter(worker_id, worker)
    bank_accounts.remove(worker_id, actor=worker)
    assert bank_accounts.account(worker_id, actor=worker) is None
    with pytest.raises(NotFound):
        bank_accounts.remove(worker_id, actor=worker)
