"""How well and how fast skills are read, against other ways in the same run.

    python3 manage.py benchmark reading [--raw 1000000] [--part accuracy|ways|speed]

accuracy   public phrases; the same by readers that do not know what a phrase's own source says;
           phrases labelled before they were first read; all of them made worse; phrases that name
           no skill
ways       other ways over the same terms: plain and token ratios, n-grams, pinyin
speed      raw phrases against loops of rapidfuzz and thefuzz (extrapolated from samples) and
           rapidfuzz.process.cdist on the unique ones that remain; ratios are of processor time
"""

import argparse
import resource
import statistics
import sys
import time
from collections.abc import Callable, Sequence

import numpy as np
from rapidfuzz import fuzz, process

from benchmarks.reading_phrases import (
    catalogue_terms,
    grouped,
    labelled,
    perturbed,
    raw,
    source_texts,
    without_skill,
)  # fmt: skip
from benchmarks.reading_ways import ways
from jobmatch.skills.knowledge import knowledge, spellings
from jobmatch.skills.phrases import answers
from jobmatch.skills.rules import compiled
from jobmatch.skills.rules.bulk import rank_many, read_many
from jobmatch.skills.rules.measure import (
    Answer,
    Phrase,
    figures,
    folded,
    without,
    wrongly_accepted,
)  # fmt: skip
from jobmatch.skills.rules.normalise import (
    LEAST_CONFIDENCE,
    Catalogue,
    catalogue_of,
    ranked,
    read,
)  # fmt: skip
from jobmatch.skills.rules.text import normal

SEED = 11
THREADS = 2
LOOP_SAMPLE, THEFUZZ_SAMPLE, CDIST_SAMPLE, SINGLES = 300, 100, 4_000, 5_000


def full_catalogue() -> Catalogue:
    return catalogue_of(catalogue_terms(), spellings(), knowledge())


def asked(phrases: Sequence[Phrase], catalogue: Catalogue) -> list[Answer]:
    return answers(rank_many([phrase.text for phrase in phrases], catalogue))


def cross_validated(phrases: Sequence[Phrase]) -> list[Answer]:
    """Each phrase read without the words that only its own source says."""
    phrases = grouped(phrases)

    def reader(source: str) -> Callable[[str], Answer]:
        own = [phrase.text for phrase in phrases if phrase.source == source]
        less = without(knowledge(), own, source_texts(phrases, source))
        catalogue = catalogue_of(catalogue_terms(), spellings(), less)
        return lambda text: answers([ranked(text, catalogue)])[0]

    return folded(phrases, reader)


def accuracy() -> None:
    catalogue = full_catalogue()
    public, held = labelled("skills_public.csv"), labelled("heldout.csv")
    print(f"{'phrases':34}{'n':>6}{'acc@1':>8}{'recall@3':>10}{'accepted and right':>20}")
    told("public", public, asked(public, catalogue))
    told("public, cross-validated by source", public, cross_validated(public))
    told("held out", held, asked(held, catalogue))
    for name, phrases in perturbed(public + held, SEED).items():
        told(f"made worse: {name}", phrases, asked(phrases, catalogue))
    print(f"\n{'phrases without a skill':34}{'n':>6}{'wrongly accepted':>18}")
    total = wrong = 0.0
    for kind, texts in without_skill().items():
        share = wrongly_accepted(answers(rank_many(texts, catalogue)), LEAST_CONFIDENCE)
        print(f"{kind:34}{len(texts):6}{share:18.3f}")
        total, wrong = total + len(texts), wrong + share * len(texts)
    print(f"{'all':34}{total:6.0f}{wrong / total:18.3f}\n")


def told(name: str, phrases: Sequence[Phrase], given: Sequence[Answer]) -> None:
    f = figures(phrases, given, LEAST_CONFIDENCE)
    print(f"{name:34}{f.count:6}{f.accuracy:8.3f}{f.recall:10.3f}{f.accepted:20.3f}")


def compare() -> None:
    """Other ways over the same terms."""
    catalogue = full_catalogue()
    public, held = labelled("skills_public.csv"), labelled("heldout.csv")
    worse = [p for some in perturbed(public + held, SEED).values() for p in some]
    sets = {"public": public, "held out": held, "made worse": worse[::4]}
    print(f"{'acc@1 / recall@3':26}" + "".join(f"{name:>18}" for name in sets) + f"{'ms each':>10}")
    listed: dict[str, Callable[[str], list[str]]] = ways(catalogue_terms())
    listed["this reader"] = lambda text: [one.skill_id for one in ranked(text, catalogue)]
    for name, way in listed.items():
        cells, begun, count = "", time.perf_counter(), 0
        for phrases in sets.values():
            given = [Answer(tuple(way(phrase.text))) for phrase in phrases]
            f = figures(phrases, given, 0.0)
            cells += f"{f.accuracy:10.3f} / {f.recall:.3f}"
            count += len(phrases)
        print(f"{name:26}{cells}{(time.perf_counter() - begun) / count * 1000:10.2f}")
    print()


def speed(count: int) -> None:
    begun = time.perf_counter()
    compiled.prepare()
    print(f"compiled (or loaded) in {time.perf_counter() - begun:.1f} s, before any phrase")
    worked = processor()
    catalogue = full_catalogue()
    print(f"catalogue built in {(processor() - worked) * 1000:.0f} ms of processor time")
    phrases = raw(count, SEED)
    begun, worked = time.perf_counter(), processor()
    read_many(phrases, catalogue, THREADS)
    clock, spent = time.perf_counter() - begun, processor() - worked
    print(f"{count:,} raw phrases, {len(set(phrases)):,} different, {THREADS} threads: "
          f"{clock:.1f} s by the clock, {spent:.1f} s of processor time "
          f"({spent / count * 1e6:.1f} µs each)")  # fmt: skip
    left = unique_left(phrases, catalogue)
    worked = processor()
    read_many(left, catalogue, THREADS)
    own = (processor() - worked) / len(left)
    print(f"{len(left):,} different phrases that are no exact term: {own * 1e6:.1f} µs each")
    # Other ways know names and aliases only, or also the terms that this reader composes.
    for name, terms in (("names and aliases", catalogue.terms), ("all terms", catalogue.listed)):
        print(f"\nagainst {len(terms):,} {name}, other ways extrapolated from samples:")
        peers(phrases, left, list(terms), spent / count, own)
    singles = [timed_one(text, catalogue) for text in left[:SINGLES]]
    print(f"\none phrase: median {statistics.median(singles) * 1000:.3f} ms, p99 "
          f"{float(np.percentile(singles, 99)) * 1000:.3f} ms\n")  # fmt: skip


def peers(
    phrases: Sequence[str], left: Sequence[str], terms: Sequence[str], raw_own: float, own: float
) -> None:
    """Ratios of processor time. raw_own: seconds a raw phrase; own: seconds a different one."""
    loop = timed(lambda p: process.extractOne(p, terms), phrases[:LOOP_SAMPLE])
    plain = timed(lambda p: process.extractOne(p, terms, scorer=fuzz.ratio), phrases[:LOOP_SAMPLE])
    print(f"  x rapidfuzz extractOne loop ({LOOP_SAMPLE} phrases, {loop * 1000:.2f} ms each): "
          f"{loop / raw_own:,.0f}, with fuzz.ratio {plain / raw_own:,.0f}")  # fmt: skip
    try:
        from thefuzz import process as peer
    except ImportError:
        print("  thefuzz is not installed: pip install -r requirements-benchmark.txt")
    else:
        each = timed(lambda p: peer.extractOne(p, terms), phrases[:THEFUZZ_SAMPLE])
        print(f"  x thefuzz loop ({THEFUZZ_SAMPLE} phrases, {each * 1000:.2f} ms each): "
              f"{each / raw_own:,.0f}")  # fmt: skip
    worked = processor()
    process.cdist(left[:CDIST_SAMPLE], terms, workers=THREADS)
    whole = (processor() - worked) / CDIST_SAMPLE
    print(f"  x cdist(workers={THREADS}) on different phrases ({CDIST_SAMPLE:,} phrases, "
          f"{whole * 1e6:.0f} µs each): {whole / own:.1f}")  # fmt: skip


def unique_left(phrases: Sequence[str], catalogue: Catalogue) -> list[str]:
    return [text for text in dict.fromkeys(phrases) if normal(text) not in catalogue.listed]


def timed(call: Callable[[str], object], phrases: Sequence[str]) -> float:
    """Seconds of processor time a phrase."""
    begun = processor()
    for phrase in phrases:
        call(phrase)
    return (processor() - begun) / len(phrases)


def processor() -> float:
    """Seconds that processors worked for this program: other programs lengthen it least."""
    return sum(
        used.ru_utime + used.ru_stime
        for used in map(resource.getrusage, (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    )


def timed_one(text: str, catalogue: Catalogue) -> float:
    begun = time.perf_counter()
    read(text, catalogue)
    return time.perf_counter() - begun


def main() -> int:
    parser = argparse.ArgumentParser(prog="benchmark reading")
    parser.add_argument("--raw", type=int, default=1_000_000)
    parser.add_argument("--part", choices=["accuracy", "ways", "speed"])
    options = parser.parse_args()
    if options.part in (None, "accuracy"):
        accuracy()
    if options.part in (None, "ways"):
        compare()
    if options.part in (None, "speed"):
        speed(options.raw)
    return 0


if __name__ == "__main__":
    sys.exit(main())
