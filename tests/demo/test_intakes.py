"""Intakes: the published numbers, and lists in the order they started."""

from __future__ import annotations

import datetime as dt

import pytest

from learners.models import Cohort
from pqip.core.acting import Job, act
from pqip.demo.chance import Chance
from pqip.demo.world import build

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("as_at", [dt.date(2024, 6, 30), dt.date(2026, 11, 20)])
def test_intakes_sort_as_they_started(as_at: dt.date) -> None:
    with act(by=Job("demonstration"), reason="Made-up data"):
        made = [intake.code for intake in build(Chance(1), as_at, 0.02).cohorts]
    cohorts = Cohort.objects.filter(code__in=made)
    assert list(cohorts.order_by("code")) == list(cohorts.order_by("starts_on"))
    published = dict(Cohort.objects.filter(code__in=["Intake 13", "Intake 14"]).values_list("code", "starts_on"))
    assert {code: (day.year, day.month) for code, day in published.items()} == {"Intake 13": (2023, 3), "Intake 14": (2023, 9)}
