"""Why places stay empty and people without work: kept with the plan, read by pages."""

import json
import zlib
from collections import Counter, defaultdict
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from sqlalchemy import select

from jobmatch.dispatch import season_judge, season_text
from jobmatch.dispatch.models import SeasonPlan
from jobmatch.dispatch.rules.plans import Plan
from jobmatch.dispatch.rules.reasons import Idle, Near, Why, empty_places, without_work
from jobmatch.dispatch.season_ground import Ground
from jobmatch.dispatch.season_rows import EmptyRow, IdleRow
from jobmatch.dispatch.season_spells import row_of
from jobmatch.employers.models import Employer
from jobmatch.infra.db import reading
from jobmatch.kernel.actor import Actor
from jobmatch.kernel.ids import PostingId, WorkerId
from jobmatch.kernel.paging import PAGE_SIZE, Page, cut
from jobmatch.kernel.text import Text, text
from jobmatch.matching.outside import known
from jobmatch.matching.rules.change import Course
from jobmatch.matching.rules.score import Miss
from jobmatch.postings.models import Posting
from jobmatch.workers.models import Worker

DAY = timedelta(days=1)
# What a course takes away.
TAUGHT = {
    Miss.SKILL: "skill",
    Miss.CREDENTIAL: "credential",
    Miss.SKILL | Miss.CREDENTIAL: "training",
}
# Kept with the plan: a few hundred bytes each. A county has some 500 postings.
MOST_EMPTY = 2_000
# People whose names are asked for in one question.
AT_ONCE = 20_000
# Postings for which everybody is looked at again, for what one thing is missing.
MOST_LOOKED_AT = 50
_WHY = {
    Why.ELSEWHERE: text("在别处干活，那里更合适"),
    Why.AWAY: text("那天没空"),
    Why.RESTING: text("该歇一天了，或天数已满"),
    Why.STAY: text("有空，但只来这么几天不划算"),
}
_IDLE = {
    Idle.NOWHERE: text("没有合适的活"),
    Idle.NEVER_FREE: text("合适的活的那些日子都没空"),
    Idle.TOO_SHORT: text("有空的日子太短，不够一份活最少的天数"),
    Idle.NO_PLACE: text("合适的名额都排了更合适的人"),
}
# What one thing is missing, as matching names it.
MISSES = {
    "skill": text("只差会这门活"),
    "credential": text("只差一张技能证书"),
    "training": text("只差会这门活、拿到证书"),
    "stay": text("只差住的地方"),
    "age": text("年龄不合规定"),
    "far": text("只是路太远"),
    "home": text("只是回家太晚"),
    "hours": text("只是一天时间太长"),
    "pay": text("只是工钱不够"),
    "load": text("只是活太重"),
}


def packed(ground: Ground, plan: Plan) -> bytes:
    """The reasons of a plan, as they are kept with it."""
    problem = ground.problem
    near = _near(ground, plan)
    by_worker: dict[int, Counter[str]] = defaultdict(Counter)
    for one in near:
        by_worker[one.worker][one.miss.partition(":")[0]] += 1
    empty = [
        {
            "posting": int(problem.posting_ids[one.posting]),
            "places": one.places,
            "days": [(ground.first + d * DAY).isoformat() for d in one.days],
            "eligible": one.eligible,
            "why": [[why.value, n] for why, n in one.why],
            "helps": [[h.miss, h.people, h.places] for h in one.helps],
        }
        for one in empty_places(problem, plan.spells, near)[:MOST_EMPTY]
    ]
    idle = [
        [int(problem.worker_ids[w]), why.value, *next(iter(by_worker[w].most_common(1)), ())]
        for w, why in without_work(problem, plan.spells)
    ]
    left = [
        [one.worker_id, season_text.kept(one.said)] for one in ground.left_out if one.pin_id is None
    ]
    return zlib.compress(json.dumps({"empty": empty, "idle": idle, "left": left}).encode())


def _near(ground: Ground, plan: Plan) -> list[Near]:
    """Who misses only one thing for the postings with most empty places."""
    rows = [one.posting for one in empty_places(ground.problem, plan.spells)[:MOST_LOOKED_AT]]
    keys = [int(ground.problem.posting_ids[row]) for row in rows]
    found = season_judge.nearly(
        ground.people, {key: ground.offers[key] for key in keys}, ground.weights,
        today=ground.today, last=ground.last,
    )  # fmt: skip
    courses = _courses(ground, keys)
    near = []
    for w, p, miss in found:
        course = courses.get(keys[p]) if miss in TAUGHT else None
        if course is None:
            near.append(Near(w, rows[p], TAUGHT.get(miss) or (miss.name or "").lower()))
        else:
            since = max(0, (course.last_day - ground.first).days + 1)
            near.append(Near(w, rows[p], f"course:{course.first_day.isoformat()}", since))
    return near


def _courses(ground: Ground, keys: Sequence[int]) -> dict[int, Course]:
    """The course that can be joined for each posting's skill, where it ends in time."""
    skills = {ground.offers[key].skill_id for key in keys}
    courses = [one for one in known.courses(skills, ground.today) if one.last_day < ground.last]
    found: dict[int, Course] = {}
    for key in keys:
        offer = ground.offers[key]
        level = offer.min_level if offer.needs_credential else 1
        fits = [c for c in courses if c.skill_id == offer.skill_id and c.level >= level]
        if fits:
            found[key] = min(fits, key=lambda c: (c.last_day, c.ref))
    return found


def empty(plan_id: int, *, actor: Actor, page: int = 1) -> Page[EmptyRow]:
    """Postings with empty places and why, most empty first; as they were when it was planned.

    raises  NotFound
    """
    shown: Page[Any] = cut(_kept(plan_id, actor)["empty"], page)
    found = (
        reading()
        .execute(
            select(Posting.id, Posting.title, Employer.name)
            .join(Employer, Employer.id == Posting.employer_id)
            .where(Posting.id.in_([row["posting"] for row in shown.rows]))
        )
        .all()
    )
    names = {key: (title, employer) for key, title, employer in found}
    rows = [
        EmptyRow(
            PostingId(row["posting"]), *names[row["posting"]], row["places"],
            tuple(date.fromisoformat(day) for day in row["days"]), row["eligible"],
            tuple((_WHY[Why(why)], n) for why, n in row["why"] if n),
            tuple(
                (_miss(miss), people, places)
                for miss, people, places in row["helps"]
            ),
        )
        for row in shown.rows
    ]  # fmt: skip
    return shown.holding(rows)


def idle(plan_id: int, *, actor: Actor, page: int = 1) -> Page[IdleRow]:
    """People for whom the plan has no work, or who are not in it, and why; by name.

    raises  NotFound
    """
    kept = _kept(plan_id, actor)
    why = {key: _idle(Idle(value), *near) for key, value, *near in kept["idle"]}
    why |= {key: season_text.read(said) or _IDLE[Idle.NOWHERE] for key, said in kept["left"]}
    names: list[tuple[str, int]] = []
    keys = sorted(why)
    # PostgreSQL takes 65,535 values in a question; of a region more people than that have no work.
    for start in range(0, len(keys), AT_ONCE):
        some = select(Worker.name, Worker.id).where(Worker.id.in_(keys[start : start + AT_ONCE]))
        names += [(name, key) for name, key in reading().execute(some)]
    shown = cut(sorted(names), page, PAGE_SIZE)
    rows = [IdleRow(WorkerId(key), name, why[key]) for name, key in shown.rows]
    return shown.holding(rows)


def _idle(why: Idle, miss: str = "", n: int = 0) -> Text:
    if why is not Idle.NOWHERE or not n:
        return _IDLE[why]
    if miss == "course":
        return text("没有合适的活；有 {n} 份参加培训就能去", n=n)
    return text("没有合适的活；有 {n} 份{what}", n=n, what=_miss(miss))


def _miss(miss: str) -> Text:
    if miss.startswith("course:"):
        day = date.fromisoformat(miss.partition(":")[2])
        return text("只差培训，{day}开始的一期还能报名", day=day)
    return MISSES.get(miss, text("只差一样：{what}", what=miss))


def _kept(plan_id: int, actor: Actor) -> dict[str, list[Any]]:
    row_of(plan_id, actor)
    held = reading().scalar(select(SeasonPlan.reasons).where(SeasonPlan.id == plan_id))
    found: dict[str, list[Any]] = {"empty": [], "idle": [], "left": []}
    return found if held is None else json.loads(zlib.decompress(held))
