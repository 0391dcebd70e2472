"""A caseload by stage: the boundaries on paper, the list, its map of units and what is planned next."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from assessments.facts import caseload
from assessments.models import AssessmentPlan, Registration
from assessments.queries.records import with_candidate
from assessments.views.caseload import Waiting
from learners.rules.dates import add_months
from pqip.core.acting import acting_as
from pqip.core.clock import today
from pqip.core.ledger import supersede
from tests.factories import assessments as make
from tests.factories import learners
from tests.factories import workforce as w
from tests.personas import client_for, persona
from workforce.models import User

# The list


@pytest.fixture
def pta(db: Any) -> User:
    who = persona("pta")
    make.trainee(who.person)
    return who


def candidate(pta: User, name: str, months: int, code: str = "VQ5") -> Registration:
    """Somebody of the caseload who started so many months ago."""
    who = w.person(last_name=name)
    start = add_months(today(), -months)
    if code == "VQ5":
        learners.enrolment(who=who, start=start)
    made = make.registration(who, start, of=make.qualification(code))
    make.allocate(who, pta.person, on=start)
    return made


def file_of(client: Client, asked: str = "") -> list[list[str]]:
    """Rows of the list's file, the headings left out."""
    text = client.get(reverse("assessments:caseload") + f"?format=csv{asked}").content.decode(
        "utf-8-sig"
    )
    return [line.split(",") for line in text.splitlines()[1:]]


def test_everybody_is_at_a_stage_and_tabs_narrow_to_one(pta: User) -> None:
    for name, months in (
        ("Ash", 1),
        ("Birch", 6),
        ("Cedar", 14),
        ("Dogwood", 40),
    ):  # of 15 months, the pathway's length
        candidate(pta, name, months)
    candidate(pta, "Elm", 11, "VQ3")
    client = client_for(pta)
    stages = {row[0].split()[-1]: row[3] for row in file_of(client)}
    assert stages == {
        "Ash": "Starting",
        "Birch": "On programme",
        "Cedar": "Near the end",
        "Dogwood": "Past the end",
        "Elm": "Near the end",
    }
    assert [row[0].split()[-1] for row in file_of(client, "&stage=near")] == ["Cedar", "Elm"]
    assert (
        next(row[0].split()[-1] for row in file_of(client, "&stage=nonsense&sort=-name")) == "Elm"
    )
    text = client.get(reverse("assessments:caseload")).content.decode()
    assert "Near the end" in text
    assert "assumed; not from the service" in text


def test_whoever_has_finished_or_is_on_a_break_is_said_to(pta: User) -> None:
    for name, event in (("Ash", "completed"), ("Birch", "deferred")):
        made = candidate(pta, name, 6)
        learners.event(made.person.enrolments.get(), event, today() - dt.timedelta(days=1))
    assert [row[3] for row in file_of(client_for(pta))] == ["Finished", '"On programme']


def test_sorted_by_the_planned_end_that_is_shown_whoever_sets_it(pta: User, settings: Any) -> None:
    """By the place, the target, or the months of the qualification; a day that a month does not have is its last."""
    settings.PQIP_AWARD_MONTHS = 18
    for code, months, target in (
        ("VQ3", 6, None),
        ("VQ3", 6, today() + dt.timedelta(days=30)),
        ("TAQA3", 6, None),
        ("TAQA3", 14, None),
        ("VQ5", 6, None),
        ("VQ5", 3, None),
    ):
        made = candidate(pta, f"N{code}{months}", months, code)
        if target:
            with acting_as(by=make.BY):
                supersede(made.facts.live().get(), by=make.BY, reason="Target", target_on=target)
    of_no_place = make.registration(w.person(), dt.date(2024, 2, 29), of=make.qualification("VQ5"))
    late_in_month = make.registration(w.person(), dt.date(2025, 8, 31), of=make.qualification())
    rows = caseload.with_end(Registration.objects.all())
    courses = caseload.courses(rows)
    assert {row.pk: row.ends_on for row in rows} == {
        key: course.ends_on for key, course in courses.items()
    }
    assert courses[of_no_place.pk].ends_on == dt.date(2025, 2, 28)
    assert courses[late_in_month.pk].ends_on == dt.date(2026, 8, 31)
    ends = [
        dt.datetime.strptime(row[4].replace("\xa0", " "), "%d %b %Y")
        for row in file_of(client_for(pta), "&sort=end")
    ]
    assert ends == sorted(ends)
    assert len(set(ends)) > 4


def test_what_is_planned_next_is_shown_and_what_has_its_evidence_is_not(pta: User) -> None:
    made = candidate(pta, "Ash", 6)
    told = {
        "registration": made,
        "assessor": pta.person,
        "method": "observation",
        "criteria": make.codes(made)[:1],
    }
    with acting_as(by=make.BY):
        for days, what, of in (
            (3, "Done already", make.evidence(made)),
            (5, "Court report", None),
            (9, "Later", None),
        ):
            AssessmentPlan.objects.create(
                **told,
                effective_on=today(),
                due_on=today() + dt.timedelta(days=days),
                what=what,
                evidence=of,
            )
    assert caseload.next_planned([made.pk])[made.pk].what == "Court report"
    assert "Court report" in client_for(pta).get(reverse("assessments:caseload")).content.decode()


def test_the_map_says_how_far_each_unit_is(pta: User) -> None:
    made = candidate(pta, "Ash", 6)
    other = candidate(pta, "Birch", 6)
    judge = make.assessor()
    first = [one.code for one in make.unit(made, 1).criteria.all()]
    make.decision(make.evidence(made), judge, met=tuple(first))
    make.signoff(made, judge, 1)
    second = make.unit(made, 2).criteria.first().code
    make.decision(make.evidence(made), judge, met=(second,))
    (group,) = caseload.units_of([made, other])
    states = [group.states[made.pk][unit.pk] for unit in group.units]
    assert states[:3] == [("achieved", 6), ("some_met", 1), ("nothing", 0)]
    assert {state for state, _met in group.states[other.pk].values()} == {"nothing"}
    text = client_for(pta).get(reverse("assessments:caseload")).content.decode()
    assert "1 of 6 met" in text
    assert "Nothing yet" in text


def test_each_version_has_a_map_of_its_own(pta: User) -> None:
    rows = [candidate(pta, "Ash", 6), candidate(pta, "Birch", 6, "VQ3")]
    assert [list(group.states) for group in caseload.units_of(rows)] == [[rows[0].pk], [rows[1].pk]]


def test_no_one_else_s_candidates_are_there(pta: User) -> None:
    candidate(persona("pta"), "Ash", 6)
    assert file_of(client_for(pta)) == []


def test_as_many_queries_for_many_as_for_few(pta: User) -> None:
    client = client_for(pta)

    def queries() -> int:
        client.get(reverse("assessments:caseload"))
        with CaptureQueriesContext(connection) as captured:
            client.get(reverse("assessments:caseload"))
        return len(captured)

    for number in range(3):
        candidate(pta, f"A{number}", 6)
    few = queries()
    for number in range(30):
        candidate(pta, f"B{number}", 6)
    assert queries() == few


def test_evidence_decided_while_the_list_of_what_waits_is_made_is_left_out(
    pta: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its key was read before, the rest of it after."""
    pieces = [make.evidence(candidate(pta, name, 6)) for name in ("Ash", "Birch")]

    def decided_meanwhile(view: Waiting, rows: Any) -> Any:
        make.decision(pieces[0], pta.person)
        return with_candidate(rows)

    monkeypatch.setattr(Waiting, "with_related", decided_meanwhile)
    page = client_for(pta).get(reverse("assessments:waiting"))
    assert page.status_code == 200
    table = page.context_data["table"]
    assert [row[0].second for row in table.rows] == [pieces[1].reference]
