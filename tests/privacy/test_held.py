"""Consents with dates, a copy of everything, and deletion that keeps what the wage law demands."""

import json
from collections.abc import Iterator
from datetime import date, timedelta
from io import BytesIO

import pytest
from flask import Flask
from python_calamine import CalamineWorkbook
from sqlalchemy import select, text

from jobmatch.accounts.models import User
from jobmatch.attendance.models import WorkDay
from jobmatch.households.models import Household
from jobmatch.infra import clock, crypto
from jobmatch.infra.audit import AuditEntry
from jobmatch.infra.db import Base, forget_reads, reading, transaction
from jobmatch.kernel.actor import Actor
from jobmatch.kernel.errors import Invalid, NotFound
from jobmatch.monitoring import service as monitoring
from jobmatch.privacy import queries, service
from jobmatch.privacy.models import ConsentEvent
from jobmatch.privacy.rules.tables import BY_USER, BY_WORKER
from jobmatch.tasks import runner
from jobmatch.workers.models import Worker
from tests.attendance.support import engage
from tests.support import World, instant

TODAY = date(2026, 10, 10)


@pytest.fixture(autouse=True)
def today(app: Flask) -> Iterator[None]:
    app.config["WTF_CSRF_ENABLED"] = False
    with clock.at(instant(2026, 10, 10)):
        yield
    app.config["WTF_CSRF_ENABLED"] = True


def worked(world: World, worker_id: int, day: date = date(2026, 9, 25)) -> None:
    employer_id, _ = world.employer()
    posting_id = world.posting(employer_id, first=day, last=day)
    (key,) = engage(posting_id, worker_id, day)
    with transaction() as session:
        session.add(
            WorkDay(
                engagement_day_id=key, worker_id=worker_id, work_date=day, posting_id=posting_id,
                employer_id=employer_id, minutes=480, pieces=0, state="open",
                updated_at=clock.now(),
            )
        )  # fmt: skip


def row(worker_id: int) -> Worker:
    forget_reads()
    return reading().get_one(Worker, worker_id)


def carry_out(day: date) -> str:
    with clock.at(instant(day.year, day.month, day.day)):
        return runner.tasks()["erase_people"].run(day)


def count(table: str, worker_id: int) -> int:
    forget_reads()
    asked = text(f"SELECT count(*) FROM {table} WHERE worker_id = :key")
    return int(reading().execute(asked, {"key": worker_id}).scalar_one())


# tables


def test_every_table_that_points_at_a_worker_is_known() -> None:
    found = {
        table.name
        for table in Base.metadata.sorted_tables
        for column in table.columns
        for key in column.foreign_keys
        if key.column.table.name == "worker"
    }
    assert found == set(BY_WORKER)


def test_every_table_with_a_user_of_its_own_is_known() -> None:
    found = {table.name for table in Base.metadata.sorted_tables if "user_id" in table.columns}
    assert found - {"worker"} == set(BY_USER)


# consents


def test_consents_are_separate_and_dated(world: World) -> None:
    worker_id, me = world.worker()
    assert [(c.kind, c.given) for c in queries.consents(worker_id)] == [
        ("sensitive", True), ("matching", True), ("line_watch", False),
    ]  # fmt: skip
    service.set_consent(worker_id, "line_watch", True, actor=me)
    service.set_consent(worker_id, "matching", False, actor=me)
    assert [(c.kind, c.given) for c in queries.consents(worker_id)] == [
        ("sensitive", True), ("matching", False), ("line_watch", True),
    ]  # fmt: skip
    assert row(worker_id).matching_opt_out
    assert not queries.allows(worker_id, "matching")
    event = reading().scalars(select(ConsentEvent).order_by(ConsentEvent.id)).first()
    assert event is not None
    assert (event.at, event.notice, event.told_by) == (clock.now(), "2026-11", me.user_id)


def test_the_word_on_line_watch_is_the_households(world: World) -> None:
    household_id, members = world.household()
    worker_id, me = world.worker(member_id=members[0])
    officer = world.officer()

    def watched() -> tuple[bool, bool]:
        household = reading().get(Household, household_id, populate_existing=True)
        assert household is not None
        return queries.allows(worker_id, "line_watch"), household.watched_since is not None

    assert watched() == (False, False)
    service.set_consent(worker_id, "line_watch", True, actor=me)
    assert watched() == (True, True)
    monitoring.consent(household_id, False, clock.today(), "电话里说的", actor=officer)
    assert watched() == (False, False)
    monitoring.own_consent(True, actor=me)
    assert watched() == (True, True)
    service.set_consent(worker_id, "line_watch", False, actor=me)
    assert watched() == (False, False)


@pytest.mark.parametrize("kind", ["sensitive", "", "nothing"])
def test_what_is_no_consent_of_this_page_is_refused(world: World, kind: str) -> None:
    worker_id, me = world.worker()
    with pytest.raises(Invalid):
        service.set_consent(worker_id, kind, False, actor=me)


def test_others_neither_see_nor_change_it(world: World) -> None:
    worker_id, _ = world.worker()
    _, other = world.worker()
    strangers = (other, world.officer(), world.station("150430"), Actor())
    for actor in strangers:
        for deed in (service.copy, service.ask_erasure, service.undo_erasure):
            with pytest.raises(NotFound):
                deed(worker_id, actor=actor)
        with pytest.raises(NotFound):
            service.set_consent(worker_id, "matching", False, actor=actor)


# the copy


def test_the_copy_holds_what_is_held_and_never_the_whole_id_number(world: World) -> None:
    worker_id, me = world.worker()
    worked(world, worker_id)
    member = world.sign_in(me)
    answer = member.get("/my/me/held/copy.json")
    parts = json.loads(answer.data)["parts"]
    assert parts["worker"][0]["name"] == "王秀兰"
    assert parts["work_day"][0]["minutes"] == 480
    assert parts["worker_skill"][0]["skill_id"] == "ag.swpotato.sort"
    number = crypto.ring().open(
        row(worker_id).id_sealed, place=f"worker.id_number:{row(worker_id).uid}"
    )
    assert number[-4:] == parts["worker"][0]["id_tail"]
    whole = answer.get_data(as_text=True)
    assert number not in whole
    assert "password_hash" not in whole
    book = CalamineWorkbook.from_filelike(BytesIO(member.get("/my/me/held/copy.xlsx").data))
    assert book.sheet_names[0] == "1 本人"
    assert any("出工" in name for name in book.sheet_names)
    taken = select(AuditEntry).where(AuditEntry.action == "privacy.copy")
    assert len(reading().scalars(taken).all()) == 2


def test_no_row_of_anybody_else_is_in_the_copy(world: World) -> None:
    worker_id, _ = world.worker()
    other_id, _ = world.worker("李桂花")
    worked(world, other_id)
    parts = {part.name: part for part in queries.everything(worker_id)}
    assert "work_day" not in parts
    assert len(parts["worker"].rows) == 1
    assert "李桂花" not in str(parts)


def test_an_unknown_kind_of_file_is_not_found_and_not_logged(world: World) -> None:
    _, me = world.worker()
    assert world.sign_in(me).get("/my/me/held/copy.exe").status_code == 404
    assert (
        reading().scalar(select(AuditEntry.id).where(AuditEntry.action == "privacy.copy")) is None
    )


def test_the_desk_of_the_home_place_does_it_for_people_without_a_phone(world: World) -> None:
    worker_id, _ = world.worker(with_account=False)
    clerk = world.sign_in(world.station())
    page = f"/station/workers/{worker_id}/held"
    assert "王秀兰的资料" in clerk.get(page).get_data(as_text=True)
    assert clerk.get(f"{page}/copy.xlsx").status_code == 200
    assert clerk.post(f"{page}/delete").status_code == 303
    assert "已申请删除" in clerk.get(page).get_data(as_text=True)
    assert clerk.post(f"{page}/undo").status_code == 303
    assert queries.waiting(worker_id) is None
    stranger = world.sign_in(world.station("150430"))
    assert stranger.get(page).status_code == 404


# deletion


def test_the_preview_says_what_goes_what_stays_and_until_when(world: World) -> None:
    worker_id, me = world.worker()
    worked(world, worker_id)
    said = world.sign_in(me).get("/my/me/held/delete").get_data(as_text=True)
    assert "会干的活" in said
    assert "2029年9月25日" in said
    found = queries.preview(worker_id)
    assert ("出工", 1) in [(str(title), n) for title, n in found.stays]
    assert ("会干的活", 1) in [(str(title), n) for title, n in found.goes]


def test_nothing_happens_for_seven_days_and_it_can_be_taken_back(world: World) -> None:
    worker_id, me = world.worker()
    service.ask_erasure(worker_id, actor=me)
    assert carry_out(date(2026, 10, 16)) == "erased 0, forgot 0"
    service.undo_erasure(worker_id, actor=me)
    assert carry_out(date(2026, 10, 17)) == "erased 0, forgot 0"
    assert (row(worker_id).name, row(worker_id).is_active) == ("王秀兰", True)
    with pytest.raises(NotFound):
        service.undo_erasure(worker_id, actor=me)


def test_what_may_go_goes_and_proof_of_pay_keeps_its_name_for_three_years(world: World) -> None:
    worker_id, me = world.worker(said="会挑地瓜")
    worked(world, worker_id)
    service.ask_erasure(worker_id, actor=me)
    assert carry_out(date(2026, 10, 17)) == "erased 1, forgot 0"
    left = row(worker_id)
    assert (left.name, left.said, left.is_active) == ("王秀兰", "", False)
    assert count("worker_skill", worker_id) == count("availability", worker_id) == 0
    assert count("work_day", worker_id) == 1
    user = reading().get_one(User, me.user_id)
    assert (user.name, user.is_active, user.phone) == ("已注销", False, f"x{me.user_id}")
    assert left.phone is not None
    assert world.app.test_client().get("/my/").status_code == 303
    assert carry_out(date(2029, 9, 24)) == "erased 0, forgot 0"
    assert carry_out(date(2029, 9, 25)) == "erased 0, forgot 1"
    over = row(worker_id)
    assert (over.name, over.phone, over.id_tail, over.born) == (
        "已注销", None, "----", date(1972, 1, 1),
    )  # fmt: skip
    assert crypto.ring().open(over.id_sealed, place=f"worker.id_number:{over.uid}") == ""
    assert count("work_day", worker_id) == 1
    assert carry_out(date(2029, 9, 26)) == "erased 0, forgot 0"


def test_who_never_worked_is_gone_at_once_and_may_register_anew(world: World) -> None:
    worker_id, me = world.worker()
    index = row(worker_id).id_index
    service.ask_erasure(worker_id, actor=me)
    assert carry_out(date(2026, 10, 17)) == "erased 1, forgot 0"
    assert (row(worker_id).name, row(worker_id).id_tail) == ("已注销", "----")
    assert reading().scalar(select(Worker.id).where(Worker.id_index == index)) is None


def test_days_agreed_ahead_come_first(world: World) -> None:
    worker_id, me = world.worker()
    employer_id, _ = world.employer()
    ahead = TODAY + timedelta(days=3)
    engage(world.posting(employer_id, first=ahead, last=ahead), worker_id, ahead)
    with pytest.raises(service.DaysAhead):
        service.ask_erasure(worker_id, actor=me)
    assert queries.waiting(worker_id) is None


def test_it_is_asked_for_once(world: World) -> None:
    worker_id, me = world.worker()
    service.ask_erasure(worker_id, actor=me)
    with pytest.raises(service.AlreadyAsked):
        service.ask_erasure(worker_id, actor=me)
    member = world.sign_in(me)
    assert "已经申请过删除了" in member.post("/my/me/held/delete", follow_redirects=True).get_data(
        as_text=True
    )


def test_an_account_with_other_work_stays_open(world: World) -> None:
    from jobmatch.accounts import service as accounts
    from jobmatch.kernel.actor import SYSTEM, Role

    worker_id, me = world.worker()
    assert me.user_id is not None
    with transaction() as session:
        accounts.grant(session, me.user_id, Role.OFFICER, actor=SYSTEM, place_code="150525")
    service.ask_erasure(worker_id, actor=me)
    carry_out(date(2026, 10, 17))
    forget_reads()
    user = reading().get_one(User, me.user_id)
    assert user.is_active
    assert [grant.role for grant in accounts.actor_of(me.user_id).grants] == [Role.OFFICER]
