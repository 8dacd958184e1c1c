"""Codes by SMS, the second factor and devices."""

from datetime import timedelta

import pyotp
import pytest
from sqlalchemy import select

from jobmatch.accounts import codes, second, sessions
from jobmatch.accounts.codes import WrongCode
from jobmatch.accounts.models import RecoveryCode, SecondFactor, SignInCode
from jobmatch.accounts.queries import signed_in
from jobmatch.accounts.second import WrongFactor
from jobmatch.infra import clock, crypto
from jobmatch.infra.db import reading, transaction
from jobmatch.kernel.actor import Actor, Grant, Role
from jobmatch.kernel.errors import Invalid, NotAllowed, NotFound
from jobmatch.kernel.ids import UserId
from jobmatch.notify.codes import kept, send_waiting
from tests.support import World, instant

PHONE = "13800000001"


class Provider:
    """Keeps what it is given."""

    is_real = True

    def __init__(self) -> None:
        self.said: list[tuple[str, str]] = []

    def send(self, to: str, words: str) -> None:
        self.said.append((to, words))


class Broken(Provider):
    def send(self, to: str, words: str) -> None:
        raise RuntimeError("no network")


@pytest.fixture(autouse=True)
def _noon():
    with clock.at(instant(2026, 9, 1, 12)):
        yield


def code_of(asked: str) -> str:
    row = reading().scalars(select(SignInCode).where(SignInCode.uid == asked)).one()
    return crypto.ring().open(row.code_sealed, place=f"sign_in_code.code:{row.uid}")


def other(code: str) -> str:
    return f"{(int(code) + 1) % 1_000_000:06d}"


def test_a_code_signs_its_phone_in_once(world: World) -> None:
    user = world.user(phone=PHONE)
    asked = codes.ask("138 0000 0001")
    code = code_of(asked)
    assert codes.check(asked, f"{code[:3]} {code[3:]}") == user
    with pytest.raises(WrongCode):
        codes.check(asked, code)


def test_five_wrong_tries_end_a_code(world: World) -> None:
    world.user(phone=PHONE)
    asked = codes.ask(PHONE)
    code = code_of(asked)
    for _ in range(5):
        with pytest.raises(WrongCode):
            codes.check(asked, other(code))
    with pytest.raises(WrongCode):
        codes.check(asked, code)


def test_a_code_ends_after_ten_minutes_and_with_the_next(world: World) -> None:
    world.user(phone=PHONE)
    asked = codes.ask(PHONE)
    first = code_of(asked)
    with clock.at(instant(2026, 9, 1, 12) + timedelta(minutes=10)), pytest.raises(WrongCode):
        codes.check(asked, first)
    again = codes.ask(PHONE)
    with pytest.raises(WrongCode):
        codes.check(asked, first)
    assert codes.check(again, code_of(again))


def test_a_code_holds_for_the_request_that_it_was_made_for(world: World) -> None:
    """Not for somebody else who asked for a code for the same phone, or for another."""
    world.user(phone=PHONE)
    before, asked, other_phone = codes.ask(PHONE), codes.ask(PHONE), codes.ask("13800000002")
    for another in (before, other_phone, "0" * 32):
        with pytest.raises(WrongCode):
            codes.check(another, code_of(asked))
    assert codes.check(asked, code_of(asked))


def test_an_unknown_phone_gets_no_message_and_no_other_answer(world: World) -> None:
    world.user(phone=PHONE)
    known, unknown = codes.ask(PHONE), codes.ask("13800000099")
    assert len(known) == len(unknown) == 32
    with pytest.raises(WrongCode):
        codes.check(unknown, code_of(unknown))
    provider = Provider()
    assert send_waiting(provider) == 1
    assert [to for to, _ in provider.said] == [PHONE]
    assert code_of(known) in provider.said[0][1]
    assert send_waiting(provider) == 0
    states = set(reading().scalars(select(SignInCode.sent)))
    assert states == {"sent", "nobody"}


def test_over_five_an_hour_nothing_is_sent_and_nothing_is_said(world: World) -> None:
    world.user(phone=PHONE)
    found = {codes.ask(PHONE) for _ in range(7)}
    assert {len(one) for one in found} == {32}
    assert len(reading().scalars(select(SignInCode.id)).all()) == 5


def test_a_code_that_could_not_be_sent_is_not_sent_late(world: World) -> None:
    world.user(phone=PHONE)
    codes.ask(PHONE)
    assert send_waiting(Broken()) == 0
    assert reading().scalar(select(SignInCode.sent)) == "failed"
    codes.ask(PHONE)
    provider = Provider()
    with clock.at(instant(2026, 9, 1, 12) + timedelta(minutes=11)):
        assert send_waiting(provider) == 0
    assert provider.said == []


def test_where_no_provider_is_set_up_the_outbox_shows_the_code(world: World) -> None:
    world.user(phone=PHONE)
    asked = codes.ask(PHONE)
    provider = Provider()
    provider.is_real = False
    send_waiting(provider)
    (row,) = kept()
    assert code_of(asked) in str(row.said)
    assert "0000" not in row.phone
    codes.check(asked, code_of(asked))
    assert kept() == []


def test_old_codes_are_forgotten(world: World) -> None:
    codes.ask(PHONE)
    with clock.at(instant(2026, 9, 3, 12)):
        codes.ask(PHONE)
    assert len(reading().scalars(select(SignInCode.id)).all()) == 1


def test_no_phone_is_refused_next_to_its_field(world: World) -> None:
    with pytest.raises(Invalid) as refused:
        codes.ask("12")
    assert refused.value.field == "phone"


def ready(world: World) -> tuple[Actor, pyotp.TOTP, list[str]]:
    """An officer with an authenticator, and their codes on paper."""
    actor = world.officer("150525")
    second.begin(actor=actor)
    found = second.address(int(actor.user_id), "王干部")
    assert found is not None
    totp = pyotp.TOTP(found[0])
    return actor, totp, second.confirm(totp.at(clock.now()), actor=actor)


def test_an_authenticator_counts_once_its_first_code_was_typed(world: World) -> None:
    actor = world.officer("150525")
    key = int(actor.user_id)
    second.begin(actor=actor)
    assert not second.has(key)
    with pytest.raises(WrongFactor):
        second.confirm("000", actor=actor)
    found = second.address(key, "王干部")
    assert found is not None
    assert found[1].startswith("otpauth://totp/jobmatch:")
    assert len(second.confirm(pyotp.TOTP(found[0]).at(clock.now()), actor=actor)) == 10
    assert second.has(key)
    assert second.address(key, "王干部") is None
    with pytest.raises(NotAllowed):
        second.begin(actor=actor)


def test_a_code_of_the_authenticator_is_taken_once(world: World) -> None:
    actor, totp, _ = ready(world)
    with clock.at(instant(2026, 9, 1, 12) + timedelta(seconds=60)):
        code = totp.at(clock.now())
        second.check(int(actor.user_id), code)
        with pytest.raises(WrongFactor):
            second.check(int(actor.user_id), code)


def test_a_code_on_paper_is_taken_once(world: World) -> None:
    actor, _, paper = ready(world)
    second.check(int(actor.user_id), paper[0].upper())
    assert second.recovery_left(int(actor.user_id)) == 9
    with pytest.raises(WrongFactor):
        second.check(int(actor.user_id), paper[0])


def test_codes_on_paper_are_kept_salted_and_slow_to_try_out(world: World) -> None:
    """Ten signs are 50 bits: a fast hash of them could be searched by whoever has the table."""
    actor, _, paper = ready(world)
    theirs, _, _ = ready(world)
    of_each = [
        set(reading().scalars(select(RecoveryCode.digest).where(RecoveryCode.user_id == who)))
        for who in (actor.user_id, theirs.user_id)
    ]
    salts = [{digest[:16] for digest in digests} for digests in of_each]
    assert [len(one) for one in salts] == [1, 1]
    assert salts[0] != salts[1]
    plain = second.proof.digits(paper[0])
    (salt,) = salts[0]
    slow = second._digest(int(actor.user_id), plain, bytes.fromhex(salt))
    assert slow in of_each[0]
    keyed = crypto.ring().blind_index(f"recovery_code:{actor.user_id}:{plain}")
    assert not any(keyed[:48] in digest for digest in of_each[0])
    with pytest.raises(WrongFactor):
        second.check(int(theirs.user_id), plain)


def test_setting_up_and_giving_up_an_authenticator_ends_the_sessions(world: World) -> None:
    actor, _, paper = ready(world)
    assert version(actor) == 2
    second.remove(paper[0], actor=actor)
    assert version(actor) == 3


def version(actor: Actor) -> int:
    found = signed_in(int(actor.user_id))
    assert found is not None
    return found.session_version


def test_the_secret_is_sealed(world: World) -> None:
    actor, totp, _ = ready(world)
    row = reading().get(SecondFactor, actor.user_id)
    assert row is not None
    assert totp.secret.encode() not in row.secret_sealed


def test_giving_it_up_takes_a_code_and_an_administrator_can_free_others(world: World) -> None:
    actor, _, paper = ready(world)
    with pytest.raises(WrongFactor):
        second.remove("123456", actor=actor)
    assert second.has(int(actor.user_id))
    admin = world.admin()
    for who in (actor, Actor(admin.user_id, (Grant(Role.STATION, "150525"),))):
        with pytest.raises(NotAllowed):
            second.take_away(UserId(int(actor.user_id)), actor=who)
    second.take_away(UserId(int(actor.user_id)), actor=admin)
    assert not second.has(int(actor.user_id))
    assert second.recovery_left(int(actor.user_id)) == 0
    with pytest.raises(NotFound):
        second.take_away(UserId(int(actor.user_id)), actor=admin)
    assert paper


@pytest.mark.parametrize(
    ("network", "kept_of_it"),
    [("203.0.113.77", "203.0.113.*"), ("2001:db8::1", "2001:0db8:0000:*"), ("unix", "")],
)
def test_of_an_address_the_last_part_is_not_kept(network: str, kept_of_it: str) -> None:
    assert sessions.shortened(network) == kept_of_it


def test_a_device_is_signed_out_by_its_owner_alone(world: World) -> None:
    mine, yours = world.user(), world.user()
    key = sessions.begin(mine, 1, "Android · Chrome", "203.0.113.77")
    (row,) = sessions.of_user(mine)
    with pytest.raises(NotFound):
        sessions.end(row.id, actor=Actor(UserId(yours)))
    assert sessions.lives(key, mine)
    assert not sessions.lives(key, yours)
    sessions.end(row.id, actor=Actor(UserId(mine)))
    sessions.end(row.id, actor=Actor(UserId(mine)))
    assert not sessions.lives(key, mine)
    assert sessions.of_user(mine) == []


def test_signing_out_everywhere_empties_the_list(world: World) -> None:
    from jobmatch.accounts.service import end_all_sessions

    mine = world.user()
    sessions.begin(mine, 1, "微信", "")
    end_all_sessions(actor=Actor(UserId(mine)))
    assert sessions.of_user(mine) == []


def test_nothing_is_written_when_a_code_is_refused(world: World) -> None:
    with transaction() as session:
        assert session.scalar(select(SignInCode.id)) is None
