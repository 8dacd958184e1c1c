"""How sure a reading is."""

import pytest

from jobmatch.skills.rules.confidence import FEATURES, PLAIN, clause_of, confidence, features, score
from jobmatch.skills.rules.meaning import Candidate
from jobmatch.skills.rules.normalise import judged_features
from jobmatch.skills.rules.segment import segmented
from tests.skills.reading import small

CATALOGUE = small()
LEXICON = CATALOGUE.lexicon


def judged(part: str, how: str, skill_id: str = "sw.dig", quality: float = 1.0) -> float:
    clause = clause_of(part, segmented(part, LEXICON))
    return score(Candidate(skill_id, quality, 3, 0, 0, 3, how), clause, LEXICON)


def test_open_letters_generality_and_foreign_work_make_less_of_a_reading():
    whole = judged("刨地瓜", "pair")
    assert whole == 1.0
    assert judged("刨地瓜某某", "pair") == pytest.approx(0.88)
    assert judged("刨地瓜", "pair", "gen.pick") == pytest.approx(0.92)
    assert judged("刨地瓜工程师", "pair") == pytest.approx(0.35)
    assert judged("刨地瓜", "near", quality=0.8) == pytest.approx(0.576)
    assert judged("刨地瓜工程师", "near", quality=0.8) == pytest.approx(0.224)


def test_a_clause_of_things_only_is_marked_where_it_is_only_near_a_term():
    clause = clause_of("地瓜", segmented("地瓜", LEXICON))
    found = features(Candidate("sw.dig", 0.8, 4, 0, 0, 2, "near"), 0, clause, 0.5, LEXICON)
    assert dict(zip(FEATURES, found, strict=True))["things only"] == 1.0


def test_confidence_is_a_share_and_never_overflows():
    zeros = [0.0] * (len(FEATURES) - 1)
    assert confidence(PLAIN, [1.0, *zeros]) == pytest.approx(0.018, abs=0.001)
    assert confidence([1e9, *zeros], [1.0, *zeros]) > 0.999
    assert confidence([-1e9, *zeros], [1.0, *zeros]) < 0.001


def test_the_first_answer_gives_what_its_confidence_is_made_from():
    ((skill_id, given),) = judged_features("刨地瓜", CATALOGUE)
    assert skill_id == "sw.dig"
    assert len(given) == len(FEATURES)
    assert judged_features("什么", CATALOGUE) == []
