"""Season plans: beside named peers at equal time, and every figure they are held against.

    python3 manage.py benchmark season                       peers, 2,000 x 50 and 20,000 x 500
    python3 manage.py benchmark season --sizes 1000x25 --seconds 30 --seeds 1,2 --peers ours,highs
    python3 manage.py benchmark season --figures             all figures but the region's: an hour
    python3 manage.py benchmark season --figures --long      with the region's: half an hour more
    python3 manage.py benchmark season --figures --only days,some,few

Each run is a process of its own, and what it gave is kept in the instance folder as soon as it
ends: begun again, the command goes on where it was (`--again` measures anew). At the end
docs/figures has the page and its pictures, made of all that is kept. Peers beyond the application's
own (HiGHS, Timefold) come with requirements-benchmark.txt; Timefold needs Java 17. One that is
missing is left out with a sentence.
"""

import argparse
import os
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from benchmarks import season_pages as pages  # noqa: E402
from benchmarks.season_days import county_day, public_rows  # noqa: E402
from benchmarks.season_figures import SEEDS, Figure, figures, jobs_of  # noqa: E402
from benchmarks.season_peers import NAMES, PEERS  # noqa: E402
from benchmarks.season_runs import Job, Row, Store, gap_text, run  # noqa: E402

KEPT = Path(os.environ.get("JOBMATCH_INSTANCE") or ROOT / "instance") / "benchmarks"
PUBLIC = ROOT / "benchmarks" / "instances"
DAY = Job("day", 20_000, 500, 0, days=1, counties=2)
# One banner's seat for so many people, up to a region's.
PEOPLE, SEATS = 10_000, 12


def arguments(given: Sequence[str] | None = None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, prog="benchmark season", formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--sizes", default="2000x50,20000x500", type=sizes)
    parser.add_argument("--seconds", default=120.0, type=float, help="for each search of peers")
    parser.add_argument("--seeds", type=seeds, help="peers: 1; figures: 1,2,3,4,5")
    parser.add_argument("--peers", default=",".join(PEERS), type=names, help=", ".join(PEERS))
    parser.add_argument("--figures", action="store_true", help="the figures to reach")
    parser.add_argument("--long", action="store_true", help="with the region's")
    parser.add_argument("--only", default="", help="figures by name: " + ", ".join(
        ["days", *(figure.name for figure in figures((1,), "clock"))]))  # fmt: skip
    parser.add_argument("--by", choices=("clock", "processor"), default="clock",
                        help="what our seconds are; processor: for a busy machine")  # fmt: skip
    parser.add_argument("--again", action="store_true", help="measure what is kept anew")
    parser.add_argument("--most-gb", default=10.0, type=float, help="end what needs more")
    parser.add_argument("--kept", default=KEPT, type=Path, help="folder of what was measured")
    parser.add_argument("--docs", default=ROOT / "docs" / "figures", type=Path)
    parser.add_argument("--public", default=PUBLIC, type=Path, help="folder of OR-Library files")
    return parser.parse_args(given)


def sizes(text: str) -> list[tuple[int, int]]:
    found = []
    for one in text.split(","):
        workers, _, postings = one.partition("x")
        if not (workers.isdigit() and postings.isdigit()):
            raise argparse.ArgumentTypeError("sizes are like 2000x50,20000x500")
        found.append((int(workers), int(postings)))
    return found


def seeds(text: str) -> list[int]:
    if not all(one.isdigit() for one in text.split(",")):
        raise argparse.ArgumentTypeError("seeds are like 1,2,3")
    return [int(one) for one in text.split(",")]


def names(text: str) -> list[str]:
    unknown = set(text.split(",")) - set(PEERS)
    if unknown:
        raise argparse.ArgumentTypeError(f"there is no {', '.join(sorted(unknown))}")
    return text.split(",")


def peer_jobs(
    size: tuple[int, int], chosen: Iterable[str], seconds: float, numbers: Iterable[int], by: str
) -> list[Job]:
    """Ours first, for the others are told as shares of it."""
    workers, postings = size
    counties = min(SEATS, max(1, workers // PEOPLE))
    ordered = ["ours", *(name for name in chosen if name != "ours")]
    return [
        Job(name, workers, postings, seconds, seed=seed, counties=counties,
            by=by if name == "ours" else "clock")
        for seed in numbers
        for name in ordered
    ]  # fmt: skip


class Measuring:
    """Runs what is not kept yet, and keeps it."""

    def __init__(self, store: Store, *, again: bool, most_gb: float) -> None:
        self.store, self.again, self.most_gb = store, again, most_gb
        self.done: set[str] = set()

    def row(self, job: Job) -> Row:
        kept = self.store.rows.get(job.key)
        if kept and (not self.again or job.key in self.done):
            print(f"  {job.key:48} kept from {kept['at'][:16]}  {self.told(kept)}", flush=True)
            return kept
        print(f"  {job.key} ...", flush=True)
        row = run(PEERS[job.peer], job, most_gb=self.most_gb, say=lambda s: print(s, flush=True))
        self.done.add(job.key)
        # What was not tried, or died of something else, is no result: next time it is tried again.
        if not row.get("skip") and not row.get("died"):
            self.store.keep(job.key, row)
        print(f"  {job.key:48} {self.told(row)}", flush=True)
        return row

    @staticmethod
    def told(row: Row) -> str:
        value = f"{row['value']:,}" if row["value"] is not None else "no plan"
        said = f"  {row['said']}" if row.get("said") else ""
        return (f"value {value}  gap {gap_text(row['value'], row['bound'])}  "
                f"{row.get('search', row['seconds']):.1f} s  {row['mb']:,} MB  "
                f"load {row['load']:.1f}{said}")  # fmt: skip


def compare(given: argparse.Namespace, measuring: Measuring) -> None:
    for size in given.sizes:
        jobs = peer_jobs(size, given.peers, given.seconds, given.seeds or [1], given.by)
        print(f"{size[0]:,} workers x {size[1]:,} postings, {given.seconds:g} s each", flush=True)
        rows = [measuring.row(job) for job in jobs]
        print("\n".join(pages.peer_lines(rows)), flush=True)


def reach(given: argparse.Namespace, measuring: Measuring) -> None:
    only = set(filter(None, given.only.split(",")))
    wanted = [figure for figure in figures(given.seeds or SEEDS, given.by)
              if (figure.name in only if only else given.long or not figure.is_long)]  # fmt: skip
    if not only or "days" in only:
        store = measuring.store
        if given.again or DAY.key not in store.rows:
            store.keep(DAY.key, county_day(DAY, given.kept))
            for row in public_rows(given.public):
                store.keep(row["key"], row)
        print("\n".join(pages.day_lines(*kept_days(store))), flush=True)
    rows = {job: measuring.row(job) for job in jobs_of(wanted)}
    measured = [(figure, [rows[job] for job in figure.jobs]) for figure in wanted]
    print("\n".join(pages.figure_lines(measured, given.by)), flush=True)


def kept_days(store: Store) -> tuple[Row | None, list[Row]]:
    public = [row for key, row in store.rows.items() if key.startswith("public ")]
    return store.rows.get(DAY.key), public


def kept_figures(store: Store, by: str) -> list[tuple[Figure, list[Row]]]:
    """Each figure of whose runs at least the first seed's are all kept."""
    found = []
    for many in (SEEDS, SEEDS[:3], SEEDS[:2], SEEDS[:1]):
        for figure in figures(many, by):
            if figure.name in {name for name, _ in found}:
                continue
            if all(job.key in store.rows for job in figure.jobs):
                found.append((figure.name, (figure, [store.rows[j.key] for j in figure.jobs])))
    order = [figure.name for figure in figures(SEEDS, by)]
    return [pair for _, pair in sorted(found, key=lambda one: order.index(one[0]))]


def kept_peers(store: Store) -> dict[str, list[Row]]:
    """Tables of the plain seasons on which somebody else than ours and greedy was tried."""
    tables: dict[str, list[Row]] = {}
    for row in store.rows.values():
        job = row.get("job")
        if job and job["peer"] in NAMES and not (job["max_run"] or job["whole"] or job["gap"]):
            title = (
                f"{job['workers']:,} workers x {job['postings']:,} postings, {job['seconds']:g} s"
            )
            tables.setdefault(title, []).append(row)
    order = list(PEERS)
    for rows in tables.values():
        rows.sort(key=lambda row: (row["job"]["seed"], order.index(row["job"]["peer"])))
    return {title: rows for title, rows in sorted(tables.items())
            if {row["job"]["peer"] for row in rows} - {"ours", "greedy"}}  # fmt: skip


def main(given: argparse.Namespace) -> int:
    store = Store(given.kept / "season.json")
    measuring = Measuring(store, again=given.again, most_gb=given.most_gb)
    try:
        (reach if given.figures else compare)(given, measuring)
    except KeyboardInterrupt:
        print("\nStopped; what was measured is kept.", file=sys.stderr)
        return 130
    kept = kept_figures(store, given.by), kept_peers(store), kept_days(store)
    pages.write(given.docs, *kept, given.by)
    print(f"written: {given.docs}/season.md")
    return 0


if __name__ == "__main__":
    sys.exit(main(arguments()))
