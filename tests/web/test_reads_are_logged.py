"""Who looks at people's data at work leaves a line: the page, the object, how many, by which filter."""

from typing import Any

import pytest
from sqlalchemy import select

from jobmatch.infra.audit import AuditEntry
from jobmatch.infra.db import reading
from jobmatch.kernel.actor import Role
from jobmatch.privacy import reading as reads_of_people
from tests.support import World

HOME = "150525102"


def lines() -> list[tuple[str, str, dict[str, Any]]]:
    rows = reading().scalars(
        select(AuditEntry).where(AuditEntry.action == "privacy.read").order_by(AuditEntry.id)
    )
    return [(row.object_kind, row.object_id, row.detail) for row in rows]


def test_a_desk_that_opens_a_worker_leaves_one_line(world: World) -> None:
    worker_id, _ = world.worker()
    desk = world.sign_in(world.actor(Role.STATION, place=HOME))
    assert desk.get(f"/station/workers/{worker_id}").status_code == 200
    assert lines() == [("worker", str(worker_id), {"page": "station.worker"})]


def test_a_list_leaves_one_line_with_how_many_and_the_filter(world: World) -> None:
    world.user(phone="13812340000")
    admin = world.sign_in(world.actor(Role.ADMIN))
    assert admin.get("/admin/users?page=1&q=%E7%8E%8B%E7%A7%80%E5%85%B0").status_code == 200
    ((kind, key, detail),) = lines()
    assert (kind, key, detail["page"]) == ("worker", "", "admin.users")
    assert detail["found"] >= 1
    assert detail["by"] == {"page": "1", "q": "*"}


def test_who_may_not_open_a_page_has_read_nothing(world: World) -> None:
    worker_id, actor = world.worker()
    elsewhere = world.sign_in(world.actor(Role.STATION, place="150524"))
    assert elsewhere.get(f"/station/workers/{worker_id}").status_code == 404
    assert world.sign_in(actor).get(f"/station/workers/{worker_id}").status_code == 403
    assert lines() == []


def test_who_cannot_be_written_down_reads_nothing(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_args: Any, **_more: Any) -> None:
        raise RuntimeError("the log is away")

    worker_id, _ = world.worker(name="苏日娜")
    desk = world.sign_in(world.actor(Role.STATION, place=HOME))
    monkeypatch.setattr(reads_of_people, "note", fail)
    desk.application.testing = False
    try:
        answer = desk.get(f"/station/workers/{worker_id}")
    finally:
        desk.application.testing = True
    assert answer.status_code == 500
    assert "苏日娜" not in answer.text
