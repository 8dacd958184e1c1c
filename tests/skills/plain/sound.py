"""Words that only sound like what stands in a text."""

from operator import eq

from jobmatch.skills.rules.sound import sound
from tests.skills.plain.segment import tree_of

ALIKE = 0.85


class Sounds:
    """tree: syllable -> syllables that may follow, and the words that end here."""

    def __init__(self, tree):
        self.tree = tree

    def alike(self, clause):
        """start -> words that sound like the clause there and are written otherwise."""
        said = sound(clause)
        found = {}
        for start in range(len(said) - 1):
            node, end = self.tree.get(said[start]), start + 1
            while node is not None and end < len(said):
                node, end = node.get(said[end]), end + 1
                for word in node.get("", ()) if node is not None else ():
                    if _is_slip(clause[start:end], word.text):
                        found.setdefault(start, []).append((start, end, word, ALIKE))
        return found


def _is_slip(here, text):
    """Whether at least half of the letters are right, and not all."""
    same = sum(map(eq, here, text))
    return same < len(text) <= 2 * same


def sounds_of(lexicon):
    return Sounds(
        tree_of(
            (sound(text), word)
            for text, word in lexicon.words.items()
            if len(text) > 1 and word.is_content
        )
    )
