"""A season planned by several processes or machines: shards of people on dask.distributed.

Not installed by default: requirements-cluster.txt. Each shard lives in one process of the cluster,
which keeps it between rounds; what goes to and fro are prices, places and packed plans. A process
that is lost loses nothing that cannot be had again: its shards are cut anew from the problem, go to
another process, and go on from their part of the best plan.
"""

import contextlib
import logging
import os
import re
import signal
import threading
import time
import uuid
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from jobmatch.dispatch.rules.areas import cut as cut_into
from jobmatch.dispatch.rules.flow import is_daily, plan_days
from jobmatch.dispatch.rules.joint import Cut, Lost, solve_in_shards
from jobmatch.dispatch.rules.plans import Plan, Spell
from jobmatch.dispatch.rules.problem import Problem
from jobmatch.dispatch.rules.progress import Progress, Stop
from jobmatch.dispatch.rules.shards import Order, Part, Reply, Shard
from jobmatch.dispatch.rules.solve import warm

# How often in a row one shard may be lost before the search gives up.
LOSSES = 5
# Seconds: to reach a scheduler and its processes; without any process before the search gives up.
REACH, GRACE = 10.0, 30.0
# Seconds without a reply after which the processes are looked at; then twice as many, and so on.
LOOK = 1.0
# On one machine more processes than this would only stand in each other's way.
MOST_LOCAL = max(8, 2 * (os.cpu_count() or 1))
LOCAL, REMOTE = re.compile(r"local:([1-9]\d{0,2})"), re.compile(r"(tcp|tls)://\S+:\d{1,5}")
# Shards that nobody asked for so long are dropped, in seconds: their planner is gone.
FORGOTTEN = 3600.0


# What local processes need not do: looking at themselves a hundred times a second took a third of
# the coordinator's processor time on a busy machine.
QUIET = {
    "distributed.worker.profile.enabled": False,
    "distributed.admin.system-monitor.gil.enabled": False,
    "distributed.admin.system-monitor.interval": "10s",
    "distributed.admin.tick.interval": "1s",
    "distributed.scheduler.active-memory-manager.start": False,
    "distributed.scheduler.work-stealing": False,
}


class ClusterError(Exception):
    """The cluster cannot be used; says why in one sentence."""


@dataclass
class Effort:
    """What planning took.

    shards       processor seconds of each shard
    critical     of each round the slowest shard's processor seconds, summed
    waited       seconds between asking and the last reply, summed over rounds
    lost         how often a shard was lost; is_lost: the whole cluster was
    sent, told   bytes of orders and replies; the parts themselves go but once
    """

    shards: dict[int, float] = field(default_factory=dict)
    critical: float = 0.0
    waited: float = 0.0
    rounds: int = 0
    lost: int = 0
    sent: int = 0
    told: int = 0
    is_lost: bool = False

    def add(self, seconds: dict[int, float], began: float) -> None:
        for n, spent in seconds.items():
            self.shards[n] = self.shards.get(n, 0.0) + spent
        self.critical += max(seconds.values(), default=0.0)
        self.waited += time.perf_counter() - began
        self.rounds += 1


# --- in a process of the cluster ------------------------------------------------------------------

_kept: dict[tuple[str, int], Shard] = {}
_used: dict[str, float] = {}
_lock = threading.Lock()


def known() -> None:
    """Nothing: whoever can call this has the same code."""


def ready() -> int:
    """Read what was compiled before, so that no plan's seconds go into it; the process's id."""
    warm()
    return os.getpid()


def answer(run: str, shard: int, order: Order | bytes, part: Part | None) -> tuple[Any, float]:
    """A shard's reply and its processor seconds; None where this process does not have the shard.

    order  or a plan whose stays are to be told
    """
    began = time.thread_time()
    if part is not None:
        _keep(run, shard, Shard.of(part))
    with _lock:
        _used[run] = time.monotonic()
        here = _kept.get((run, shard))
    if here is None:
        return None, 0.0
    reply = here.answer(order) if isinstance(order, Order) else here.spells(order)
    return reply, time.thread_time() - began


def _keep(run: str, shard: int, made: Shard) -> None:
    now = time.monotonic()
    with _lock:
        _kept[run, shard] = made
        _used[run] = now
        old = {name for name, used in _used.items() if name != run and now - used > FORGOTTEN}
    for name in old:
        forget(name)


def forget(run: str) -> None:
    """Drop all shards of a run."""
    with _lock:
        _used.pop(run, None)
        for key in [key for key in _kept if key[0] == run]:
            del _kept[key]


# --- beside the coordinator -----------------------------------------------------------------------


class Distributed:
    """An engine for `joint`: each shard on a process of a dask cluster."""

    def __init__(
        self, client: Any, part: Callable[[int], Part], shards: int, effort: Effort
    ) -> None:
        self._client, self._part, self.effort = client, part, effort
        self._run = uuid.uuid4().hex
        # Where each shard is; "": nowhere yet, or not any more.
        self._home = dict.fromkeys(range(shards), "")

    def ask(self, orders: dict[int, Order], resume: Sequence[bytes]) -> dict[int, Reply]:
        """The replies of these shards. raises Lost when nobody answers any more"""
        for order in orders.values():
            self.effort.sent += order.price.nbytes + order.others.nbytes
        replies: dict[int, Reply] = self._gather(dict(orders), resume)
        for reply in replies.values():
            self.effort.told += reply.load.nbytes + reply.held.nbytes + len(reply.choice)
        return replies

    def spells(self, choices: Sequence[bytes]) -> Iterable[Spell]:
        """The stays of all shards' plans. raises Lost"""
        told = self._gather(dict(enumerate(choices)), choices)
        return [spell for n in sorted(told) for spell in told[n]]

    def close(self) -> None:
        """Drop the shards wherever they are."""
        with contextlib.suppress(Exception):
            self._client.run(forget, self._run)

    def _gather(self, orders: dict[int, Any], resume: Sequence[bytes]) -> dict[int, Any]:
        began = time.perf_counter()
        found: dict[int, tuple[Any, float]] = {}
        losses = dict.fromkeys(orders, 0)
        running = {self._submit(n, order): n for n, order in orders.items()}
        patience = LOOK
        while running:
            done, gone = self._wait(running, patience)
            patience *= 2
            for future in done | gone:
                n = running.pop(future)
                result = None if future in gone else self._result(future, n)
                if result is not None:
                    found[n] = result
                    continue
                self._home[n] = ""
                self.effort.lost += 1
                losses[n] += 1
                if losses[n] > LOSSES:
                    raise Lost
                running[self._submit(n, _resumed(orders[n], resume[n]))] = n
        self.effort.add({n: seconds for n, (_, seconds) in found.items()}, began)
        return {n: reply for n, (reply, _) in found.items()}

    def _submit(self, n: int, order: Any) -> Any:
        from distributed.client import ClosedClientError

        part = None if self._home[n] else self._sent(n)
        try:
            # Only there: anywhere else somebody would answer who does not have the shard.
            return self._client.submit(
                answer, self._run, n, order, part, workers=[self._home[n]], pure=False
            )
        except ClosedClientError:
            raise Lost from None

    def _sent(self, n: int) -> Any:
        """The part of a shard, on the way to a new home. raises Lost"""
        for _ in range(LOSSES + 1):
            home = self._emptiest()
            with contextlib.suppress(OSError, KeyError, ValueError):  # it is gone meanwhile
                part = self._client.scatter(self._part(n), workers=[home], hash=False)
                self._home[n] = home
                return part
        raise Lost

    def _emptiest(self) -> str:
        """A process with the fewest shards. raises Lost when there is none for a while"""
        until = time.monotonic() + GRACE
        while not (alive := self._alive()):
            if time.monotonic() > until:
                raise Lost
            time.sleep(0.2)
        homes = list(self._home.values())
        return min(sorted(alive), key=homes.count)

    def _alive(self) -> set[str]:
        """The processes of the cluster. raises Lost when the scheduler is gone"""
        if self._client.status != "running":
            raise Lost
        try:
            return set(self._client.nthreads())
        except (OSError, TimeoutError):
            raise Lost from None

    def _result(self, future: Any, n: int) -> tuple[Any, float] | None:
        """What a shard answered; None where it was lost with its process, or was never there."""
        from distributed import CancelledError, KilledWorker
        from distributed.comm.core import CommClosedError

        patience = LOOK
        while True:
            try:
                reply, seconds = future.result(timeout=patience)
            except TimeoutError:
                # The answer was there, but its process went before it was fetched; or it is slow.
                if self._home[n] not in self._alive():
                    future.cancel()
                    return None
                patience *= 2
            except (CancelledError, KilledWorker, CommClosedError, OSError):
                return None
            else:
                return None if reply is None else (reply, seconds)

    def _wait(self, running: dict[Any, int], patience: float) -> tuple[set[Any], set[Any]]:
        """What is done, and what never will be because its process is gone."""
        from distributed import wait

        with contextlib.suppress(TimeoutError):
            return wait(  # type: ignore[no-untyped-call]
                list(running), timeout=patience, return_when="FIRST_COMPLETED"
            ).done, set()
        alive = self._alive()
        gone = {future for future, n in running.items() if self._home[n] not in alive}
        for future in gone:
            future.cancel()
        return set(), gone


def _resumed(order: Any, choice: bytes) -> Any:
    """The same order to a shard that must begin anew, from its part of the best plan."""
    if isinstance(order, Order) and order.choice is None:
        return replace(order, choice=choice)
    return order


@contextlib.contextmanager
def connected(address: str) -> Iterator[Any]:
    """A client of `local:N` processes or of a scheduler at tcp://HOST:PORT. raises ClusterError"""
    try:
        import distributed
    except ImportError:
        raise ClusterError(
            "--cluster needs dask.distributed: install requirements-cluster.txt"
        ) from None
    with contextlib.ExitStack() as stack:
        local = LOCAL.fullmatch(address)
        if local and int(local[1]) <= MOST_LOCAL:
            target = stack.enter_context(_local(distributed, int(local[1])))
        elif REMOTE.fullmatch(address):
            target = address
        else:
            raise ClusterError(
                f"{address!r} is neither local:N, with N up to {MOST_LOCAL}, nor tcp://HOST:PORT"
            )
        yield stack.enter_context(_client(distributed, target, address))


def _local(distributed: Any, processes: int) -> Any:
    import dask.config

    try:
        with dask.config.set(QUIET), _deaf():
            return distributed.LocalCluster(
                n_workers=processes, threads_per_worker=1, processes=True, memory_limit=0,
                dashboard_address="127.0.0.1:0", silence_logs=logging.CRITICAL,
            )  # fmt: skip
    except (OSError, RuntimeError):
        raise ClusterError(f"the processes of local:{processes} do not start") from None


@contextlib.contextmanager
def _deaf() -> Iterator[None]:
    """Processes begun in here do not hear Ctrl-C, which a terminal tells to all: the coordinator
    ends the search, and still needs them to."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


@contextlib.contextmanager
def _client(distributed: Any, target: Any, address: str) -> Iterator[Any]:
    try:
        client = distributed.Client(target, timeout=REACH, set_as_default=False)
    except (OSError, TimeoutError, ValueError):
        raise ClusterError(f"no scheduler answers at {address}") from None
    with client, client.as_current():
        try:
            client.wait_for_workers(1, timeout=REACH)
        except TimeoutError:
            raise ClusterError(f"the scheduler at {address} has no processes") from None
        try:
            # The scheduler reads what it passes on, so it must know the same names.
            client.run_on_scheduler(known)
            client.run(ready)
        except Exception:  # whatever a strange process may say
            raise ClusterError(
                f"the scheduler or the processes at {address} do not run this version of jobmatch"
            ) from None
        yield client


def solve(
    problem: Problem,
    client: Any,
    *,
    seed: int,
    stop: Stop,
    shards: int = 0,
    progress: Callable[[Progress], None] = lambda _: None,
    effort: Effort | None = None,
) -> Plan:
    """The best plan that the cluster finds until `stop` says so, with a bound on all plans.

    When the whole cluster is lost the search ends, as if stopped, with the best plan from before.

    shards  into how many the people are cut; 0: one for each process
    effort  what it took is told here, as it goes on
    raises BadProblem where pins cannot be kept, ClusterError when lost before any plan was made
    """
    if is_daily(problem):
        return plan_days(problem, seed)
    parts = min(shards or len(client.nthreads()), max(1, len(problem.worker_ids)))
    cut = Cut(problem, cut_into(problem, parts, seed))
    effort = effort or Effort()
    engine = Distributed(client, cut.part, len(cut), effort)
    try:
        joint = solve_in_shards(cut, engine, seed=seed, stop=stop, progress=progress)
        if not any(joint.best):
            raise ClusterError("all processes of the cluster were lost before there was a plan")
        plan = joint.plan()
    finally:
        engine.close()
    effort.is_lost = joint.is_lost
    return plan
