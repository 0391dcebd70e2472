"""A caseload by stage: the boundaries on paper, the list, its map of units and what is planned next."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from assessments import caseload_facts
from assessments.models import AssessmentPlan, Registration
from assessments.rules.stages import Course, unit_state
from learners.rules.dates import add_months
from pqip.core.acting import act
from pqip.core.clock import today
from tests.factories import assessments as make
from tests.factories import learners
from tests.factories import workforce as w
from tests.personas import client_for, persona
from workforce.models import User

START, END = dt.date(2025, 1, 31), dt.date(2026, 4, 30)


@pytest.mark.parametrize(
    ("day", "stage"),
    [
        (dt.date(2025, 1, 30), "not_yet"), (START, "starting"), (dt.date(2025, 4, 29), "starting"),
        (dt.date(2025, 4, 30), "middle"), (dt.date(2026, 1, 29), "middle"), (dt.date(2026, 1, 30), "near"), (END, "near"),
        (dt.date(2026, 5, 1), "past"),
    ],
)
def test_stages_begin_and_end_on_their_days(day: dt.date, stage: str) -> None:
    # Started on 31 January 2025: three months end on 30 April. Planned to end on 30 April 2026: near from 30 January.
    assert Course(START, END).stage(day) == stage
    assert Course(START, END, has_ended=True).stage(day) == "finished"


def test_without_an_end_nobody_is_near_it() -> None:
    assert Course(START).stage(dt.date(2030, 1, 1)) == "middle"
    assert Course().stage(START) == "not_yet"


def test_a_unit_is_as_far_as_its_criteria_and_sign_off() -> None:
    plain = {"is_signed_off": False, "is_achieved": False}
    assert [unit_state(3, met, **plain) for met in (0, 1, 3)] == ["nothing", "some_met", "all_met"]
    assert unit_state(3, 2, is_signed_off=True, is_achieved=False) == "signed_off"
    assert unit_state(3, 3, is_signed_off=True, is_achieved=True) == "achieved"
    assert unit_state(0, 0, **plain) == "nothing"


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
    text = client.get(reverse("assessments:caseload") + f"?format=csv{asked}").content.decode("utf-8-sig")
    return [line.split(",") for line in text.splitlines()[1:]]


def test_everybody_is_at_a_stage_and_tabs_narrow_to_one(pta: User) -> None:
    for name, months in (("Ash", 1), ("Birch", 6), ("Cedar", 14), ("Dogwood", 40)):  # of 15 months, the pathway's length
        candidate(pta, name, months)
    candidate(pta, "Elm", 11, "VQ3")
    client = client_for(pta)
    stages = {row[0].split()[-1]: row[3] for row in file_of(client)}
    assert stages == {
        "Ash": "Starting", "Birch": "On programme", "Cedar": "Near the end", "Dogwood": "Past the end", "Elm": "Near the end",
    }
    assert [row[0].split()[-1] for row in file_of(client, "&stage=near")] == ["Cedar", "Elm"]
    assert next(row[0].split()[-1] for row in file_of(client, "&stage=nonsense&sort=-name")) == "Elm"
    text = client.get(reverse("assessments:caseload")).content.decode()
    assert "Near the end" in text
    assert "assumed; not from the service" in text


def test_whoever_has_finished_or_is_on_a_break_is_said_to(pta: User) -> None:
    for name, event in (("Ash", "completed"), ("Birch", "deferred")):
        made = candidate(pta, name, 6)
        learners.event(made.person.enrolments.get(), event, today() - dt.timedelta(days=1))
    assert [row[3] for row in file_of(client_for(pta))] == ["Finished", '"On programme']


def test_what_is_planned_next_is_shown_and_what_has_its_evidence_is_not(pta: User) -> None:
    made = candidate(pta, "Ash", 6)
    told = {"registration": made, "assessor": pta.person, "method": "observation", "criteria": make.codes(made)[:1]}
    with act(by=make.BY):
        for days, what, of in ((3, "Done already", make.evidence(made)), (5, "Court report", None), (9, "Later", None)):
            AssessmentPlan.objects.create(
                **told, effective_on=today(), due_on=today() + dt.timedelta(days=days), what=what, evidence=of
            )
    assert caseload_facts.next_planned([made.pk])[made.pk].what == "Court report"
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
    (group,) = caseload_facts.units_of([made, other])
    states = [group.states[made.pk][unit.pk] for unit in group.units]
    assert states[:3] == [("achieved", 6), ("some_met", 1), ("nothing", 0)]
    assert {state for state, _met in group.states[other.pk].values()} == {"nothing"}
    text = client_for(pta).get(reverse("assessments:caseload")).content.decode()
    assert "1 of 6 met" in text
    assert "Nothing yet" in text


def test_each_version_has_a_map_of_its_own(pta: User) -> None:
    rows = [candidate(pta, "Ash", 6), candidate(pta, "Birch", 6, "VQ3")]
    assert [list(group.states) for group in caseload_facts.units_of(rows)] == [[rows[0].pk], [rows[1].pk]]


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
