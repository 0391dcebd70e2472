"""Starter readiness, worked out on paper."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from learners.models import Enrolment, StarterStep, SupportNeed
from pqip.core.acting import Job, acting_as
from pqip.core.clock import now
from reports.catalogue import find
from reports.figures.asking import Question
from reports.figures.starter_readiness import starter_readiness
from reports.presenters.tables import few
from tests.factories import learners as make
from tests.factories.reports import answered, row, rows
from tests.personas import client_for, persona

pytestmark = pytest.mark.django_db
BY, ON, DAY = Job("test"), dt.date(2025, 6, 2), dt.timedelta(days=1)


def starter(start: dt.date, of: str = "NE", intake: str = "Intake 20", **steps: Any) -> Enrolment:
    """Somebody due to start; each step is an arrangement with its state and day."""
    made = make.enrolment(start=start, in_region=of, in_cohort=intake, started=False)
    with acting_as(by=BY):
        for arrangement, (state, on) in steps.items():
            StarterStep.objects.create(
                enrolment=made, arrangement=arrangement, state=state, effective_on=on
            )
    return made


def adjusted(made: Enrolment, agreed: dt.date, in_place: dt.date | None) -> None:
    with acting_as(by=BY):
        SupportNeed.objects.create(
            enrolment=made, adjustment="test", effective_on=agreed, in_place_on=in_place
        )


def of_june() -> Enrolment:
    """Three starters in the North East on 2 June 2025, one in Wales, and four who are none. Returns the second.

    First: starts on the day itself; told on 3 May, 30 days before; everything arranged.
    Second: starts on the 56th day, 28 July; told on 1 June, 57 days before; its adjustment is in place the day after.
    Third: told on 5 May, but moved to another pathway on 20 May; needs no adjustments.
    """
    may = dt.date(2025, 5, 3)
    ready = {
        "pathway_told": ("done", may),
        "office": ("done", may),
        "vetting": ("done", may),
        "equipment": ("not_needed", may),
    }
    first = starter(ON, **ready)
    adjusted(first, may, dt.date(2025, 6, 1))
    second = starter(
        dt.date(2025, 7, 28),
        pathway_told=("done", dt.date(2025, 6, 1)),
        vetting=("asked", may),
        office=("done", ON + DAY),
    )
    adjusted(second, may, ON + DAY)
    third = starter(
        dt.date(2025, 6, 16),
        pathway_told=("done", dt.date(2025, 5, 5)),
        adjustments=("not_needed", may),
    )
    make.event(third, "moved_pathway", dt.date(2025, 5, 20), to_pathway=make.pathway("PQIP21"))
    starter(dt.date(2025, 6, 10), "WAL", "Intake 21")
    starter(dt.date(2025, 7, 29), **ready)  # the 57th day
    starter(dt.date(2025, 6, 1), **ready)  # a day ago, start not confirmed
    make.event(starter(dt.date(2025, 6, 9), **ready), "did_not_start", dt.date(2025, 6, 1))
    make.enrolment(start=dt.date(2025, 5, 1), in_cohort="Intake 20")
    return second


def test_starter_readiness_by_region_and_cohort() -> None:
    of_june()
    # Median of 30 and 57 days of notice: 43.5.
    assert rows("starter-readiness", ON) == [
        {"region": "NE", "cohort": "Intake 20", "starters_next_8_weeks": 3, "pathway_told": 2, "office_told": 1,
         "vetting_complete": 1, "equipment_ready": 1, "adjustments_agreed": 2, "adjustments_in_place": 1,
         "median_days_notice": 43.5},
        {"region": "WAL", "cohort": "Intake 21", "starters_next_8_weeks": 1, "pathway_told": 0, "office_told": 0,
         "vetting_complete": 0, "equipment_ready": 0, "adjustments_agreed": 0, "adjustments_in_place": 0,
         "median_days_notice": None},
    ]  # fmt: skip


def test_the_day_after_it_is_another_answer() -> None:
    of_june()
    found = row(
        "starter-readiness", ON + DAY, region="NE"
    )  # the first has not started, the one of the 57th day has come in
    told = {
        name: found[name]
        for name in ("starters_next_8_weeks", "pathway_told", "office_told", "adjustments_in_place")
    }
    assert told == {
        "starters_next_8_weeks": 3,
        "pathway_told": 2,
        "office_told": 2,
        "adjustments_in_place": 1,
    }


def test_what_was_not_known_then_does_not_count() -> None:
    second, instant = of_june(), now()
    with acting_as(by=BY, recorded_at=instant + DAY):
        StarterStep.objects.create(
            enrolment=second, arrangement="equipment", state="done", effective_on=ON
        )
        SupportNeed.objects.create(enrolment=second, adjustment="late", effective_on=ON)
    late, then = (
        starter_readiness(Question(ON, known_at))[0]
        for known_at in (instant + 2 * DAY, instant + DAY / 2)
    )
    assert (then["equipment_ready"], late["equipment_ready"]) == (1, 2)
    assert (then["adjustments_agreed"], late["adjustments_agreed"]) == (2, 2)


def test_small_counts_are_hidden_on_pages_and_shown_by_the_command() -> None:
    of_june()
    assert answered("starter-readiness", ON).tables[0].rows[0]["adjustments_agreed"] == 2
    shown = find("starter-readiness").suppress(rows("starter-readiness", ON), 5)
    hidden = {name for name, value in shown[0].items() if not isinstance(value, str | int | float)}
    assert hidden >= {"adjustments_agreed", "adjustments_in_place", "median_days_notice"}
    client: Client = client_for(persona("national"))
    page = client.get(
        reverse("reports:report", args=["starter-readiness"]), {"as_at": ON.isoformat()}
    )
    assert few() in page.content.decode()
