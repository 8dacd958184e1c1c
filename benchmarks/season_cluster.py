"""A season planned by several processes beside the same season planned by one.

    python3 manage.py benchmark season_cluster [--workers 240000 --postings 5000 --counties 10]
                                               [--processes 2 --shards 2 --seconds 300]
                                               [--processor]

One single-threaded process first, then `local:N`, on the same seeded season. For each gap: when it
was reached, by the clock and in processor seconds; for the cluster these are the critical path: of
each round the slowest shard, and the coordinator. On a machine that does other work besides, the
processor seconds are the ones to trust; with --processor they are also what --seconds counts. Then
value against value at the end, and what went to and fro. Needs requirements-cluster.txt.
"""

import argparse
import multiprocessing
import os
import resource
import sys
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from jobmatch.commands.dispatch import seats  # noqa: E402
from jobmatch.dispatch import cluster  # noqa: E402
from jobmatch.dispatch.rules.check import check  # noqa: E402
from jobmatch.dispatch.rules.generate import Size, generate  # noqa: E402
from jobmatch.dispatch.rules.plans import Plan, gap_of  # noqa: E402
from jobmatch.dispatch.rules.problem import Problem  # noqa: E402
from jobmatch.dispatch.rules.progress import Progress, after  # noqa: E402
from jobmatch.dispatch.rules.solve import search_of  # noqa: E402

GAPS = (0.05, 0.02, 0.01, 0.005, 0.002, 0.001)
# (seconds by the clock, processor seconds, value, bound) at each step forward
Curve = list[tuple[float, float, int, int]]


def alone(problem: Problem, given: Any) -> dict[str, Any]:
    curve: Curve = []
    began = 0.0

    def told(progress: Progress) -> None:
        now = time.process_time() - began
        curve.append((progress.seconds, now, progress.value, progress.bound))

    def spent(_: Progress) -> bool:
        return time.process_time() - began >= given.seconds

    stop = spent if given.processor else after(given.seconds)
    search = search_of(problem, seed=1, stop=stop, progress=told)
    began = time.process_time()
    search.run()
    plan = search.plan(1)
    return _answer(problem, plan, curve)


def together(problem: Problem, given: Any) -> dict[str, Any]:
    curve: Curve = []
    effort = cluster.Effort()
    begun = time.perf_counter()
    with cluster.connected(f"local:{given.processes}") as client:
        ready = time.perf_counter() - begun
        began, clock = time.process_time(), time.perf_counter()

        def told(progress: Progress) -> None:
            now = time.process_time() - began + effort.critical
            # By the clock from before the cut, which one process need not make.
            curve.append((time.perf_counter() - clock, now, progress.value, progress.bound))

        def spent(_: Progress) -> bool:
            return time.process_time() - began + effort.critical >= given.seconds

        stop = spent if given.processor else after(given.seconds)
        plan = cluster.solve(
            problem, client, seed=1, stop=stop, shards=given.shards, progress=told, effort=effort
        )
        coordinator = time.process_time() - began
        memory = client.run(_megabytes)
    return _answer(problem, plan, curve) | {
        "effort": effort, "ready": ready, "coordinator": coordinator,
        "processes": sorted(memory.values()),
    }  # fmt: skip


def _megabytes() -> int:
    """The most memory that this process ever held."""
    status = Path("/proc/self/status")
    if status.exists():
        (peak,) = [line for line in status.read_text().splitlines() if line.startswith("VmHWM")]
        return int(peak.split()[1]) >> 10
    # Elsewhere a process begins with what its parent held.
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10


def _answer(problem: Problem, plan: Plan, curve: Curve) -> dict[str, Any]:
    memory = _megabytes()
    sound = not check(problem, plan).violations
    return {
        "value": plan.value, "bound": plan.bound, "gap": plan.gap, "curve": curve, "mb": memory,
        "sound": sound,
    }  # fmt: skip


def _run(name: str, given: Any, pipe: Any) -> None:
    size = Size(given.workers, given.postings, max_run=given.max_run)
    problem = generate(size, seats(given.counties), given.seed)
    pipe.send({"alone": alone, "together": together}[name](problem, given))


def run(name: str, given: Any) -> dict[str, Any]:
    """One of the two in a process of its own."""
    context = multiprocessing.get_context("spawn")
    here, there = context.Pipe()
    process = context.Process(target=_run, args=(name, given, there))
    process.start()
    there.close()
    answer: dict[str, Any] = here.recv()
    process.join()
    return answer


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, prog="benchmark season_cluster")
    parser.add_argument("--workers", type=int, default=240_000)
    parser.add_argument("--postings", type=int, default=5_000)
    parser.add_argument("--counties", type=int, default=10)
    parser.add_argument("--max-run", type=int, default=0)
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--shards", type=int, default=0, help="0: one for each process")
    parser.add_argument("--seconds", type=float, default=300.0)
    parser.add_argument("--processor", action="store_true", help="count processor seconds")
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    print(f"{given.workers:,} workers, {given.postings:,} postings, {given.seconds:.0f} s each")
    print(f"load {os.getloadavg()[0]:.1f} before", flush=True)
    one = run("alone", given)
    _show("one process", one)
    print(f"load {os.getloadavg()[0]:.1f} between", flush=True)
    many = run("together", given)
    _show(f"{given.processes} processes", many)
    print(f"load {os.getloadavg()[0]:.1f} after")
    _compare(one, many)
    _overhead(many)


def _show(name: str, answer: dict[str, Any]) -> None:
    print(
        f"{name:12} value {answer['value']:,}  bound {answer['bound']:,}  gap {answer['gap']:.3%}  "
        f"{answer['mb']} MB{'' if answer['sound'] else '  BREAKS RULES'}",
        flush=True,
    )


def _compare(one: dict[str, Any], many: dict[str, Any]) -> None:
    print(f"{'gap':>6}{'one: s':>10}{'cpu s':>9}{'many: s':>10}{'cpu s':>9}{'ratio':>8}{'cpu':>7}")
    for gap in GAPS:
        a, b = _reached(one["curve"], gap), _reached(many["curve"], gap)
        shown = f"{gap:6.1%}" + "".join(
            f"{each[0]:10.1f}{each[1]:9.1f}" if each else f"{'-':>10}{'-':>9}" for each in (a, b)
        )
        print(shown + (f"{a[0] / b[0]:8.2f}{a[1] / b[1]:7.2f}" if a and b else ""))
    loss = (one["value"] - many["value"]) / one["value"]
    print(f"value lost against one process at the end: {loss:.3%}")


def _reached(curve: Curve, gap: float) -> tuple[float, float] | None:
    return next(((s, cpu) for s, cpu, value, bound in curve if gap_of(value, bound) <= gap), None)


def _overhead(many: dict[str, Any]) -> None:
    effort: cluster.Effort = many["effort"]
    rounds = max(1, effort.rounds)
    work = sum(effort.shards.values())
    print(
        f"cluster ready after {many['ready']:.1f} s; {effort.rounds} rounds; processor seconds: "
        f"shards {', '.join(f'{s:.1f}' for s in effort.shards.values())}, coordinator "
        f"{many['coordinator']:.1f}; slowest shard of each round summed {effort.critical:.1f} "
        f"({effort.critical * len(effort.shards) / max(work, 1e-9):.2f} of an even share)"
    )
    print(
        f"by round: {effort.waited / rounds * 1e3:.0f} ms waited, "
        f"{effort.critical / rounds * 1e3:.0f} ms of them the slowest shard's, "
        f"{many['coordinator'] / rounds * 1e3:.0f} ms the coordinator's, "
        f"{effort.sent / rounds / 1e6:.2f} MB sent, {effort.told / rounds / 1e6:.2f} MB told; "
        f"lost {effort.lost}; processes {', '.join(map(str, many['processes']))} MB"
    )


if __name__ == "__main__":
    main()
