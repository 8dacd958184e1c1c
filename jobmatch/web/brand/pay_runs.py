"""Employers' pay runs that concern the brand's people, to look at: how far, and what came of it."""

from flask import g, render_template
from flask.typing import ResponseReturnValue

from jobmatch.earnings import brand_runs
from jobmatch.web import pay as words
from jobmatch.web.brand import door
from jobmatch.web.brand.current import current_brand
from jobmatch.web.incoming import page_number


@door.get("/pay/runs")
def pay_runs() -> ResponseReturnValue:
    """The runs, those on their way first."""
    return render_template(
        "brand/earnings/runs.html",
        page=brand_runs.runs(current_brand(), page_number(), actor=g.actor),
        words=words,
    )


@door.get("/pay/runs/<int:run_id>")
def pay_run(run_id: int) -> ResponseReturnValue:
    """A run: the slips with days worked for the brand."""
    brand_id = current_brand()
    return render_template(
        "brand/earnings/run.html",
        run=brand_runs.run(brand_id, run_id, actor=g.actor),
        rows=brand_runs.slips(brand_id, run_id, actor=g.actor),
        words=words,
    )


@door.get("/pay/runs/<int:run_id>/slips/<int:slip_id>")
def pay_run_slip(run_id: int, slip_id: int) -> ResponseReturnValue:
    """A slip's days that were worked for the brand."""
    brand_id = current_brand()
    row, lines = brand_runs.slip(brand_id, run_id, slip_id, actor=g.actor)
    return render_template(
        "brand/earnings/slip.html",
        run=brand_runs.run(brand_id, run_id, actor=g.actor),
        row=row,
        lines=lines,
        words=words,
    )
