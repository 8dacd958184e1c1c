"""Pages that show officers, desks, brands, employers and administrators what is sensitive about
people: household, phone, part of the ID number, bank account, consents, pay. Each answer leaves one
line in the log. Pages that write a line of their own (households, line watch, the desk's look at
pay, papers with whole numbers, evidence, files for the bank) are not named here.
"""

import re
from collections.abc import Sized
from typing import Any

from flask import Flask, Response, g, request, template_rendered

from jobmatch.kernel.actor import NOBODY
from jobmatch.privacy import reading

# About one object: its kind in the log, and its name in the address.
PAGES = {
    "admin.user": ("user", "user_id"),
    "brand.crew": ("crew", "crew_id"),
    "brand.fitting": ("posting", "posting_id"),
    "brand.member": ("worker", "worker_id"),
    "brand.pay_run": ("pay_run", "run_id"),
    "brand.pay_run_slip": ("pay_slip", "slip_id"),
    "brand.training_session": ("training_session", "session_id"),
    "employer.bank_record": ("bank_file", "file_id"),
    "employer.debt_note": ("worker", "worker_id"),
    "employer.dispute": ("dispute_case", "case_id"),
    "employer.instant_hire": ("instant_hire", "hire_id"),
    "employer.pay_run": ("pay_run", "run_id"),
    "employer.pay_run_people": ("pay_run", "run_id"),
    "employer.posting_lump": ("posting", "posting_id"),
    "employer.posting_pay": ("posting", "posting_id"),
    "employer.settlement": ("settlement", "settlement_id"),
    "employer.signups": ("posting", "posting_id"),
    "employer.slip": ("pay_slip", "slip_id"),
    "employer.wage_list": ("settlement", "settlement_id"),
    "officer.arrears_days": ("arrears", "arrears_id"),
    "officer.brand": ("brand", "brand_id"),
    "officer.dispute": ("dispute_case", "case_id"),
    "officer.employer": ("employer", "employer_id"),
    "officer.household_income": ("household", "household_id"),
    "officer.household_kind": ("household", "household_id"),
    "officer.income_new": ("household", "household_id"),
    "officer.member_new": ("household", "household_id"),
    "officer.training_session": ("training_session", "session_id"),
    "station.debt_note": ("worker", "worker_id"),
    "station.dispute": ("dispute_case", "case_id"),
    "station.held": ("worker", "worker_id"),
    "station.held_delete": ("worker", "worker_id"),
    "station.instant_hire": ("instant_hire", "hire_id"),
    "station.slip": ("worker", "worker_id"),
    "station.work_receipt": ("work_request", "request_id"),
    "station.worker": ("worker", "worker_id"),
    "station.worker_bank": ("worker", "worker_id"),
    "station.worker_home": ("worker", "worker_id"),
    "station.worker_limits": ("worker", "worker_id"),
    "station.worker_speak": ("worker", "worker_id"),
}
# Lists: the people of a brand, an employer or a place.
LISTS = frozenset(
    {
        "admin.outbox", "admin.users",
        "brand.members", "brand.members_file", "brand.pay", "brand.pay_file", "brand.requests",
        "employer.arrears", "employer.pay_charges", "employer.payments", "employer.wage_book",
        "employer.work", "employer.work_file",
        "officer.arrears", "officer.report_events", "officer.report_people",
        "station.arrears", "station.home", "station.instant_list",
    }
)  # fmt: skip
# What an address may say of a filter: codes, days, numbers; words about people are sealed there.
PLAIN = re.compile(r"[\w.:-]{1,24}", re.ASCII)


def init_reads(app: Flask) -> None:
    template_rendered.connect(_count_shown, app)

    @app.after_request
    def note(answer: Response) -> Response:
        if answer.status_code == 200 and request.method == "GET":
            note_read()
        return answer


def note_read() -> None:
    """The line of this request, if its page is one of those."""
    actor, endpoint = g.get("actor", NOBODY), request.endpoint or ""
    values = request.view_args or {}
    if actor.user_id is None:
        return
    if endpoint in PAGES:
        kind, name = PAGES[endpoint]
        if name != "worker_id" or values[name] != actor.worker_id:
            reading.note(kind, values[name], actor=actor, page=endpoint, **_found())
    elif endpoint in LISTS and (endpoint, _found()) != ("station.home", {"found": 0}):
        reading.note("worker", "", actor=actor, page=endpoint, **_found(), **_asked())


def shown(count: int) -> None:
    """So many people stand in this answer."""
    g.people_shown = count


def _count_shown(_app: Flask, template: Any, context: dict[str, Any], **_more: Any) -> None:
    page, rows = context.get("page") or context.get("found"), context.get("rows")
    total = getattr(page, "total", None)
    if isinstance(total, int):
        shown(total)
    elif isinstance(rows, Sized):
        shown(len(rows))


def _found() -> dict[str, int]:
    return {"found": g.people_shown} if "people_shown" in g else {}


def _asked() -> dict[str, dict[str, str]]:
    asked = {
        name: value if PLAIN.fullmatch(value) else "*"
        for name, value in request.args.items()
        if value and PLAIN.fullmatch(name)
    }
    return {"by": asked} if asked else {}
