"""Telling of a season that was sent out: one piece of news for each person and each employer.

A person is told in the transaction that marks the stays as told, an employer in the one that ends
the publishing: whoever is killed between tells nobody twice and forgets nobody.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from jobmatch.brands.models import LaborBrand
from jobmatch.dispatch import placing
from jobmatch.dispatch.models import Engagement, SeasonRelease, SeasonSpell
from jobmatch.dispatch.season_board import worked
from jobmatch.dispatch.season_releases import ReleaseState, ReleaseWhy
from jobmatch.dispatch.season_rows import Scope, SpellState
from jobmatch.kernel.actor import Role
from jobmatch.kernel.text import Text, text
from jobmatch.notify import service as notify
from jobmatch.places.models import Place
from jobmatch.postings.models import Posting
from jobmatch.workers.models import Worker

# People told in one transaction.
AT_ONCE = 200
# Pieces of work that one piece of news names.
MOST_NAMED = 4
WHY = {
    ReleaseWhy.CLOSED: text("那里停工"),
    ReleaseWhy.ABSENT: text("您说来不了"),
    ReleaseWhy.FEWER: text("那里要的人少了"),
    ReleaseWhy.MOVED: text("换到更合适的地方"),
}


def tell_people(session: Session, plan_id: int, most: int = AT_ONCE) -> bool:
    """Tell the next people what became of all their stays; whether there was anybody to tell."""
    spell, back = SeasonSpell, SeasonRelease
    waiting = (
        select(spell.worker_id)
        .where(spell.plan_id == plan_id, spell.to_tell.is_(True))
        .union(select(back.worker_id).where(back.plan_id == plan_id, back.to_tell.is_(True)))
        .order_by("worker_id")
        .limit(most)
    )
    people = session.scalars(waiting).all()
    if not people:
        return False
    parts: dict[int, list[Text]] = defaultdict(list)
    gone: dict[int, list[Text]] = defaultdict(list)
    for (worker, state, title), days in _stays(session, plan_id, people).items():
        parts[worker].append(_stay_words(SpellState(state), title, sorted(days)))
    for one, title in session.execute(
        select(back, Posting.title)
        .join(Posting, Posting.id == back.posting_id)
        .where(back.plan_id == plan_id, back.worker_id.in_(people), back.to_tell.is_(True))
        .order_by(back.first_day)
    ):
        gone[one.worker_id].append(
            text(
                "“{title}”{first}到{last}不去了（{why}）",
                title=title, first=one.first_day, last=one.last_day, why=WHY[ReleaseWhy(one.why)],
            )
        )  # fmt: skip
    rows = session.execute(select(Worker.id, Worker.user_id).where(Worker.id.in_(people)))
    users = {row[0]: row[1] for row in rows}
    said = [
        (user, _to_person(parts.get(worker, []), gone.get(worker, [])))
        for worker, user in users.items()
        if user is not None and (worker in parts or worker in gone)
    ]
    notify.tell_each(session, said, link="/my/mine")
    for table in (spell, back):
        session.execute(
            update(table)
            .where(table.plan_id == plan_id, table.worker_id.in_(people), table.to_tell.is_(True))
            .values(to_tell=False)
            .execution_options(synchronize_session=False)
        )
    return True


def _stays(
    session: Session, plan_id: int, people: Sequence[int]
) -> dict[tuple[int, str, str], set[date]]:
    """New days by person, state and title, what begins first in front."""
    found: dict[tuple[int, str, str], set[date]] = defaultdict(set)
    for worker, state, title, first, last, rest in session.execute(
        select(
            SeasonSpell.worker_id, SeasonSpell.state, Posting.title, SeasonSpell.first_day,
            SeasonSpell.last_day, SeasonSpell.rest,
        )
        .join(Posting, Posting.id == SeasonSpell.posting_id)
        .where(
            SeasonSpell.plan_id == plan_id, SeasonSpell.worker_id.in_(people),
            SeasonSpell.to_tell.is_(True),
        )
        .order_by(SeasonSpell.first_day)
    ):  # fmt: skip
        found[worker, state, title] |= set(worked(first, last, rest))
    return found


def _stay_words(state: SpellState, title: str, days: Sequence[date]) -> Text:
    if state is SpellState.ASKED:
        return text(
            "“{title}”{first}起共 {n} 天，等用工方答复", title=title, first=days[0], n=len(days)
        )
    return text("“{title}”{first}起共 {n} 天", title=title, first=days[0], n=len(days))


def _to_person(parts: Sequence[Text], gone: Sequence[Text]) -> Text:
    if not gone:
        return text("给您排了活：{parts}。去不了请在“我的活”里取消。", parts=joined(parts))
    if not parts:
        return text("您的安排变了：{parts}。", parts=joined(gone))
    return text(
        "您的安排变了：{gone}；改成{parts}。去不了请在“我的活”里取消。",
        gone=joined(gone), parts=joined(parts),
    )  # fmt: skip


def joined(parts: Sequence[Text], most: int = MOST_NAMED) -> Text:
    """Parts of a sentence in a row; of many the first are named and the others counted."""
    shown = list(parts[:most])
    if len(parts) > most:
        shown.append(text("另有 {n} 处", n=len(parts) - most))
    found = shown[0]
    for one in shown[1:]:
        found = text("{one}；{more}", one=found, more=one)
    return found


def tell_employers(session: Session, plan_id: int, scope: Scope) -> None:
    """Tell each employer who comes, who would come and who no longer comes."""
    counts: dict[int, dict[str, int]] = defaultdict(dict)
    people = func.count(SeasonSpell.worker_id.distinct())
    for posting, state, n in session.execute(
        select(SeasonSpell.posting_id, SeasonSpell.state, people)
        .where(
            SeasonSpell.plan_id == plan_id,
            # Only what publishing itself has engaged or asked for.
            SeasonSpell.signup_id.is_not(None) | SeasonSpell.crew_order_id.is_not(None),
            SeasonSpell.state.in_((SpellState.ENGAGED, SpellState.ASKED)),
        )
        .group_by(SeasonSpell.posting_id, SeasonSpell.state)
    ):
        counts[posting][state] = n
    for posting, n in session.execute(
        select(SeasonRelease.posting_id, func.count(SeasonRelease.worker_id.distinct()))
        .where(SeasonRelease.plan_id == plan_id, SeasonRelease.state == ReleaseState.FREED)
        .group_by(SeasonRelease.posting_id)
    ):
        counts[posting]["freed"] = n
    by_employer: dict[int, list[tuple[int, Text]]] = defaultdict(list)
    for key, title, employer in session.execute(
        select(Posting.id, Posting.title, Posting.employer_id)
        .where(Posting.id.in_(counts))
        .order_by(Posting.first_day, Posting.id)
    ):
        by_employer[employer].append((key, _posting_words(title, counts[key])))
    planner = planner_of(session, scope)
    for employer, rows in sorted(by_employer.items()):
        link = "/employer/signups"
        if len(rows) == 1:
            link = f"/employer/postings/{rows[0][0]}/signups"
        said = text("“{who}”给您派人：{parts}。", who=planner, parts=joined([w for _, w in rows]))
        notify.tell(session, placing.users_for(session, Role.EMPLOYER, employer), said, link=link)


def _posting_words(title: str, counts: dict[str, int]) -> Text:
    said = []
    if counts.get(SpellState.ENGAGED):
        said.append(text("来 {n} 人", n=counts[SpellState.ENGAGED]))
    if counts.get(SpellState.ASKED):
        said.append(text("{n} 人愿意来，等您答复", n=counts[SpellState.ASKED]))
    if counts.get("freed"):
        said.append(text("{n} 人有几天不来了", n=counts["freed"]))
    found = said[0]
    for one in said[1:]:
        found = text("{one}，{more}", one=found, more=one)
    return text("“{title}”{what}", title=title, what=found)


def tell_brands(session: Session, plan_id: int, scope: Scope) -> None:
    """Of a plan for several brands: tell each brand's organizers how many of theirs go."""
    if scope.place_code is None:
        return
    rows = session.execute(
        select(Engagement.brand_id, func.count(SeasonSpell.worker_id.distinct()))
        .join(Engagement, Engagement.signup_id == SeasonSpell.signup_id)
        .where(SeasonSpell.plan_id == plan_id, SeasonSpell.state == SpellState.ENGAGED)
        .group_by(Engagement.brand_id)
    ).all()
    place = planner_of(session, scope)
    for brand, n in rows:
        users = placing.users_for(session, Role.ORGANIZER, brand)
        said = text("{place}统一安排了各品牌的人，您的品牌有 {n} 人有活。", place=place, n=n)
        notify.tell(session, users, said, link="/brand/dispatch")


def tell_planner(
    session: Session, user_id: int | None, plan_id: int, scope: Scope, counts: Iterable[int]
) -> None:
    """Tell who asked for it that a publishing in the background is over."""
    engaged, asked, refused = counts
    door = "brand" if scope.brand_id is not None else "officer"
    said = text(
        "第 {plan} 号安排派完了：{n} 段定下，{m} 段等用工方答复，{k} 段没派成。",
        plan=plan_id, n=engaged, m=asked, k=refused,
    )  # fmt: skip
    notify.tell(session, [user_id], said, link=f"/{door}/season/{plan_id}/answers")


def planner_of(session: Session, scope: Scope) -> str:
    """The brand's name, or the place's."""
    if scope.brand_id is not None:
        return session.get_one(LaborBrand, scope.brand_id).name
    return session.get_one(Place, scope.place_code).name
