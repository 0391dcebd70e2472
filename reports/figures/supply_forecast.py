"""Officers (or people of another grade) in post in the months to come, against target: the rows of the forecast."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from learners.rules.dates import add_months
from pqip.core.snapshot import once_a_snapshot
from reports.derived.forecast_effects import effects_on
from reports.derived.forecasts import at_once, forecast_of, inputs_of, not_guessed
from reports.derived.joining import joining_of
from reports.derived.support_there import recorded_on
from reports.figures.asking import Query, Question, Row
from reports.figures.forecast_years import months_from
from reports.figures.numbers import tenths
from reports.rules.forecast_answers import NATION, Month, Place
from reports.rules.forecast_inputs import MONTHS, OFFICER, Target
from reports.rules.forecast_summary import closed_from, targets

#: Regions within the place asked about, the nation last. A unit alone has no forecast: its people move within the region.
WITHIN = """
SELECT r.code FROM workforce_region r CROSS JOIN LATERAL (SELECT r.id AS region_id, NULL::bigint AS pdu_id) k
WHERE {within} ORDER BY r.code = 'NAT', r."order", r.code
"""


#: The nation's own target in force, and those set for later.
NATIONAL = """
SELECT t.effective_on, t.target_fte FROM workforce_target t JOIN workforce_region r ON r.id = t.region_id AND r.code = 'NAT'
JOIN workforce_grade g ON g.id = t.grade_id AND g.code = %(grade)s
WHERE {known} AND t.pdu_id IS NULL AND t.effective_on >= coalesce((
    SELECT max(e.effective_on) FROM workforce_target e
    WHERE e.region_id = t.region_id AND e.grade_id = t.grade_id AND e.pdu_id IS NULL AND e.effective_on <= %(as_at)s
        AND {known_e}), t.effective_on)
ORDER BY 1
"""


def supply_forecast(question: Question) -> list[Row]:
    """A row for each region and month to come, by region and month; of the nation, where it is asked about by itself.

    With all regions, a national target has rows of its own, last.
    """
    answered = forecast_of(question)
    codes = within(question)
    rows = [
        _row(question, code, month)
        for code in codes
        if code in answered.known
        for month in answered.forecast.place(code).months
    ]
    nation = answered.forecast.nation
    if question.place.everywhere:
        return rows + _national(question, nation)
    if is_of_the_nation(question) and answered.known:
        whole = against_national_target(question, nation)
        rows += [_row(question, NATION, month) for month in whole.months]
    return rows


@once_a_snapshot
def within(question: Question) -> list[str]:
    """Codes of the regions within the place asked about, the nation last."""
    asked = WITHIN.format(within=question.place.condition("k"))
    return [code for (code,) in Query(question).tuples(asked)]


def with_its_page(question: Question) -> None:
    """What the page of a place shows beside its forecast, worked out where the forecast is, and kept: what matters most, how many
    join as PSOs, and what its demand is set against.
    """
    if question.grade != OFFICER:
        return
    for code in [NATION] if question.place.everywhere else within(question)[:1]:
        effects_on(question, code)
    joining_of(
        forecast_of(question).forecast.digest, lambda: inputs_of(question.as_at, question.known_at)
    )
    recorded_on(question)


def is_of_the_nation(question: Question) -> bool:
    """Whether the nation is asked about by itself, as one asks about a region."""
    return not question.place.everywhere and NATION in within(question)


def left_unguessed(question: Question) -> tuple[int, int]:
    """Of the place: learners without a planned end, and places planned of a pathway without a known length. Nobody of them is
    expected to qualify in any month.
    """
    codes, found = within(question), not_guessed(question)
    ends, lengths = (
        sum(number for code, number in found[name].items() if code in codes or NATION in codes)
        for name in ("no_end", "no_length")
    )
    return ends, lengths


def _row(question: Question, region: str, month: Month) -> Row:
    chance = month.probability_target_met
    return {
        "region": region,
        "grade": question.grade,
        "month": f"{add_months(question.as_at.replace(day=1), month.month):%Y-%m}",
        "target_fte": tenths(month.target_fte),
        "in_post_p10": tenths(month.in_post_p10),
        "in_post_median": tenths(month.in_post_median),
        "in_post_p90": tenths(month.in_post_p90),
        "expected_qualifying": tenths(month.expected_qualifying),
        "expected_leaving": tenths(month.expected_leaving),
        "gap_median": tenths(month.gap_median),
        "probability_target_met": None if chance is None else tenths(100 * chance),
    }


def _national(question: Question, nation: Place) -> list[Row]:
    """The sum of all regions against a national target, where one stands. It is a figure of its own: how likely the sum of the
    regions meets it is said only where it is the sum of theirs."""
    return [
        _row(question, NATION, _against(month, target))
        for month, target in zip(nation.months, national_targets(question), strict=True)
        if target is not None
    ]


def against_national_target(question: Question, nation: Place) -> Place:
    """Return the nation's forecast against the national target in the months for which one is set."""
    months = tuple(
        month if target is None else _against(month, target)
        for month, target in zip(nation.months, national_targets(question), strict=True)
    )
    return replace(nation, months=months, gap_closes_in=closed_from(months))


def national_targets(question: Question) -> Sequence[float | None]:
    """Return the national target in force in each month, of those set by the question's instant."""
    query = Query(question)
    query.parameters["grade"] = question.grade
    found = NATIONAL.format(known=question.known("t"), known_e=question.known("e"))
    set_for = [
        Target(0 if day <= question.as_at else max(months_from(question.as_at, day), 1), float(fte))
        for day, fte in query.tuples(found)
    ]
    return targets(tuple(set_for), MONTHS)


def _against(month: Month, target: float) -> Month:
    """The month with another target than the sum of the regions'."""
    same = month.target_fte == target
    return replace(
        month,
        target_fte=target,
        gap_median=target - month.in_post_median,
        probability_target_met=month.probability_target_met if same else None,
    )


__all__ = [
    "at_once",
    "is_of_the_nation",
    "left_unguessed",
    "supply_forecast",
    "with_its_page",
    "within",
]
