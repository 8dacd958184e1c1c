"""Makes jobmatch/data/skills/confidence.csv: `python -m tools.confidence`.

A logistic regression over readings of labelled phrases, of phrases made worse, of aliases that the
reader was built without, and of phrases that name no skill. Weights are per fold for the figures
that it prints (sources are never in both halves) and over all for the file.
"""

import csv
import random
import sys
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from benchmarks.reading_phrases import catalogue_terms, labelled, perturbed, without_skill
from jobmatch.skills.knowledge import DATA, knowledge, spellings
from jobmatch.skills.rules.loops.shapes import FEATURES
from jobmatch.skills.rules.normalise import Catalogue, catalogue_of, judged_features

FOLDS, RIDGE, ROUNDS, MOST_ANSWERS = 5, 0.5, 40, 4
Floats = NDArray[np.float64]


def main() -> int:
    rows, right, weight = gathered()
    features, labels = np.array(rows), np.array(right, dtype=np.float64)
    weights = np.array(weight)
    parts = np.array([random.Random(n).randrange(FOLDS) for n in range(len(labels))])
    guesses = np.zeros(len(labels))
    for part in range(FOLDS):
        seen = parts != part
        found = fitted(features[seen], labels[seen], weights[seen])
        guesses[~seen] = 1 / (1 + np.exp(-features[~seen] @ found))
    for low in np.arange(0, 1, 0.1):
        among = (guesses >= low) & (guesses < low + 0.1)
        if among.any():
            print(f"{low:.1f}..{low + 0.1:.1f}  {among.sum():5d} readings, right: "
                  f"{labels[among].mean():.2f}")  # fmt: skip
    found = fitted(features, labels, weights)
    with (DATA / "confidence.csv").open("w", encoding="utf-8", newline="") as file:
        out = csv.writer(file, lineterminator="\n")
        out.writerow(["feature", "weight"])
        out.writerows([name, f"{value:.4f}"] for name, value in zip(FEATURES, found, strict=True))
    return 0


def gathered() -> tuple[list[list[float]], list[bool], list[float]]:
    """Features of likely answers, whether they are right, and what each counts."""
    rows: list[list[float]] = []
    right: list[bool] = []
    weight: list[float] = []

    def take(text: str, accepted: Sequence[str], catalogue: Catalogue, counts: float) -> None:
        found = judged_features(text, catalogue)[:MOST_ANSWERS]
        for skill_id, given in found:
            rows.append(given)
            right.append(skill_id in accepted)
            weight.append(counts / len(found) ** 0.5)

    terms = catalogue_terms()
    whole = catalogue_of(terms, spellings(), knowledge())
    phrases = labelled("skills_public.csv") + labelled("heldout.csv")
    for phrase in phrases:
        take(phrase.text, (*phrase.gold, *phrase.fair), whole, 1.0)
    for worse in perturbed(phrases, 1).values():
        for phrase in worse:
            take(phrase.text, (*phrase.gold, *phrase.fair), whole, 0.3)
    for texts in without_skill().values():
        for text in texts:
            take(text, (), whole, 1.0)
    draw = random.Random(2)
    draw.shuffle(terms)
    for fold in range(FOLDS):
        hidden = terms[fold::FOLDS]
        without = catalogue_of([t for t in terms if t not in set(hidden)], spellings(), knowledge())
        for skill_id, term in hidden:
            take(term, (skill_id,), without, 0.3)
    return rows, right, weight


def fitted(features: Floats, labels: Floats, weights: Floats) -> Floats:
    """Newton's method with a small ridge."""
    found = np.zeros(features.shape[1])
    ridge = RIDGE * np.eye(len(found))
    ridge[0, 0] = 0.0
    for _ in range(ROUNDS):
        guess = 1 / (1 + np.exp(-np.clip(features @ found, -30, 30)))
        slope = features.T @ (weights * (labels - guess)) - ridge @ found
        curve = (features * (weights * guess * (1 - guess))[:, None]).T @ features + ridge
        found = found + np.linalg.solve(curve, slope)
    return found


if __name__ == "__main__":
    sys.exit(main())
