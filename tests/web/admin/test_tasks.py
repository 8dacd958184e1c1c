"""The administrator sees what ran by the clock and lets it run again."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask

from jobmatch.infra.db import reading, transaction
from jobmatch.infra.task_runs import TaskRun
from jobmatch.tasks import runner
from jobmatch.web.admin.outcomes import OUTCOMES, outcome_words
from jobmatch.web.admin.tasks import TASKS
from tests.support import World

DUE = datetime(2026, 9, 24, 18, 30, tzinfo=UTC)


def test_every_task_has_words_and_its_time() -> None:
    assert {name: at for name, (_words, at) in TASKS.items()} == {
        task.name: f"{task.at[0]:02d}:{task.at[1]:02d}" for task in runner.tasks().values()
    }


@pytest.mark.parametrize(
    ("task", "outcome", "said"),
    [
        ("arrears", "marked 116, cleared 0", "新记欠薪 116 笔，消掉 0 笔"),
        ("check_figures", "differences 0", "对不上 0 处"),
        ("check_ledger", "booked 1, faults 2", "补记家庭收入 1 笔，对不上 2 处"),
        ("close_postings", "closed 3", "下架 3 份"),
        (
            "day_copies", "opened 1, granted 2, confirmed 22",
            "转成争议 1 件，没人核的考勤照算 2 条，到期算核对过 22 份",
        ),
        ("dispute_limits", "told 4, opened 1", "提醒 4 件，新立 1 件"),
        ("erase_people", "erased 1, forgot 0", "删除 1 人，去掉姓名 0 人"),
        ("forget_keys", "forgot 9", "清掉 9 个"),
        ("keep_log", "sealed 5, dropped 4, faults 0", "封存 5 行，清掉 4 行，对不上 0 处"),
        ("line_watch", "watched 150", "算了 150 户"),
        ("match_feed", "pruned 8", "清掉 8 行"),
        ("match_push", "looked at 380, told 31", "看了 380 人，告诉了 31 人"),
        ("reread_texts", "proposed 2 in 1 pages", "找到 2 处，读了 1 页"),
        ("verification_notices", "told 2 employers", "提醒 2 家"),
        ("work_reminders", "told 46 workers", "提醒 46 人"),
        ("work_reminders", "failed: Conflict", "出错：Conflict"),
        ("work_reminders", "something new", "something new"),
        ("unheard_of", "told 46 workers", "told 46 workers"),
    ],
)  # fmt: skip
def test_what_came_of_a_task_is_said_in_words(
    app: Flask, task: str, outcome: str, said: str
) -> None:
    with app.test_request_context():
        assert outcome_words(task, outcome) == said


def test_every_task_says_what_came_of_it_in_words() -> None:
    assert OUTCOMES.keys() == TASKS.keys()


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
    assert "没跑成 4.2 秒 出错：Conflict" in said
    assert "跑完了 4.2 秒 补记家庭收入 0 笔，对不上 0 处" in said
    assert "标记欠薪 每天 06:00 还没跑过" in said
    assert "没跑成的定时任务 1 个" in re.sub(
        r"\s+", " ", re.sub(r"<[^>]+>", " ", browser.get("/admin/").text)
    )
    last = reading().query(TaskRun).filter_by(due=DUE).one()
    assert browser.post(f"/admin/tasks/{last.id}/again").status_code == 303
    assert "等着再跑一次" in browser.get("/admin/tasks").text
