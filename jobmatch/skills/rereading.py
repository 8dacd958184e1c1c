"""Reading earlier texts again after a new alias, in pages; each kind of text has a reader.

A page is read outside of any transaction, then written in a short one together with how far it
came: whoever is killed begins at the last page, and of two that run at once one gives way.
"""

import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from jobmatch.infra import clock
from jobmatch.infra.db import forget_reads, reading, transaction
from jobmatch.skills import noting, queries
from jobmatch.skills.models import AliasReading, SkillAlias, UnreadWords
from jobmatch.skills.rules.unread import form, pattern, says, unread

PAGE = 1_000


@dataclass(frozen=True, slots=True)
class NewAlias:
    """What earlier texts are searched for; words in normal form."""

    id: int
    skill_id: str
    words: str


@dataclass(frozen=True, slots=True)
class Found:
    """A page: keys of the texts that say it; last_id: how far it came, None at the end."""

    keys: Sequence[int]
    last_id: int | None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a run came to: pages read, proposals written, kinds of text still to be read."""

    pages: int
    found: int
    left: int


# find(alias, after, most): reads texts with keys above `after`; settle(session, alias, keys):
# writes what follows, returns how many are new. Settling twice is settling once.
Find = Callable[[NewAlias, int, int], Found]
Settle = Callable[[Session, NewAlias, Sequence[int]], int]
_kinds: dict[str, tuple[Find, Settle]] = {}
# page(after, most): (key, text) of all texts of a kind with keys above `after`, in their order.
TextPage = Callable[[int, int], Sequence[tuple[int, str]]]
_texts: dict[str, TextPage] = {}


def register(kind: str, find: Find, settle: Settle) -> None:
    """A house above says how its texts are found; called once by create_app."""
    _kinds[kind] = find, settle


def register_texts(kind: str, page: TextPage) -> None:
    """A house above says what texts it has, so that their unread words can be gathered."""
    _texts[kind] = page


def gather(progress: Callable[[str], None] = lambda _: None) -> int:
    """List the words of all texts that the reader cannot place: also of those written before it.

    Gathering twice is gathering once: no count falls, and none rises above how often words stand in
    the texts. Returns how many words stand in the list for the first time.
    """
    before = _listed()
    for kind, page in _texts.items():
        counted: Counter[str] = Counter()
        words: dict[str, str] = {}
        after = 0
        while rows := page(after, PAGE):
            for _, said in rows:
                for part in unread(said, queries.catalogue()):
                    counted[form(part)] += 1
                    words.setdefault(form(part), part)
            after = rows[-1][0]
            forget_reads()
            progress(f"{kind} up to {after}: {len(counted)} words")
        noting.note_counted(words, counted, kind)
    forget_reads()
    return _listed() - before


def _listed() -> int:
    return reading().scalar(select(func.count()).select_from(UnreadWords)) or 0


def queue(session: Session, alias_id: int) -> None:
    """Everything is to be read again for this alias."""
    session.add_all(AliasReading(alias_id=alias_id, kind=kind) for kind in _kinds)


def forget(session: Session, alias_id: int) -> None:
    session.execute(delete(AliasReading).where(AliasReading.alias_id == alias_id))


def left() -> int:
    """How many kinds of text are still to be read, over all aliases."""
    pending = select(func.count()).where(AliasReading.done_at.is_(None))
    return reading().scalar(pending) or 0


def run(seconds: float | None = None, progress: Callable[[str], None] = lambda _: None) -> Outcome:
    """Read on until all is read, or for so long; at least one page.

    progress   called after each page with a line of text
    """
    ends = None if seconds is None else time.monotonic() + seconds
    pages = found = 0
    while (job := _next()) is not None:
        alias, kind, after = job
        new = _page(alias, kind, after)
        pages += 1
        found += new
        progress(f"{alias.words} {kind} after {after}: {new} new")
        if ends is not None and time.monotonic() >= ends:
            break
    forget_reads()
    return Outcome(pages, found, left())


def _next() -> tuple[NewAlias, str, int] | None:
    forget_reads()
    row = reading().execute(
        select(
            SkillAlias.id, SkillAlias.skill_id, SkillAlias.alias, AliasReading.kind,
            AliasReading.last_id,
        )
        .join(AliasReading, AliasReading.alias_id == SkillAlias.id)
        .where(AliasReading.done_at.is_(None), AliasReading.kind.in_(_kinds))
        .order_by(AliasReading.alias_id, AliasReading.kind)
        .limit(1)
    ).first()  # fmt: skip
    return (NewAlias(row[0], row[1], row[2]), row[3], row[4]) if row else None


def _page(alias: NewAlias, kind: str, after: int) -> int:
    find, settle = _kinds[kind]
    page = find(alias, after, PAGE)
    with transaction() as session:
        # Whoever came this far first has written the page, or the alias was taken back.
        mine = session.execute(
            update(AliasReading)
            .where(
                AliasReading.alias_id == alias.id,
                AliasReading.kind == kind,
                AliasReading.last_id == after,
                AliasReading.done_at.is_(None),
            )
            .values(
                last_id=after if page.last_id is None else page.last_id,
                done_at=clock.now() if page.last_id is None else None,
            )
            .returning(AliasReading.kind)
        ).first()
        new = settle(session, alias, page.keys) if mine and page.keys else 0
        if new:
            session.execute(
                update(AliasReading)
                .where(AliasReading.alias_id == alias.id, AliasReading.kind == kind)
                .values(found=AliasReading.found + new)
            )
        return new


def texts_that_say(rows: Sequence[tuple[int, str]], alias: NewAlias, most: int) -> Found:
    """The page of (key, text) rows, at most `most`, that hold the alias and are read as its skill.

    Several texts of one row may stand in one, on lines of their own.
    """
    catalogue = queries.catalogue()
    keys = [key for key, said in rows if says(said, alias.words, alias.skill_id, catalogue)]
    return Found(keys, rows[-1][0] if len(rows) == most else None)


# The list of unread words itself: what can be read now leaves it.


def connect() -> None:
    register("words", _find_words, _settle_words)


def _find_words(alias: NewAlias, after: int, most: int) -> Found:
    rows = reading().execute(
        select(UnreadWords.id, UnreadWords.normal)
        .where(
            UnreadWords.id > after,
            UnreadWords.state == "open",
            UnreadWords.normal.like(pattern(alias.words), escape="\\"),
        )
        .order_by(UnreadWords.id)
        .limit(most)
    )
    return texts_that_say([(row.id, row.normal) for row in rows], alias, most)


def _settle_words(session: Session, alias: NewAlias, keys: Sequence[int]) -> int:
    done = session.scalars(
        update(UnreadWords)
        .where(UnreadWords.id.in_(keys), UnreadWords.state == "open")
        .values(state="aliased", skill_id=alias.skill_id, alias_id=alias.id, decided_at=clock.now())
        .returning(UnreadWords.id)
        .execution_options(synchronize_session=False)
    ).all()
    return len(done)
