"""The reader as plain as it can be written: what the compiled loops must agree with."""

from functools import cached_property
from math import floor

from jobmatch.skills.rules.lexicon import Knowledge, lexicon_of
from jobmatch.skills.rules.normalise import PLAIN, Catalogue, Recognised
from tests.skills.plain.confidence import clause_of, confidence, features, score
from tests.skills.plain.meaning import Candidate, candidates, tokens_of
from tests.skills.plain.segment import segmented, tree_of
from tests.skills.plain.sound import sounds_of
from tests.skills.plain.text import MOST_CLAUSE, clauses

LEAST_CONFIDENCE, UNSURE, WEAK_NEAR, LEAST_UNCLEAR = 0.6, 0.75, 0.45, 2
STEP, BESIDE, LEAST_RATIO, MOST_NEAR = 0.02, 0.5, 0.55, 3


class Reader:
    """Reads against the terms of a catalogue, with the knowledge it was built with."""

    def __init__(self, catalogue: Catalogue, spellings=(), knowledge: Knowledge | None = None):
        beside = knowledge or Knowledge()
        self.lexicon = lexicon_of(catalogue.terms, beside)
        self.listed = {term: skill for term, skill in catalogue.listed.items() if len(term) > 1}
        self.spellings = sorted(set(spellings), key=lambda pair: (-len(pair[0]), pair))
        self.weights = beside.weights or PLAIN

    @cached_property
    def tree(self):
        return tree_of(self.lexicon.words.items())

    @cached_property
    def sounds(self):
        return sounds_of(self.lexicon)

    def ranked(self, text):
        return self._answers(text, likely=False)

    def read(self, text):
        return self._answers(text, likely=True)

    def features(self, text):
        """As judged_features."""
        _parts, _cut, found = self._readings(clauses(text))
        return [
            (one.skill_id, features(one, one.start, clause, reached, self.lexicon))
            for one, reached, clause, _ in found
            if one.main
        ]

    def _answers(self, text, *, likely):
        parts, _, found = self._readings(clauses(text))
        listed, seen = [], set()
        for one, reached, _, sure in found:
            if one.skill_id in seen or (likely and not one.main):
                continue
            seen.add(one.skill_id)
            share = floor((sure if one.main else sure * BESIDE) * 1000 + 0.5) / 1000
            if likely and share < LEAST_CONFIDENCE:
                continue
            words = parts[one.clause][one.start : one.end]
            reached = floor(reached * 1000 + 0.5) / 10
            listed.append(Recognised(one.skill_id, reached, words, share))
        return listed

    def _readings(self, parts):
        cut, found = self._meant(parts)
        if not found:
            parts = [self._standard(part) for part in parts]
            cut, found = self._meant(parts)
        if not found or found[0][1] < UNSURE:
            found = found + self._judged(self._near(cut, parts), parts, cut)
            found.sort(key=_order)
        return parts, cut, found

    def _meant(self, parts):
        cut = [self._cut(part) for part in parts]
        return cut, self._judged(candidates(tokens_of(cut), self.lexicon), parts, cut)

    def _judged(self, found, parts, cut):
        held = [clause_of(part, words) for part, words in zip(parts, cut, strict=True)]
        judged = []
        for one in found:
            clause = held[one.clause]
            reached = score(one, clause, self.lexicon)
            given = features(one, one.start, clause, reached, self.lexicon)
            judged.append((one, reached, clause, confidence(self.weights, given)))
        return sorted(judged, key=_order)

    def _cut(self, part):
        found = segmented(part, self.tree)
        unclear = len(part)
        for start, end, word, _ in found:
            unclear -= end - start
            unclear += end - start == 1 and word.is_content
        if unclear < LEAST_UNCLEAR:
            return found
        return segmented(part, self.tree, self.sounds.alike(part))

    def _standard(self, part):
        for regional, word in self.spellings:
            part = part.replace(regional, word)[:MOST_CLAUSE]
        return part

    def _near(self, cut, parts):
        found = []
        for number, (words, part) in enumerate(zip(cut, parts, strict=True)):
            bare, at = "", 0
            for start, end, word, _ in words:
                bare += part[at:start] + (part[start:end] if word.is_content else "")
                at = end
            bare += part[at:]
            for ratio, term in self.nearest(bare):
                skill = self.listed[term]
                found.append(Candidate(skill, ratio, len(term), number, 0, len(part), "near"))
        return found

    def nearest(self, bare):
        """The three nearest terms with their ratios; of equal ones the one listed first."""
        if len(bare) < 2:
            return []
        hits = [
            (2.0 * common(bare, term) / (len(bare) + len(term)), term)
            for term in self.listed
            if not set(bare).isdisjoint(term)
        ]
        near = [hit for hit in hits if hit[0] >= LEAST_RATIO]
        return sorted(near, key=lambda hit: -hit[0])[:MOST_NEAR]


def common(one, other):
    """Letters of the longest common subsequence."""
    row = [0] * (len(other) + 1)
    for a in one:
        before = 0
        for n, b in enumerate(other, 1):
            before, row[n] = row[n], before + 1 if a == b else max(row[n], row[n - 1])
    return row[-1]


def _order(reading):
    """Of readings that are about as sure the one said first comes first."""
    one, reached, _, sure = reading
    weak = one.how == "near" and reached < WEAK_NEAR
    return weak, not one.main, -round(sure / STEP), one.clause, one.start
