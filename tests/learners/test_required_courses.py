"""Which courses are required of whom, when they are due and due again, and who is exempt."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from learners import training_facts
from learners.models import Course, CourseRequirement, TrainingExemption, TrainingRecord
from learners.strands import missing_proof
from pqip.core.acting import Job, act
from tests.factories import learners as make
from tests.factories import workforce

from .conftest import Stated

pytestmark = pytest.mark.django_db
BY = Job("test")
START = dt.date(2025, 1, 15)


def required(course: Course, audience: str = "learner", on: dt.date = dt.date(2014, 1, 1), **said: Any) -> None:
    with act(by=BY):
        CourseRequirement.objects.create(course=course, audience=audience, effective_on=on, **said)


def attended(person: Any, course: Course, on: dt.date, status: str = "attended") -> None:
    with act(by=BY):
        TrainingRecord.objects.create(person=person, course=course, effective_on=on, status=status)


def of_one(made: Any, course: Course, on: dt.date) -> dict[str, Any] | None:
    found = training_facts.courses_of(made.pk, on)
    return next((row for row in found if row["code"] == course.code), None)


def test_c4_73_foundation_learning_is_required_of_learners_and_psos_alike() -> None:
    rows = CourseRequirement.objects.live().filter(course__code__startswith="FL", is_required=True, pathway=None)
    for audience in ("learner", "pso"):
        assert sorted(rows.filter(audience=audience).values_list("course__code", flat=True)) == [f"FL{n}" for n in range(1, 9)]


def test_a_pathway_s_own_requirement_counts_before_the_one_for_every() -> None:
    short, long = make.enrolment(start=START), make.enrolment(start=START, on="PQIP21")
    course = make.course("T1", due_months=3)
    required(course, pathway=make.pathway("PQIP21"), due_months=6)
    assert of_one(short, course, START)["due_on"] == dt.date(2025, 4, 15)
    assert of_one(long, course, START)["due_on"] == dt.date(2025, 7, 15)


def test_a_requirement_holds_from_its_day_until_the_next() -> None:
    made, course = make.enrolment(start=START), make.course("T1", due_months=3)
    required(course, on=dt.date(2025, 6, 1), is_required=False)
    assert of_one(made, course, dt.date(2025, 5, 31)) is not None
    assert of_one(made, course, dt.date(2025, 6, 1)) is None


@pytest.mark.parametrize("months", [12, 24, 36])
def test_c4_72_mandatory_courses_are_due_again_after_one_two_or_three_years(months: int) -> None:
    """On the anniversary it is due again, the day before it is not."""
    made, course = make.enrolment(start=dt.date(2025, 1, 15)), make.course("T1", recurs_months=months)
    last = dt.date(2025, 2, 28)
    attended(made.person, course, last)
    due = dt.date(2025 + months // 12, 2, 28)
    before, on, after = (of_one(made, course, due + dt.timedelta(days=days)) for days in (-1, 0, 1))
    assert (before["is_attended"], before["next_due"], before["due_on"]) == (True, due, last)
    assert (on["is_attended"], on["due_on"], on["next_due"]) == (False, due, None)
    assert (after["is_attended"], after["due_on"]) == (False, due)


def test_c4_72_of_a_leap_day() -> None:
    made, course = make.enrolment(start=dt.date(2024, 1, 15)), make.course("T1", recurs_months=12)
    attended(made.person, course, dt.date(2024, 2, 29))
    assert of_one(made, course, dt.date(2025, 2, 27))["is_attended"]
    assert not of_one(made, course, dt.date(2025, 2, 28))["is_attended"]


def test_how_often_is_not_known_so_it_is_not_due_again() -> None:
    made, course = make.enrolment(start=START), make.course("T1")
    attended(made.person, course, dt.date(2025, 2, 1))
    row = of_one(made, course, dt.date(2040, 1, 1))
    assert (row["is_attended"], row["next_due"]) == (True, None)


def test_an_exempt_course_is_not_due_and_proves_nothing_missing(vocational: Stated) -> None:
    made, course = make.enrolment(start=START), make.course("T1", due_months=1)
    with act(by=BY):
        TrainingExemption.objects.create(person=made.person, course=course, effective_on=dt.date(2025, 3, 1), reason="Taught it")
    before, since = of_one(made, course, dt.date(2025, 2, 28)), of_one(made, course, dt.date(2025, 3, 1))
    assert (before["is_exempt"], before["due_on"]) == (False, dt.date(2025, 2, 15))
    assert (since["is_exempt"], since["due_on"]) == (True, None)
    assert "T1" in missing_proof(made, dt.date(2025, 2, 28))[-1]
    assert "T1" not in missing_proof(made, dt.date(2025, 3, 1))[-1]


def test_a_course_attended_once_proves_it_even_when_due_again(vocational: Stated) -> None:
    made, course = make.enrolment(start=START), make.course("T1", recurs_months=12)
    attended(made.person, course, dt.date(2025, 2, 1))
    assert "T1" not in missing_proof(made, dt.date(2026, 3, 1))[-1]


def test_who_owes_a_course_of_learners_and_of_other_psos() -> None:
    on, course = dt.date(2025, 6, 1), make.course("T1", due_months=3)
    late, done, new = (make.enrolment(start=day) for day in (START, START, dt.date(2025, 5, 1)))
    for place in (late, done, new):
        workforce.spell(place.person, START, in_grade="PSO")
    attended(done.person, course, dt.date(2025, 4, 1))
    pso, officer = workforce.person(in_grade="PSO"), workforce.person(in_grade="PO")
    workforce.spell(pso, dt.date(2024, 1, 1), in_grade="PSO")
    workforce.spell(officer, dt.date(2024, 1, 1), in_grade="PO")
    places, people = [late.pk, done.pk, new.pk], [pso.pk, officer.pk, late.person_id]
    found = training_facts.owing(course.pk, places, people, on)
    assert {key: row["due_on"] for key, row in found.items()} == {
        late.person_id: dt.date(2025, 4, 15), pso.pk: dt.date(2024, 4, 1),
    }
    counted = training_facts.count_due(places, people, on)[course.pk]
    assert counted == {"course_id": course.pk, "required": 4, "due": 3, "attended": 1, "overdue": 2, "exempt": 0}
    assert training_facts.owing(course.pk, [], [], on) == {}
    assert late.pk in training_facts.overdue_keys(on)
    assert new.pk not in training_facts.overdue_keys(on)


def test_a_pso_who_changed_office_began_when_their_time_as_one_began() -> None:
    course, pso = make.course("T1", due_months=6), workforce.person(in_grade="PSO")
    workforce.spell(pso, dt.date(2024, 1, 1), in_grade="PSO", ended_on=dt.date(2024, 5, 31))
    workforce.spell(pso, dt.date(2024, 6, 1), in_grade="PSO")
    assert training_facts.owing(course.pk, [], [pso.pk], dt.date(2024, 7, 1))[pso.pk]["due_on"] == dt.date(2024, 7, 1)
