"""What was measured as a page and pictures: docs/figures/season.md."""

from collections.abc import Sequence
from pathlib import Path

from benchmarks.plots import Line, picture
from benchmarks.season_figures import (
    Figure,
    curve,
    exponent,
    gap_of,
    times_to_gap,
)
from benchmarks.season_peers import NAMES
from benchmarks.season_runs import Row, gap_text

TOP = """# Season plans: what was measured

Written by `python3 manage.py benchmark season`, which keeps every run; `--again` measures anew.
Seasons come from `flask dispatch generate` (the same for the same seed); every plan was looked
over by `flask dispatch check`'s own code. Ours uses one thread; CP-SAT and HiGHS may use two.
Seconds are those of the search; what came before it (making a model, starting Java, compiling)
stands apart. Memory is the peak of the planner's process, the season included. Load: processes
that wanted one of the machine's processors, over the minute before a run ended: where it is above
1, seconds by the clock are too long, and those of the processor say more.
"""
NOTES = """\
The models: greedy lets people answer one after another, each by the exact programme over what is
left. CP-SAT has a binary for each pair and open day and one for each possible beginning of a
stay; a second line gives it the arc-flow model. HiGHS has that exact arc-flow model: a path
through the days for each person, tied together by the headcounts. Timefold has up to three stays
for each person with hard constraints (least stay, one posting a day, headcounts) and the value as
soft score; it proves no bound. A planner's plan counts only if it keeps all rules.

What happened with Timefold: its bridge (PyPI `timefold`, 1.24.0b0, the last that there is) turns
Python functions into Java when they are read, which takes seconds; a weight below zero or a
missing value ends the search with one long Java error, so each constraint guards itself. It looks
at its clock between steps, and a step is long in a large season.
"""


def figure_lines(measured: Sequence[tuple[Figure, list[Row]]], by: str) -> list[str]:
    """by: "clock" or "processor": whose seconds decide what is reached."""
    heads = ("asked", "seeds", "by the clock", "by the processor", f"reached, by the {by}", "load")
    lines = [_line(*heads), "|---" * len(heads) + "|"]
    for figure, rows in measured:
        said = figure.judge(rows)
        loads = [row["load"] for row in rows]
        seeds = len({row["job"]["seed"] for row in rows})
        work, is_met = said.by_work or "-", "yes" if said.is_met else "**no**"
        load = f"{min(loads):.1f} to {max(loads):.1f}"
        lines.append(_line(figure.asks, str(seeds), said.by_clock, work, is_met, load))
    return lines


def peer_lines(rows: Sequence[Row]) -> list[str]:
    heads = ("planner", "value (of ours)", "bound (of ours)", "gap", "before, s", "search, s",
             "MB (of ours)", "load", "what happened")  # fmt: skip
    lines = [_line(*heads), "|---" * len(heads) + "|"]
    ours = {row["job"]["seed"]: row for row in rows if row["job"]["peer"] == "ours"}
    seeds = len({row["job"]["seed"] for row in rows})
    for row in rows:
        job, bound = row["job"], row.get("bound")
        mine = ours.get(job["seed"], {})
        value = row["value"] if row.get("sound") else None
        name = NAMES[job["peer"]] + (f", seed {job['seed']}" if seeds > 1 else "")
        lines.append(
            _line(
                name,
                _beside(value, mine.get("value"), 4) if value is not None else "none",
                _beside(bound, mine.get("bound"), 4),
                gap_text(value, bound),
                f"{row.get('built', 0):.1f}",
                f"{row.get('search', row['seconds']):.1f}",
                _beside(row["mb"], mine.get("mb"), 2),
                f"{row['load']:.1f}",
                row.get("said", ""),
            )
        )
    return lines


def _beside(figure: int | None, ours: int | None, digits: int) -> str:
    """A figure and its ratio to ours."""
    if figure is None:
        return "-"
    return f"{figure:,} ({figure / ours:.{digits}f})" if ours else f"{figure:,}"


def _line(*cells: str) -> str:
    return "| " + " | ".join(cells) + " |"


def day_lines(day: Row | None, public: Sequence[Row]) -> list[str]:
    lines = []
    if day:
        ours, flow, arcs, most, loading = (
            f"{day[name] * 1000:.0f} ms" for name in ("ours", "flow", "arcs", "most", "loading")
        )
        is_met = day["sound"] and day["ours"] <= day["most"]
        lines += [
            f"A county's day ({day['pairs']:,} pairs) took {ours} of the processor from problem",
            f"to the plan; OR-Tools' `SimpleMinCostFlow.solve()` alone {flow}, giving it the arcs",
            f"{arcs}; reading the file {loading}. That is {day['ratio']:.2f} times the flow alone.",
            f"Asked: 1.2 times the flow, and the arcs, with the same value: {most}. Reached: "
            f"{'yes' if is_met else '**no**'}. Load {day['load']:.1f}.",
            "",
        ]
    if public:
        lines += ["| OR-Library | people | known optimum | found | gap | processor, s |",
                  "|---|---|---|---|---|---|"]  # fmt: skip
        lines += [
            _line(
                row["name"],
                f"{row['people']:,}",
                f"{row['optimum']:,}",
                f"{row['cost']:,}" if row["sound"] else "**no sound plan**",
                gap_text(row["value"], row["bound"]),
                f"{row['seconds']:.2f}",
            )
            for row in public
        ]
    return lines


def gap_picture(rows: Sequence[Row]) -> str:
    lines = [
        Line(f"seed {row['job']['seed']}",
             [(work, (gap_of(v, b) or 0) * 100) for _, work, v, b in curve(row)])
        for row in rows
    ]  # fmt: skip
    title = "20,000 workers x 500 postings x 60 days: how far from the best at most"
    return picture(title, "seconds of the processor", "gap, %", lines)


def growth_picture(rows: Sequence[Row]) -> str:
    points = times_to_gap(rows, 1)
    if len(points) < 2:
        return ""
    factor, power = exponent(points)
    fitted = [(x, factor * x**power) for x, _ in (points[0], points[-1])]
    lines = [Line("measured", points, is_dots=True), Line(f"pairs^{power:.2f}", fitted)]
    return picture("Time to a gap of 2 %, from a county to a region", "pairs of worker and posting",
                   "seconds of the processor", lines, rises=True)  # fmt: skip


def write(
    folder: Path,
    measured: Sequence[tuple[Figure, list[Row]]],
    peers: dict[str, list[Row]],
    days: tuple[Row | None, Sequence[Row]],
    by: str = "clock",
) -> None:
    """The page with what is known so far; pictures where there are runs for them."""
    folder.mkdir(parents=True, exist_ok=True)
    every = [row for _, rows in measured for row in rows]
    every += [row for rows in peers.values() for row in rows] + [r for r in (days[0],) if r]
    parts = [TOP]
    if every:
        cores = every[0]["cores"]
        first, last = min(row["at"] for row in every), max(row["at"] for row in every)
        commands = sorted({row["command"] for row in every})
        parts.append(f"Measured from {first} to {last} on {cores} cores, by\n")
        parts.append("\n".join(["```", *commands, "```", ""]))
    if measured:
        parts += ["## Figures to reach\n", *_joined(figure_lines(measured, by))]
    pictures = {
        "season-gap.svg": gap_picture(_rows(measured, "300")),
        "season-growth.svg": growth_picture(_rows(measured, "growth")),
    }
    for name, drawn in pictures.items():
        if drawn:
            (folder / name).write_text(drawn, encoding="utf-8")
            parts.append(f"![{name}]({name})\n")
    if peers:
        parts.append("## Beside named peers, at equal time\n")
        for title, rows in peers.items():
            parts += [f"{title}:\n", *_joined(peer_lines(rows))]
        parts.append(NOTES)
    if any(days):
        parts += ["## Single days\n", *_joined(day_lines(*days))]
    (folder / "season.md").write_text("\n".join(parts).rstrip() + "\n", encoding="utf-8")


def _joined(lines: Sequence[str]) -> list[str]:
    return ["\n".join(lines) + "\n"]


def _rows(measured: Sequence[tuple[Figure, list[Row]]], name: str) -> list[Row]:
    return next((rows for figure, rows in measured if figure.name == name), [])
