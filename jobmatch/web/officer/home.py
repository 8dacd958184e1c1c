"""What needs doing, and how many of the place's people are in work."""

from flask import g, render_template
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l

from jobmatch.brands import queries as brands
from jobmatch.brands.rules import BrandState
from jobmatch.disputes import queries as disputes
from jobmatch.earnings import arrears
from jobmatch.employers import queries as employers
from jobmatch.households import queries as households
from jobmatch.households.queries import HouseholdFilter, LineFilter
from jobmatch.infra import clock
from jobmatch.kernel.periods import add_months
from jobmatch.monitoring import queries as watching
from jobmatch.reports import queries as reports
from jobmatch.web.officer import door
from jobmatch.web.officer.scope import chosen

door.nav(_l("首页"), "home", 10)


@door.get("/")
def home() -> ResponseReturnValue:
    scope = chosen()
    here = scope.here.code
    today = clock.today()
    first = today.replace(day=1)
    return render_template(
        "officer/home.html",
        scope=scope,
        month=first,
        report=reports.figures(g.actor, here, first, today),
        trend=reports.trend(g.actor, here, add_months(first, -11), today),
        trend_first=add_months(first, -11),
        arrears=arrears.sum_in_place(here, actor=g.actor),
        live=disputes.count_live(place=here),
        to_verify=employers.count_to_verify(g.actor),
        to_approve=brands.in_scope(g.actor, BrandState.PENDING).total,
        under=households.count(g.actor, HouseholdFilter(place=here, line=LineFilter.UNDER)),
        unknown=households.count(
            g.actor, HouseholdFilter(place=here, monitored=True, line=LineFilter.UNKNOWN)
        ),
        kinds=households.counts_by_kind(g.actor, here),
        watched=sum(n for level, n in watching.counts(g.actor, here).items() if level),
        doubts=watching.doubts(g.actor, here, is_open=True).total,
    )
