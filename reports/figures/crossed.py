"""Two breakdowns crossed: the outcomes of starters, and how far applicants came, by group and by group."""

from __future__ import annotations

from typing import Any

from learners.facts.applications import FUNNEL
from reports.figures.asking import Question, Row
from reports.figures.cohort_outcomes import ORDERS, with_rates
from reports.figures.numbers import percent, wilson
from reports.figures.recruitment_funnel import BREAKDOWNS as OF_APPLICANTS
from reports.figures.recruitment_funnel import applied
from reports.figures.starters import BREAKDOWNS as OF_STARTERS
from reports.figures.starters import NOT_STATED, starters

OUTCOMES = """
SELECT by_{first} AS first, by_{second} AS second, min({first_order}) AS first_place, min({second_order}) AS second_place,
    count(*)::integer AS starters,
    count(*) FILTER (WHERE status = 'completed')::integer AS completed,
    count(*) FILTER (WHERE status = 'withdrawn')::integer AS withdrawn,
    count(*) FILTER (WHERE status = 'deferred')::integer AS deferred,
    count(*) FILTER (WHERE status = 'active')::integer AS active,
    count(*) FILTER (WHERE status = 'withdrawn' AND destination = 'left_service')::integer AS left_service,
    percentile_cont(0.5) WITHIN GROUP (ORDER BY ended_on - start_date) FILTER (WHERE status = 'completed') AS days_to_complete
FROM starters GROUP BY by_{first}, by_{second}
"""
APPLICANTS = """
SELECT campaign, min(opens_on) AS opens_on, by_{first} AS first, by_{second} AS second, min(at_{first}) AS first_place,
    min(at_{second}) AS second_place, {counts}
FROM applied GROUP BY campaign, by_{first}, by_{second}
"""
GROUPS = f"""x.first = '{NOT_STATED}', x.first_place, x.first, x.second = '{NOT_STATED}', x.second_place, x.second"""
STARTERS_BY = tuple(name for name in OF_STARTERS if name != "all")
APPLICANTS_BY = tuple(name for name in OF_APPLICANTS if name != "all")


def outcomes_crossed(question: Question, first: str, second: str) -> list[Row]:
    """Return a row for each two groups of two breakdowns of starters in which there is anybody."""
    query = starters(question, (first, second), destination=True)
    sql = OUTCOMES.format(
        first=first,
        second=second,
        first_order=ORDERS.get(first, "0"),
        second_order=ORDERS.get(second, "0"),
    )
    return [with_rates(row) for row in query.rows(f"SELECT * FROM ({sql}) x ORDER BY {GROUPS}")]


def funnel_crossed(question: Question, first: str, second: str) -> list[Row]:
    """Return a row for each campaign and two groups of two breakdowns of applicants in which there is anybody: how many reached
    each stage, and the share of applicants who started, with its 95% limits.
    """
    counts = ", ".join(
        f"count(*) FILTER (WHERE reached_{stage})::integer AS {stage}" for stage in FUNNEL
    )
    sql = APPLICANTS.format(first=first, second=second, counts=counts)
    order = f"x.opens_on NULLS FIRST, x.campaign, {GROUPS}"
    query = applied(question, [first, second])
    return [_with_share(row) for row in query.rows(f"SELECT * FROM ({sql}) x ORDER BY {order}")]


def _with_share(row: Row) -> dict[str, Any]:
    lower, upper = wilson(row["started"], row["applied"])
    share = percent(row["started"], row["applied"])
    return row | {"started_rate": share, "started_lower": lower, "started_upper": upper}
