"""After every verb that changes a match, the index is what one built anew would be."""

import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

import pytest
from sqlalchemy import select, text, update

from jobmatch.attendance import service as attendance
from jobmatch.brands import membership
from jobmatch.dispatch import service as dispatch
from jobmatch.households import service as households
from jobmatch.households.rules.kinds import Kind
from jobmatch.infra import changes, dated
from jobmatch.infra.db import forget_reads, reading, transaction, writing_engine
from jobmatch.kernel.actor import Actor
from jobmatch.kernel.periods import Days
from jobmatch.matching import feed
from jobmatch.matching.index import Keeper
from jobmatch.matching.models import MatchChange
from jobmatch.postings import service as postings
from jobmatch.postings.models import PostingDay, PostingSkill
from jobmatch.workers import service as workers
from jobmatch.workers.models import Worker
from jobmatch.workers.rules.limits import Limits
from tests.attendance.support import engage
from tests.matching.index.test_push import ROOT
from tests.support import World

TODAY, D25, D26 = date(2026, 9, 20), date(2026, 9, 25), date(2026, 9, 26)
SORT = "ag.swpotato.sort"


@dataclass
class Scene:
    """Wang, who is a lifted household's member; a posting; a brand that invites her."""

    world: World
    worker: int
    me: Actor
    boss: Actor
    employer: int
    work: int
    draft: int
    past: int
    brand: int
    organizer: Actor
    officer: Actor
    household: int
    signup: int = 0
    day: int = 0


@pytest.fixture
def scene(world: World, rules_as_before: None) -> Scene:
    worker, me = world.worker()
    employer, boss = world.employer()
    work = world.posting(employer, is_instant=True)
    past = world.posting(employer, first=TODAY, last=TODAY, title="今天的")
    draft = world.posting(employer, state="draft", title="草稿", headcount=2)
    brand, organizer = world.brand()
    household, members = world.household()
    with transaction() as session:
        session.get_one(Worker, worker).member_id = members[0]
    return Scene(
        world, worker, me, boss, employer, work, draft, past, brand, organizer, world.officer(),
        household,
    )  # fmt: skip


def credential(s: Scene) -> None:
    with transaction() as session:
        workers.give_credential(
            session, s.worker, SORT, 2, TODAY, ref="doc:1", origin="document", actor=s.me
        )


def join(s: Scene) -> None:
    s.world.member(s.brand, s.worker)


def absent(s: Scene) -> None:
    (day,) = engage(s.past, s.worker, TODAY)
    attendance.record(day, "absent", actor=s.boss, uid="u1")


def present(s: Scene) -> None:
    (day,) = engage(s.past, s.worker, TODAY)
    attendance.record(day, "present", actor=s.boss, uid="u2")


def sign_up(s: Scene) -> None:
    s.signup = dispatch.sign_up(s.work, actor=s.me, worker_id=s.worker)


def more_skills(s: Scene) -> None:
    with transaction() as session:
        session.add(PostingSkill(posting_id=s.work, skill_id="lv.sheep.shear"))


def more_places(s: Scene) -> None:
    with transaction() as session:
        session.execute(update(PostingDay).where(PostingDay.work_date == D25).values(headcount=0))


def new_rule(s: Scene) -> None:
    dated.add(
        "work.hazard_age", "150525", TODAY, 20, "a decree", today=TODAY, actor=s.world.admin()
    )
    s.world.posting(s.employer, load="heavy")


def moved_to(s: Scene) -> None:
    workers.update_person(s.worker, "150525100201", "", actor=s.me)


VERBS: dict[str, tuple[Callable[[Scene], object], ...]] = {
    "register": (lambda s: s.world.worker("李四"),),
    "skills": (lambda s: workers.update_skills(s.worker, {"lv.sheep.shear": "剪毛"}, actor=s.me),),
    "days": (lambda s: workers.update_days(s.worker, [Days(D25, D26)], actor=s.me),),
    "limits": (lambda s: workers.update_limits(s.worker, Limits(max_km=77), actor=s.me),),
    "longest day": (
        lambda s: workers.update_limits(s.worker, Limits(most_minutes=240), actor=s.me),
    ),
    "home": (moved_to,),
    "opt out": (lambda s: workers.set_matching(s.worker, False, actor=s.me),),
    "leave": (lambda s: workers.leave(s.worker, actor=s.me),),
    "come back": (
        lambda s: workers.leave(s.worker, actor=s.me),
        lambda s: workers.come_back(s.worker, actor=s.me),
    ),
    "credential": (credential,),
    "join a brand": (join,),
    "leave a brand": (join, lambda s: membership.leave(s.brand, actor=s.me)),
    "kind of household": (
        lambda s: households.change_kind(
            s.household, Kind.SUDDEN_HARDSHIP, "入户核实", actor=s.officer
        ),
    ),
    "sign up": (sign_up,),
    "withdraw": (sign_up, lambda s: dispatch.withdraw(s.signup, actor=s.me)),
    "cancel by the employer": (
        sign_up,
        lambda s: dispatch.cancel(s.signup, actor=s.boss, reason="下雨"),
    ),
    "absent": (absent,),
    "present": (present,),
    "publish": (lambda s: postings.publish(s.draft, actor=s.boss),),
    "close": (lambda s: postings.close(s.work, actor=s.boss),),
    "cancel": (lambda s: postings.cancel(s.work, "下雨", actor=s.boss),),
    "further skills": (more_skills,),
    "places": (more_places,),
    "rule": (new_rule,),
}


def content(index: Any) -> dict[Any, Any]:
    """What an index knows, by id, whatever rows it stands in."""
    found: dict[Any, Any] = {"weights": index.weights}
    for row in index.people.rec:
        if row["id"] >= 0:
            at = index.person_keys[int(row["id"])]
            own = {n: int(row[n]) for n in row.dtype.names if n != "spot" and not n.endswith("_at")}
            for name, table in (
                ("skill", index.people.skill), ("proof", index.people.proof),
                ("brand", index.people.brand),
            ):  # fmt: skip
                first = int(row[f"{name}_at"])
                own[name] = table[first : first + int(row[f"{name}s"])].tolist()
            found["w", own["id"]] = (
                own | place(index, row) | {"free": index.people.free[:, at].tolist()}
            )
    for row in index.offers.rec:
        if row["id"] >= 0:
            at = index.offer_keys[int(row["id"])]
            own = {n: int(row[n]) for n in row.dtype.names if n not in ("spot", "also_at")}
            first = int(row["also_at"])
            own["further"] = index.offers.also[first : first + int(row["also"])].tolist()
            own["days"] = index.offers.days[:, at].tolist()
            found["p", own["id"]] = own | place(index, row) | {"whole": index.whole[:, at].tolist()}
    return found


def place(index: Any, row: Any) -> dict[str, Any]:
    spots, at = index.spots, int(row["spot"])
    return {"at": (spots.lon[at], spots.lat[at], int(spots.code[at]), int(spots.digits[at]))}


def followed(keeper: Keeper) -> dict[Any, Any]:
    """What the index knows after it has read the feed; where that is said, it is built anew."""
    forget_reads()
    index = keeper.current(TODAY)
    if index is None:
        assert keeper.builder is not None
        keeper.builder.join(60)
        index = keeper.current(TODAY)
    return content(index)


def fresh(keeper: Keeper) -> dict[Any, Any]:
    forget_reads()
    other = Keeper(keeper.context, keeper.folder)
    return content(other.build(TODAY))


@pytest.mark.parametrize("verb", VERBS)
def test_the_index_is_what_one_built_anew_would_be(keeper: Keeper, scene: Scene, verb: str) -> None:
    *before, deed = VERBS[verb]
    for earlier in before:
        earlier(scene)
    keeper.build(TODAY)
    was = followed(keeper)
    deed(scene)
    now = followed(keeper)
    assert now != was
    assert now == fresh(keeper)


@pytest.mark.parametrize("verb", sorted(set(VERBS) - {"rule"}))
def test_without_the_feed_it_would_not_be(keeper: Keeper, scene: Scene, verb: str) -> None:
    """The control."""
    *before, deed = VERBS[verb]
    for earlier in before:
        earlier(scene)
    keeper.build(TODAY)
    followed(keeper)  # what went before is behind: it is not read once more below
    forget_reads()  # an open read would keep the triggers from going
    with writing_engine().begin() as connection:
        changes.drop_feed(connection)
    try:
        deed(scene)
        assert followed(keeper) != fresh(keeper)
    finally:
        forget_reads()
        with writing_engine().begin() as connection:
            changes.drop_feed(connection)
            changes.create_feed(connection)


@pytest.mark.parametrize("row", changes.WATCHED, ids=lambda row: row[0])
def test_every_watched_table_writes_the_feed(keeper: Keeper, scene: Scene, row: Any) -> None:
    from tests.filling import a_row_in_each_table

    table, kind, _, columns = row
    with writing_engine().begin() as connection:
        a_row_in_each_table(connection)
        before = connection.execute(text("SELECT count(*) FROM match_change")).scalar_one()
        if table in ("attendance_event",):
            return
        column = columns.split(",")[0] or {"posting_day": "taken", "posting": "title"}.get(table)
        if column is None:
            names = {"worker_skill": "level", "credential": "level", "availability": "last_day"}
            column = names.get(
                table,
                {"engagement_day": "work_date", "posting_skill": "skill_id"}.get(table, "source"),
            )
        connection.execute(text(f"UPDATE {table} SET {column} = {column}"))
        after = connection.execute(text("SELECT count(*) FROM match_change")).scalar_one()
        assert after > before
        assert kind in "wpr"


def test_another_process_sees_what_this_one_changes(keeper: Keeper, scene: Scene) -> None:
    """Two processes: the other builds its index, this one writes, the other answers."""
    address = writing_engine().url.render_as_string(hide_password=False)
    other = subprocess.Popen(
        [sys.executable, "-m", "tests.matching.index.answering", address],
        cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert other.stdin is not None
    assert other.stdout is not None

    def answer(worker: int) -> str:
        other.stdin.write(f"{worker}\n")  # type: ignore[union-attr]
        other.stdin.flush()  # type: ignore[union-attr]
        return other.stdout.readline().strip()  # type: ignore[union-attr]

    try:
        postings.close(scene.past, actor=scene.boss)
        assert answer(scene.worker) == f"[{scene.work}]"
        postings.publish(scene.draft, actor=scene.boss)
        assert answer(scene.worker) == f"[{scene.work}, {scene.draft}]"
        postings.close(scene.work, actor=scene.boss)
        assert answer(scene.worker) == f"[{scene.draft}]"
        workers.update_skills(scene.worker, {"lv.sheep.shear": "剪毛"}, actor=scene.me)
        assert answer(scene.worker) == "[]"
    finally:
        other.communicate()


def test_what_is_rolled_back_was_never_seen(keeper: Keeper, scene: Scene) -> None:
    keeper.build(TODAY)
    was = followed(keeper)
    with pytest.raises(ZeroDivisionError):
        change_and_fail()
    assert followed(keeper) == was


def change_and_fail() -> None:
    with transaction() as session:
        session.execute(update(Worker).values(max_km=3))
        session.flush()
        raise ZeroDivisionError


def test_what_others_have_open_makes_nothing_be_read_again_after_building(
    keeper: Keeper, scene: Scene
) -> None:
    """Else one long transaction on the server would have the index built again and again."""
    if writing_engine().dialect.name == "sqlite":
        pytest.skip("there ids are in the order of commits")
    with writing_engine().connect() as other:
        other.execute(text("SELECT pg_current_xact_id()"))
        new_rule(scene)
        forget_reads()
        now = feed.position(reading())
        assert len(feed.since(reading(), now)) == 0
        assert len(feed.since(reading(), feed.Position(now.id, now.open))) > 0
        other.rollback()


def test_pruning_tells_those_who_have_not_read(keeper: Keeper, scene: Scene) -> None:
    keeper.build(TODAY)
    behind = keeper.position
    moved_to(scene)
    assert feed.prune(keep=10_000) == 0
    assert not feed.since(reading(), behind).whole
    assert feed.prune(keep=0) > 0
    forget_reads()
    assert feed.since(reading(), behind).whole
    now = feed.position(reading())
    assert len(feed.since(reading(), now)) == 0
    assert [row.kind for row in reading().scalars(select(MatchChange))] == ["k"]
    assert followed(keeper) == fresh(keeper)
