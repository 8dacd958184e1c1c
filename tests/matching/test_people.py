from datetime import date

import pytest

from jobmatch.matching.rules.people import Proof, holds

D25 = date(2026, 9, 25)
SORT = "ag.swpotato.sort"


PROOF = Proof(SORT, 2, date(2026, 9, 1), date(2026, 9, 30))


@pytest.mark.parametrize(
    ("proofs", "skill", "level", "day", "held"),
    [
        ((PROOF,), SORT, 2, D25, True),
        ((PROOF,), SORT, 1, date(2026, 9, 30), True),
        ((PROOF,), SORT, 3, D25, False),
        ((PROOF,), "lv.sheep.shear", 1, D25, False),
        ((PROOF,), SORT, 1, date(2026, 8, 31), False),
        ((PROOF,), SORT, 1, date(2026, 10, 1), False),
        ((Proof(SORT, 1, date(2020, 1, 1)),), SORT, 1, D25, True),
        ((), SORT, 1, D25, False),
    ],
)
def test_a_credential_proves_its_skill_at_its_level_in_its_time(proofs, skill, level, day, held):
    assert holds(proofs, skill, level, day) is held
