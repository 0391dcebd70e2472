"""Outcomes of those who started, by cohort, place, route and characteristics."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from reports.figures.asking import PlaceFilter, Question, Row
from reports.figures.numbers import months, percent, tenths, wilson
from reports.figures.starters import BREAKDOWNS, NOT_STATED, allowed, starters

COUNTED = """
SELECT {nth} AS nth, '{name}' AS breakdown, by_{name} AS "group", min({order}) AS place, count(*)::integer AS starters,
    count(*) FILTER (WHERE status = 'completed')::integer AS completed,
    count(*) FILTER (WHERE status = 'withdrawn')::integer AS withdrawn,
    count(*) FILTER (WHERE status = 'deferred')::integer AS deferred,
    count(*) FILTER (WHERE status = 'active')::integer AS active,
    count(*) FILTER (WHERE status = 'withdrawn' AND destination = 'left_service')::integer AS left_service,
    percentile_cont(0.5) WITHIN GROUP (ORDER BY ended_on - start_date) FILTER (WHERE status = 'completed') AS days_to_complete
FROM starters GROUP BY by_{name}
"""
#: Groups of a breakdown are in the order of the reference data, or else alphabetical; not stated comes last.
ORDERS = {"region": "region_order", "pathway": "pathway_order"}


def cohort_outcomes(question: Question, breakdowns: Iterable[str] | None = None) -> list[Row]:
    """Return a row for each breakdown and group, in the order of the breakdowns."""
    names = allowed(question, breakdowns)
    query = starters(question, names, destination=True)
    parts = [
        COUNTED.format(nth=list(BREAKDOWNS).index(name), name=name, order=ORDERS.get(name, "0"))
        for name in names
    ]
    answer = f"""SELECT * FROM ({" UNION ALL ".join(parts)}) x ORDER BY nth, "group" = '{NOT_STATED}', place, "group" """
    return [with_rates(row) for row in query.rows(answer)]


BY_REGION = """
SELECT '{name}' AS breakdown, by_{name} AS "group", by_region AS region, count(*)::integer AS starters,
    count(*) FILTER (WHERE status = 'completed')::integer AS completed,
    count(*) FILTER (WHERE status = 'withdrawn')::integer AS withdrawn,
    count(*) FILTER (WHERE status = 'deferred')::integer AS deferred,
    count(*) FILTER (WHERE status = 'active')::integer AS active,
    count(*) FILTER (WHERE status = 'withdrawn' AND destination = 'left_service')::integer AS left_service
FROM starters GROUP BY by_{name}, by_region
"""


def outcomes_by_region(question: Question) -> list[Row]:
    """Return a row for each breakdown, group and region, in every region, whichever place is asked about: what is told of one
    place depends on what is told of the others.
    """
    question = replace(question, place=PlaceFilter())
    names = [name for name in allowed(question) if name != "region"]
    query = starters(question, [*names, "region"], destination=True)
    parts = " UNION ALL ".join(BY_REGION.format(name=name) for name in names)
    return query.rows(f'SELECT * FROM ({parts}) x ORDER BY breakdown, region, "group"')


def with_rates(row: Row) -> Row:
    """Return a row of counts with the rates that follow from them."""
    lower, upper = wilson(row["completed"], row["starters"])
    still = row["active"] + row["deferred"]
    return row | {
        "completion_rate": percent(row["completed"], row["starters"]),
        "completion_lower": lower,
        "completion_upper": upper,
        "withdrawal_rate": percent(row["withdrawn"], row["starters"]),
        "left_service_rate": percent(row["left_service"], row["starters"]),
        "left_service_of_withdrawn_percent": percent(row["left_service"], row["withdrawn"]),
        "still_on_programme": still,
        "cohort_finished": "no" if still else "yes",
        "median_months_to_complete": months(row["days_to_complete"]),
    }


#: Ages are whole years on the day of the start.
AGES = """
SELECT {nth} AS nth, '{name}' AS breakdown, by_{name} AS "group", min({order}) AS place, count(*)::integer AS starters,
    count(age)::integer AS age_known, percentile_cont(0.5) WITHIN GROUP (ORDER BY age) AS median_age, min(age) AS youngest,
    max(age) AS oldest
FROM starters GROUP BY by_{name}
"""
#: Breakdowns by which ages are told: by no equality answer, and not by age itself.
AGES_BY = tuple(
    name for name in BREAKDOWNS if name not in ("sex", "ethnicity", "disability", "age_band")
)


def ages_at_start(question: Question) -> list[Row]:
    """Return a row for each breakdown and group: the median age at the start, the youngest and the oldest."""
    query = starters(question, AGES_BY, age=True)
    parts = [
        AGES.format(nth=nth, name=name, order=ORDERS.get(name, "0"))
        for nth, name in enumerate(AGES_BY)
    ]
    answer = f"""SELECT * FROM ({" UNION ALL ".join(parts)}) x ORDER BY nth, "group" = '{NOT_STATED}', place, "group" """
    return [
        {name: value for name, value in row.items() if name not in ("nth", "place")}
        | {"median_age": tenths(row["median_age"])}
        for row in query.rows(answer)
    ]
