"""Every action of the log has words: whoever writes a new one names it in web/admin/actions.py."""

import ast
import re
from pathlib import Path

import pytest
from flask import Flask

from jobmatch.brands.rules import MemberState
from jobmatch.disputes.rules.states import MAY, Deed
from jobmatch.infra import audit
from jobmatch.infra.db import transaction
from jobmatch.kernel.actor import NOBODY
from jobmatch.web import reads
from jobmatch.web.admin.actions import ACTIONS, OBJECTS
from jobmatch.web.admin.details import detail_words
from jobmatch.web.admin.log import TOPICS

CODE = Path(audit.__file__).parents[1]
# Actions that are put together where they are written.
MADE = {
    "brand.member.": [state.value for state in MemberState],
    "dispatch.season_": ["add", "move", "remove", "split"],
    "case.": [deed.value for deed in MAY if deed is not Deed.FILE],
}


def recorded(source: str) -> tuple[set[str], set[str]]:
    """(actions, kinds of objects) that a module writes into the log."""
    tree = ast.parse(source)
    named = {
        target.id: node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    actions: set[str] = set()
    kinds: set[str] = set()
    for node in ast.walk(tree):
        if not (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and node.func.attr == "record"
            and getattr(node.func.value, "id", "") == "audit"
        ):
            continue
        kinds |= texts(node.args[3])
        said = node.args[2]
        if isinstance(said, ast.Name):
            said = named[said.id]
        if isinstance(said, ast.JoinedStr):
            (start,) = texts(said) & MADE.keys()
            actions |= {start + end for end in MADE[start]}
        else:
            actions |= texts(said)
    return actions, kinds


def texts(node: ast.AST) -> set[str]:
    return {
        part.value
        for part in ast.walk(node)
        if isinstance(part, ast.Constant) and isinstance(part.value, str)
    }


def all_recorded() -> tuple[set[str], set[str]]:
    actions: set[str] = set()
    kinds: set[str] = set()
    for path in CODE.rglob("*.py"):
        found = recorded(path.read_text(encoding="utf-8"))
        actions |= found[0]
        kinds |= found[1]
    return actions, kinds


def test_every_action_and_every_kind_of_object_has_words():
    actions, kinds = all_recorded()
    assert len(actions) > 80
    assert actions - ACTIONS.keys() == set()
    assert kinds - OBJECTS.keys() == set()


def test_no_words_are_left_for_what_nobody_writes_any_more():
    actions, kinds = all_recorded()
    assert ACTIONS.keys() - actions == set()
    assert OBJECTS.keys() - kinds - {kind for kind, _name in reads.PAGES.values()} == set()


def test_every_topic_can_be_chosen():
    topics = {action.partition(".")[0] for action in ACTIONS}
    assert topics - TOPICS.keys() == {"seed"}


@pytest.mark.parametrize(
    ("source", "action"),
    [
        ('audit.record(s, a, "moon.land", "worker", 1)', "moon.land"),
        (
            'what = "moon.land" if x else "moon.leave"\naudit.record(s, a, what, "worker", 1)',
            "moon.leave",
        ),
        ('audit.record(s, a, f"brand.member.{state}", "brand", 1)', "brand.member.left"),
    ],
)
def test_the_collector_finds_an_action_however_it_is_written(source, action):
    assert action in recorded(source)[0]


def test_the_page_says_it_in_words(world):
    with transaction() as session:
        audit.record(session, NOBODY, "household.read", "household", 7)
    page = world.sign_in(world.admin()).get("/admin/log").get_data(as_text=True)
    said = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))
    assert "看了家庭资料" in said
    assert "家庭 7" in said


def test_what_reads_are_about_has_words() -> None:
    assert {kind for kind, _name in reads.PAGES.values()} <= OBJECTS.keys()


@pytest.mark.parametrize(
    ("detail", "said"),
    [
        ({}, ""),
        ({"how": "password"}, "方式 密码"),
        ({"page": 1, "of": 3, "line": None}, "页 1，共 3"),
        (
            {"page": "officer.arrears", "found": 116, "by": {"place": "150525", "page": "2"}},
            "页 乡村干部 · 欠薪和争议 · arrears，查到 116，地方 150525，页 2",
        ),
        ({"page": "employer.pay_run"}, "页 用工主体 · 工资 · pay_run"),
        ({"page": "officer.gone_since"}, "页 officer.gone_since"),
        ({"fen": 666_000, "yes": True, "confirmed": []}, "金额 ¥6,660.00，同意 是"),
        ({"confirmed": ["heat", "night"], "odd": False}, "确认过的 heat、night，odd 否"),
    ],
)
def test_details_are_named_in_words(app: Flask, detail: dict[str, object], said: str) -> None:
    with app.test_request_context():
        assert detail_words(detail) == said
