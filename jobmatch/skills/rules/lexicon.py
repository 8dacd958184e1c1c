"""The words that reading knows: terms of the catalogue, and concepts with the words for them.

A concept is an act (a.dig), an object (o.corn), a worker's word (w.worker), noise (n.*), or work
that is none of ours (x.role). Which act on which object is which skill stands in the grid.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product

from jobmatch.skills.rules.text import normal, normals

ACTS = ("a.", "w.")
# How many of a concept's words are put together with each other.
MOST_ACT_WORDS, MOST_OBJECT_WORDS = 3, 4
# A concept stands for the ones above it at a discount for each step.
ACT_STEP, OBJECT_STEP = 0.93, 0.9
GRID_WEIGHT, ALIAS_WEIGHT, SAID_WEIGHT, YIELDING_WEIGHT = 0.92, 0.9, 0.97, 0.86
WORKER = "w.worker"
# Kinds that a word keeps though it has a meaning of its own.
TURNS = ("role", "busy")
# Letters that end the name of a worker: a term of two letters yields where one more belongs to it.
WORKERS, YIELDING_TERM = "工员师匠手", 0.3  # i18n: what people type
NOISE_COSTS, TERM_GAINS = 0.2, 0.5

Pair = tuple[str, float]


@dataclass(frozen=True, slots=True)
class Knowledge:
    """What is known beside the catalogue's terms.

    words     (concept, concepts above it, words)
    grid      (skill_id, acts, objects)
    alone     (concept, skill_id, weight 0..1): what a concept says where nothing stands with it
    general   skills that are said beside others more often than for themselves
    weights   of confidence (loops/judge.py)
    """

    words: tuple[tuple[str, tuple[str, ...], tuple[str, ...]], ...] = ()
    grid: tuple[tuple[str, tuple[str, ...], tuple[str, ...]], ...] = ()
    alone: tuple[tuple[str, str, float], ...] = ()
    general: frozenset[str] = frozenset()
    weights: tuple[float, ...] = ()


@dataclass(slots=True, eq=False)
class Word:
    """A word: what it may mean, and what it is worth where words compete for letters.

    skills  of the term that it is, the likelier first; empty when it is no term
    inner   objects that stand in the term; doing: the act that does
    is_content  whether it means anything or is a term
    """

    text: str
    acts: tuple[Pair, ...] = ()
    objects: tuple[Pair, ...] = ()
    skills: tuple[str, ...] = ()
    inner: tuple[Pair, ...] = ()
    doing: tuple["Word", ...] = ()
    kind: str = ""
    value: float = 0.0
    is_content: bool = False


@dataclass(slots=True)
class Lexicon:
    """words: text -> word; pairs: (act, object) -> skills with weights. "=dig" is a word itself."""

    words: dict[str, Word]
    pairs: dict[tuple[str, str], dict[str, float]]
    alone: Mapping[str, Pair]
    general: frozenset[str] = frozenset()


def lexicon_of(terms: Mapping[str, tuple[str, ...]], knowledge: Knowledge) -> Lexicon:
    """Build it from terms (normal form -> skills) and what is known beside them."""
    above = {concept: parents for concept, parents, _ in knowledge.words}
    known = {skill_id for skills in terms.values() for skill_id in skills}
    words = _concept_words(knowledge, above)
    found = Lexicon(words, {}, _alone(knowledge, known), knowledge.general)
    for skill_id, acts, objects in knowledge.grid:
        for a in acts if skill_id in known else ():
            for o in objects:
                _add(found, a, o, skill_id, GRID_WEIGHT)
    longest = max(map(len, words), default=0)
    split = {term: split_up(term, words, longest) for term in terms}
    for term, skills in terms.items():
        parts = split[term]
        if parts is not None:
            _learn(found, parts, skills)
    for term, skills in terms.items():
        word = words.setdefault(term, Word(term))
        word.skills, word.is_content = skills, True
        word.kind = word.kind if word.kind in TURNS else ""
        word.value = _value(term) + (TERM_GAINS if len(term) > 2 else 0.0)
        if len(term) == 2 and term[1] in WORKERS:
            word.value -= YIELDING_TERM
        parts = split[term] or []
        if len(parts) > 1:
            word.inner = tuple(pair for part in parts for pair in part.objects)
            word.doing = tuple(part for part in parts if part.acts and not part.objects)[-1:]
    return found


def composed(knowledge: Knowledge) -> Iterator[tuple[str, str, str]]:
    """(skill_id, act's word, object's word) of the grid: "dig" + "potatoes" is a term of its own.

    They say nothing new; what is nearly one of them is found by its letters.
    """
    said = {concept: words for concept, _, words in knowledge.words}
    acts = {concept: _short(words, MOST_ACT_WORDS) for concept, words in said.items()}
    things = {concept: _short(words, MOST_OBJECT_WORDS) for concept, words in said.items()}
    for skill_id, does, objects in knowledge.grid:
        held = [thing for o in objects for thing in things.get(o, ())]
        for a in does:
            if a != WORKER:
                for act, thing in product(acts.get(a, ()), held):
                    yield skill_id, act, thing


def _short(words: Sequence[str], most: int) -> list[str]:
    return [form for form in map(normal, words[:most]) if 0 < len(form) < 4]


def split_up(text: str, words: Mapping[str, Word], longest: int) -> list[Word] | None:
    """The words that a term consists of, those worth most; None when letters are left over."""
    size = len(text)
    worth = [0.0] * (size + 1)
    taken: list[tuple[int, Word] | None] = [None] * (size + 1)
    for start in range(size):
        base = worth[start]
        if base > worth[start + 1]:
            worth[start + 1], taken[start + 1] = base, None
        for end in range(start + 1, min(size, start + longest) + 1):
            word = words.get(text[start:end])
            if word is not None and base + word.value > worth[end]:
                worth[end], taken[end] = base + word.value, (start, word)
    found: list[Word] = []
    at = size
    while at:
        part = taken[at]
        if part is None:
            return None
        at = part[0]
        if part[1].is_content:
            found.append(part[1])
    found.reverse()
    return found


def _concept_words(knowledge: Knowledge, above: Mapping[str, tuple[str, ...]]) -> dict[str, Word]:
    words: dict[str, Word] = {}
    for concept, _, said in knowledge.words:
        levels = _levels(concept, above)
        does, is_object, kind = concept.startswith(ACTS), concept.startswith("o."), concept[2:]
        for text in filter(None, normals(said)):
            word = words.get(text)
            if word is None:
                word = words[text] = Word(text, value=_value(text))
            if does:
                word.acts = _joined(word.acts, levels)
            elif is_object:
                word.objects = _joined(word.objects, levels)
            else:
                word.kind = word.kind or kind
    for word in words.values():
        if word.acts or word.objects:
            word.is_content = True
            word.kind = word.kind if word.kind in TURNS else ""
        else:
            word.value -= NOISE_COSTS
    return words


def _levels(concept: str, above: Mapping[str, tuple[str, ...]]) -> tuple[Pair, ...]:
    """The concept and all above it with their discounts."""
    step = OBJECT_STEP if concept.startswith("o.") else ACT_STEP
    found = {concept: 1.0}
    queue = [concept]
    while queue:
        here = queue.pop(0)
        for parent in above.get(here, ()):
            if parent not in found:
                found[parent] = found[here] * step
                queue.append(parent)
    return tuple(found.items())


def _joined(one: tuple[Pair, ...], other: tuple[Pair, ...]) -> tuple[Pair, ...]:
    if not one:
        return other
    best = dict(one)
    for concept, weight in other:
        best[concept] = max(weight, best.get(concept, 0.0))
    return tuple(best.items())


def _learn(lexicon: Lexicon, parts: list[Word], skills: tuple[str, ...]) -> None:
    """A term of one act and one object tells of both: what else is said so is the same work."""
    acts = [part for part in parts if part.acts and not part.objects]
    things = [part for part in parts if part.objects]
    if len(things) == 2 and not acts and any(part.acts for part in things):
        acts, things = (things[1:], things[:1]) if things[1].acts else (things[:1], things[1:])
    if len(acts) != 1 or len(things) != 1:
        return
    own = [a for a, weight in acts[0].acts if weight == 1.0]
    if own == [WORKER]:
        return
    for o, by_object in things[0].objects:
        if by_object < 1.0:
            continue
        planned = {one for a in own for one in lexicon.pairs.get((a, o), ())}
        for order, skill_id in enumerate(skills):
            said = SAID_WEIGHT if not planned or skill_id in planned else YIELDING_WEIGHT
            _add(lexicon, "=" + acts[0].text, o, skill_id, said - 0.04 * order)
            for a in own if not planned else ():
                weight = ALIAS_WEIGHT if len(own) == 1 else ALIAS_WEIGHT - 0.1
                _add(lexicon, a, o, skill_id, weight - 0.04 * order)


def _add(lexicon: Lexicon, a: str, o: str, skill_id: str, weight: float) -> None:
    known = lexicon.pairs.setdefault((a, o), {})
    known[skill_id] = max(weight, known.get(skill_id, 0.0))


def _alone(knowledge: Knowledge, known: Collection[str]) -> dict[str, Pair]:
    return {
        concept: (skill_id, weight)
        for concept, skill_id, weight in knowledge.alone
        if skill_id in known
    }


def _value(text: str) -> float:
    return 2.0 * len(text) - 1.0
