"""Years before a day, and what is counted in them: what a forecast learns from."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from learners.rules.dates import add_months
from reports.figures.asking import Query
from reports.figures.settings import FORECAST_YEARS
from reports.rules.forecast_inputs import Experience

DAYS_A_MONTH = 30.4375
#: Later than anybody's last band, in months.
FOR_EVER = 2400
ONE_DAY = dt.timedelta(days=1)
YEARS = """
SELECT (n - 1)::int AS year, from_on, until_on
FROM unnest(%(years_from)s::date[], %(years_until)s::date[]) WITH ORDINALITY AS u (from_on, until_on, n)
"""
BANDS = """
SELECT (n - 1)::int AS band, months, coalesce(lead(months) OVER (ORDER BY n), %(for_ever)s)::int AS until_months
FROM unnest(%(bands)s::int[]) WITH ORDINALITY AS u (months, n)
"""


def years_before(as_at: dt.date) -> list[tuple[dt.date, dt.date]]:
    """Twelve months and twelve months, the last first, which holds the day itself: the first day of each and the one after it."""
    ends = [
        add_months(as_at, -12 * back) + ONE_DAY for back in range(int(FORECAST_YEARS.value) + 1)
    ]
    return list(zip(ends[1:], ends, strict=False))


def with_years(query: Query, bands: Sequence[int]) -> Query:
    """Add `years` (year, from_on, until_on) and `bands` (band, months, until_months) to a query."""
    spans = years_before(query.question.as_at)
    query.parameters |= {
        "years_from": [begins for begins, _ in spans],
        "years_until": [ends for _, ends in spans],
        "bands": list(bands),
        "for_ever": FOR_EVER,
    }
    return query.define("years", YEARS, once=True).define("bands", BANDS, once=True)


def months_from(earlier: dt.date, later: dt.date) -> int:
    """From the month of one day to that of another."""
    return (later.year - earlier.year) * 12 + later.month - earlier.month


class Counted:
    """Events among chances by year, while they are gathered."""

    def __init__(self) -> None:
        years = int(FORECAST_YEARS.value)
        self.events, self.exposure = [0] * years, [0.0] * years

    def happen(self, year: int, events: int) -> None:
        self.events[year] += events

    def expose(self, year: int, exposure: float) -> None:
        self.exposure[year] += exposure

    def count(self, year: int, events: int, exposure: float) -> None:
        self.happen(year, events)
        self.expose(year, exposure)


def experience(counted: Counted) -> Experience:
    """What was counted. Chances are rounded to a millionth, so that the order in which they were added up says nothing."""
    return Experience(
        tuple(counted.events), tuple(round(chances, 6) for chances in counted.exposure)
    )
