"""Measuring a reader against labelled phrases."""

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass

from jobmatch.skills.rules.lexicon import Knowledge
from jobmatch.skills.rules.text import normal


@dataclass(frozen=True, slots=True)
class Phrase:
    """A labelled phrase. gold: all skills that apply; fair: also right as the first answer."""

    id: str
    text: str
    gold: tuple[str, ...]
    fair: tuple[str, ...] = ()
    style: str = ""
    source: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a reader said: skills, best first, and how sure it is of the first."""

    ranked: tuple[str, ...]
    confidence: float = 0.0


@dataclass(frozen=True, slots=True)
class Figures:
    """Shares 0..1 over `count` phrases.

    accuracy  the first answer is right; recall: mean share of the skills that are among the first
    three; accepted: the first answer is right and sure enough
    """

    count: int
    accuracy: float
    recall: float
    accepted: float


def is_right(phrase: Phrase, answer: Answer) -> bool:
    return bool(answer.ranked) and answer.ranked[0] in {*phrase.gold, *phrase.fair}


def figures(phrases: Sequence[Phrase], answers: Sequence[Answer], least: float) -> Figures:
    """Figures of answers to phrases, in the same order. least: confidence to accept from."""
    right = accepted = recall = 0.0
    for phrase, answer in zip(phrases, answers, strict=True):
        good = is_right(phrase, answer)
        right += good
        accepted += good and answer.confidence >= least
        found = set(answer.ranked[:3]) & set(phrase.gold)
        recall += len(found) / min(3, len(phrase.gold))
    count = len(phrases)
    return Figures(count, right / count, recall / count, accepted / count)


def wrongly_accepted(answers: Sequence[Answer], least: float) -> float:
    """Share of answers to phrases without a skill that are sure enough."""
    return sum(bool(a.ranked) and a.confidence >= least for a in answers) / len(answers)


def without(knowledge: Knowledge, phrases: Collection[str], elsewhere: str) -> Knowledge:
    """Knowledge without the words that stand in these phrases and nowhere else.

    elsewhere   all other texts that words may have been taken from, joined
    """
    said = "\n".join(map(normal, phrases))

    def kept(word: str) -> bool:
        form = normal(word)
        return len(form) < 2 or form not in said or form in elsewhere

    return Knowledge(
        words=tuple(
            (concept, parents, tuple(filter(kept, words)))
            for concept, parents, words in knowledge.words
        ),
        grid=knowledge.grid,
        alone=knowledge.alone,
        general=knowledge.general,
        weights=knowledge.weights,
    )


def folded(
    phrases: Sequence[Phrase], read_without: Callable[[str], Callable[[str], Answer]]
) -> list[Answer]:
    """Answers of readers that do not know what a phrase's own source says.

    read_without   source -> a reader built without it
    """
    found: dict[str, Answer] = {}
    for source in sources(phrases):
        reader = read_without(source)
        found |= {p.id: reader(p.text) for p in phrases if p.source == source}
    return [found[phrase.id] for phrase in phrases]


def sources(phrases: Iterable[Phrase]) -> list[str]:
    return sorted({phrase.source for phrase in phrases})
