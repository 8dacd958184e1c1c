"""Season plans beside named peers: value, proven bound and memory at equal time.

    python3 manage.py benchmark season [--workers 2000 --postings 50 --counties 1 --seconds 60]
                                       [--max-run 0] [--peers greedy,cpsat,highs] [--curve]

Ours and each peer run one after another, each in a process of its own, on the same seeded season
(`flask dispatch generate`). Peers get their natural models: greedy lets people answer one after
another by the exact programme at no prices; CP-SAT and HiGHS get one binary for each pair and open
day and one for each possible beginning of a stay. Needs requirements-benchmark.txt.
"""

import argparse
import multiprocessing
import resource
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from jobmatch.commands.dispatch import seats  # noqa: E402
from jobmatch.dispatch.rules.check import check  # noqa: E402
from jobmatch.dispatch.rules.generate import Size, generate  # noqa: E402
from jobmatch.dispatch.rules.plans import Plan, Spell  # noqa: E402
from jobmatch.dispatch.rules.problem import Problem  # noqa: E402
from jobmatch.dispatch.rules.solve import Progress, after, solve  # noqa: E402

Answer = dict[str, Any]


def ours(problem: Problem, seconds: float) -> Answer:
    curve: list[tuple[float, float]] = []

    def told(progress: Progress) -> None:
        curve.append((progress.seconds, progress.gap))

    plan = solve(problem, seed=1, stop=after(seconds), progress=told)
    sound = not check(problem, plan).violations
    return {"value": plan.value, "bound": plan.bound, "curve": curve, "sound": sound}


def greedy(problem: Problem, seconds: float) -> Answer:
    """Everybody in turn takes the best that is left."""
    plan = solve(problem, seed=1, stop=lambda _: True)
    return {"value": plan.value, "bound": None, "sound": not check(problem, plan).violations}


def cells(problem: Problem) -> tuple[np.ndarray, np.ndarray]:
    """(pair, day) that can be worked at all."""
    worker = problem.pair_worker
    open_ = problem.available[worker] & (problem.headcount[problem.pair_posting] > 0)
    return np.nonzero(open_)


def cpsat(problem: Problem, seconds: float) -> Answer:  # noqa: C901 - a model reads as one
    from ortools.sat.python import cp_model

    model = cp_model.CpModel()
    pairs, days = cells(problem)
    x = {(int(k), int(d)): model.new_bool_var("") for k, d in zip(pairs, days, strict=True)}
    s: dict[tuple[int, int], Any] = {}
    worker = problem.pair_worker
    by_worker: dict[tuple[int, int], list[Any]] = {}
    by_place: dict[tuple[int, int], list[Any]] = {}
    terms: list[Any] = []
    for (k, d), var in x.items():
        p = int(problem.pair_posting[k])
        by_worker.setdefault((int(worker[k]), d), []).append(var)
        by_place.setdefault((p, d), []).append(var)
        terms.append(int(problem.pair_value[k]) * var)
        stay = int(problem.min_stay[p])
        before = x.get((k, d - 1))
        if all((k, d + i) in x for i in range(stay)):
            begin = s[k, d] = model.new_bool_var("")
            terms.append(-int(problem.pair_cost[k]) * begin)
            for i in range(stay):
                model.add_implication(begin, x[k, d + i])
            if before is None:
                model.add_implication(var, begin)
            else:
                model.add_bool_or([var.negated(), before, begin])
        elif before is None:
            model.add(var == 0)
        else:
            model.add_implication(var, before)
    for some in by_worker.values():
        if len(some) > 1:
            model.add_at_most_one(some)
    for (p, d), some in by_place.items():
        if len(some) > problem.headcount[p, d]:
            model.add(sum(some) <= int(problem.headcount[p, d]))
    model.maximize(sum(terms))
    solver = cp_model.CpSolver()
    solver.parameters.max_time_in_seconds = seconds
    solver.parameters.num_workers = 2
    status = solver.solve(model)
    if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        return {"value": None, "bound": None, "said": solver.status_name(status)}
    taken = {key: bool(solver.value(var)) for key, var in x.items()}
    value = round(solver.objective_value)
    return {
        "value": value,
        "bound": int(solver.best_objective_bound),
        "sound": is_sound(problem, taken, value),
    }


def highs(problem: Problem, seconds: float) -> Answer:
    import highspy

    pairs, days = cells(problem)
    count = len(pairs)
    place = {(int(k), int(d)): n for n, (k, d) in enumerate(zip(pairs, days, strict=True))}
    worker = problem.pair_worker
    cost = problem.pair_value[pairs].astype(float)
    rows: list[tuple[float, float, list[int], list[float]]] = []
    starts: list[float] = []
    by_worker: dict[tuple[int, int], list[int]] = {}
    by_place: dict[tuple[int, int], list[int]] = {}
    upper = np.ones(count)
    for (k, d), n in place.items():
        p = int(problem.pair_posting[k])
        by_worker.setdefault((int(worker[k]), d), []).append(n)
        by_place.setdefault((p, d), []).append(n)
        stay = int(problem.min_stay[p])
        before = place.get((k, d - 1))
        chain = [place.get((k, d + i)) for i in range(stay)]
        line, values = [n], [1.0]
        if before is not None:
            line, values = [*line, before], [*values, -1.0]
        if None not in chain:
            begin = count + len(starts)
            starts.append(-float(problem.pair_cost[k]))
            line, values = [*line, begin], [*values, -1.0]
            for one in chain:
                rows.append((-1e30, 0.0, [begin, one], [1.0, -1.0]))  # type: ignore[list-item]
        elif before is None:
            upper[n] = 0
        rows.append((-1e30, 0.0, line, values))
    for some in by_worker.values():
        rows.append((-1e30, 1.0, some, [1.0] * len(some)))
    for (p, d), some in by_place.items():
        rows.append((-1e30, float(problem.headcount[p, d]), some, [1.0] * len(some)))
    lp = highspy.HighsLp()
    lp.num_col_, lp.num_row_ = count + len(starts), len(rows)
    lp.col_cost_ = np.concatenate([cost, starts])
    lp.col_lower_ = np.zeros(lp.num_col_)
    lp.col_upper_ = np.concatenate([upper, np.ones(len(starts))])
    lp.row_lower_ = np.array([row[0] for row in rows])
    lp.row_upper_ = np.array([row[1] for row in rows])
    lp.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    lp.a_matrix_.start_ = np.concatenate([[0], np.cumsum([len(row[2]) for row in rows])])
    lp.a_matrix_.index_ = np.concatenate([row[2] for row in rows])
    lp.a_matrix_.value_ = np.concatenate([row[3] for row in rows])
    lp.integrality_ = [highspy.HighsVarType.kInteger] * lp.num_col_
    lp.sense_ = highspy.ObjSense.kMaximize
    solver = highspy.Highs()
    solver.setOptionValue("output_flag", False)
    solver.setOptionValue("time_limit", seconds)
    solver.setOptionValue("threads", 2)
    solver.passModel(lp)
    solver.run()
    info = solver.getInfo()
    if info.primal_solution_status != 2:
        return {"value": None, "bound": info.mip_dual_bound, "said": "no plan"}
    values = np.array(solver.getSolution().col_value)
    taken = {key: bool(values[n] > 0.5) for key, n in place.items()}
    value = round(info.objective_function_value)
    return {
        "value": value,
        "bound": int(info.mip_dual_bound),
        "sound": is_sound(problem, taken, value),
    }


def is_sound(problem: Problem, taken: dict[tuple[int, int], bool], value: int) -> bool:
    """Whether a peer's plan keeps the rules that ours keeps, by the same check."""
    spells: list[Spell] = []
    worker = problem.pair_worker
    for (k, d), is_taken in sorted(taken.items()):
        if not is_taken:
            continue
        last = spells[-1] if spells else None
        at = (int(worker[k]), int(problem.pair_posting[k]))
        if last and (last.worker, last.posting) == at and last.last == d - 1:
            spells[-1] = last._replace(last=d)
        else:
            spells.append(Spell(*at, d, d))
    plan = Plan(tuple(spells), value, value, sum(taken.values()), 0)
    return not {v.rule for v in check(problem, plan).violations} - {"value"}


PEERS: dict[str, Callable[[Problem, float], Answer]] = {
    "ours": ours, "greedy": greedy, "cpsat": cpsat, "highs": highs,
}  # fmt: skip


def _run(name: str, size: Size, counties: int, seconds: float, pipe: Any) -> None:
    problem = generate(size, seats(counties), 1)
    began = time.perf_counter()
    try:
        answer = PEERS[name](problem, seconds)
    except (ImportError, MemoryError) as error:
        answer = {"value": None, "bound": None, "said": f"{type(error).__name__}: {error}"}
    answer["seconds"] = time.perf_counter() - began
    answer["mb"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10
    pipe.send(answer)


def run(name: str, size: Size, counties: int, seconds: float) -> Answer:
    """One planner in a process of its own; killed when it takes five times its time."""
    context = multiprocessing.get_context("spawn")
    here, there = context.Pipe()
    process = context.Process(target=_run, args=(name, size, counties, seconds, there))
    process.start()
    there.close()
    answer: Answer = {"value": None, "bound": None, "seconds": 0.0, "mb": 0, "said": "no answer"}
    try:
        if here.poll(seconds * 5 + 120):
            answer = here.recv()
    except EOFError:
        answer["said"] = "ended without an answer (memory?)"
    process.kill()
    process.join()
    return answer


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, prog="benchmark season")
    parser.add_argument("--workers", type=int, default=2_000)
    parser.add_argument("--postings", type=int, default=50)
    parser.add_argument("--counties", type=int, default=1)
    parser.add_argument("--max-run", type=int, default=0)
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--peers", default="greedy,cpsat,highs")
    parser.add_argument("--curve", action="store_true", help="our gap over time")
    given = parser.parse_args()
    size = Size(given.workers, given.postings, max_run=given.max_run)
    print(f"{given.workers:,} workers, {given.postings:,} postings, {given.seconds:.0f} s each")
    print(f"{'':8}{'value':>14}{'bound':>14}{'gap':>9}{'of ours':>9}{'s':>8}{'MB':>7}")
    best = None
    for name in ("ours", *filter(None, given.peers.split(","))):
        answer = run(name, size, given.counties, given.seconds)
        best = best or answer["value"]
        _show(name, answer, best)
        if name == "ours" and given.curve:
            for seconds, gap in answer["curve"]:
                print(f"  {seconds:8.1f} s  gap {gap:.3%}")


def _show(name: str, answer: Answer, best: int) -> None:
    value, bound = answer["value"], answer["bound"]
    gap = f"{(bound - value) / bound:.3%}" if value is not None and bound else "-"
    share = f"{value / best:.4f}" if value is not None and best else "-"
    said = answer.get("said", "" if answer.get("sound") else "BREAKS RULES")
    print(
        f"{name:8}{value if value is not None else '-':>14}{bound if bound else '-':>14}{gap:>9}"
        f"{share:>9}{answer['seconds']:>8.1f}{answer['mb']:>7}  {said}",
        flush=True,
    )


if __name__ == "__main__":
    main()
