"""Follow-up into practice, exemption, and the attendance sheet: what is recorded, refused and undone."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest
from django.db import DatabaseError, connection

from learners.actions.training import record_training
from learners.actions.training_attendance import record_attendance, undo_attendance
from learners.actions.training_exemptions import end_exemption, exempt
from learners.actions.training_follow_ups import complete_follow_up
from learners.models import Course, FollowUp, TrainingExemption, TrainingRecord
from pqip.core.acting import Job, acting_as
from pqip.core.clock import today
from pqip.core.errors import Conflict, RuleBroken
from tests.factories import learners as make

from .files import bring_in, done

pytestmark = pytest.mark.django_db
BY = Job("test")
DAY = dt.date(2025, 5, 1)


@pytest.fixture
def course() -> Course:
    return make.course("T1", needs_follow_up=True)


def recorded(
    person: Any, course: Course, status: str = "attended", on: dt.date = DAY
) -> TrainingRecord:
    return record_training(by=BY, person=person, course=course, booked_for=on, status=status)


def tasks() -> list[FollowUp]:
    return list(FollowUp.objects.live().order_by("person", "effective_on"))


def test_c4_76_attendance_makes_a_task_and_is_not_its_completion(course: Course) -> None:
    who = make.person()
    recorded(who, course, "booked")
    assert tasks() == []
    recorded(who, course)
    [task] = tasks()
    assert (task.effective_on, task.due_on, task.done_on) == (DAY, dt.date(2025, 5, 29), None)
    recorded(who, make.course("T2"))
    assert len(tasks()) == 1, "a course that is not followed up makes none"


def test_c4_76_the_days_are_a_setting(course: Course, settings: Any) -> None:
    settings.PQIP_FOLLOW_UP_DAYS = 10
    recorded(make.person(), course)
    assert tasks()[0].due_on == dt.date(2025, 5, 11)


def test_a_corrected_attendance_takes_its_task_with_it_unless_done(course: Course) -> None:
    one, two = make.person(), make.person()
    for who in (one, two):
        recorded(who, course)
    complete_follow_up(by=BY, follow_up=tasks()[1], kind="discussion", done_on=DAY, done_with=one)
    for who in (one, two):
        recorded(who, course, "did_not_attend")
    assert [(task.person_id, task.done_on) for task in tasks()] == [(two.pk, DAY)]


def test_each_attendance_has_its_own_task(course: Course) -> None:
    who = make.person()
    recorded(who, course), recorded(who, course, on=dt.date(2026, 5, 1)), recorded(who, course)
    assert [task.effective_on for task in tasks()] == [DAY, dt.date(2026, 5, 1)]


def test_an_import_makes_the_tasks_too(tmp_path: Path, course: Course) -> None:
    make.enrolment(who=make.person("L1"))
    row = {"staff_number": "L1", "course": "T1", "booked_for": "2025-05-01", "status": "attended"}
    assert done(bring_in(tmp_path, "training", row)) == "1 new"
    assert done(bring_in(tmp_path, "training", row)) == "1 unchanged"
    assert [task.due_on for task in tasks()] == [dt.date(2025, 5, 29)]
    assert done(bring_in(tmp_path, "training", {**row, "status": "cancelled"})) == "1 changed"
    assert tasks() == []


def test_completing_a_follow_up(course: Course) -> None:
    who, manager = make.person(), make.person()
    recorded(who, course)
    day_before, to_come = DAY - dt.timedelta(days=1), today() + dt.timedelta(days=1)
    for on in (day_before, to_come):
        with pytest.raises(RuleBroken, match="after it"):
            complete_follow_up(by=BY, follow_up=tasks()[0], kind="discussion", done_on=on)
    with pytest.raises(RuleBroken, match="somebody else"):
        complete_follow_up(
            by=BY, follow_up=tasks()[0], kind="discussion", done_on=DAY, done_with=who
        )
    held = tasks()[0]
    finished = complete_follow_up(
        by=BY, follow_up=held, kind="observed_practice", done_on=DAY, done_with=manager
    )
    assert (finished.kind, finished.done_on, finished.done_with_id) == (
        "observed_practice",
        DAY,
        manager.pk,
    )
    with pytest.raises(Conflict):
        complete_follow_up(by=BY, follow_up=held, kind="discussion", done_on=DAY)


def test_the_database_keeps_a_done_task_whole(course: Course) -> None:
    recorded(make.person(), course)
    sql = (
        "INSERT INTO learners_followup (person_id, course_id, effective_on, due_on, kind, done_on) "
        "SELECT person_id, course_id, effective_on + 1, due_on, '', effective_on + 1 FROM learners_followup"
    )
    with (
        pytest.raises(DatabaseError, match="learners_follow_up_done"),
        acting_as(by=BY),
        connection.cursor() as cursor,
    ):
        cursor.execute(sql)


def test_f33_exemption_needs_its_reason_and_ends_with_one(course: Course) -> None:
    who = make.person()
    for wrong in ({"reason": " "}, {"on": today() + dt.timedelta(days=1)}):
        with pytest.raises(RuleBroken):
            exempt(by=BY, person=who, course=course, **{"on": DAY, "reason": "Taught it", **wrong})
    held = exempt(by=BY, person=who, course=course, on=DAY, reason="Taught it")
    with pytest.raises(RuleBroken, match="already"):
        exempt(by=BY, person=who, course=course, on=DAY, reason="Taught it")
    with pytest.raises(RuleBroken, match="reason"):
        end_exemption(by=BY, exemption=held, reason="")
    end_exemption(by=BY, exemption=held, reason="Another course")
    assert not TrainingExemption.objects.live().exists()
    with pytest.raises(Conflict):
        end_exemption(by=BY, exemption=held, reason="Again")


def test_a_sheet_is_recorded_and_undone_whole(course: Course) -> None:
    people = [make.person() for _ in range(4)]
    new, booked, already, missed = people
    (
        recorded(booked, course, "booked"),
        recorded(already, course),
        recorded(missed, course, "booked"),
    )
    marks = {
        new.pk: "attended",
        booked.pk: "attended",
        already.pk: "attended",
        missed.pk: "did_not_attend",
    }
    sheet = record_attendance(by=BY, course=course, on=DAY, marks=marks, seen=keys())
    assert len(sheet.rows) == 3, "what stood so already is left alone"
    assert stands() == {
        new.pk: "attended",
        booked.pk: "attended",
        already.pk: "attended",
        missed.pk: "did_not_attend",
    }
    assert {task.person_id for task in tasks()} == {new.pk, booked.pk, already.pk}
    undo_attendance(by=BY, sheet=sheet)
    assert stands() == {booked.pk: "booked", already.pk: "attended", missed.pk: "booked"}
    assert {task.person_id for task in tasks()} == {already.pk}
    with pytest.raises(Conflict):
        undo_attendance(by=BY, sheet=sheet)


def test_a_sheet_corrected_since_is_not_undone_as_a_whole(course: Course) -> None:
    one, two = make.person(), make.person()
    sheet = record_attendance(
        by=BY, course=course, on=DAY, marks={one.pk: "attended", two.pk: "attended"}, seen={}
    )
    recorded(one, course, "did_not_attend")
    with pytest.raises(Conflict, match="corrected since"):
        undo_attendance(by=BY, sheet=sheet)
    assert stands() == {one.pk: "did_not_attend", two.pk: "attended"}


def test_a_sheet_of_sixty_costs_no_more_queries_than_one_of_two(
    course: Course, django_assert_max_num_queries: Any
) -> None:
    people = [make.person().pk for _ in range(60)]
    with django_assert_max_num_queries(16):
        record_attendance(
            by=BY,
            course=course,
            on=DAY,
            marks=dict.fromkeys(people, "attended"),
            seen={},
            delivery="online",
        )


def test_what_somebody_else_recorded_meanwhile_is_not_replaced(course: Course) -> None:
    one, two = make.person(), make.person()
    recorded(one, course, "booked")
    seen, marks = keys(), {one.pk: "attended", two.pk: "attended"}
    recorded(one, course, "did_not_attend")
    with pytest.raises(Conflict, match="Somebody else"):
        record_attendance(by=BY, course=course, on=DAY, marks=marks, seen=seen)
    assert stands() == {one.pk: "did_not_attend"}
    record_attendance(by=BY, course=course, on=DAY, marks=marks, seen=keys())
    again = record_attendance(by=BY, course=course, on=DAY, marks=marks, seen=seen)
    assert not again.rows, "the same marks once more change nothing"


def keys() -> dict[int, int]:
    return dict(TrainingRecord.objects.live().values_list("person_id", "pk"))


def stands() -> dict[int, str]:
    return dict(TrainingRecord.objects.live().values_list("person_id", "status"))
