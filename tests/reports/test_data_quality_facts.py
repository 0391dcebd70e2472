"""Checks that rest on facts of several strands, on paper: posts beside the programme, returns, courses, modules, completion."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest

from assessments.models import Qualification, UnitAchievement
from learners.facts.modules import states_of
from learners.models import (
    AcademicModule,
    CourseRequirement,
    Enrolment,
    ModuleResult,
    TrainingExemption,
    TrainingRecord,
    UniversityAward,
)
from pqip.core.acting import acting_as
from pqip.core.ledger import void
from tests.factories import assessments
from tests.factories import learners as make
from tests.factories import workforce as w
from tests.reports.test_data_quality import BY, DAY, ON, START, found, learner
from workforce.data_quality import find
from workforce.data_quality.asking import behind
from workforce.models import Pdu, Person, RecordsComplete, StaffingReturn

pytestmark = pytest.mark.django_db
HELD = ["CJS", "UCCB", "PPP", "REHAB"]


@pytest.mark.parametrize(("post", "wrong"), [
    ({}, False),
    ({"in_region": "WAL"}, True),
    ({"fte": "0.8"}, True),
    ({"in_grade": "PO"}, True),
])  # fmt: skip
def test_posts_that_disagree_with_the_programme(post: dict[str, str], wrong: bool) -> None:
    one = learner(post=False)
    w.spell(one.person, START + 10 * DAY, **{"in_grade": "PSO", **post})
    assert found("post_disagrees") == (
        (1, 1, 100.0, (ON - START).days) if wrong else (1, 0, 0.0, None)
    )


def test_units_disagree_only_where_both_name_one() -> None:
    mine, other = Pdu.objects.filter(region=w.region())[:2]
    for unit in ("", mine.code, other.code):
        who = make.person()
        w.spell(who, START, in_grade="PSO", in_pdu=unit)
        make.enrolment(who=who, in_pdu=mine)
    assert found("post_disagrees") == (3, 1, 33.3, (ON - START).days)


def test_a_move_makes_them_disagree_from_its_day() -> None:
    make.event(learner(), "changed_fte", ON, to_fte=Decimal("0.6"))
    assert found("post_disagrees", ON - DAY) == (1, 0, 0.0, None)
    assert found("post_disagrees") == (1, 1, 100.0, 0)


def test_the_other_side_of_a_post_in_another_region_is_told_too() -> None:
    one = learner(post=False)
    w.spell(one.person, START + 10 * DAY, in_grade="PSO", in_region="WAL")
    learner(in_region="NE")
    assert found("post_disagrees") == (2, 1, 50.0, (ON - START).days)
    assert found("learner_elsewhere", region="WAL") == (1, 1, 100.0, (ON - START).days - 10)
    assert found("learner_elsewhere") == (1, 0, 0.0, None)


def declared(since: dt.date, until: dt.date | None = None, grade: str = "PSO") -> None:
    with acting_as(by=BY):
        RecordsComplete.objects.create(
            region=w.region(), grade=w.grade(grade), effective_on=since, ended_on=until
        )


def returned(
    fte: str, on: dt.date, *, headcount: int | None = None, grade: str = "PSO", region: str = "NE"
) -> None:
    with acting_as(by=BY):
        StaffingReturn.objects.create(
            region=w.region(region),
            grade=w.grade(grade),
            effective_on=on,
            fte=fte,
            headcount=headcount,
            source="test",
        )


def in_post(start: dt.date, *, fte: str = "1.0", grade: str = "PSO", **fields: Any) -> Person:
    who = w.person()
    w.spell(who, start, in_grade=grade, fte=fte, **fields)
    return who


def test_posts_declared_complete_or_not() -> None:
    in_post(START)  # a PSO
    in_post(START, grade="PO")
    returned("4.0", ON, grade="SPO")
    returned("4.0", ON, region="NAT")  # the nation's own figure is no region's
    declared(ON, grade="PO")
    declared(START, ON - DAY)
    # Three grades. Officers are declared from today; PSOs were until yesterday; of SPOs there is a return alone.
    assert found("not_declared") == (3, 2, 66.7, 1)
    assert found("not_declared", ON - DAY) == (2, 1, 50.0, None)


def test_returned_totals_beside_posts_on_the_returns_own_day() -> None:
    march = dt.date(2025, 3, 31)
    in_post(march, fte="0.6")
    in_post(START, ended_on=march)
    in_post(march + DAY)  # after the return
    in_post(START, grade="PO")
    # On 31 March PSOs come to 1.6, as returned; officers to 1.0, one short of what was returned of them.
    returned("1.6", march, headcount=2)
    returned("2.0", march, grade="PO")
    returned("3.0", march, grade="SPO")  # of whom no post is on record, nor is any declared to be
    assert found("return_differs") == (2, 1, 50.0, (ON - march).days)
    # The latest return counts: from 30 June 1.6 is right no more, as one has left and one has come, 1.6 in all; heads differ.
    returned("1.6", ON, headcount=3)
    assert found("return_differs", ON - DAY) == (2, 1, 50.0, (ON - DAY - march).days)
    assert found("return_differs") == (2, 2, 100.0, (ON - march).days)
    declared(START, grade="SPO")
    assert found("return_differs") == (3, 3, 100.0, (ON - march).days)


def only(*courses: Any) -> None:
    """These courses alone are required, of learners, two months after the start."""
    void(list(CourseRequirement.objects.live()), by=BY, reason="Only these")
    with acting_as(by=BY):
        for course in courses:
            CourseRequirement.objects.create(
                course=course, audience="learner", due_months=2, effective_on=dt.date(2014, 1, 1)
            )


def booked(who: Person, course: Any, on: dt.date, status: str = "booked") -> None:
    with acting_as(by=BY):
        TrainingRecord.objects.create(person=who, course=course, effective_on=on, status=status)


def test_required_courses_that_nobody_booked() -> None:
    course = make.course("T-ONE", required=False)
    only(course)
    _nothing, attended, ahead, missed, exempt = (learner().person for _ in range(5))
    booked(attended, course, START, "attended")
    booked(ahead, course, ON)
    booked(missed, course, START + DAY, "did_not_attend")
    with acting_as(by=BY):
        TrainingExemption.objects.create(
            person=exempt, course=course, reason="test", effective_on=START
        )
    due = dt.date(2025, 3, 15)
    # On the day it is due nobody is late. The day after: whoever never had it, and who did not attend, of whom nobody booked it
    # again; the one booked for 30 June is not missing until that day has gone.
    assert found("course_missing", due) == (5, 0, 0.0, None)
    assert found("course_missing", due + DAY) == (5, 2, 40.0, 1)
    assert found("course_missing", ON) == (5, 2, 40.0, (ON - due).days)
    assert found("course_missing", ON + DAY) == (5, 3, 60.0, (ON + DAY - due).days)


def passed(made: Enrolment, code: str, on: dt.date) -> None:
    with acting_as(by=BY):
        ModuleResult.objects.create(
            enrolment=made,
            module=AcademicModule.objects.get(code=code),
            attempt=1,
            due_date=on,
            submitted_date=on,
            outcome="pass",
            effective_on=on,
        )


def test_modules_due_of_which_nothing_is_on_record() -> None:
    start = dt.date(2024, 12, 1)
    due = dt.date(2025, 6, 1)
    learner(start=start)
    passed(learner(start=start), "REHAB", due)
    learner(start=start, modules_held=HELD)
    # Three held: the fourth is due six months after the start. One learner passed it, one held it, of one nothing is known.
    assert found("module_missing", due) == (3, 0, 0.0, None)
    assert found("module_missing", due + DAY) == (3, 1, 33.3, 1)


def pass_all(made: Enrolment, on: dt.date) -> None:
    """Every module required of them is passed on a day."""
    for row in states_of([made.pk], on):
        if row["passed_on"] is None:
            passed(made, row["code"], on)


def awarded(made: Enrolment, on: dt.date) -> None:
    with acting_as(by=BY):
        UniversityAward.objects.create(enrolment=made, award="TEST", effective_on=on)


def achieve_all(made: Enrolment, on: dt.date) -> None:
    """Every unit of their diploma is achieved on a day."""
    registration = assessments.registration(made.person, of=Qualification.objects.get(code="VQ5"))
    with acting_as(by=BY):
        UnitAchievement.objects.bulk_create(
            UnitAchievement(registration=registration, unit=unit, from_on=on)
            for unit in registration.version.units.all()
        )


def test_the_award_of_those_who_passed_every_module() -> None:
    without, next_day, in_time = learner(), learner(), learner()
    for made in (without, next_day, in_time):
        pass_all(made, ON)
    awarded(next_day, ON + DAY)
    awarded(in_time, ON)
    learner()  # who has modules still to pass
    # On the day the last is passed no award is missed; the day after, of the first alone.
    assert found("award_missing") == (3, 0, 0.0, None)
    assert found("award_missing", ON + DAY) == (3, 1, 33.3, 1)


def test_completed_without_proof() -> None:
    course = make.course("T-ONE", required=False)
    only(course)
    whole, unproved, untrained = learner(), learner(), learner()
    learner()  # on the programme: nothing is to be proved yet
    for made in (whole, untrained):
        achieve_all(made, ON)
        pass_all(made, ON)
        awarded(made, ON)
        make.event(made, "completed", ON)
    make.event(unproved, "completed", ON - DAY)
    booked(whole.person, course, START, "attended")
    booked(unproved.person, course, START, "attended")
    # Of the second neither units nor modules nor award are on record; of the third the course alone is not.
    assert found("completed_unproved", ON - DAY) == (1, 1, 100.0, 0)
    assert found("completed_unproved") == (3, 2, 66.7, 1)
    booked(untrained.person, course, ON, "attended")
    assert found("completed_unproved") == (3, 1, 33.3, 1)
    said = {one.enrolment_id: one.about for one in behind(find("completed_unproved"), ON, None)}
    assert set(said) == {unproved.pk}
    assert said[unproved.pk].startswith("Units of the diploma not achieved. Modules not passed: ")
    assert said[unproved.pk].endswith(". Award not recorded")


@pytest.mark.parametrize("lacking", ["units", "modules", "award", "course"])
def test_each_element_is_asked_for(lacking: str) -> None:
    course, made = make.course("T-ONE", required=False), learner()
    only(course)
    for element, record in (
        ("units", lambda: achieve_all(made, ON)),
        ("modules", lambda: pass_all(made, ON)),
        ("award", lambda: awarded(made, ON)),
        ("course", lambda: booked(made.person, course, ON, "attended")),
    ):
        if element != lacking:
            record()
    make.event(made, "completed", ON)
    assert found("completed_unproved") == (1, 1, 100.0, 0)
