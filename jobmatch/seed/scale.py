"""The same generator at the size of a county or of the whole region."""

from collections.abc import Iterator
from dataclasses import replace

from sqlalchemy import func, select

from jobmatch.infra.db import reading
from jobmatch.places.models import Place
from jobmatch.seed.county import Plan

REGION_WORKERS = 240_000
REGION_POSTINGS = 5_000


def county_plan(county: str, workers: int, postings: int, seed: int) -> Plan:
    """A county's season of the given size. raises LookupError for an unknown county."""
    name = reading().scalar(select(Place.name).where(Place.code == county, Place.level == 3))
    if name is None:
        raise LookupError(county)
    return Plan(
        county=county,
        workers=workers,
        employers=max(12, postings // 5),
        postings=postings,
        households=workers // 3,
        brand_name=f"{name}劳务班组 {seed}",
        members=min(workers, max(60, workers // 40)),
        accounts=0.1,
        seed=seed,
        variant=f":{workers}:{postings}",
    )


def region_plans(seed: int) -> Iterator[Plan]:
    """All banners and counties; people and postings by the number of their villages."""
    county_code = func.substr(Place.code, 1, 6)
    by_county = (
        select(county_code, func.count())
        .where(Place.level == 5)
        .group_by(county_code)
        .order_by(county_code)
    )
    villages = {county: int(n) for county, n in reading().execute(by_county)}
    whole, seen, given_workers, given_postings = sum(villages.values()), 0, 0, 0
    for county, count in villages.items():
        seen += count
        workers = REGION_WORKERS * seen // whole - given_workers
        postings = REGION_POSTINGS * seen // whole - given_postings
        given_workers, given_postings = given_workers + workers, given_postings + postings
        plan = county_plan(county, workers, max(1, postings), seed)
        yield replace(plan, crowding=0.8)
