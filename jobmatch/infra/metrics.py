"""What Prometheus may know: counts and times, never a person, a path or a typed word.

In several processes each writes files in one folder, which are added up when they are read
(PROMETHEUS_MULTIPROC_DIR, set by gunicorn.conf.py); in one process they stay in memory.
"""

from collections.abc import Iterable

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.metrics_core import Metric
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

from jobmatch.infra.db import db

BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})

ANSWERS = Counter(
    "jobmatch_answers", "Answers by route, method and status.", ("route", "method", "status"),
    registry=None,
)  # fmt: skip
SECONDS = Histogram(
    "jobmatch_answer_seconds", "Seconds until the answer was made.", ("route", "method"),
    buckets=BUCKETS, registry=None,
)  # fmt: skip
CONNECTIONS = Gauge(
    "jobmatch_database_connections", "Connections in use when a request ended, all processes.",
    registry=None, multiprocess_mode="livesum",
)  # fmt: skip
POOL = Gauge(
    "jobmatch_database_connections_most", "Connections that may be in use, all processes.",
    registry=None, multiprocess_mode="livesum",
)  # fmt: skip
OURS: tuple[Collector, ...] = (ANSWERS, SECONDS, CONNECTIONS, POOL)


def note_answer(route: str, method: str, status: int, seconds: float | None) -> None:
    """Count an answer. route: the pattern of the address, never the address itself."""
    named = method if method in METHODS else "other"
    ANSWERS.labels(route, named, str(status)).inc()
    if seconds is not None:
        SECONDS.labels(route, named).observe(seconds)


def note_connections() -> None:
    """How many connections of this process are in use, and how many may be."""
    pool = db.engine.pool
    used, size, more = (
        getattr(pool, name, None) for name in ("checkedout", "size", "_max_overflow")
    )
    if callable(used) and callable(size):
        CONNECTIONS.set(used())
        POOL.set(size() + (more if isinstance(more, int) else 0))


def gauge(name: str, said: str, rows: Iterable[tuple[dict[str, str], float]]) -> Metric:
    """A figure by labels, as it is right now; the same labels in every row."""
    found = list(rows)
    family = GaugeMetricFamily(name, said, labels=list(found[0][0]) if found else [])
    for labels, value in found:
        family.add_metric(list(labels.values()), value)
    return family


class State(Collector):
    """Figures that were asked for just now."""

    def __init__(self, figures: Iterable[Metric]) -> None:
        self.figures = list(figures)

    def collect(self) -> Iterable[Metric]:
        return self.figures


def exposition(figures: Iterable[Metric], folder: str) -> bytes:
    """All of it in Prometheus' text form. folder: of all processes' files, or empty."""
    registry = CollectorRegistry()
    if folder:
        MultiProcessCollector(registry, path=folder)  # type: ignore[no-untyped-call]
    else:
        for ours in OURS:
            registry.register(ours)
    registry.register(State(figures))
    return generate_latest(registry)
