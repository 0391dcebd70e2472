"""In post over time: the figure and the target of each quarter's last day, and totals returned, as published and as revised."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

from learners.rules.dates import add_months
from reports.figures.asking import Query, Question, Row
from reports.figures.in_post import Total, totals_on
from reports.figures.numbers import percent, tenths

#: Quarters shown, up to the as-at date: five years.
QUARTERS = 20
ONE_DAY = dt.timedelta(days=1)
#: Every total returned of a region for one of the days, in the order in which it became known; of each, whether it stands.
RETURNED = """
SELECT t.effective_on, r.code, g.code, t.fte, t.status, t.source, {known}
FROM workforce_staffingreturn t JOIN workforce_region r ON r.id = t.region_id JOIN workforce_grade g ON g.id = t.grade_id
WHERE t.pdu_id IS NULL AND t.effective_on = ANY(%(days)s) AND (%(known_at)s::timestamptz IS NULL OR t.recorded_at <= %(known_at)s)
ORDER BY t.recorded_at, t.id
"""
#: Regions (codes) within the place, and grades, in their order.
REGIONS = """
SELECT r.code FROM workforce_region r CROSS JOIN LATERAL (SELECT r.id AS region_id, NULL::bigint AS pdu_id) k
WHERE {within} ORDER BY r.code = 'NAT', r."order", r.code
"""
GRADES = 'SELECT code FROM workforce_grade ORDER BY "order", code'


def quarter_ends(as_at: dt.date) -> list[dt.date]:
    """The last days of the quarters up to the as-at date, the earliest first."""
    first = dt.date(as_at.year, 3 * ((as_at.month - 1) // 3) + 1, 1)
    ends = [add_months(first, 3 - 3 * back) - ONE_DAY for back in range(QUARTERS + 1)]
    return sorted(day for day in ends if day <= as_at)[-QUARTERS:]


def position_trend(question: Question) -> list[Row]:
    """A row for each region, grade and quarter end of five years of which something is known, in that order.

    `in_post_fte` and `source` are those of the workforce position as at the quarter's last day. `published_fte` is the total of
    that day as it was first returned, `revised_fte` the one that stands where it differs. `change_fte` and `change_percent` are
    since the quarter end before, of values that were not rounded.
    """
    days = quarter_ends(question.as_at)
    totals, returned = totals_on(question, days), _returned(question, days)
    query = Query(question)
    regions = [
        code for (code,) in query.tuples(REGIONS.format(within=question.place.condition("k")))
    ]
    grades = [code for (code,) in query.tuples(GRADES)]
    keys = totals.keys() | returned.keys()
    found = []
    for region in regions:
        for grade in grades:
            for before, day in zip([None, *days], days, strict=False):
                if (day, region, grade) not in keys:
                    continue
                total = totals.get((day, region, grade))
                earlier = totals.get((before, region, grade)) if before else None
                row = {"region": region, "grade": grade, "on_day": day} | returned.get(
                    (day, region, grade), NOTHING_RETURNED
                )
                found.append(
                    row
                    | {
                        "target_fte": total and tenths(total.target_fte),
                        "in_post_fte": total and tenths(total.fte),
                        "in_post_headcount": total and total.headcount,
                        "source": _source(total),
                        **_change(earlier, total),
                    }
                )
    return found


def _change(earlier: Total | None, total: Total | None) -> dict[str, float | None]:
    """By how many FTE, and percent of those before; None where either is not known."""
    if earlier is None or total is None or earlier.fte is None or total.fte is None:
        return {"change_fte": None, "change_percent": None}
    before = Decimal(str(earlier.fte))
    change = Decimal(str(total.fte)) - before
    return {"change_fte": tenths(change), "change_percent": percent(change, before)}


def _source(total: Total | None) -> str | None:
    """What says who is in post; None where nothing does."""
    if total is None or total.fte is None:
        return None
    return "records" if total.on_record else "return"


NOTHING_RETURNED: dict[str, Any] = dict.fromkeys(
    ("published_fte", "published_status", "published_source", "revised_fte", "revised_status")
)


def _returned(
    question: Question, days: list[dt.date]
) -> dict[tuple[dt.date, str, str], dict[str, Any]]:
    """By day, region and grade: the total as first returned, and the one that stands where it differs.

    Where none stands any more, nothing was returned.
    """
    query = Query(question)
    query.parameters["days"] = days
    found: dict[tuple[dt.date, str, str], dict[str, Any]] = {}
    standing = set()
    for day, region, grade, fte, status, source, stands in query.tuples(
        RETURNED.format(known=question.known("t"))
    ):
        first = found.setdefault(
            (day, region, grade),
            NOTHING_RETURNED
            | {"published_fte": fte, "published_status": status, "published_source": source},
        )
        if stands:
            standing.add((day, region, grade))
        if stands and (fte, status) != (first["published_fte"], first["published_status"]):
            first |= {"revised_fte": fte, "revised_status": status}
    return {key: first for key, first in found.items() if key in standing}
