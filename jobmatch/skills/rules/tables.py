"""The lexicon and its terms as tables that loops read (loops/shapes.py says what stands where)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jobmatch.skills.rules.lexicon import Lexicon, Pair, Word
from jobmatch.skills.rules.loops import shapes as s
from jobmatch.skills.rules.loops.meaning import most_meant
from jobmatch.skills.rules.loops.shapes import Floats, Ints, Longs, Tables
from jobmatch.skills.rules.loops.table import filled, grown
from jobmatch.skills.rules.sound import syllables
from jobmatch.skills.rules.text import codes, kinds, plain_forms

KINDS = {"": s.NONE, "role": s.ROLE, "hire": s.HIRE, "busy": s.BUSY, "at": s.AT}
LEAST_COMPOSED = 0.9

Numbers = Mapping[str, int]


class Words:
    """The tables of a lexicon, and then also those of the terms that a text may be nearly."""

    def __init__(
        self, lexicon: Lexicon, skills: Numbers, spellings: Iterable[tuple[str, str]],
        scales: Sequence[float],
    ) -> None:  # fmt: skip
        """skills: numbers of all skill ids, in their order."""
        self.lexicon, self.skills = lexicon, skills
        listed = list(lexicon.words.values())
        letters, starts = joined(list(lexicon.words))
        self.letter = numbered(letters)
        spoken, chosen = heard_of(listed)
        said, said_starts = joined([listed[n].text for n in chosen])
        rows = Rows(lexicon, skills)
        pairs = pairs_of(lexicon, rows.names, skills)
        self.keys = empty(len(letters) + len(said) + len(pairs.keys))
        first, ends, nodes = self._tree(self.letter[letters], starts, s.OF_WORDS)
        node_word = np.full(nodes, -1, np.int32)
        node_word[ends] = np.arange(len(listed), dtype=np.int32)
        heard_first, ends, nodes = self._tree(spoken[said], said_starts, s.OF_SOUNDS)
        order = np.argsort(ends, kind="stable")
        filled(np.array(pairs.keys, np.int64), s.OF_PAIRS, self.keys)
        spelt = codes("".join(f"{one}\0{other}\0" for one, other in spellings if one))
        self.tables: dict[int, Ints] = {
            s.PLAIN: plain_forms(), s.KIND_OF: kinds(), s.LETTER: self.letter, s.SYLLABLE: spoken,
            s.FIRST: first, s.NODE_WORD: node_word, s.HEARD_FIRST: heard_first,
            s.HEARD_AT: ints(np.searchsorted(ends[order], np.arange(nodes + 1))),
            s.HEARD: ints(chosen)[order], s.LETTERS: letters, s.STARTS: starts,
            s.ROWS: rows.wi.ravel(), s.CONCEPTS: ints(rows.concepts), s.PAIR_AT: pairs.at,
            s.PAIR_SKILLS: ints(pairs.skills), s.TERM_SKILLS: ints(rows.skills),
            s.GENERAL: ints([skill_id in lexicon.general for skill_id in skills]),
            s.SPELT: spelt,
        }  # fmt: skip
        self.weights = {
            s.WEIGHT_ROWS: rows.wf.ravel(), s.WEIGHTS: floats(rows.weights),
            s.PAIR_WEIGHTS: floats(pairs.weights), s.SCALES: floats(scales),
        }  # fmt: skip
        self.sizes = {
            s.LETTER_COUNT: len(first), s.SOUND_COUNT: len(heard_first),
            s.CONCEPT_COUNT: len(rows.names), s.SPELT_SIZE: len(spelt),
        }  # fmt: skip

    def add_terms(self, terms: Mapping[str, str]) -> None:
        """What a text may be nearly: text -> its likeliest skill; of one letter: none of them."""
        kept = [text for text in terms if len(text) > 1][: s.MOST_TERMS]
        letters, starts = joined([text[: s.MOST_CLAUSE] for text in kept])
        coded = self.letter[letters]
        owners = np.repeat(np.arange(len(kept), dtype=np.int32), np.diff(starts))
        order = np.argsort(coded, kind="stable")
        self.tables |= {
            s.TERM_LETTERS: coded, s.TERM_STARTS: starts, s.LISTED: owners[order],
            s.LISTED_AT: ints(
                np.searchsorted(coded[order], np.arange(self.sizes[s.LETTER_COUNT] + 1))
            ),
            s.TERM_SKILL: ints([self.skills[terms[text]] for text in kept]),
        }  # fmt: skip

    def composed(self, made: Iterable[tuple[str, str, str]]) -> dict[str, str]:
        """Term -> skill of those acts on objects that mean the skill first and surely.

        made   (skill, act's word, object's word); skills that are not numbered are passed over
        """
        number = {text: n for n, text in enumerate(self.lexicon.words)}
        made = [one for one in made if one[0] in self.skills]
        acts, things = longs([number[a] for _, a, _ in made]), longs([number[o] for *_, o in made])
        meant, weights = most_meant(acts, things, self.packed())
        wanted = longs([self.skills[skill_id] for skill_id, *_ in made])
        found: dict[str, str] = {}
        for n in np.flatnonzero((meant == wanted) & (weights >= LEAST_COMPOSED)).tolist():
            skill_id, act, thing = made[n]
            found.setdefault(act + thing, skill_id)
        return found

    def packed(self) -> Tables:
        """All tables behind each other, and before them where each begins."""
        head = np.zeros(s.HEADER, np.int32)
        for place, size in self.sizes.items():
            head[place] = size
        begin = s.HEADER
        for place, table in self.tables.items():
            head[place] = begin
            begin += len(table)
        begin = 0
        for place, weights in self.weights.items():
            head[place] = begin
            begin += len(weights)
        whole = np.concatenate([head, *self.tables.values()], dtype=np.int32, casting="same_kind")
        return Tables(whole, self.keys, np.concatenate(list(self.weights.values())))

    def _tree(self, letters: Ints, starts: Ints, kind: int) -> tuple[Ints, Ints, int]:
        """Nodes of first letters, the node where each word ends, and how many nodes there are."""
        first = np.zeros(int(letters.max(initial=0)) + 1, np.int32)
        ends = np.zeros(len(starts) - 1, np.int32)
        return first, ends, grown(letters, starts, kind, first, self.keys, ends)


class Rows:
    """A row for each word, and what the rows point to."""

    def __init__(self, lexicon: Lexicon, skills: Numbers) -> None:
        listed = lexicon.words.values()
        self.lexicon, self.numbers = lexicon, skills
        self.wi = np.zeros((len(listed), s.WORD_COLUMNS), np.int32)
        self.wf = np.zeros((len(listed), s.WEIGHT_COLUMNS), np.float64)
        self.wi[:, s.DOING :] = -1
        self.wf[:, s.VALUE] = [word.value for word in listed]
        self.wi[:, s.KIND] = [KINDS.get(word.kind, s.OTHER) for word in listed]
        self.concepts: list[int] = []
        self.weights: list[float] = []
        self.skills: list[int] = []
        self.names: dict[str, int] = {}
        self._said = {a for a, _ in lexicon.pairs if a[0] == "="}
        self._word = {text: n for n, text in enumerate(lexicon.words)}
        self._alone: dict[tuple[Pair, ...], list[Pair]] = {}
        for n, word in enumerate(listed):
            if word.is_content:
                self._write(n, word)

    def _write(self, n: int, word: Word) -> None:
        row = [0] * s.DOING
        row[s.KIND], row[s.CONTENT], row[s.SKILLS] = int(self.wi[n, s.KIND]), 1, len(self.skills)
        self.skills.extend([self.numbers[one] for one in word.skills[: s.MOST_SKILLS]])
        row[s.SKILLS_END] = len(self.skills)
        if word.acts:
            own = "=" + word.text
            row[s.HAS_ACTS], row[s.ACTS] = 1, len(self.concepts)
            row[s.ACTS_END] = self._take(
                ((own, 1.0), *word.acts) if own in self._said else word.acts
            )
            self._write_alone(word.acts, n, s.ALONE_ACT, s.ACT_WEIGHT)
        row[s.THINGS] = len(self.concepts)
        row[s.OBJECTS_END] = self._take(word.objects)
        row[s.THINGS_END] = self._take(word.inner)
        if word.objects:
            self._write_alone(word.objects, n, s.ALONE_OBJECT, s.OBJECT_WEIGHT)
        self.wi[n, : s.DOING] = row
        if word.doing:
            self.wi[n, s.DOING] = self._word[word.doing[0].text]

    def _take(self, pairs: Iterable[Pair]) -> int:
        for name, weight in pairs:
            self.concepts.append(self.names.setdefault(name, len(self.names)))
            self.weights.append(weight)
        return len(self.concepts)

    def _write_alone(self, concepts: tuple[Pair, ...], n: int, at: int, weight_at: int) -> None:
        found = self._alone.get(concepts)
        if found is None:
            found = self._alone[concepts] = alone(concepts, self.lexicon.alone)
        for k, (skill_id, weight) in enumerate(found):
            self.wi[n, at + k], self.wf[n, weight_at + k] = self.numbers[skill_id], weight


def alone(concepts: Iterable[Pair], said: Mapping[str, Pair]) -> list[Pair]:
    """What concepts say where nothing stands with them: two skills at most, the likelier first."""
    best: dict[str, float] = {}
    for concept, by_level in concepts:
        known = said.get(concept)
        if known and known[1] * by_level > best.get(known[0], 0.0):
            best[known[0]] = known[1] * by_level
    return sorted(best.items(), key=lambda pair: -pair[1])[:2]


def heard_of(listed: Sequence[Word]) -> tuple[Ints, list[int]]:
    """Code point -> number of its sound; the words of two letters or more that mean something.

    Only sounds that such words have are numbered, others are -1.
    """
    chosen = [n for n, word in enumerate(listed) if word.is_content and len(word.text) > 1]
    known = syllables()
    numbers: dict[str, int] = {}
    for letter in sorted({letter for n in chosen for letter in listed[n].text}):
        numbers.setdefault(known.get(letter, letter), len(numbers))
    spoken = np.full(s.LIMIT, -1, np.int32)
    for said, number in numbers.items():
        # A letter of another script sounds as it is written.
        if len(said) == 1:
            spoken[ord(said)] = number
    for letter, said in known.items():
        spoken[ord(letter)] = numbers.get(said, -1)
    return spoken, chosen


@dataclass(frozen=True, slots=True)
class Pairs:
    """What acts on objects are. at: where the skills of each key begin."""

    keys: list[int]
    at: Ints
    skills: list[int]
    weights: list[float]


def pairs_of(lexicon: Lexicon, names: Numbers, skills: Numbers) -> Pairs:
    """Those whose concepts some word has."""
    held = [
        (names[a] * len(names) + names[o], meant)
        for (a, o), meant in lexicon.pairs.items()
        if a in names and o in names
    ]
    at = np.zeros(len(held) + 1, np.int32)
    at[1:] = np.cumsum([len(meant) for _, meant in held])
    return Pairs(
        [key for key, _ in held], at,
        [skills[skill_id] for _, meant in held for skill_id in meant],
        [weight for _, meant in held for weight in meant.values()],
    )  # fmt: skip


def joined(texts: Sequence[str]) -> tuple[Ints, Ints]:
    """Code points of all texts behind each other, and where each begins (and the last ends)."""
    starts = np.zeros(len(texts) + 1, np.int32)
    starts[1:] = np.cumsum(np.fromiter(map(len, texts), np.int32, len(texts)))
    return codes("".join(texts)), starts


def numbered(letters: Ints) -> Ints:
    """Code point -> number of the letter from 1 on; 0 for others."""
    found = np.zeros(s.LIMIT, np.int32)
    known = np.unique(letters)
    found[known] = np.arange(1, len(known) + 1)
    return found


def empty(count: int) -> Longs:
    """A hash table with room for so many keys."""
    return np.full(2 << max(4, (2 * count).bit_length()), -1, np.int64)


def ints(given: Sequence[int] | NDArray[np.integer[Any]]) -> Ints:
    return np.array(given, dtype=np.int32)


def longs(given: Sequence[int]) -> Longs:
    return np.array(given, dtype=np.int64)


def floats(given: Sequence[float]) -> Floats:
    return np.array(given, dtype=np.float64)
