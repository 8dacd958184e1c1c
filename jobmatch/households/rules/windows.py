"""Windows of time in which income is summed up. Pure."""

from datetime import date

from jobmatch.kernel.periods import Days, add_months, month_of

MOST_MONTHS = 36


def collection_year(day: date, first_month: int) -> Days:
    """The collection year that holds a day: twelve months from the first of this month on.

    raises ValueError for no month of the year
    """
    first = date(day.year if day.month >= first_month else day.year - 1, first_month, 1)
    return Days(first, month_of(add_months(first, 11)).last)


def sane(first: date, last: date) -> Days | None:
    """The days as a window; None when they are out of order, or more than three years."""
    if last < first or last >= add_months(first, MOST_MONTHS):
        return None
    return Days(first, last)
