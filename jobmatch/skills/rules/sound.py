"""Words that only sound like what stands in a text: homophones typed by a phone's keyboard."""

from dataclasses import dataclass, field
from functools import lru_cache

from pypinyin import Style, lazy_pinyin

from jobmatch.skills.rules.lexicon import Lexicon, Word
from jobmatch.skills.rules.segment import Part

ALIKE = 0.85
_FUZZY = (("zh", "z"), ("ch", "c"), ("sh", "s"))
_ENDS = (("ang", "an"), ("eng", "en"), ("ing", "in"))


@lru_cache(maxsize=30_000)
def syllable(letter: str) -> str:
    """How a letter sounds to one who does not tell zh from z, n from l, ang from an."""
    said: str = lazy_pinyin(letter, style=Style.NORMAL)[0]
    for long, short in _FUZZY:
        if said.startswith(long):
            said = short + said[len(long) :]
    for long, short in _ENDS:
        if said.endswith(long):
            said = said[: -len(long)] + short
    if said[:1] == "n":
        said = "l" + said[1:]
    return said


def sound(text: str) -> tuple[str, ...]:
    return tuple(map(syllable, text))


@dataclass(slots=True)
class Sounds:
    """words: sound -> words; lengths: first syllable -> lengths, longest first."""

    words: dict[tuple[str, ...], list[Word]]
    lengths: dict[str, tuple[int, ...]]
    typed: dict[str, Word] = field(default_factory=dict)

    def alike(self, clause: str, lexicon: Lexicon) -> dict[int, list[Part]]:
        """start -> words that sound like the clause there and are written otherwise."""
        said = sound(clause)
        found: dict[int, list[Part]] = {}
        for start in range(len(said)):
            for length in self.lengths.get(said[start], ()):
                end = start + length
                if end > len(said):
                    continue
                for word in self.words.get(said[start:end], ()):
                    here = clause[start:end]
                    same = sum(a == b for a, b in zip(here, word.text, strict=True))
                    if same < length and same * 2 >= length:
                        found.setdefault(start, []).append((start, end, word, ALIKE))
        return found


def sounds_of(lexicon: Lexicon) -> Sounds:
    words: dict[tuple[str, ...], list[Word]] = {}
    lengths: dict[str, set[int]] = {}
    for text, word in lexicon.words.items():
        if len(text) < 2 or not word.is_content:
            continue
        said = sound(text)
        words.setdefault(said, []).append(word)
        lengths.setdefault(said[0], set()).add(len(text))
    return Sounds(words, {s: tuple(sorted(n, reverse=True)) for s, n in lengths.items()})
