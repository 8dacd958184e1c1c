"""How sure a reading is."""

import pytest

from jobmatch.skills.rules.loops.shapes import FEATURES
from jobmatch.skills.rules.normalise import judged_features, ranked
from tests.skills.reading import small

CATALOGUE = small()


def first(text: str) -> dict[str, float]:
    skill_id, given = judged_features(text, CATALOGUE)[0]
    assert skill_id == "sw.dig"
    return dict(zip(FEATURES, given, strict=True))


def test_open_letters_and_foreign_work_make_less_of_a_reading():
    assert first("刨地瓜")["score"] == pytest.approx(0.92)
    assert first("刨地瓜某某")["score"] == pytest.approx(0.8096)
    assert first("刨地瓜工程师")["score"] == pytest.approx(0.322)


def test_a_clause_of_things_only_is_marked_where_it_is_only_near_a_term():
    found = first("甘薯收")
    assert found["things only"] == 0.0
    found = first("甘薯甘薯")
    assert (found["near"], found["things only"]) == (1.0, 1.0)


@pytest.mark.parametrize(("weight", "sure"), [(1e9, 1.0), (-1e9, 0.0)])
def test_confidence_is_a_share_and_never_overflows(weight, sure):
    extreme = small(weights=(weight, *[0.0] * (len(FEATURES) - 1)))
    assert ranked("刨地瓜", extreme)[0].confidence == sure


def test_the_first_answer_gives_what_its_confidence_is_made_from():
    ((skill_id, given),) = judged_features("刨地瓜", CATALOGUE)
    assert skill_id == "sw.dig"
    assert len(given) == len(FEATURES)
    assert judged_features("什么", CATALOGUE) == []
