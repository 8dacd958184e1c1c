"""The evening's notice: the best new work, once, whatever happens halfway."""

import signal
import subprocess
import sys
from collections import Counter
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import func, select, update

from jobmatch.infra.db import forget_reads, reading, transaction, writing_engine
from jobmatch.matching import push
from jobmatch.matching.index import Keeper
from jobmatch.matching.models import MatchPush, MatchPushed
from jobmatch.notify import queries as notices
from jobmatch.notify.models import Notice
from jobmatch.workers.models import Worker
from tests.support import World

ROOT = Path(__file__).resolve().parents[3]
DAY, NEXT = date(2026, 9, 20), date(2026, 9, 21)


def told(user_id: int) -> list[str]:
    return [str(row.said) for row in notices.notices(user_id)]


def test_the_best_new_work_comes_in_one_notice_and_only_once(world: World, keeper: Keeper) -> None:
    boss, _ = world.employer()
    _, worker = world.worker()
    world.posting(boss, title="分拣")
    world.posting(boss, title="采挖", skill_id="ag.swpotato.dig")
    assert push.push(DAY) == push.Outcome(1, 1)
    said = "有 2 份新活适合您，最合适的：分拣，2026-09-25起，离家约 5 公里，一天约 ¥180.00。"
    assert told(worker.user_id) == [said]
    assert push.push(DAY) == push.Outcome(0, 0)
    assert push.push(NEXT) == push.Outcome(1, 0)
    world.posting(boss, title="夜里的分拣", pay_kind="piece")
    assert push.push(NEXT) == push.Outcome(1, 1)
    assert told(worker.user_id)[0] == "有一份新活适合您：夜里的分拣，2026-09-25起，离家约 5 公里。"


def test_a_push_builds_its_index_itself_and_only_once(world: World, keeper: Keeper) -> None:
    boss, _ = world.employer()
    world.worker()
    world.posting(boss)
    push.push(DAY)
    assert keeper.builder is None
    built = keeper.index
    assert built is not None
    push.push(DAY)
    assert keeper.index is built


def test_who_has_no_account_or_wants_none_hears_nothing(world: World, keeper: Keeper) -> None:
    boss, _ = world.employer()
    world.posting(boss)
    world.worker(with_account=False)
    world.worker(matching_opt_out=True)
    world.worker(is_active=False)
    world.worker(skills=("lv.sheep.shear",))
    assert push.waiting(DAY) == 1
    assert push.push(DAY) == push.Outcome(1, 0)
    assert reading().scalar(select(func.count()).select_from(Notice)) == 0


def test_work_of_today_and_work_already_asked_for_is_no_news(world: World, keeper: Keeper) -> None:
    from jobmatch.dispatch.models import Signup
    from jobmatch.infra import clock

    boss, _ = world.employer()
    worker, _ = world.worker()
    world.posting(boss, first=DAY, last=DAY)
    asked = world.posting(boss, title="报过名的")
    with transaction() as session:
        session.add(
            Signup(
                worker_id=worker, posting_id=asked, first_day=date(2026, 9, 25),
                last_day=date(2026, 9, 27), state="pending", via="self", created_at=clock.now(),
            )
        )  # fmt: skip
    assert push.push(DAY) == push.Outcome(1, 0)


def crowd(world: World) -> list[int]:
    """60 people with an account for whom there is new work."""
    boss, _ = world.employer()
    for n in range(4):
        world.posting(boss, title=f"分拣 {n}")
    return [world.worker(f"工{n}")[0] for n in range(60)]


def die(batches: int, how: str) -> None:
    """A push in another process, ended by SIGKILL after so many batches of 7."""
    address = writing_engine().url.render_as_string(hide_password=False)
    done = subprocess.run(
        [sys.executable, "-m", "tests.matching.index.pushing", address, str(batches), how],
        cwd=ROOT, capture_output=True, text=True, timeout=280, check=False,
    )  # fmt: skip
    assert done.returncode == -signal.SIGKILL, done.stderr[-2000:]
    forget_reads()


def counted() -> tuple[Counter[int], Counter[int]]:
    """Notices and rows (worker, day), by worker."""
    users = {user: key for key, user in reading().execute(select(Worker.id, Worker.user_id))}
    said = Counter(users[user] for user in reading().scalars(select(Notice.user_id)))
    return said, Counter(reading().scalars(select(MatchPush.worker_id)))


@pytest.mark.slow
@pytest.mark.parametrize("batches", [1, 4])
def test_a_push_killed_halfway_and_begun_again_tells_everybody_once(
    world: World, keeper: Keeper, batches: int
) -> None:
    people = crowd(world)
    die(batches, "whole")
    assert len(counted()[0]) == batches * 7
    assert push.push(DAY, at_once=7) == push.Outcome(60 - batches * 7, 60 - batches * 7)
    said, rows = counted()
    assert said == rows == Counter(people)
    assert reading().scalar(select(func.count()).select_from(MatchPushed)) == 180


@pytest.mark.slow
def test_with_notices_in_a_transaction_of_their_own_some_would_be_told_twice(
    world: World, keeper: Keeper
) -> None:
    """The control: the same death, one transaction apart."""
    crowd(world)
    die(2, "apart")
    push.push(DAY, at_once=7)
    assert max(counted()[0].values()) == 2


def test_two_at_it_at_once_tell_everybody_once(world: World, keeper: Keeper) -> None:
    people = crowd(world)
    inner: list[push.Outcome] = []

    def meanwhile(_n: int) -> None:
        if not inner:
            inner.append(push.Outcome(0, 0))
            inner.append(push.push(DAY, at_once=5))

    push.push(DAY, at_once=9, progress=meanwhile)
    assert counted()[0] == Counter(people)
    assert inner[1].told == 51


def test_a_new_account_after_the_push_is_told_on_the_next_run(world: World, keeper: Keeper) -> None:
    boss, _ = world.employer()
    world.posting(boss)
    key, worker = world.worker()
    with transaction() as session:
        session.execute(update(Worker).where(Worker.id == key).values(matching_opt_out=True))
    assert push.push(DAY) == push.Outcome(0, 0)
    with transaction() as session:
        session.execute(update(Worker).where(Worker.id == key).values(matching_opt_out=False))
    assert push.push(DAY) == push.Outcome(1, 1)
    assert len(told(worker.user_id)) == 1
