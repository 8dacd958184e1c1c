"""How well skills are read may not fall under these floors (docs/decisions/0007)."""

import pytest

from benchmarks.reading import cross_validated
from benchmarks.reading_phrases import labelled, perturbed, without_skill
from jobmatch.skills.phrases import answers
from jobmatch.skills.rules.bulk import rank_many
from jobmatch.skills.rules.measure import Phrase, figures, wrongly_accepted
from jobmatch.skills.rules.normalise import LEAST_CONFIDENCE
from tests.skills.reading import whole


def measured(phrases: list[Phrase]):
    given = answers(rank_many([phrase.text for phrase in phrases], whole()))
    return figures(phrases, given, LEAST_CONFIDENCE)


@pytest.mark.parametrize(
    ("name", "accuracy", "recall", "accepted"),
    [("skills_public.csv", 0.95, 0.95, 0.93), ("heldout.csv", 0.92, 0.93, 0.90)],
)
def test_labelled_phrases(name, accuracy, recall, accepted):
    found = measured(labelled(name))
    assert found.accuracy >= accuracy
    assert found.recall >= recall
    assert found.accepted >= accepted


@pytest.mark.slow
def test_phrases_of_a_source_that_nothing_was_taken_from():
    phrases = labelled("skills_public.csv")
    found = figures(phrases, cross_validated(phrases), LEAST_CONFIDENCE)
    assert found.accuracy >= 0.92
    assert found.recall >= 0.92
    assert found.accepted >= 0.88


@pytest.mark.parametrize(
    ("way", "accuracy"),
    [
        ("traditional", 0.96), ("homophone", 0.88), ("dialect", 0.90), ("noise", 0.95),
        ("letter lost", 0.80), ("joined", 0.97),
    ],
)  # fmt: skip
def test_phrases_made_worse(way, accuracy):
    phrases = perturbed(labelled("skills_public.csv") + labelled("heldout.csv"), 11)[way]
    assert measured(phrases).accuracy >= accuracy


def test_phrases_that_name_no_skill_are_refused():
    kinds = without_skill()
    given = {kind: answers(rank_many(texts, whole())) for kind, texts in kinds.items()}
    shares = {kind: wrongly_accepted(found, LEAST_CONFIDENCE) for kind, found in given.items()}
    assert {kind: share for kind, share in shares.items() if share > 0.05} == {}
