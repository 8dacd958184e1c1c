"""/metrics for Prometheus: for a few addresses or who knows the token; not there for others."""

import hmac
from collections.abc import Iterator
from ipaddress import ip_address

from flask import Response, abort, current_app, request
from prometheus_client import CONTENT_TYPE_LATEST
from prometheus_client.metrics_core import Metric

from jobmatch.infra import audit_chain, clock, metrics
from jobmatch.infra.db import DatabaseError, forget_reads
from jobmatch.infra.health import schema_is_current
from jobmatch.infra.metrics import gauge
from jobmatch.infra.task_runs import last_runs
from jobmatch.notify import queries as notify
from jobmatch.postings import queries as postings
from jobmatch.web.limits import limiter
from jobmatch.web.public import door


def is_allowed() -> bool:
    """Whether the asker knows the token, or asks from one of the networks."""
    token: str = current_app.config["METRICS_TOKEN"]
    kind, _, given = request.headers.get("Authorization", "").partition(" ")
    if token and kind == "Bearer" and hmac.compare_digest(given.encode(), token.encode()):
        return True
    try:
        address = ip_address(request.remote_addr or "")
    except ValueError:
        return False
    return any(address in network for network in current_app.config["METRICS_NETWORKS"])


@door.get("/metrics")
@limiter.exempt
def metrics_page() -> Response:
    if not is_allowed():
        abort(404)
    body = metrics.exposition(figures(), current_app.config["METRICS_FOLDER"])
    return Response(body, content_type=CONTENT_TYPE_LATEST, headers={"Cache-Control": "no-store"})


def figures() -> list[Metric]:
    """What the database says; that it says nothing, where it is away."""
    try:
        found = [*of_tasks(), *of_messages(), *of_work()]
        is_there, is_current = True, schema_is_current()
    except DatabaseError:
        forget_reads()
        found, is_there, is_current = [], False, False
    return [
        gauge("jobmatch_database_up", "1 when the database answers.", [({}, is_there)]),
        gauge("jobmatch_schema_current", "1 when it has all migrations.", [({}, is_current)]),
        *found,
    ]


def of_tasks() -> Iterator[Metric]:
    rows = last_runs()
    yield gauge(
        "jobmatch_task_last_success_timestamp_seconds",
        "When a daily task last ended well.",
        [({"task": r.task}, r.succeeded_at.timestamp()) for r in rows if r.succeeded_at],
    )
    yield gauge(
        "jobmatch_task_failed",
        "1 when the last run of a task failed.",
        [({"task": r.task}, r.has_failed) for r in rows],
    )
    yield gauge(
        "jobmatch_task_lag_seconds",
        "How much later than due the last run of a task began.",
        [({"task": r.task}, r.lag_seconds) for r in rows],
    )
    yield gauge(
        "jobmatch_task_run_seconds",
        "How long the last ended run of a task took.",
        [({"task": r.task}, r.seconds) for r in rows if r.seconds is not None],
    )


def of_messages() -> Iterator[Metric]:
    yield gauge(
        "jobmatch_messages",
        "SMS and WeCom messages of the outbox by state.",
        [({"state": state}, n) for state, n in sorted(notify.outgoing_counts().items())],
    )
    due = notify.longest_due()
    late = (clock.now() - due).total_seconds() if due else 0.0
    yield gauge(
        "jobmatch_messages_late_seconds",
        "How long the oldest message has been due and not sent.",
        [({}, max(0.0, late))],
    )


def of_work() -> Iterator[Metric]:
    yield gauge(
        "jobmatch_log_lines_unsealed",
        "Lines of the log after the last seal.",
        [({}, audit_chain.unsealed())],
    )
    counts = postings.counts(clock.today())
    yield gauge("jobmatch_postings_open", "Open postings.", [({}, counts.open)])
    yield gauge("jobmatch_places_today", "Places of today's postings.", [({}, counts.places)])
    yield gauge("jobmatch_places_filled_today", "Those that are taken.", [({}, counts.taken)])
