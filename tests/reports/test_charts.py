"""Charts are drawn of what is shown: a number that is hidden is nowhere on the page, and its hiding breaks nothing."""

from __future__ import annotations

import datetime as dt
import re
from itertools import accumulate
from typing import Any

import pytest
from django.template import engines
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pqip.exchange.writing import SUPPRESSED
from reports.catalogue import REPORTS
from reports.catalogue.base import PERCENT
from reports.catalogue.charts import (
    completion_by_pathway,
    countersigning_queue,
    progress_by_region,
    vacancy_by_region,
    withdrawals_by_quarter,
)
from reports.figures.names import Names
from tests.factories.learners import enrolment, event
from tests.factories.reports import answered
from tests.personas import client_for, persona
from tests.reports.test_formats import END, _world  # noqa: F401  (fixture)

pytestmark = pytest.mark.django_db
#: What a row is about; and limits, which are hidden with what they are limits of.
NEVER_HIDDEN = {"month_on_programme", "months_since_qualifying", "lower", "upper"}
DRAWN = [name for name, report in REPORTS.items() if report.charts]


def drawn(name: str, rows: list[dict[str, Any]]) -> str:
    """The charts of a report as they stand on its page."""
    shown = engines["jinja2"].from_string("{% for one in charts %}{{ ui.chart(one) }}{% endfor %}")
    return shown.render({"charts": REPORTS[name].charts(rows, Names(), "of the test")})  # type: ignore[misc]


@pytest.mark.parametrize("name", DRAWN)
def test_whatever_is_hidden_the_rest_is_drawn(name: str) -> None:
    rows = answered(name, END).main.rows
    whole = drawn(name, rows)
    assert whole.count("Source: the records of this service") == whole.count("<figure") > 0
    for column in (
        one.name for one in REPORTS[name].columns if one.is_numeric and one.name not in NEVER_HIDDEN
    ):
        for hidden in (rows[:1], rows):
            drawn(name, [row | {column: SUPPRESSED} if row in hidden else row for row in rows])


def said_of(chart: Any) -> set[float]:
    """What a title may say: the sum, a value of a series, the sum of all, how many bars there are; of bands, how many up to
    the end of one; of a stacked bar, up to the end of a part; of a line its end."""
    if hasattr(chart, "curves"):
        return {number for curve in chart.curves for number in curve.points[-1]}
    series = [[value for value in one.values if value is not None] for one in chart.series]
    told = {found for values in series if values for found in (sum(values), *values)}
    if chart.labels and chart.labels[0].startswith("Up to "):
        told |= set(accumulate(series[0]))
    if chart.stacked:
        told |= {part for bar in zip(*series, strict=False) for part in accumulate(bar)}
    return told | {sum(map(sum, series)), *range(1, len(chart.labels) + 1)}


def counted_so_far(rows: list[dict[str, Any]]) -> set[int]:
    """How many have started and completed, as long as no pathway has finished."""
    pathways = [row for row in rows if row.get("breakdown") == "pathway" and "starters" in row]
    return (
        {sum(row[name] for row in pathways) for name in ("starters", "completed")}
        if pathways
        else set()
    )


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(data=st.data())
@pytest.mark.parametrize("name", DRAWN)
def test_a_headline_says_what_the_picture_shows(name: str, data: st.DataObject) -> None:
    """Whatever the numbers are; and where it names none, there is nothing to count."""
    report, rows = REPORTS[name], answered(name, END).main.rows
    counted = [one for one in report.columns if one.is_numeric and one.name not in NEVER_HIDDEN]
    kinds = {
        one.name: st.floats(0, 100) if one.kind == PERCENT else st.integers(0, 400)
        for one in counted
    }
    drawn_rows = [
        row | {column: data.draw(kind) for column, kind in kinds.items() if row[column] is not None}
        for row in rows
    ]
    oldest = {
        float(row["oldest_waiting_days"])
        for row in drawn_rows
        if row.get("oldest_waiting_days") is not None
    }
    for chart in report.charts(drawn_rows, Names(), "of the test"):  # type: ignore[misc]
        title = re.sub(r"\d{4}-Q\d|(?<=[a-z] )\d{4}\b", "", chart.title)
        for label in getattr(chart, "labels", ()):
            title = title.replace(label, "")
        said = [
            float(number.replace(",", "")) for number in re.findall(r"\d[\d,]*(?:\.\d+)?", title)
        ]
        shown = set(map(float, said_of(chart) | oldest | counted_so_far(drawn_rows)))
        assert all(any(abs(number - one) < 0.051 for one in shown) for number in said), (
            chart.title,
            shown,
        )
        assert said or min(map(abs, shown)) < 0.05, chart.title


def withdrew(number: int, on: dt.date) -> None:
    for _ in range(number):
        event(enrolment(), "withdrawn", on, destination="left_service")


def test_a_number_of_few_people_is_in_no_picture_and_no_words_for_it() -> None:
    """The one whom the world has is hidden, with the seven of another quarter: else the sum of all, less these, would tell."""
    withdrew(7, dt.date(2025, 2, 3))
    withdrew(8, dt.date(2025, 5, 5))
    withdrew(9, dt.date(2025, 7, 7))
    made = answered("withdrawals", dt.date(2025, 9, 30), suppressed=True)
    [chart] = withdrawals_by_quarter(made.main.rows, Names(), "September")
    assert chart.title == "9 learners withdrew in 2025-Q3"
    assert chart.labels == ["2025-Q3"]
    page = client_for(persona("national")).get(
        reverse("reports:report", args=["withdrawals"]), {"as_at": "2025-09-30"}
    )
    pictures = " ".join(
        re.findall(r"<svg.*?</svg>|<figure.*?</figure>", page.content.decode(), re.DOTALL)
    )
    assert "2025-Q2" in pictures


# Findings, on paper


def titles(draw: Any, *rows: dict[str, Any]) -> list[str]:
    return [chart.title for chart in draw(list(rows), Names(), "of the test")]


def pathway(
    group: str, rate: Any, finished: Any = "yes", completed: Any = 6, starters: Any = 10
) -> dict[str, Any]:
    return {
        "breakdown": "pathway",
        "group": group,
        "completion_rate": rate,
        "cohort_finished": finished,
        "completed": completed,
        "starters": starters,
    }


TWO = (pathway("A", 60.0), pathway("B", 50.0))


@pytest.mark.parametrize(("rows", "said"), [
    ((), []),
    ((pathway("A", 0.0, "no", 0),), ["0 of 10 starters have completed so far; no pathway has finished"]),
    ((pathway("A", 10.0, "no", 1), pathway("B", None, "no", SUPPRESSED, SUPPRESSED)),
     ["1 of 10 starters has completed so far; no pathway has finished"]),
    ((pathway("A", 60.0),), ["60% of starters on A, the pathway that has finished, have completed"]),
    ((pathway("A", 60.0), pathway("B", 90.0, "no", 9)), ["60% of starters on A, the pathway that has finished, have completed"]),
    (TWO, ["60% of starters on A have completed, the highest share of the 2 pathways that have finished"]),
    ((*TWO, pathway("C", SUPPRESSED, SUPPRESSED)),
     ["Of the pathways shown: 60% of starters on A have completed, the highest share of the 2 pathways that have finished"]),
    ((*TWO, pathway("C", 60.0)), ["60% of starters have completed on 2 of the 3 pathways that have finished, the highest share"]),
])  # fmt: skip
def test_a_share_is_the_highest_only_among_finished_pathways(rows: Any, said: list[str]) -> None:
    assert titles(completion_by_pathway, *rows) == said


def place(region: str, rate: Any) -> dict[str, Any]:
    return {"grade": "PO", "pdu": "", "region": region, "vacancy_rate": rate}


@pytest.mark.parametrize(("rows", "said"), [
    ((place("KSS", None),), []),
    ((place("KSS", 9.8),), ["The vacancy rate for probation officers in Kent, Surrey and Sussex is 9.8%"]),
    ((place("KSS", 0.0),), ["The vacancy rate for probation officers in Kent, Surrey and Sussex is 0%"]),
    ((place("KSS", 9.8), place("NE", 3.0)),
     ["Kent, Surrey and Sussex has the highest vacancy rate for probation officers, 9.8%"]),
    ((place("KSS", 0.0), place("NE", 0.0)), ["No region is short of probation officers"]),
    ((place("KSS", 0.0), place("NE", SUPPRESSED)),
     ["Of the regions shown: the vacancy rate for probation officers in Kent, Surrey and Sussex is 0%"]),
    ((place("KSS", 9.8), place("NE", 3.0), place("WAL", None)),
     ["Of the regions shown: Kent, Surrey and Sussex has the highest vacancy rate for probation officers, 9.8%"]),
    ((place("KSS", 3.0), place("NE", 3.0)), ["Every region has a vacancy rate for probation officers of 3%"]),
    ((place("KSS", 3.0), place("NE", 3.0), place("WAL", 1.0)),
     ["2 regions share the highest vacancy rate for probation officers, 3%"]),
])  # fmt: skip
def test_no_region_is_the_highest_of_one(rows: Any, said: list[str]) -> None:
    assert titles(vacancy_by_region, *rows) == said


def standing(region: str, needs: Any, track: Any = 3) -> dict[str, Any]:
    return {"region": region, "on_track": track, "behind": 0, "at_risk": needs}


def test_what_needs_action_is_said_of_what_is_shown() -> None:
    assert titles(progress_by_region, standing("KSS", 1)) == ["1 of 4 learners needs action"]
    assert titles(progress_by_region, standing("KSS", 0), standing("NE", SUPPRESSED)) == [
        "Of the learners shown: no learner needs action"
    ]
    assert titles(progress_by_region, standing("KSS", 2), standing("NE", SUPPRESSED)) == [
        "Of the learners shown: 2 of 5 learners need action"
    ]


def test_the_queue_says_nothing_of_an_age_that_is_not_shown() -> None:
    one = {"region": "KSS", "awaiting_countersignature": 1, "oldest_waiting_days": 1}
    assert titles(countersigning_queue, one) == [
        "1 decision waits for a countersignature, the oldest for 1 day"
    ]
    assert titles(countersigning_queue, one | {"oldest_waiting_days": SUPPRESSED}) == [
        "1 decision waits for a countersignature"
    ]
    assert titles(countersigning_queue, one | {"awaiting_countersignature": 0}) == []
