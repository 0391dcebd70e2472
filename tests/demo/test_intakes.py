"""Intakes: the published numbers, and lists in the order they started."""

from __future__ import annotations

import datetime as dt

import pytest

from learners.models import Cohort, Enrolment, Event
from pqip.core.acting import PER_ROW, Job, acting_as
from pqip.demo.chance import Chance
from pqip.demo.journeys import Journeys
from pqip.demo.people import People
from pqip.demo.world import build

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("as_at", [dt.date(2024, 6, 30), dt.date(2026, 11, 20)])
def test_intakes_sort_as_they_started(as_at: dt.date) -> None:
    with acting_as(by=Job("demonstration"), reason="Made-up data"):
        made = [intake.code for intake in build(Chance(1), as_at, 0.02).cohorts]
    cohorts = Cohort.objects.filter(code__in=made)
    assert list(cohorts.order_by("code")) == list(cohorts.order_by("starts_on"))
    published = dict(
        Cohort.objects.filter(code__in=["Intake 13", "Intake 14"]).values_list("code", "starts_on")
    )
    assert {code: (day.year, day.month) for code, day in published.items()} == {
        "Intake 13": (2023, 3),
        "Intake 14": (2023, 9),
    }


def test_the_pilot_is_as_published() -> None:
    """50 places of PSOs in two regions, 13 months from January 2021; 41 completed (S1). Nobody else was on that pathway."""
    with acting_as(by=Job("demonstration"), reason="Made-up data", recorded_at=PER_ROW):
        world = build(Chance(1), dt.date(2026, 11, 20), 1)
        people = People(world)
        journeys = Journeys(world, people)
        pilot = next(intake for intake in world.cohorts if intake.is_pilot)
        made = journeys.intake(pilot)
        people.write()
        journeys.write()
    assert (pilot.starts_on.year, pilot.starts_on.month) == (2021, 1)
    assert len(made) == Enrolment.objects.count() == 50
    assert {journey.pathway for journey in made} == {"PQIP13"}
    assert set(Enrolment.objects.values_list("entry_route", flat=True)) == {"pso_progression"}
    assert len({journey.region for journey in made}) == 2
    assert Event.objects.live().filter(kind="started").count() == 50
    assert Event.objects.live().filter(kind="completed").count() == 41
    assert Event.objects.live().filter(kind="withdrawn").count() == 9
