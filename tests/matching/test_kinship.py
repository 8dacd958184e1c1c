import csv
from pathlib import Path

import pytest

from jobmatch.matching.rules.kinship import _TRADES, HANDS, Kin, kinship, related

SORT = "ag.swpotato.sort"
TAXONOMY = Path(__file__).parents[2] / "jobmatch" / "data" / "skills" / "taxonomy.csv"


@pytest.mark.parametrize(
    ("one", "other", "is_related"),
    [
        (SORT, "ag.swpotato.dig", True),
        (SORT, "ag.potato.sort", True),
        (SORT, "ag.apple.pack", True),
        (SORT, "ag.potato.dig", False),
        (SORT, "lv.swpotato.sort", False),
        ("ag.gen.pick", "ag.gen.weed", False),
        ("ag.gen.pick", "ag.morel.pick", True),
        ("lv.sheep.shear", "lv.goat.comb", True),
        ("dr.dozer", "dr.loader", True),
        ("dr.dozer", "dr.truck", False),
        ("ot.odd", "ot.odd.jobs", False),
        ("ot.odd.jobs", "ot.odd", False),
    ],
)
def test_a_family_shares_crop_or_step_or_trade(one, other, is_related):
    assert related(one, other) is is_related


@pytest.mark.parametrize(
    ("held", "kin"),
    [
        (SORT, Kin.OWN),
        ("lv.sheep.shear", Kin.SECOND),
        ("ag.swpotato.dig", Kin.RELATED),
        ("ag.gen.handyman", Kin.HAND),
        ("ot.odd", Kin.HAND),
        ("ag.corn.sow", Kin.BRANCH),
        ("ot.account", Kin.NONE),
    ],
)
def test_a_skill_is_worth_what_it_is_to_the_posting(held, kin):
    assert kinship(held, SORT, {"lv.sheep.shear"}) is kin


def test_a_hand_for_anything_does_no_trade_that_must_be_learnt():
    assert kinship("ag.gen.handyman", "cn.mason") is Kin.NONE
    assert kinship("ot.odd", "dr.loader") is Kin.NONE


def test_what_is_related_to_a_further_skill_of_the_posting_is_related_to_it():
    assert kinship("lo.grain", "ag.rice.transplant", {"lo.hay"}) is Kin.RELATED


def test_every_skill_named_here_is_in_the_catalogue():
    with TAXONOMY.open(encoding="utf-8-sig", newline="") as lines:
        known = {line["id"] for line in csv.DictReader(lines)}
    named = {skill for trade in _TRADES for skill in trade} | set(HANDS)
    assert named - known == set()
