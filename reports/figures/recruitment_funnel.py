"""Who applies in each campaign and how far they come, by groups, beside the reference group."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from itertools import groupby, pairwise
from math import exp, log, sqrt
from typing import Any

from learners.facts import applications
from learners.facts.applications import FUNNEL, days_in_stage, passed, reached
from pqip.core.formats import rounded
from reports.figures.asking import PlaceFilter, Query, Question, Row
from reports.figures.numbers import Z95, percent, tenths, wilson
from reports.figures.starters import NOT_STATED, SPECIAL
from workforce.models import EqualityOption

NO_ANSWER = ", ".join(f"'{code}'" for code in ("", *EqualityOption.NOT_STATED))
#: What a row carries for its limits, and no column has.
BESIDE = ("applied", "of_reference")
ANSWERED = ("sex", "ethnicity", "disability", "age_band")


def _answered(question: str) -> str:
    return f"CASE WHEN coalesce(q.{question}, '') IN ({NO_ANSWER}) THEN '{NOT_STATED}' ELSE q.{question} END"


#: Each breakdown, with the SQL of its group and of where the group stands among the others.
BREAKDOWNS = {
    "all": ("'all'::text", "0"),
    **{question: (_answered(question), "0") for question in ANSWERED},
    "route": ("a.route", "0"),
    "region": ("r.code", 'r."order"'),
}
#: An application with the groups it belongs to and the stages it has reached.
APPLIED = """
SELECT c.code AS campaign, c.opens_on, {columns}
FROM applications a JOIN learners_campaign c ON c.id = a.campaign_id JOIN workforce_region r ON r.id = a.region_id
LEFT JOIN stages f ON f.application_id = a.application_id LEFT JOIN answers q ON q.application_id = a.application_id
WHERE a.applied_on <= %(as_at)s AND {within}
"""
COUNTED = """
SELECT {nth} AS nth, '{name}' AS breakdown, campaign, min(opens_on) AS opens_on, by_{name} AS "group", min(at_{name}) AS place,
    {counts}
FROM applied GROUP BY campaign, by_{name}
"""
ANSWER = """
SELECT x.* FROM ({parts}) x LEFT JOIN workforce_equalityoption o ON o.question = x.breakdown AND o.code = x."group"
ORDER BY x.opens_on NULLS FIRST, x.campaign, x.nth, x."group" = '{not_stated}', x.place, o."order" NULLS LAST, x."group"
"""


def recruitment_funnel(question: Question) -> list[Row]:
    """Return a row for each campaign, breakdown, group and stage, in this order; campaigns in the order in which they opened."""
    return [_without(row, *BESIDE) for row in _rows(question)]


def rates_with_limits(question: Question) -> list[Row]:
    """Return the same rows with 95% limits of both rates, and the share of each breakdown who declared."""
    return [_with_limits(row) for row in _rows(question)]


def _without(row: Row, *names: str) -> Row:
    return {name: value for name, value in row.items() if name not in names}


def _rows(question: Question) -> list[Row]:
    compared = references()
    rows: list[Row] = []
    counted = _counted(question)
    for _, groups in groupby(counted, key=lambda row: (row["campaign"], row["breakdown"])):
        rows += _of_breakdown(list(groups), compared)
    return rows


BY_REGION = """
SELECT '{name}' AS breakdown, campaign, by_{name} AS "group", by_region AS region, ARRAY[{reached}] AS reached,
    ARRAY[{passed}] AS passed
FROM applied GROUP BY campaign, by_{name}, by_region
"""


def funnel_by_region(question: Question) -> dict[str, dict[tuple[str, str, str], Any]]:
    """Return, by campaign, how many of each breakdown, group and region reached and passed each stage, in every region,
    whichever place is asked about: what is told of one place depends on what is told of the others.
    """
    question = replace(question, place=PlaceFilter())
    names = [name for name in _names(question) if name != "region"]
    query = applied(question, [*names, "region"])
    counts = {
        kind: ", ".join(f"count(*) FILTER (WHERE {kind}_{stage})::integer" for stage in FUNNEL)
        for kind in ("reached", "passed")
    }
    parts = " UNION ALL ".join(BY_REGION.format(name=name, **counts) for name in names)
    order = 'ORDER BY campaign, breakdown, "group", region'
    found: dict[str, dict[tuple[str, str, str], Any]] = {}
    for row in query.rows(f"SELECT * FROM ({parts}) x {order}"):
        place = (row["breakdown"], row["group"], row["region"])
        found.setdefault(row["campaign"], {})[place] = (tuple(row["reached"]), tuple(row["passed"]))
    return found


def _names(question: Question) -> list[str]:
    return [name for name in BREAKDOWNS if question.equality or name not in SPECIAL]


def _counted(question: Question) -> list[Row]:
    """Return the counts of each campaign, breakdown and group, in one row."""
    names = _names(question)
    query = applied(question, names)
    parts = [
        COUNTED.format(nth=list(BREAKDOWNS).index(name), name=name, counts=_counts())
        for name in names
    ]
    return query.rows(ANSWER.format(parts=" UNION ALL ".join(parts), not_stated=NOT_STATED))


def applied(question: Question, names: list[str]) -> Query:
    """Return a query with `applied`, a row for every application of the place."""
    query = Query(question)
    query.define("applications", applications.applications(question.known_at))
    query.define("answers", applications.equality(question.known_at), once=True)
    query.define("stages", applications.stages(question.known_at), once=True)
    columns = [
        f"{sql} AS by_{name}, {at} AS at_{name}"
        for name, (sql, at) in BREAKDOWNS.items()
        if name in names
    ]
    for stage in FUNNEL:
        columns.append(f"{reached(stage)} AS reached_{stage}, {passed(stage)} AS passed_{stage}")
        columns.append(f"{days_in_stage(stage)} AS days_{stage}")
    within = "TRUE" if question.place.everywhere else "a.region_id = ANY(%(place_regions)s)"
    query.define("applied", APPLIED.format(columns=", ".join(columns), within=within), once=True)
    return query


def _counts() -> str:
    counts = []
    for before, stage in pairwise(("applied", *FUNNEL)):
        counts += [
            f"count(*) FILTER (WHERE reached_{stage})::integer AS reached_{stage}",
            f"count(*) FILTER (WHERE passed_{stage})::integer AS passed_{stage}",
            f"count(*) FILTER (WHERE reached_{stage} AND reached_{before})::integer AS both_{stage}",
            f"percentile_cont(0.5) WITHIN GROUP (ORDER BY days_{stage}) AS median_{stage}",
        ]
    return ", ".join(counts)


def references() -> dict[str, set[str]]:
    """Return the reference groups of each breakdown, from the reference data."""
    found: dict[str, set[str]] = defaultdict(set)
    options = EqualityOption.objects.filter(is_reference=True)
    for question, code in options.exclude(code__in=EqualityOption.NOT_STATED).values_list(
        "question", "code"
    ):
        found[question].add(code)
    return found


def _of_breakdown(groups: list[Row], references: dict[str, set[str]]) -> list[Row]:
    """Return the rows of one campaign and breakdown."""
    named = references.get(groups[0]["breakdown"], set())
    compared = [row for row in groups if row["group"] in named]
    everyone = sum(row["reached_applied"] for row in groups)
    stated = sum(row["reached_applied"] for row in groups if row["group"] != NOT_STATED)
    rows = []
    for group in groups:
        for before, stage in pairwise(("applied", *FUNNEL)):
            applied, count = group["reached_applied"], group[f"reached_{stage}"]
            reference = (
                sum(row[f"reached_{stage}"] for row in compared),
                sum(row["reached_applied"] for row in compared),
            )
            is_compared = bool(compared) and group["group"] != NOT_STATED
            rows.append(
                {
                    "campaign": group["campaign"],
                    "breakdown": group["breakdown"],
                    "group": group["group"],
                    "stage": stage,
                    "reached": count,
                    "passed": group[f"passed_{stage}"],
                    "rate_from_previous": percent(
                        group[f"both_{stage}"], group[f"reached_{before}"]
                    )
                    if stage != "applied"
                    else None,
                    "rate_from_application": percent(count, applied),
                    "relative_rate": relative_rate(count, applied, *reference)
                    if is_compared
                    else None,
                    "median_days_in_stage": tenths(group[f"median_{stage}"]),
                    "applied": applied,
                    "of_reference": reference
                    if is_compared and group["group"] not in named
                    else None,
                    "declared_percent": percent(stated, everyone),
                }
            )
    return rows


def relative_rate(count: int, total: int, reference: int, of: int) -> float | None:
    """Return the rate of a group ÷ that of the reference group, to two decimals; None where either has nobody to divide by."""
    if not total or not of or not reference:
        return None
    return float(rounded((count / total) / (reference / of), 2))


def relative_limits(
    count: int, total: int, reference: int, of: int
) -> tuple[float | None, float | None]:
    """Return the 95% limits of a relative rate, by its logarithm (Katz); None where a rate is 0."""
    if not (count and reference):
        return None, None
    spread = Z95 * sqrt(1 / count - 1 / total + 1 / reference - 1 / of)
    middle = log((count / total) / (reference / of))
    return float(rounded(exp(middle - spread), 2)), float(rounded(exp(middle + spread), 2))


def _with_limits(row: Row) -> Row:
    lower, upper = wilson(row["reached"], row["applied"])
    reference = row["of_reference"]
    relative = (
        relative_limits(row["reached"], row["applied"], *reference) if reference else (None, None)
    )
    return _without(row, *BESIDE) | {
        "rate_lower": lower,
        "rate_upper": upper,
        "relative_lower": relative[0],
        "relative_upper": relative[1],
    }
