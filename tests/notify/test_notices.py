"""Notices: kept as texts, shown to the one they are for."""

from datetime import date, datetime, timedelta

from flask import Flask

from jobmatch.infra import clock
from jobmatch.infra.db import transaction
from jobmatch.kernel.actor import Actor
from jobmatch.kernel.ids import UserId
from jobmatch.kernel.text import Amount, Text, text
from jobmatch.notify import queries, service
from tests.support import World


def tell(users: list[int | None], said: Text, link: str = "") -> None:
    with transaction() as session:
        service.tell(session, users, said, link=link)


def test_a_notice_comes_back_as_the_text_it_was(world: World) -> None:
    user = world.user()
    said = text(
        "{who} 从 {day} 起有活，{pay}，还差 {n} 人：{why}",
        who="青龙山合作社", day=date(2026, 9, 25), pay=Amount(18_050), n=3,
        why=text("第 {n} 班", n=2),
    )  # fmt: skip
    tell([user], said, link="/my/mine")
    (row,) = queries.notices(UserId(user))
    assert row.said == said
    assert str(row.said) == "青龙山合作社 从 2026-09-25 起有活，¥180.50，还差 3 人：第 2 班"
    assert (row.link, row.is_new) == ("/my/mine", True)


def test_a_notice_is_for_those_it_names_and_passes_over_who_has_no_account(world: World) -> None:
    mine, hers, others = world.user(), world.user(), world.user()
    tell([mine, None, hers], text("下雨，今天不出工。"))
    tell([None], text("下雨，今天不出工。"))
    assert [queries.unread(UserId(user)) for user in (mine, hers, others)] == [1, 1, 0]


def test_reading_marks_ones_own_notices_only(world: World) -> None:
    mine, hers = world.user(), world.user()
    tell([mine, hers], text("下雨，今天不出工。"))
    service.mark_read(actor=Actor(UserId(mine)))
    assert (queries.unread(UserId(mine)), queries.unread(UserId(hers))) == (0, 1)
    assert [row.is_new for row in queries.notices(UserId(mine))] == [False]


def test_the_newest_notices_come_first_and_old_ones_fall_off(app: Flask, noon: datetime) -> None:
    user = World(app).user()
    for n in range(4):
        with clock.at(noon + timedelta(hours=n)):
            tell([user], text("第 {n} 班", n=n))
    found = queries.notices(UserId(user), most=3)
    assert [str(row.said) for row in found] == ["第 3 班", "第 2 班", "第 1 班"]


def test_a_notice_falls_with_the_transaction_that_told_it(world: World) -> None:
    user = world.user()
    try:
        with transaction() as session:
            service.tell(session, [user], text("下雨，今天不出工。"))
            raise LookupError
    except LookupError:
        pass
    assert queries.unread(UserId(user)) == 0


def test_every_notice_is_on_some_page(app: Flask, noon: datetime) -> None:
    user = UserId(World(app).user())
    with clock.at(noon):
        for n in range(53):
            tell([user], text("第 {n} 班", n=n))
    pages = [queries.page(user, number) for number in (1, 2, 3)]
    assert [(len(page.rows), page.total, page.pages) for page in pages] == [
        (50, 53, 2), (3, 53, 2), (0, 53, 2),
    ]  # fmt: skip
    assert str(pages[1].rows[-1].said) == "第 0 班"
