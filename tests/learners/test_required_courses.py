"""Which courses are required of whom, when they are due and due again, and who is exempt."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from learners.facts import training
from learners.facts.strands import missing_proof
from learners.models import Course, CourseRequirement, TrainingExemption, TrainingRecord
from pqip.core.acting import Job, acting_as
from tests.factories import learners as make
from tests.factories import workforce

from .conftest import Stated

pytestmark = pytest.mark.django_db
BY = Job("test")
START = dt.date(2025, 1, 15)


def required(
    course: Course, audience: str = "learner", on: dt.date = dt.date(2014, 1, 1), **said: Any
) -> None:
    with acting_as(by=BY):
        CourseRequirement.objects.create(course=course, audience=audience, effective_on=on, **said)


def attended(person: Any, course: Course, on: dt.date, status: str = "attended") -> None:
    with acting_as(by=BY):
        TrainingRecord.objects.create(person=person, course=course, effective_on=on, status=status)


def of_one(made: Any, course: Course, on: dt.date) -> dict[str, Any] | None:
    found = training.courses_of(made.pk, on)
    return next((row for row in found if row["code"] == course.code), None)


def test_c4_73_foundation_learning_is_required_of_learners_and_psos_alike() -> None:
    rows = CourseRequirement.objects.live().filter(
        course__code__startswith="FL", is_required=True, pathway=None
    )
    for audience in ("learner", "pso"):
        assert sorted(rows.filter(audience=audience).values_list("course__code", flat=True)) == [
            f"FL{n}" for n in range(1, 9)
        ]


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
    made, course = (
        make.enrolment(start=dt.date(2025, 1, 15)),
        make.course("T1", recurs_months=months),
    )
    last = dt.date(2025, 2, 28)
    attended(made.person, course, last)
    due = dt.date(2025 + months // 12, 2, 28)
    before, on, after = (of_one(made, course, due + dt.timedelta(days=days)) for days in (-1, 0, 1))
    assert (before["is_attended"], before["next_due"], before["due_on"]) == (
        True,
        due,
        dt.date(2026, 1, 15),
    )
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


def test_a_course_without_months_is_due_twelve_months_after_the_start_booked_or_not() -> None:
    """Assumed; the day itself is due and not overdue, the day after is."""
    made, course = make.enrolment(start=START), make.course("T1")
    attended(made.person, course, dt.date(2025, 3, 1), "booked")
    days = [dt.date(2026, 1, number) for number in (14, 15, 16)]
    found = [of_one(made, course, on) for on in days]
    assert {row["due_on"] for row in found} == {dt.date(2026, 1, 15)}
    assert [(row["is_due"], row["is_overdue"]) for row in found] == [
        (False, False),
        (True, False),
        (True, True),
    ]


def test_how_many_months_is_a_setting_and_the_planned_end_comes_first(settings: Any) -> None:
    settings.PQIP_COURSE_DUE_MONTHS = 18
    made, course = make.enrolment(start=START), make.course("T1")
    pso = workforce.person(in_grade="PSO")
    workforce.spell(pso, START, in_grade="PSO")
    assert of_one(made, course, START)["due_on"] == dt.date(2026, 4, 15)
    assert training.owing(course.pk, [], [pso.pk], dt.date(2026, 7, 14)) == {}
    assert training.owing(course.pk, [], [pso.pk], dt.date(2026, 7, 15))[pso.pk][
        "due_on"
    ] == dt.date(2026, 7, 15)


@pytest.mark.parametrize(
    ("status", "unbooked"),
    [("", True), ("cancelled", True), ("booked", False), ("did_not_attend", False)],
)
def test_a_due_course_that_nobody_booked_waits_for_the_service(status: str, unbooked: bool) -> None:
    made, course = make.enrolment(start=START), make.course("T1", due_months=1)
    if status:
        attended(made.person, course, dt.date(2025, 2, 1), status)
    assert [of_one(made, course, dt.date(2025, 2, day))["is_unbooked"] for day in (14, 15)] == [
        False,
        unbooked,
    ]


def test_what_was_booked_before_it_was_last_attended_books_it_no_more() -> None:
    made, course = make.enrolment(start=START), make.course("T1", due_months=1, recurs_months=12)
    attended(made.person, course, dt.date(2025, 1, 20), "did_not_attend")
    attended(made.person, course, dt.date(2025, 2, 3))
    assert [of_one(made, course, dt.date(2026, 2, day))["is_unbooked"] for day in (2, 3)] == [
        False,
        True,
    ]
    attended(made.person, course, dt.date(2026, 3, 3), "booked")
    assert not of_one(made, course, dt.date(2026, 2, 3))["is_unbooked"]


def test_of_whoever_has_left_what_was_due_by_that_day() -> None:
    made, course = make.enrolment(start=START), make.course("T1", due_months=2, recurs_months=12)
    make.event(made, "withdrawn", dt.date(2025, 3, 14))
    row = of_one(made, course, dt.date(2026, 6, 1))
    assert (row["due_on"], row["is_due"], row["is_overdue"], row["is_unbooked"]) == (
        dt.date(2025, 3, 15),
        False,
        False,
        False,
    )


def test_an_exempt_course_is_not_due_and_proves_nothing_missing(vocational: Stated) -> None:
    made, course = make.enrolment(start=START), make.course("T1", due_months=1)
    with acting_as(by=BY):
        TrainingExemption.objects.create(
            person=made.person, course=course, effective_on=dt.date(2025, 3, 1), reason="Taught it"
        )
    before, since = (
        of_one(made, course, dt.date(2025, 2, 28)),
        of_one(made, course, dt.date(2025, 3, 1)),
    )
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
    found = training.owing(course.pk, places, people, on)
    assert {key: row["due_on"] for key, row in found.items()} == {
        late.person_id: dt.date(2025, 4, 15),
        pso.pk: dt.date(2024, 4, 1),
    }
    counted = training.count_due(places, people, on)[course.pk]
    assert counted == {
        "course_id": course.pk,
        "required": 4,
        "due": 3,
        "attended": 1,
        "overdue": 2,
        "unbooked": 2,
        "exempt": 0,
    }
    assert training.owing(course.pk, [], [], on) == {}
    for keys in training.overdue_and_unbooked_keys([late.pk, new.pk], on):
        assert (late.pk in keys, new.pk in keys) == (True, False)


def test_a_pso_who_changed_office_began_when_their_time_as_one_began() -> None:
    course, pso = make.course("T1", due_months=6), workforce.person(in_grade="PSO")
    workforce.spell(pso, dt.date(2024, 1, 1), in_grade="PSO", ended_on=dt.date(2024, 5, 31))
    workforce.spell(pso, dt.date(2024, 6, 1), in_grade="PSO")
    assert training.owing(course.pk, [], [pso.pk], dt.date(2024, 7, 1))[pso.pk][
        "due_on"
    ] == dt.date(2024, 7, 1)
