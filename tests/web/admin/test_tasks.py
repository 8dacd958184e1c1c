"""The administrator sees what ran by the clock and lets it run again."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask

from jobmatch.infra.db import reading, transaction
from jobmatch.infra.task_runs import TaskRun
from jobmatch.tasks import runner
from jobmatch.web.admin.tasks import TASKS
from tests.support import World

DUE = datetime(2026, 9, 24, 18, 30, tzinfo=UTC)


def test_every_task_has_words_and_its_time() -> None:
    assert {name: at for name, (_words, at) in TASKS.items()} == {
        task.name: f"{task.at[0]:02d}:{task.at[1]:02d}" for task in runner.tasks().values()
    }


def test_slots_durations_and_failures_are_shown_and_a_slot_is_asked_for_again(
    world: World, app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(app.config, "WTF_CSRF_ENABLED", False)
    with transaction() as session:
        for day, outcome in ((1, "booked 0, faults 0"), (0, "failed: Conflict")):
            due = DUE - timedelta(days=day)
            session.add(
                TaskRun(
                    task="check_ledger", due=due, started_at=due,
                    ended_at=due + timedelta(seconds=4.2), outcome=outcome,
                )
            )  # fmt: skip
    browser = world.sign_in(world.admin())
    said = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", browser.get("/admin/tasks").text))
    assert "没跑成 4.2 秒 failed: Conflict" in said
    assert "跑完了 4.2 秒 booked 0, faults 0" in said
    assert "标记欠薪 每天 06:00 还没跑过" in said
    assert "没跑成的定时任务 1 个" in re.sub(
        r"\s+", " ", re.sub(r"<[^>]+>", " ", browser.get("/admin/").text)
    )
    last = reading().query(TaskRun).filter_by(due=DUE).one()
    assert browser.post(f"/admin/tasks/{last.id}/again").status_code == 303
    assert "等着再跑一次" in browser.get("/admin/tasks").text
