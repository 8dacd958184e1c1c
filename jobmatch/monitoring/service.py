"""Writing line watch: the nightly round, consent, and what a worker finds wrong about income."""

from collections.abc import Collection, Iterator, Sequence
from datetime import date
from typing import Any

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from jobmatch.accounts.models import RoleGrant
from jobmatch.households import service as households
from jobmatch.households.models import Household
from jobmatch.households.rules.kinds import Source
from jobmatch.households.rules.windows import collection_year
from jobmatch.infra import audit, clock
from jobmatch.infra.db import reading, transaction
from jobmatch.kernel.actor import Actor, Role
from jobmatch.kernel.errors import Conflict, Invalid, NotFound
from jobmatch.kernel.periods import add_months
from jobmatch.kernel.text import text
from jobmatch.monitoring import policy
from jobmatch.monitoring.gathering import Facts, Rules, gather, usual_of_places
from jobmatch.monitoring.models import IncomeDoubt, LineWatch
from jobmatch.monitoring.rules.forecast import Forecast, forecast
from jobmatch.monitoring.rules.gap import Home, Paid, usual_pay, watch
from jobmatch.notify import service as notify
from jobmatch.workers.models import Worker

# So many households at once: what a transaction holds, and what a question names.
AT_ONCE = 1_000
MOST_WORDS = 500
MOST_LISTED = 200
SAID_ON_PHONE = "本人在手机上同意"  # i18n: kept as it was said
SAID_AT_DESK = "本人在驿站当面说"  # i18n: kept as it was said


class AlreadyAnswered(Conflict):
    default = text("这一条已经答复过了。")


def watch_all(today: date) -> int:
    """Watch every household that consents, as of the end of a day; those that no longer do are
    left out and forgotten. Doing it again gives the same. Returns how many are watched.
    """
    consenting = select(Household.id).where(Household.watched_since <= today)
    with transaction() as session:
        gone = LineWatch.household_id.not_in(consenting)
        session.execute(delete(LineWatch).where(gone))
    keys = reading().scalars(consenting.order_by(Household.id)).all()
    places = usual_of_places(reading(), today)
    return sum(_watch(some, today, places) for some in _chunks(keys))


def _chunks(keys: Sequence[int]) -> Iterator[Sequence[int]]:
    return (keys[n : n + AT_ONCE] for n in range(0, len(keys), AT_ONCE))


def _watch(keys: Collection[int], today: date, places: dict[str, Paid]) -> int:
    with transaction() as session:
        return watch_some(session, keys, today, places)


def watch_some(
    session: Session, keys: Collection[int], today: date, places: dict[str, Paid]
) -> int:
    """Watch these households anew, in the caller's transaction; they consent."""
    year_of_village: dict[str, int] = {}
    villages = session.scalars(
        select(Household.village_code).where(Household.id.in_(keys)).distinct()
    ).all()
    rules = Rules(session, today, villages)
    for village in villages:
        year_of_village[village] = rules.number("first_month", village, 1)
    rows = []
    # All of a county go by one year; who does not is gathered apart.
    for first_month in sorted(set(year_of_village.values())):
        year = collection_year(today, first_month)
        of_year = [v for v, month in year_of_village.items() if month == first_month]
        some = session.scalars(
            select(Household.id).where(Household.id.in_(keys), Household.village_code.in_(of_year))
        ).all()
        for facts in gather(session, some, today, year):
            row = _row(facts, today, rules, places, first_month)
            if row is not None:
                rows.append(row)
    session.execute(delete(LineWatch).where(LineWatch.household_id.in_(keys)))
    needs = {row.pop("need_key"): row.pop("need") for row in rows}
    if rows:
        session.execute(insert(LineWatch), rows)
    households.prioritise(session, needs)
    return len(rows)


def _row(
    facts: Facts, today: date, rules: Rules, places: dict[str, Paid], first_month: int
) -> dict[str, Any] | None:
    line = rules.lines.at(facts.village_code)
    if line is None:
        return None
    year = collection_year(today, first_month)
    found = forecast(facts.known, today, year, rules.params(facts.village_code))
    pay = usual_pay(
        facts.own, facts.crew, places.get(facts.village_code[:6], Paid()),
        rules.least_day_fen(facts.village_code),
    )  # fmt: skip
    seen = watch(
        found, line, _home(facts, today, year.last, found, year.first), pay,
        rules.number("idle_days", facts.village_code, 60),
    )  # fmt: skip
    return {
        "need_key": facts.household_id, "need": seen.need,
        "household_id": facts.household_id, "as_of": today, "year_first": year.first,
        "year_last": year.last, "members": facts.members, "hands": facts.hands, "line_fen": line,
        "so_far_fen": found.so_far, "agreed_fen": found.agreed, "low_fen": found.low,
        "likely_fen": found.likely, "high_fen": found.high,
        "rest": {source.value: fen for source, fen in found.rest.items()},
        "level": int(seen.level), "missing_head_fen": -(-seen.missing_fen // facts.members),
        "days": seen.days, "day_fen": seen.day_fen, "whose": seen.whose.value,
        "reasons": [[code, list(numbers)] for code, numbers in seen.reasons],
    }  # fmt: skip


def _home(facts: Facts, today: date, last: date, found: Forecast, first: date) -> Home:
    months = [m for n in range(12) if (m := add_months(first, n)) < today.replace(day=1)]

    def wages(back: int) -> int:
        """Of the full months of the year so far, or of the same so many months back."""
        sums = (facts.known.booked.get(add_months(m, -back), {}) for m in months)
        return sum(one.get(Source.WAGE, 0) for one in sums)

    return Home(
        facts.members, facts.hands, (last - today).days, facts.agreed_days,
        (today - facts.last_day).days if facts.last_day else None, wages(0),
        wages(12) if found.has_last_year else 0,
    )  # fmt: skip


def refresh(household_id: int, *, actor: Actor) -> None:
    """Watch one household anew, now. raises NotAllowed, NotFound; Invalid without consent."""
    with transaction() as session:
        policy.require_officer_of(session, actor, household_id)
        if session.get_one(Household, household_id).watched_since is None:
            raise Invalid(text("这一户没有同意收入预警，不能算。"))
        watch_some(session, [household_id], clock.today(), usual_of_places(session, clock.today()))
        audit.record(session, actor, "watch.refresh", "household", household_id)


def consent(household_id: int, is_given: bool, day: date, proof: str, *, actor: Actor) -> None:
    """An officer records the household's word; it is watched at once, or forgotten at once.

    raises   NotAllowed, NotFound; Invalid (field day or proof)
    """
    with transaction() as session:
        policy.require_officer_of(session, actor, household_id)
        _consent(session, household_id, is_given, day, proof, actor)


def consent_list(household_ids: Collection[int], day: date, proof: str, *, actor: Actor) -> int:
    """An officer records the yes of all households that signed a paper list, or of none of them.

    proof    where the list is kept; it stands with each household
    returns  how many were recorded; those that agreed already are left as they are
    raises   NotAllowed; NotFound for one out of scope; Invalid (field people, day or proof)
    """
    keys = sorted(set(household_ids))
    if not 0 < len(keys) <= MOST_LISTED:
        raise Invalid(text("一次请勾 1 到 {most} 户。", most=MOST_LISTED), field="people")
    with transaction() as session:
        policy.require_officer_of_all(session, actor, keys)
        asked = session.scalars(
            select(Household.id)
            .where(Household.id.in_(keys), Household.watched_since.is_(None))
            .order_by(Household.id)
            .with_for_update()
        ).all()
        for household_id in asked:
            households.consent(session, household_id, True, day, proof, actor=actor)
        session.flush()
        if asked:
            places = usual_of_places(session, clock.today())
            watch_some(session, asked, clock.today(), places)
        audit.record(
            session, actor, "household.consent_list", "task", day.isoformat(), n=len(asked)
        )
        return len(asked)


def own_consent(is_given: bool, *, actor: Actor) -> None:
    """A worker says it for the own household. raises NotFound without a household."""
    with transaction() as session:
        household_id = policy.own_household(session, actor)
        if household_id is None:
            raise NotFound
        _consent(session, household_id, is_given, clock.today(), SAID_ON_PHONE, actor)


def worker_consents(session: Session, worker_id: int, is_given: bool, *, actor: Actor) -> None:
    """A worker says it by phone or at a desk, in the caller's transaction; it has judged who may.

    Without a household there is nothing to watch, and nothing is recorded here.
    """
    household_id = policy.household_of(session, worker_id)
    if household_id is not None:
        proof = SAID_ON_PHONE if actor.worker_id == worker_id else SAID_AT_DESK
        _consent(session, household_id, is_given, clock.today(), proof, actor)


def _consent(
    session: Session, household_id: int, is_given: bool, day: date, proof: str, actor: Actor
) -> None:
    households.consent(session, household_id, is_given, day, proof, actor=actor)
    session.flush()
    if is_given:
        places = usual_of_places(session, clock.today())
        watch_some(session, [household_id], clock.today(), places)
    else:
        session.execute(delete(LineWatch).where(LineWatch.household_id == household_id))


def doubt(words: str, *, actor: Actor) -> int:
    """A worker says what is wrong about the own household's income; its officers are told.

    raises   NotFound without a household; Invalid (field words)
    """
    words = " ".join(words.split())
    if not 2 <= len(words) <= MOST_WORDS:
        raise Invalid(text("请写明哪里不对，2 到 500 个字。"), field="words")
    with transaction() as session:
        household_id = policy.own_household(session, actor)
        if household_id is None or actor.worker_id is None:
            raise NotFound
        row = IncomeDoubt(
            household_id=household_id, worker_id=actor.worker_id, words=words,
            opened_at=clock.now(),
        )  # fmt: skip
        session.add(row)
        session.flush()
        village = session.get_one(Household, household_id).village_code
        notify.tell(
            session, _nearest_officers(session, village),
            text("有一户说收入记得不对，请核对。"), link="/officer/doubts",
        )  # fmt: skip
        audit.record(session, actor, "income.doubt", "household", household_id, doubt=row.id)
        return row.id


def _nearest_officers(session: Session, village: str) -> list[int]:
    """The officers of the village; where it has none, of the next place above that has some."""
    codes = [village[:n] for n in (12, 9, 6, 4, 2)]
    found: dict[str, list[int]] = {}
    for user_id, place in session.execute(
        select(RoleGrant.user_id, RoleGrant.place_code)
        .where(
            RoleGrant.role == Role.OFFICER.value,
            RoleGrant.place_code.in_(codes),
            RoleGrant.revoked_at.is_(None),
        )
        .order_by(RoleGrant.user_id)
    ):
        found.setdefault(place or "", []).append(user_id)
    return next((found[code] for code in codes if code in found), [])


def answer(doubt_id: int, words: str, *, actor: Actor) -> None:
    """An officer of the place answers; the worker is told.

    raises   NotAllowed, NotFound; AlreadyAnswered; Invalid (field words)
    """
    words = " ".join(words.split())
    if not 2 <= len(words) <= MOST_WORDS:
        raise Invalid(text("请写明怎么处理的，2 到 500 个字。"), field="words")
    with transaction() as session:
        row = session.get(IncomeDoubt, doubt_id, with_for_update=True)
        if row is None:
            raise NotFound
        policy.require_officer_of(session, actor, row.household_id)
        if row.state != "open":
            raise AlreadyAnswered
        row.state, row.answer = "answered", words
        row.answered_at, row.answered_by = clock.now(), actor.user_id
        worker = session.get_one(Worker, row.worker_id)
        notify.tell(
            session, [worker.user_id],
            text("您说家里收入不对，村里答复了。"), link="/my/household",
        )  # fmt: skip
        audit.record(
            session, actor, "income.doubt_answer", "household", row.household_id, doubt=row.id
        )


def note_own_read(*, actor: Actor) -> None:
    """Leave a line in the log before a worker sees the own household's income."""
    with transaction() as session:
        household_id = policy.own_household(session, actor)
        if household_id is not None:
            audit.record(session, actor, "household.own_read", "household", household_id)
