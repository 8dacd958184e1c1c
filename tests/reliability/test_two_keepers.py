"""Two keepers at the same words, two runs at the same texts: one of them does it."""

import threading
from collections.abc import Callable

import pytest

from jobmatch.infra.db import reading, transaction
from jobmatch.kernel.errors import DomainError
from jobmatch.notify.models import Notice
from jobmatch.skills import noting, rereading, service
from jobmatch.skills.models import SkillAlias, UnreadWords
from jobmatch.workers.models import SkillProposal
from tests.skills.keeping import aliases_restored, how_many, keepers_aliases, listed, words

pytestmark = pytest.mark.race
DIG, SHEAR, KEEPERS, ROUNDS = "ag.swpotato.dig", "lv.sheep.shear", 8, 10


@pytest.fixture(autouse=True)
def restored(app):
    with aliases_restored():
        yield


def together(app, deeds: list[Callable[[], object]]) -> list[str]:
    """Start all at one moment; returns what each came to: "done", or the error's name."""
    gate = threading.Barrier(len(deeds))
    came: list[str] = []

    def run(deed: Callable[[], object]) -> None:
        with app.app_context():
            gate.wait()
            try:
                deed()
                came.append("done")
            except DomainError as error:
                came.append(type(error).__name__)

    threads = [threading.Thread(target=run, args=(deed,)) for deed in deeds]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return came


def test_two_keepers_who_accept_the_same_words_make_one_alias(app, world):
    admin = world.admin()
    for n in range(ROUNDS):
        key = words(f"刨{chr(0x4E00 + n)}疙瘩")
        skills = [DIG, SHEAR] * (KEEPERS // 2)
        came = together(
            app,
            [lambda k=key, s=s: service.accept(k, s, actor=admin) for s in skills],  # type: ignore[misc]
        )
        assert sorted(came) == ["DecidedMeanwhile"] * (KEEPERS - 1) + ["done"]
        assert len(keepers_aliases()) == n + 1


def test_looking_before_writing_makes_several(app):
    """The negative control: the same deed without the guard."""
    gate = threading.Barrier(KEEPERS)
    key = words("刨疙瘩")

    def look_then_write() -> None:
        is_open = reading().get_one(UnreadWords, key).state == "open"
        gate.wait()
        if is_open:
            with transaction() as session:
                session.add(SkillAlias(skill_id=DIG, alias="刨疙瘩", is_keepers=True))
                session.get_one(UnreadWords, key).state = "aliased"

    together(app, [look_then_write] * KEEPERS)
    assert len(keepers_aliases()) == KEEPERS


def test_texts_read_again_by_several_at_once_are_told_of_once(app, world, monkeypatch):
    monkeypatch.setattr(rereading, "PAGE", 3)
    for _ in range(20):
        world.worker(said="刨疙瘩")
    service.accept(words("刨疙瘩"), DIG, actor=world.admin())
    assert together(app, [rereading.run] * 4) == ["done"] * 4
    assert how_many(SkillProposal) == 20
    assert how_many(Notice) == 20


def test_words_typed_by_many_at_once_are_one_row_counted_exactly(app):
    def write(said: str) -> None:
        with transaction() as session:
            noting.note(session, said, source="worker")

    # In different orders: two of them must not wait for each other in a ring.
    texts = ["刨疙瘩，薅草，抠疙蛋", "抠疙蛋，薅草，刨疙瘩"] * 8
    assert together(app, [lambda t=t: write(t) for t in texts]) == ["done"] * 16  # type: ignore[misc]
    assert listed() == {"刨疙瘩": 16, "薅草": 16, "抠疙蛋": 16}
