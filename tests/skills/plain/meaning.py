"""From the words of a text to the skills that they may name."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from jobmatch.skills.rules.lexicon import Lexicon, Pair, Word
from jobmatch.skills.rules.tables import alone as _alone_of

# What an act on an object loses: by letters between them, other acts between them, and when the
# object was said in another clause.
BY_LETTER, LEAST_NEAR = 0.04, 0.6
BY_ACT = 0.88
BY_CLAUSE = 0.95
SHORT_ALONE = 0.3
BY_LETTER_OF_SHORT, SHORT_AFTER = 0.07, 0.62
# What is said before a word of hiring is a firm; before "are busy" a person; before "in" a place.
WEAK_BEFORE = {"hire": 0.35, "busy": 0.6, "at": 0.85}
WEAK_THING = 0.55
MOST_CLAUSES_BACK = 3
NEXT_SKILL = 0.06
NEAREST = 4

Part = tuple[int, int, Word, float]


@dataclass(slots=True)
class Token:
    """A word where it stands. clause: its number; weak: below 1 where WEAK_BEFORE says so."""

    start: int
    end: int
    word: Word
    likeness: float
    clause: int
    weak: float = 1.0
    used: bool = False

    @property
    def size(self) -> int:
        return self.end - self.start


@dataclass(slots=True)
class Candidate:
    """A skill that the text may name. quality: 0..1; cover: letters that say so.

    how   term, pair (an act on an object), across (of another clause), alone, near
    sure  how sure its words are: heard ones and those of a firm or a place are less than 1
    main  whether it is the likeliest of those that the same words say
    """

    skill_id: str
    quality: float
    cover: float
    clause: int
    start: int
    end: int
    how: str
    sure: float = 1.0
    main: bool = True

    @property
    def value(self) -> float:
        return self.quality * (1.0 + 0.12 * min(self.cover, 6.0))


def tokens_of(clauses: Iterable[Sequence[Part]]) -> list[Token]:
    """The content words of all clauses, at most 400. Those before a turn (WEAK_BEFORE) are weak."""
    found = []
    for number, clause in enumerate(clauses):
        turns = _turns(clause)
        for start, end, word, likeness in clause:
            if word.is_content:
                weak = min([by for turn, by in turns if end <= turn], default=1.0)
                found.append(Token(start, end, word, likeness, number, weak))
    return found[:400]


def _turns(clause: Sequence[Part]) -> list[tuple[int, float]]:
    """Where words that make the ones before them weak end, if content follows, and how weak."""
    turns = [
        (end, WEAK_BEFORE[word.kind]) for _, end, word, _ in clause if word.kind in WEAK_BEFORE
    ]
    if not turns:
        return turns
    last = max([start for start, _, word, _ in clause if word.is_content], default=-1)
    return [(end, by) for end, by in turns if end <= last]


def candidates(tokens: Sequence[Token], lexicon: Lexicon) -> list[Candidate]:
    """All readings of the tokens; `main` ones stand for different words, the others compete."""
    found: list[Candidate] = []
    for at, token in enumerate(tokens):
        own: list[Candidate] = []
        if token.word.skills:
            own += _by_term(token)
        if token.word.acts:
            own += _by_pairs(at, tokens, lexicon)
            if not own or not token.word.objects:
                own += _by_act_alone(token, lexicon)
        own.sort(key=lambda one: -one.value)
        for order, one in enumerate(own):
            one.main = order == 0 or (one.how == "term" == own[0].how)
        if own and own[0].how in ("pair", "across"):
            _use(own[0], tokens)
        elif own and own[0].how == "term":
            token.used = True
        found += own
    for at, token in enumerate(tokens):
        if token.word.objects and not token.used:
            found += _left_over(at, tokens, lexicon)
    return found


def _use(one: Candidate, tokens: Sequence[Token]) -> None:
    for token in tokens:
        if token.clause == one.clause and one.start <= token.start and token.end <= one.end:
            token.used = True


def _by_term(token: Token) -> list[Candidate]:
    quality = _sure(token)
    return [
        Candidate(skill_id, quality - NEXT_SKILL * order, token.size, token.clause,
                  token.start, token.end, "term", quality)
        for order, skill_id in enumerate(token.word.skills[:8])
    ]  # fmt: skip


def _sure(token: Token) -> float:
    return token.likeness * token.weak


def _by_pairs(at: int, tokens: Sequence[Token], lexicon: Lexicon) -> list[Candidate]:
    """The act with the objects of its clause; without any, with one of a clause near by."""
    act = tokens[at]
    found: list[Candidate] = []
    if len(tokens) == 1:
        return found
    near = [
        other
        for other, token in enumerate(tokens)
        if other != at and token.clause == act.clause and abs(other - at) <= NEAREST
        and (token.word.objects or token.word.inner)
    ]  # fmt: skip
    for other in near:
        found += _pair(act, tokens[other], _nearness(at, other, tokens), lexicon)
    if not found:
        for other in _other_clauses(at, tokens):
            found = _pair(act, tokens[other], BY_CLAUSE, lexicon, across=True)
            if found:
                break
    return found


def _pair(
    act: Token, thing: Token, near: float, lexicon: Lexicon, *, across: bool = False
) -> list[Candidate]:
    # A firm's or a place's object still tells on what is done.
    whole = min(_sure(act), max(_sure(thing), WEAK_THING * thing.likeness))
    sure = whole * near
    how = "across" if across else "pair"
    start, end = (act.start, act.end)
    if not across:
        start, end = min(start, thing.start), max(end, thing.end)
    cover = act.size + (0.5 if across else 1.0) * thing.size
    return [
        Candidate(skill_id, weight * sure, cover, act.clause, start, end, how, whole)
        for word in ((act.word,) if act.word.acts else act.word.doing)
        for skill_id, weight in meant(word, thing.word, lexicon)
    ]


def _nearness(at: int, other: int, tokens: Sequence[Token]) -> float:
    low, high = (at, other) if at < other else (other, at)
    between = tokens[low + 1 : high]
    gap = tokens[high].start - tokens[low].end - sum(token.size for token in between)
    near = max(LEAST_NEAR, 1.0 - BY_LETTER * max(gap, 0))
    if tokens[at].size == 1:
        # One letter is an act only where its object stands close behind it.
        apart = tokens[high].start - tokens[low].end
        near = max(LEAST_NEAR, 1.0 - BY_LETTER_OF_SHORT * apart)
        if other < at:
            near = SHORT_AFTER if apart else 0.9
    for token in between:
        near *= BY_ACT if token.word.acts or token.word.skills else 0.97
    # An object stands after its act more often than before it.
    return near if other > at else near * 0.98


def _other_clauses(at: int, tokens: Sequence[Token]) -> list[int]:
    """Objects said before, the latest first, then the first one said in the next clause."""
    clause = tokens[at].clause
    back = [
        n for n in range(at - 1, -1, -1)
        if clause - MOST_CLAUSES_BACK <= tokens[n].clause < clause
        and (tokens[n].word.objects or tokens[n].word.inner)
    ]  # fmt: skip
    ahead = [
        n for n in range(at + 1, len(tokens))
        if tokens[n].clause == clause + 1 and tokens[n].word.objects
    ]  # fmt: skip
    return back[:3] + ahead[:1]


def _by_act_alone(token: Token, lexicon: Lexicon) -> list[Candidate]:
    return [
        Candidate(skill_id, weight * _sure(token) * (SHORT_ALONE if token.size == 1 else 1.0),
                  token.size, token.clause, token.start, token.end, "alone", _sure(token))
        for skill_id, weight in _alone_of(token.word.acts, lexicon.alone)
    ]  # fmt: skip


def _left_over(at: int, tokens: Sequence[Token], lexicon: Lexicon) -> list[Candidate]:
    """An object that no act took: with the act of another one ("wheat, oats reaping"), or alone."""
    thing = tokens[at]
    found: list[Candidate] = []
    order = sorted(range(len(tokens)), key=lambda n: (abs(n - at), n < at))
    for n in order[:5]:
        act = tokens[n]
        if n == at or abs(act.clause - thing.clause) > 1:
            continue
        near = 0.9 if act.clause == thing.clause else 0.8
        found = _pair(act, thing, near, lexicon, across=act.clause != thing.clause)
        if found:
            for one in found[1:]:
                one.main = False
            break
    for skill_id, weight in _alone_of(thing.word.objects, lexicon.alone):
        found.append(
            Candidate(skill_id, weight * _sure(thing), thing.size, thing.clause,
                      thing.start, thing.end, "alone", _sure(thing), main=not found)
        )  # fmt: skip
    return found


def meant(act: Word, thing: Word, lexicon: Lexicon) -> list[Pair]:
    """The skills that an act on an object may be, with weights, the likeliest first."""
    best: dict[str, float] = {}
    for a, by_act in (("=" + act.text, 1.0), *act.acts):
        for o, by_object in (*thing.objects, *thing.inner):
            for skill_id, weight in lexicon.pairs.get((a, o), {}).items():
                best[skill_id] = max(best.get(skill_id, 0.0), weight * by_act * by_object)
    return sorted(best.items(), key=lambda pair: (-pair[1], pair[0]))[:4]
