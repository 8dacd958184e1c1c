"""How well people are ranked for a posting from raw text, against simple ways of doing it.

    python3 manage.py benchmark ranking [--resamples 2000]

nDCG@10 on the public pairs (tests/matching/data: 20 postings x 30 people, relevance 0 to 3), with a
95 % interval by resampling the postings. No weight is fitted: `left out` chooses, for each posting,
the best of the neighbouring weightings on the other postings alone and measures it on this one.
"""

import argparse
import csv
import itertools
import random
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from statistics import mean
from unittest.mock import patch

from rapidfuzz import fuzz

from jobmatch.matching import ranking
from jobmatch.matching.rules import kinship
from jobmatch.matching.rules.raw import RawPosting, RawWorker, free_days, ndcg, offer_of
from jobmatch.matching.rules.raw import ranking as ranked
from jobmatch.matching.rules.score import whole_km
from jobmatch.matching.rules.weights import Weights
from jobmatch.skills.knowledge import knowledge, spellings
from jobmatch.skills.rules.normalise import Catalogue, catalogue_of, read

ROOT = Path(__file__).resolve().parent.parent
DATA = ROOT / "tests" / "matching" / "data"
GROUND = ROOT / "jobmatch" / "data"

Judged = dict[str, dict[str, int]]
Rank = Callable[[RawPosting, Sequence[RawWorker]], list[str]]
Sides = tuple[dict[str, RawPosting], dict[str, RawWorker]]


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as lines:
        return list(csv.DictReader(lines))


def points() -> dict[str, tuple[float, float]]:
    """Where the banners' seats are."""
    found = rows(GROUND / "places" / "divisions.csv")
    return {row["code"]: (float(row["lon"]), float(row["lat"])) for row in found if row["lon"]}


def catalogue() -> Catalogue:
    """The catalogue of the ground data, without a database."""
    pairs = []
    for row in rows(GROUND / "skills" / "taxonomy.csv"):
        words = f"{row['name_zh']}|{row['aliases']}|{row['dialect_aliases']}".split("|")
        pairs += [(row["id"], word) for word in words if word]
    return catalogue_of(pairs, spellings(), knowledge())


def sides() -> Sides:
    """Postings and people by id, their skills read from their texts."""
    at, known = points(), catalogue()
    offered = ranking.postings(DATA / "postings_public.csv", at, lambda text: read(text, known))
    people = ranking.workers(DATA / "workers_public.csv", at, lambda text: read(text, known))
    return {one.id: one for one in offered}, {one.id: one for one in people}


def with_true_skills(both: Sides) -> Sides:
    gold = {
        row["id"]: tuple(row["skill_ids"].split("|"))
        for row in rows(DATA / "gold_skills_public.csv")
    }
    offered, people = both
    return (
        {key: replace(one, skills=gold[key]) for key, one in offered.items()},
        {key: replace(one, skills=gold[key]) for key, one in people.items()},
    )


def by_score(weights: Weights) -> Rank:
    return lambda posting, people: [key for key, _ in ranked(posting, people, weights)]


def by(value: Callable[[RawPosting, RawWorker], float]) -> Rank:
    """The highest value first; of equals by id."""
    return lambda posting, people: [
        one.id for one in sorted(people, key=lambda one: (-value(posting, one), one.id))
    ]


def near(posting: RawPosting, worker: RawWorker) -> float:
    a, b = posting.place, worker.place
    return -whole_km(a.lon, a.lat, b.lon, b.lat, code1=a.code, code2=b.code)


def free(posting: RawPosting, worker: RawWorker) -> float:
    return sum(map(len, free_days(worker.months, offer_of(posting))))


def overlap(posting: RawPosting, worker: RawWorker) -> float:
    return len(set(posting.skills) & set(worker.skills))


def values(rank: Rank, both: Sides, judged: Judged) -> dict[str, float]:
    """nDCG@10 by posting, over the people who were judged for it."""
    offered, people = both
    return {
        key: ndcg(rank(offered[key], [people[who] for who in grades]), grades)
        for key, grades in judged.items()
    }


def interval(found: Sequence[float], resamples: int) -> tuple[float, float]:
    """The middle 95 % of the mean over postings drawn with replacement."""
    rng = random.Random(11)
    means = sorted(mean(rng.choices(found, k=len(found))) for _ in range(resamples))
    return means[resamples // 40], means[-resamples // 40 - 1]


def neighbours() -> list[Weights]:
    """The default weights and what lies around them, each coming to 10,000."""
    base = Weights()
    found = []
    for dates, close, gap in itertools.product((-800, 0, 800), (-500, 0, 500), (-400, 0, 400)):
        skill = base.skill - dates - close
        found.append(
            replace(
                base, skill=skill, second=min(base.second, skill), related=base.related + gap,
                dates=base.dates + dates, near=base.near + close,
            )
        )  # fmt: skip
    return found


def left_out(both: Sides, judged: Judged) -> float:
    each = [values(by_score(weights), both, judged) for weights in neighbours()]
    return mean(
        max(each, key=lambda found: sum(v for other, v in found.items() if other != key))[key]
        for key in judged
    )


def without_trades(both: Sides, judged: Judged) -> float:
    """As if no trade knew another's work: how much hangs on that table."""
    with patch.object(kinship, "_TRADES", ()):
        kinship.related.cache_clear()
        found = mean(values(by_score(Weights()), both, judged).values())
    kinship.related.cache_clear()
    return found


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--resamples", type=int, default=2000)
    given = parser.parse_args()
    judged = ranking.judged(DATA / "qrels_public.csv")
    from_text = sides()
    texts = {row["id"]: row["text"] for row in rows(DATA / "workers_public.csv")}
    true = with_true_skills(from_text)
    ways: list[tuple[str, Rank, Sides]] = [
        ("score, true skills", by_score(Weights()), true),
        ("score, skills read from text", by_score(Weights()), from_text),
        ("skill overlap only, true skills", by(overlap), true),
        ("skill overlap only, read skills", by(overlap), from_text),
        ("dates only", by(free), from_text),
        ("distance only", by(near), from_text),
        (
            "rapidfuzz token_set_ratio of the texts",
            by(lambda p, w: fuzz.token_set_ratio(p.text, texts[w.id])), from_text,
        ),
    ]  # fmt: skip
    print(f"nDCG@10, {len(judged)} postings x {len(next(iter(judged.values())))} people")
    for name, rank, both in ways:
        found = list(values(rank, both, judged).values())
        low, high = interval(found, given.resamples)
        print(f"  {name:40} {mean(found):.3f}   95 % {low:.3f} to {high:.3f}")
    print(f"  {'left out: read skills, 27 weightings':40} {left_out(from_text, judged):.3f}")
    print(f"  {'read skills, no related trades':40} {without_trades(from_text, judged):.3f}")
    ours, theirs = (values(rank, from_text, judged) for rank in (by_score(Weights()), by(overlap)))
    differences = [ours[key] - theirs[key] for key in judged]
    low, high = interval(differences, given.resamples)
    print(f"  score over skill overlap: {mean(differences):+.3f}   95 % {low:+.3f} to {high:+.3f}")


if __name__ == "__main__":
    main()
