"""All watches, which run beside the scheduler and beside the demonstration's server."""

from jobmatch.tasks import calling, planning, sealing, sending, settling

WATCHES = {
    **planning.WATCHES,
    "pay-runs": settling.watch,
    "instant-hires": calling.watch,
    "outbox": sending.watch,
    "log-seals": sealing.watch,
}
