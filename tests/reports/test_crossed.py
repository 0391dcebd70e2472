"""Two breakdowns crossed, ages at the start, and the chart of a funnel: worked out by hand, and shown only in full."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.urls import reverse

from pqip.exchange.writing import SUPPRESSED
from reports.catalogue import find
from reports.catalogue.charts import applicants_by_stage
from reports.catalogue.crossed import CROSSINGS, IN_FULL_ONLY, choices_of
from reports.figures.asking import PlaceFilter, Question
from reports.figures.cohort_outcomes import ages_at_start, cohort_outcomes
from reports.figures.crossed import funnel_crossed, outcomes_crossed
from reports.figures.names import Names
from reports.figures.recruitment_funnel import recruitment_funnel
from tests.factories import applications as make
from tests.factories import learners
from tests.factories.learners import enrolment, event
from tests.factories.workforce import person
from tests.personas import client_for, persona

pytestmark = pytest.mark.django_db
DAY = dt.date(2026, 6, 30)
#: Asked in an address.
ASKED = {"as_at": DAY.isoformat(), "cross": "region", "cross_with": "pathway"}


def five() -> None:
    """North East: one on 21 months active, one withdrew; one on 27 active. Wales: one on 27, who left the Service."""
    enrolment()
    event(enrolment(), "withdrawn", dt.date(2026, 4, 1))
    enrolment(on="PQIP27")
    gone = enrolment(in_region="WAL", on="PQIP27")
    event(gone, "withdrawn", dt.date(2026, 4, 1), destination="left_service")


def test_outcomes_crossed_by_hand() -> None:
    five()
    names = (
        "first",
        "second",
        "starters",
        "active",
        "withdrawn",
        "left_service",
        "withdrawal_rate",
    )
    rows = outcomes_crossed(Question(DAY), "region", "pathway")
    usual = learners.pathway().code
    assert [tuple(row[name] for name in names) for row in rows] == [
        ("NE", usual, 2, 1, 1, 0, 50.0),
        ("NE", "PQIP27", 1, 1, 0, 0, 0.0),
        ("WAL", "PQIP27", 1, 0, 1, 1, 100.0),
    ]
    whole = {row["group"]: row["starters"] for row in cohort_outcomes(Question(DAY), ["region"])}
    assert whole == {"NE": 3, "WAL": 1}
    place = PlaceFilter(False, frozenset({learners.region("WAL").pk}))
    assert len(outcomes_crossed(Question(DAY, place=place), "region", "pathway")) == 1


def test_a_funnel_crossed_by_hand() -> None:
    make.application(stages={"sifted": 3, "started": 90}, answers={"sex": "female"})
    make.application(stages={"sifted": 3}, answers={"sex": "female"})
    make.application(answers={"sex": "male"}, in_region="YH")
    make.application(in_region="YH")
    rows = funnel_crossed(Question(DAY), "region", "sex")
    names = (
        "campaign",
        "first",
        "second",
        "applied",
        "sifted",
        "confirmed_offer",
        "started",
        "started_rate",
    )
    assert [tuple(row[name] for name in names) for row in rows] == [
        ("Cohort 17", "NE", "female", 2, 2, 1, 1, 50.0),
        ("Cohort 17", "YH", "male", 1, 0, 0, 0, 0.0),
        ("Cohort 17", "YH", "not_stated", 1, 0, 0, 0, 0.0),
    ]
    assert (rows[0]["started_lower"], rows[0]["started_upper"]) == (9.5, 90.5)


@pytest.mark.parametrize("name", CROSSINGS)
def test_every_column_of_a_crossed_table_is_in_its_rows(name: str) -> None:
    five()
    make.application()
    crossing = CROSSINGS[name]
    for first in crossing.by:
        for second in crossing.by:
            if first != second:
                table = crossing.table(first, second)
                rows = table.figure(Question(DAY))
                assert rows
                assert {one.name for one in table.columns} <= set(rows[0])


def page(role: str, name: str = "cohort-outcomes", **asked: str) -> Any:
    return client_for(persona(role)).get(reverse("reports:report", args=[name]), ASKED | asked)


def test_a_crossed_table_is_on_the_page_of_who_is_shown_everything() -> None:
    five()
    shown = page("national").context_data["more"][0]
    assert shown.caption == "Region by pathway"
    assert len(shown.rows) == 3
    assert shown.rows[0][0] == "North East"


def test_nobody_else_is_shown_two_breakdowns_crossed() -> None:
    five()
    answer = page("hr_partner")
    assert "Region by pathway" not in answer.content.decode()
    assert IN_FULL_ONLY in answer.content.decode()


def test_equality_answers_are_crossed_only_for_who_may_see_them() -> None:
    of_learners = dict(choices_of("cohort-outcomes", equality=False))
    assert not of_learners.keys() & {"sex", "ethnicity", "disability"}
    assert not dict(choices_of("recruitment-funnel", equality=False)).keys() & {"sex", "age_band"}
    assert {"sex", "ethnicity"} <= dict(choices_of("recruitment-funnel", equality=True)).keys()
    assert choices_of("monthly-status", equality=True) == []
    five()
    answer = page("learning_manager", cross="sex")
    assert "Sex by pathway" not in answer.content.decode()


def test_two_different_breakdowns_are_crossed_or_none() -> None:
    five()
    for asked in ({"cross_with": ""}, {"cross_with": "region"}, {"cross": ""}):
        assert "Choose two different breakdowns" in page("national", **asked).content.decode()


def test_ages_at_the_start_by_hand() -> None:
    start = dt.date(2026, 1, 5)
    for born in ("1996-01-05", "1996-01-06", "1980-06-01", None):
        who = person(date_of_birth=born and dt.date.fromisoformat(born))
        enrolment(who=who, start=start)
    rows = ages_at_start(Question(DAY))
    # On the day of their start: 30 on the birthday itself, 29 the day before it, 45.
    assert rows[0] == {
        "breakdown": "all", "group": "all", "starters": 4, "age_known": 3, "median_age": 30.0, "youngest": 29, "oldest": 45,
    }  # fmt: skip
    table = find("cohort-outcomes").more[0]
    hidden = table.protected(rows, Question(DAY), 5)[0][0]
    assert hidden["age_known"] is hidden["youngest"] is hidden["oldest"] is SUPPRESSED
    assert hidden["median_age"] is SUPPRESSED
    assert table.protected(rows, Question(DAY), 3)[0][0]["median_age"] == 30.0


def test_the_chart_of_a_funnel() -> None:
    make.application(stages={"sifted": 3, "started": 90})
    make.application()
    early = make.campaign("Before", opens_on=dt.date(2025, 1, 1))
    make.application(of=early)
    rows = recruitment_funnel(Question(DAY))
    first, second = applicants_by_stage(rows, Names(), "of the test")
    assert {first.title, second.title} == {
        "1 of 2 applicants has started",
        "0 of 1 applicant has started",
    }
    drawn = next(chart for chart in (first, second) if chart.title.startswith("1 of 2"))
    assert list(drawn.series[0].values) == [2, 1, 1, 1, 1, 1, 1, 1]
    untold = [row | {"reached": SUPPRESSED} for row in rows]
    assert applicants_by_stage(untold, Names(), "of the test") == []
