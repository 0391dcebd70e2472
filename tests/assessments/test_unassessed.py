"""Candidates with no assessor: of every qualification, since when, and where one is named."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.urls import reverse

from assessments.models import Registration
from learners.rules.dates import add_months
from pqip.core.clock import today
from tests.factories import assessments as make
from tests.factories import learners
from tests.factories import workforce as w
from tests.personas import client_for, persona
from workforce.models import Person

pytestmark = pytest.mark.django_db

START = dt.date(2025, 1, 15)


def pso(number: str, grade: str = "PSO", **place: str) -> Person:
    who = w.person(staff_number=number, in_grade=grade, **place)
    w.spell(who, START, in_grade=grade, **place)
    return who


def candidate(
    number: str, code: str = "VQ3", grade: str = "PSO", on: dt.date = START
) -> Registration:
    return make.registration(pso(number, grade), on, of=make.qualification(code))


def listed(asked: str = "") -> list[list[str]]:
    answer = client_for(persona("learning_manager")).get(
        reverse("assessments:unassessed") + f"?format=csv{asked}"
    )
    return [line.split(",") for line in answer.content.decode("utf-8-sig").splitlines()[1:]]


def numbers(asked: str = "") -> list[Any]:
    return [row[1] for row in listed(asked)]


def test_candidates_of_every_qualification_are_listed_who_waited_longest_first() -> None:
    learner = learners.enrolment(who=w.person(staff_number="L1"), start=START)
    make.registration(learner.person, dt.date(2025, 3, 1), of=make.qualification("VQ5"))
    candidate("S1", on=dt.date(2025, 2, 1))
    candidate("T1", "TAQA3", "PTA", on=dt.date(2025, 4, 1))
    assert numbers() == ["S1", "L1", "T1"]
    assert numbers("&qualification=VQ3") == ["S1"]
    page = (
        client_for(persona("learning_manager"))
        .get(reverse("assessments:unassessed"))
        .content.decode()
    )
    assert reverse("learners:allocate", args=[learner.public_id]) in page
    assert reverse("learners:psos") in page


def test_whoever_is_assessed_done_or_gone_is_not() -> None:
    judge = make.assessor()
    make.allocate(candidate("S1").person, judge)
    done = candidate("S2")
    for unit in make.choose(done, 5, 6, on=START):
        make.decision(
            make.evidence(done), judge, met=tuple(one.code for one in unit.criteria.all())
        )
        make.signoff(done, judge, unit.number)
    gone = learners.enrolment(who=w.person(staff_number="L1"), start=START)
    make.registration(gone.person, of=make.qualification("VQ5"))
    learners.event(gone, "withdrawn", today())
    make.registration(w.person(staff_number="S3"), of=make.qualification("VQ3"))  # in no post
    make.registration(pso("S4", in_region="WAL"), of=make.qualification("VQ3"))
    assert numbers() == []
    page = (
        client_for(persona("learning_manager"))
        .get(reverse("assessments:unassessed"))
        .content.decode()
    )
    assert "Every candidate has an assessor." in page


def test_they_wait_since_their_last_assessor() -> None:
    ended = add_months(today(), -2)
    made = candidate("S1")
    make.allocate(made.person, make.assessor(), ended_on=ended)
    candidate("S2")
    waited = {row[1]: row[-1] for row in listed()}
    assert waited == {
        "S1": f"{(today() - ended).days} days",
        "S2": f"{(today() - START).days} days",
    }
