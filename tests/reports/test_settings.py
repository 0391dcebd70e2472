"""Assumed numbers: a setting changes the figure, the definitions and the page that lists it alike."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from django.conf import LazySettings
from django.urls import reverse

from pqip import env
from reports.catalogue import REPORTS
from reports.figures.settings import ASSUMED, LEAVING_AVERAGE
from tests.factories import assessments as a
from tests.factories.learners import enrolment, person
from tests.factories.reports import row
from tests.personas import client_for, persona

pytestmark = pytest.mark.django_db


def test_overdue_follows_its_setting(settings: LazySettings) -> None:
    # Submitted on Monday 11 August 2025. By Wednesday 27 August eleven working days have gone: the 25th was a bank holiday.
    who = person()
    enrolment(who=who)
    registered = a.registration(who, of=a.qualification("VQ5"))
    a.evidence(
        registered,
        dt.date(2025, 8, 11),
        registered.version.units.get(number=1).criteria.first().code,
    )
    days = {
        number: row("monthly-status", dt.date(2025, 8, number))["overdue"] for number in (26, 27)
    }
    assert days == {26: 0, 27: 1}
    settings.PQIP_OVERDUE_WORKING_DAYS = 11
    assert row("monthly-status", dt.date(2025, 8, 27))["overdue"] == 0
    assert row("monthly-status", dt.date(2025, 8, 28))["overdue"] == 1


def test_the_definitions_say_the_number_that_holds(settings: LazySettings) -> None:
    settings.PQIP_OVERDUE_WORKING_DAYS = 37
    settings.PQIP_ABSENCE_DAYS = 41
    page = client_for(persona("national")).get(reverse("reports:definitions")).content.decode()
    assert "more than 37 working days" in page
    assert "absence of 41 days or more" in page
    assert len(re.findall(r">\s*37\s*<", page)) == 1


def test_every_assumed_number_is_told_from_its_setting() -> None:
    """No definition states a number of its own: what is marked † comes from the list."""
    notes = [
        one.note
        for report in REPORTS.values()
        for table in (report, *report.more)
        for one in table.columns
    ]
    assert not [note for note in notes if "{" in note]
    assert all(
        any(
            setting.setting in str(one.definition)
            for report in REPORTS.values()
            for table in (report, *report.more)
            for one in table.columns
        )
        or setting.setting in SAID_ELSEWHERE
        for setting in ASSUMED
    )


def test_every_assumed_number_may_be_set_in_the_environment() -> None:
    assert {one.setting for one in ASSUMED} == {*env.ASSUMED_NUMBERS, env.LEAVING_AVERAGE}
    assert set(LEAVING_AVERAGE.words) == set(env.AVERAGES)


#: Settings that no column's definition names: they say how files are made, or what a page of a learner's record asks.
SAID_ELSEWHERE = {
    "PQIP_SUPPRESSION_THRESHOLD",
    "PQIP_DECLARATION_PERCENT",
    "PQIP_REVIEW_MONTHS",
    "PQIP_APPEAL_DAYS",
    "PQIP_TARGET_CASELOAD",
    "PQIP_COUNTERSIGN_MINUTES",
    "PQIP_CHASE_WORKING_DAYS",
    "PQIP_FORECAST_RUNS",
    "PQIP_FORECAST_HELD_PERCENT",
}
