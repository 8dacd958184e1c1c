"""Two people decide at the same moment: each is told something true, and the books agree after."""

import threading
from collections.abc import Callable
from datetime import timedelta
from functools import partial

import pytest
from flask import Flask
from sqlalchemy import func, select

from jobmatch.attendance import service as attendance
from jobmatch.dispatch import crews, service
from jobmatch.dispatch.models import Engagement, EngagementDay, Signup
from jobmatch.earnings import service as earnings
from jobmatch.earnings.checks import check_ledger
from jobmatch.earnings.models import PaySlip, PaySlipLine
from jobmatch.infra import clock
from jobmatch.infra.db import db, reading, transaction
from jobmatch.kernel.actor import SYSTEM
from jobmatch.kernel.errors import DomainError
from jobmatch.kernel.ids import CrewId, PostingId
from jobmatch.postings import queries as postings
from jobmatch.postings import service as posting_service
from jobmatch.postings.models import Posting, PostingDay
from jobmatch.postings.shape import PostingData
from tests.attendance.support import engage
from tests.reliability.race import Race, ask
from tests.support import World

pytestmark = [pytest.mark.race, pytest.mark.slow]
ROUNDS = 4
FAIL = "the posting is over, and somebody still counts on it"


class Phones(Race):
    """A race whose employer can act, with postings that the employer answers by hand."""

    def __init__(self, app: Flask, world: World) -> None:
        super().__init__(app, world)
        self.employer, self.boss = world.employer("两机合作社")

    def asked(self, headcount: int = 2, *, is_instant: bool = False, days: int = 2) -> int:
        first, last = self.next_days(days)
        return self.world.posting(
            self.employer, first=first, last=last, headcount=headcount, is_instant=is_instant
        )

    def books(self, *postings_: int) -> list[str]:
        """What does not agree."""
        db.session.remove()
        session, wrong = reading(), list(self.tally.errors)
        seats = (
            select(func.count())
            .where(EngagementDay.posting_day_id == PostingDay.id)
            .scalar_subquery()
        )
        wrong += [
            f"day {row.work_date}: {row.taken} taken, {rows} seated, {row.headcount} places"
            for row, rows in session.execute(select(PostingDay, seats))
            if row.taken != rows or rows > row.headcount
        ]
        for signup, state in session.execute(
            select(Signup, Posting.state).join(Posting).where(Posting.id.in_(postings_))
        ):
            days = session.scalar(
                select(func.count())
                .select_from(EngagementDay)
                .join(Engagement)
                .where(Engagement.signup_id == signup.id)
            )
            if (signup.state == "accepted") != bool(days):
                wrong.append(f"signup {signup.id} is {signup.state} with {days} days")
            if state == "cancelled" and (days or signup.state in ("pending", "waiting")):
                wrong.append(FAIL)
            if state == "closed" and signup.state in ("pending", "waiting"):
                wrong.append(FAIL)
        return wrong

    def meanwhile(self, first: Callable[[], object], second: Callable[[], object]) -> None:
        """The second begins while the first has written all and not yet finished."""

        def run() -> None:
            with self.app.app_context():
                try:
                    second()
                except DomainError:
                    self.tally.refused += 1
                except Exception as error:
                    self.tally.errors.append(f"{type(error).__name__}: {error}"[:300])

        other = threading.Thread(target=run)
        with transaction():
            first()
            other.start()
            other.join(timeout=0.7)
        other.join()


@pytest.fixture
def phones(app: Flask, world: World) -> Phones:
    return Phones(app, world)


@pytest.mark.parametrize("is_instant", [True, False], ids=["at once", "by answer"])
@pytest.mark.parametrize("deed", ["close", "cancel"])
def test_who_signs_up_while_the_posting_ends_is_told_so(
    phones: Phones, deed: str, is_instant: bool
) -> None:
    posting = phones.asked(is_instant=is_instant)
    phones.meanwhile(lambda: end(phones, posting, deed), lambda: ask(posting, phones.workers[0]))
    assert phones.books(posting) == []
    assert phones.tally.refused == 1


def end(phones: Phones, posting: int, deed: str) -> None:
    if deed == "close":
        posting_service.close(PostingId(posting), actor=phones.boss)
    else:
        posting_service.cancel(PostingId(posting), "下雨", actor=phones.boss)


def test_nobody_is_accepted_for_work_that_is_called_off_meanwhile(phones: Phones) -> None:
    posting = phones.asked()
    signup = ask(posting, phones.workers[0])
    phones.meanwhile(
        lambda: end(phones, posting, "cancel"),
        lambda: service.accept(signup, actor=phones.boss),
    )
    assert phones.books(posting) == []


def test_a_crew_sent_or_accepted_while_the_work_is_called_off_is_told_so(phones: Phones) -> None:
    brand, organizer = phones.world.brand()
    one = CrewId(phones.world.crew(brand, phones.workers[:3]))
    for is_sent in (True, False):
        posting = phones.asked(3)

        def send(posting: int = posting) -> int:
            return crews.send_crew(one, posting, None, None, actor=organizer).order_id

        order = 0 if is_sent else send()
        phones.meanwhile(
            lambda posting=posting: end(phones, posting, "cancel"),  # type: ignore[misc]
            send if is_sent else lambda: crews.accept_crew(order, actor=phones.boss),  # noqa: B023
        )
        assert phones.books(posting) == []
    assert phones.tally.refused == 2


def test_taking_back_and_accepting_at_once_leave_one_answer(phones: Phones) -> None:
    for _ in range(ROUNDS):
        posting = phones.asked(8)
        held = [ask(posting, w) for w in phones.workers[:6]]
        phones.together(
            [partial(service.withdraw, s, actor=SYSTEM) for s in held]
            + [partial(service.accept, s, actor=phones.boss) for s in held]
        )
        assert phones.books(posting) == []


def test_the_employer_cancels_while_the_line_moves_up(phones: Phones) -> None:
    for _ in range(ROUNDS):
        posting = phones.asked(4, is_instant=True)
        held = [ask(posting, w) for w in phones.workers[:4]]
        for w in phones.workers[4:7]:
            ask(posting, w)
        phones.together(
            [partial(service.cancel, s, actor=phones.boss, reason="减人") for s in held[:3]]
            + [partial(ask, posting, w) for w in phones.workers[7:10]]
        )
        assert phones.books(posting) == []
        assert {day.taken for day in postings.days(posting)} == {4}


def test_a_crew_and_its_member_are_accepted_at_once(phones: Phones) -> None:
    brand, organizer = phones.world.brand()
    crew = CrewId(phones.world.crew(brand, phones.workers[:4]))
    for _ in range(ROUNDS):
        posting = phones.asked(4)
        single = ask(posting, phones.workers[0])
        other = ask(posting, phones.workers[9])
        order = crews.send_crew(crew, posting, None, None, actor=organizer).order_id
        phones.together(
            [
                lambda o=order: crews.accept_crew(o, actor=phones.boss),
                lambda s=single: service.accept(s, actor=phones.boss),
                lambda s=other: service.accept(s, actor=phones.boss),
            ]
        )
        assert phones.books(posting) == []


def test_places_are_taken_away_while_people_are_accepted(phones: Phones) -> None:
    for is_race in (False, *[True] * ROUNDS):
        posting = phones.asked(6)
        held = [ask(posting, w) for w in phones.workers[:6]]
        lower = partial(fewer_places, phones, posting, {0: 3, 1: 2})
        accepts = [partial(service.accept, s, actor=phones.boss) for s in held]
        phones.together([*(accepts if is_race else []), lower])
        assert phones.books(posting) == []
        if not is_race:  # where nobody is accepted, the places do become fewer
            assert [day.headcount for day in postings.days(posting)] == [3, 2]


def fewer_places(phones: Phones, posting: int, people: dict[int, int]) -> None:
    row = postings.posting(posting)
    assert row is not None
    data = PostingData(
        site_id=row.site_id, skill_id=row.skill_id, title=row.title, work_text=row.work_text,
        first_day=row.first_day, last_day=row.last_day, pay_kind="day", rate_fen=18_000,
        day_minutes=480, starts_at=450, ends_at=1020, load="light",
        headcounts={row.first_day + timedelta(days=n): some for n, some in people.items()},
    )  # fmt: skip
    posting_service.update(
        PostingId(posting), data, actor=phones.boss, version=row.version, accepted=WARNINGS
    )


WARNINGS = ("missing.meals", "missing.lodging")


def test_work_settled_twice_at_once_is_paid_once(phones: Phones) -> None:
    today = clock.today()
    posting = phones.world.posting(phones.employer, first=today, last=today, headcount=4)
    for w in phones.workers[:4]:
        engage(posting, w, today)
    attendance.mark_all_present(posting, today, actor=phones.boss, uid="all")
    settle: Callable[[], object] = lambda: earnings.settle(  # noqa: E731
        posting, today, today, actor=phones.boss
    )
    phones.together([settle, settle, settle])
    assert phones.books(posting) == []
    lines = select(func.count()).select_from(PaySlipLine)
    assert reading().scalar(lines) == 4
    assert reading().scalar(select(func.sum(PaySlip.net_fen))) == 4 * 18_000
    assert phones.tally.refused == 2
    assert check_ledger() == []
