"""Eleven applications worked out on paper: the file that brings them, the campaign's page, its lists and the report agree."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest
from django.urls import reverse

from learners.actions.campaigns import change_campaign
from learners.facts.campaigns import counts_of
from learners.models import Application, Campaign
from learners.presenters.campaigns import checks_words
from pqip.core.acting import Job
from pqip.core.clock import now
from reports.figures.asking import Question
from reports.figures.recruitment_funnel import recruitment_funnel
from tests.factories import applications as make
from tests.factories import learners
from tests.personas import client_for, persona

from .test_import_applications import OFFERED, ROW, bring, said
from .test_pages import text_of

pytestmark = pytest.mark.django_db
LATE = dt.date(2026, 11, 30)
SIFTED = {**ROW, "sifted_on": "2026-01-15", "sift_passed": "yes"}
LISTED = {
    **ROW,
    "applied_on": "2025-01-05",
    "assessed_on": "2025-02-10",
    "assessment_passed": "yes",
}
#: Twelve months less a day, and twelve months, after the assessment centre.
FIRST = [
    {**OFFERED, "started_on": "2026-09-07"},
    {**SIFTED, "sifted_on": "2026-01-20", "sift_passed": "no"},
    {**SIFTED, "assessed_on": "2026-03-01", "assessment_passed": "no"},
    {**ROW, "applied_on": "2026-01-10"},
    {**SIFTED, "assessed_on": "2026-02-14", "assessment_passed": "yes", "outcome": "withdrew"},
    {**ROW, "provisional_offer_on": "2026-02-24", "checks_completed_on": "2026-03-26", "outcome": "rejected"},
    {**LISTED, "provisional_offer_on": "2026-02-09"},
    {**LISTED, "provisional_offer_on": "2026-02-10"},
    {**OFFERED, "region": "YH", "outcome": "withdrew"},
    {**ROW, "confirmed_offer_on": "2026-04-05", "started_on": "2026-09-07"},
]  # fmt: skip
TOO_LATE = {**LISTED, "application_number": "11", "provisional_offer_on": "2026-02-11"}
#: Reached, passed, not successful here, withdrew here, waiting here.
ON_PAPER = {
    "applied": (10, 10, 0, 0, 1), "sifted": (9, 8, 1, 0, 0), "assessed": (8, 7, 1, 1, 0), "provisional_offer": (6, 6, 0, 0, 2),
    "checks": (4, 3, 1, 0, 0), "vetting": (3, 3, 0, 0, 0), "confirmed_offer": (3, 3, 0, 1, 0), "started": (2, 2, 0, 0, 0),
}  # fmt: skip
IN_MARCH = [(10, 10), (8, 7), (7, 6), (5, 5), (0, 0), (0, 0), (0, 0), (0, 0)]


def brought(folder: Path) -> Campaign:
    rows = [{**row, "application_number": str(nth)} for nth, row in enumerate(FIRST, 1)]
    assert said(bring(folder, *rows)) == []
    assert said(bring(folder, TOO_LATE)) == [
        'provisional_offer_on: "2026-02-11" does not fit. They were on the merit list until 10 February 2026.'
    ]
    return Campaign.objects.get()


def reported(on: dt.date, **more: Any) -> list[tuple[int, int]]:
    rows = recruitment_funnel(Question(on, **more))
    return [(row["reached"], row["passed"]) for row in rows if row["breakdown"] == "all"]


def test_page_report_and_paper_agree(tmp_path: Path) -> None:
    before = now()
    of = brought(tmp_path)
    counts = counts_of(of.pk, LATE, None, 25)
    found = {
        one.stage: (one.reached, one.passed, one.rejected, one.withdrew, one.waiting)
        for one in counts.stages
    }
    assert found == ON_PAPER
    checks = counts.stages[4]
    assert (checks.median_days, checks.timed, checks.within) == (18.0, 3, 2)
    assert reported(LATE) == [each[:2] for each in ON_PAPER.values()]
    assert reported(dt.date(2026, 3, 1)) == IN_MARCH
    march = counts_of(of.pk, dt.date(2026, 3, 1), None, 25)
    assert [(one.reached, one.passed) for one in march.stages] == IN_MARCH
    assert reported(LATE, known_at=before) == []
    known = now()
    again = {**FIRST[0], "application_number": "1", "started_on": "2026-10-05"}
    assert bring(tmp_path, again).counts["changed"] == 1
    assert reported(dt.date(2026, 9, 30))[-1] == (1, 1)
    assert reported(dt.date(2026, 9, 30), known_at=known)[-1] == (2, 2)


def test_every_number_of_the_page_opens_as_many_applications(tmp_path: Path) -> None:
    of = brought(tmp_path)
    client = client_for(persona("national"))
    page = client.get(reverse("learners:campaign", args=[of.public_id]))
    tables = page.context_data["tables"]
    cells = [cell for table in tables[:2] for row in table.rows for cell in row]
    opened = [cell for cell in cells if getattr(cell, "url", "")]
    assert len(opened) == 16 + 7 + 5
    for cell in opened:
        found = client.get(cell.url).context_data["table"].rows
        assert len(found) == int(cell.text), cell.url


def test_places_left_and_the_target_of_the_whole_country(tmp_path: Path) -> None:
    of = brought(tmp_path)
    yorkshire = counts_of(of.pk, LATE, None, 25).regions[learners.region("YH").pk]
    assert (yorkshire.applied, yorkshire.offered, yorkshire.held, yorkshire.started) == (1, 1, 0, 0)
    change_campaign(by=Job("test"), campaign=of, target_applications=20)
    url = reverse("learners:campaign", args=[of.public_id])
    assert "20: 50% reached" in text_of(client_for(persona("national")).get(url))
    own = text_of(client_for(persona("learning_manager")).get(url))
    assert "20 in the whole country" in own
    assert "reached" not in own.split("20 in the whole country")[1].split("Selection")[0]


def test_checks_that_were_not_passed_took_their_time_too() -> None:
    of = make.campaign()
    for stages in (
        {"provisional_offer": 5, "checks": (20, False)},
        {"provisional_offer": 5, "checks": 25},
    ):
        make.application(of=of, stages=stages)
    make.application(of=of, stages={"confirmed_offer": 9})
    words = checks_words(counts_of(of.pk, LATE, None, 25), 25)
    assert words.startswith("2 of 2 completed checks took no longer than 25 days")


def test_the_file_holds_what_the_screen_refuses(tmp_path: Path) -> None:
    assert said(bring(tmp_path, {**ROW, "applied_on": "2026-12-01"})) == [
        'applied_on: "2026-12-01" does not fit. They cannot have applied on a day to come.'
    ]
    assert said(bring(tmp_path, {**SIFTED, "sifted_on": "2026-12-01"})) == [
        'sifted_on: "2026-12-01" does not fit. This cannot have happened on a day to come.'
    ]
    place = learners.enrolment(start=dt.date(2026, 9, 7))
    number = place.person.staff_number
    post = {**ROW, "route": "pso_post", "started_on": "2026-09-07", "staff_number": number}
    assert "this application is for a post as a PSO" in said(bring(tmp_path, post))[0]
    assert not Application.objects.exists()
