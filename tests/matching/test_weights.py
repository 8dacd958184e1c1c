import csv
import json
from dataclasses import asdict
from pathlib import Path

import pytest

from jobmatch.matching.rules.weights import NAME, Weights, weights_of

RULES = Path(__file__).parents[2] / "jobmatch" / "data" / "dated_rules.csv"


def test_the_first_row_of_the_dated_table_is_the_default():
    with RULES.open(encoding="utf-8", newline="") as lines:
        rows = [json.loads(row["value"]) for row in csv.DictReader(lines) if row["name"] == NAME]
    assert rows == [asdict(Weights())]
    assert weights_of(rows[0]) == Weights()


def test_a_row_may_change_some_weights():
    found = weights_of({"near": 1_100, "pay": 600, "priority_most": 0})
    assert (found.near, found.pay, found.priority_most, found.skill) == (1_100, 600, 0, 4_000)


@pytest.mark.parametrize(
    ("table", "said"),
    [
        ({"luck": 1}, "no such weight: luck"),
        ({"near": -1}, "near must be a whole number"),
        ({"near": 1.5}, "near must be a whole number"),
        ({"near": True}, "near must be a whole number"),
        ({"near": 2_000}, "10000 together"),
        ({"related": 3_300}, "must not grow"),
        ({"priority_most": 501}, "priority_most is at most 500"),
        ({"road_kmh": 0}, "at least 1"),
    ],
)
def test_a_row_that_cannot_be_meant_is_refused(table, said):
    with pytest.raises(ValueError, match=said):
        weights_of(table)
