"""Words that only sound like what stands in a text: homophones typed by a phone's keyboard."""

from dataclasses import dataclass
from functools import lru_cache
from operator import eq

from pypinyin import Style, lazy_pinyin

from jobmatch.skills.rules.lexicon import END, Lexicon, Tree, tree_of
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
    """tree: syllable -> syllables that may follow, and the words that end here."""

    tree: Tree

    def alike(self, clause: str) -> dict[int, list[Part]]:
        """start -> words that sound like the clause there and are written otherwise."""
        said = list(map(syllable, clause))
        found: dict[int, list[Part]] = {}
        for start in range(len(said) - 1):
            node, end = self.tree.get(said[start]), start + 1
            while node is not None and end < len(said):
                node, end = node.get(said[end]), end + 1
                for word in node.get(END, ()) if node is not None else ():
                    if _is_slip(clause[start:end], word.text):
                        found.setdefault(start, []).append((start, end, word, ALIKE))
        return found


def _is_slip(here: str, text: str) -> bool:
    """Whether at least half of the letters are right, and not all."""
    same: int = sum(map(eq, here, text))
    return same < len(text) <= 2 * same


def sounds_of(lexicon: Lexicon) -> Sounds:
    return Sounds(
        tree_of(
            (sound(text), word)
            for text, word in lexicon.words.items()
            if len(text) > 1 and word.is_content
        )
    )
