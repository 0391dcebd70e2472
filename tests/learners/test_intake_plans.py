"""Courses planned for intakes: a day entered once, everybody booked for it at once, and what the learner's pages say."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from learners.actions.intakes_courses import book_intake, drop_plan, plan_course
from learners.actions.training import record_training
from learners.actions.training_attendance import undo_attendance
from learners.actions.training_exemptions import exempt
from learners.models import Course, CoursePlan, Enrolment, TrainingRecord
from pqip.core.acting import Job
from pqip.core.clock import today
from pqip.core.errors import Conflict, RuleBroken
from tests.factories import learners as make
from tests.personas import client_for, persona

from .test_pages import at, browser, date, somebody, text_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("vocational")]
BY, DAY = Job("test"), dt.timedelta(days=1)
COHORT = "Intake 14"


def planned(on: dt.date, course: Course | None = None, **more: Any) -> CoursePlan:
    return plan_course(
        by=BY,
        cohort=make.cohort(),
        region=make.region(),
        course=course or make.course("T1"),
        on=on,
        **more,
    )


def bookings() -> dict[int, tuple[str, dt.date, str]]:
    rows = TrainingRecord.objects.live().filter(course__code="T1")
    return {row.person_id: (row.status, row.effective_on, row.delivery) for row in rows}


def people(*places: Enrolment) -> dict[int, int]:
    return {place.pk: place.person_id for place in places}


def test_everybody_who_is_to_take_it_is_booked_once_and_it_is_undone_as_a_whole() -> None:
    """Booked: fresh, missed and cancelled. Left: who attended, is exempt, or has a booking ahead on another day."""
    on, course, start = today() + 20 * DAY, make.course("T1"), today() - 60 * DAY
    names = ("fresh", "missed", "cancelled", "attended", "exempt", "ahead")
    who = {name: make.enrolment(start=start) for name in names}
    for name, status, day in (
        ("missed", "did_not_attend", today() - 5 * DAY),
        ("cancelled", "cancelled", on),
        ("attended", "attended", today() - 5 * DAY),
        ("ahead", "booked", today()),
    ):
        record_training(
            by=BY, person=who[name].person, course=course, booked_for=day, status=status
        )
    exempt(by=BY, person=who["exempt"].person, course=course, on=today(), reason="Taught it")
    before, plan = bookings(), planned(on, delivery="online")
    sheet = book_intake(by=BY, plan=plan, people=people(*who.values()))
    booked = {person for person, said in bookings().items() if said == ("booked", on, "online")}
    assert booked == {who[name].person_id for name in ("fresh", "missed", "cancelled")}
    with pytest.raises(RuleBroken, match="Nobody of this intake"):
        book_intake(by=BY, plan=plan, people=people(*who.values()))
    undo_attendance(by=BY, sheet=sheet)
    assert bookings() == before


def test_a_course_that_lapses_by_the_planned_day_is_booked_again() -> None:
    made, on = make.enrolment(start=today() - 400 * DAY), today() + 20 * DAY
    course = make.course("T1", recurs_months=12)
    record_training(
        by=BY, person=made.person, course=course, booked_for=today() - 350 * DAY, status="attended"
    )
    plan = planned(on)
    assert book_intake(by=BY, plan=plan, people=people(made)).rows
    assert bookings()[made.person_id][0] == "booked"


def test_the_day_may_be_today_and_not_yesterday() -> None:
    made = make.enrolment(start=today() - 60 * DAY)
    with pytest.raises(RuleBroken, match="That day has passed"):
        planned(today() - DAY)
    plan = planned(today())
    with pytest.raises(RuleBroken, match="planned for that day already"):
        planned(today())
    assert book_intake(by=BY, plan=plan, people=people(made)).rows


def test_a_day_taken_out_books_nobody_and_whoever_is_booked_stays_booked() -> None:
    made, plan = make.enrolment(start=today() - 60 * DAY), planned(today() + 20 * DAY)
    book_intake(by=BY, plan=plan, people=people(made))
    drop_plan(by=BY, plan=plan, reason="The room is gone")
    with pytest.raises(Conflict):
        book_intake(by=BY, plan=plan, people=people(make.enrolment()))
    with pytest.raises(Conflict):
        drop_plan(by=BY, plan=plan, reason="Again")
    assert len(bookings()) == 1


def test_what_was_attended_meanwhile_is_not_undone() -> None:
    made, plan = make.enrolment(start=today() - 60 * DAY), planned(today())
    sheet = book_intake(by=BY, plan=plan, people=people(made))
    record_training(
        by=BY, person=made.person, course=plan.course, booked_for=today(), status="attended"
    )
    with pytest.raises(Conflict, match="cannot be undone as a whole"):
        undo_attendance(by=BY, sheet=sheet)


def test_on_screen_from_the_day_to_everybody_booked_and_back() -> None:
    one, due = (
        make.enrolment(start=today() - 60 * DAY),
        make.enrolment(start=today() + 5 * DAY, started=False),
    )
    away, gone = make.enrolment(in_region="WAL"), make.enrolment(start=today() - 60 * DAY)
    make.event(gone, "withdrawn", today() - DAY)
    course, on, client = make.course("T1"), today() + 20 * DAY, browser(somebody())
    page = text_of(client.get(at("intakes_courses")))
    assert at("intake", "NE", COHORT) in page
    assert at("intake", "WAL", COHORT) not in page
    answer = client.post(
        at("plan_course", "NE", COHORT),
        {"course": course.pk, **date("on", on), "delivery": "online"},
    )
    assert (answer.status_code, answer.url) == (302, at("intake", "NE", COHORT))
    plan = CoursePlan.objects.live().get()
    record = text_of(client.get(at("training", one.public_id)))
    assert "not booked" in record
    assert "0 of 2" in text_of(client.get(at("intake", "NE", COHORT)))
    asked = text_of(client.get(at("book_intake", plan.public_id)))
    assert one.person.staff_number in asked
    assert due.person.staff_number in asked
    done = client.post(at("book_intake", plan.public_id))
    assert "2 people" in text_of(client.get(done.url))
    assert bookings() == {row.person_id: ("booked", on, "online") for row in (one, due)}
    assert away.person_id not in bookings()
    undo = f"{done.url}undo/"
    assert client.post(undo).url == at("intake", "NE", COHORT)
    assert bookings() == {}
    assert (
        client.post(
            at("drop_plan", plan.public_id), {"seen": plan.pk, "reason": "Moved"}
        ).status_code
        == 302
    )
    assert not CoursePlan.objects.live().exists()


def test_an_intake_out_of_reach_is_not_found() -> None:
    make.enrolment(in_region="WAL")
    plan = plan_course(
        by=BY,
        cohort=make.cohort(),
        region=make.region("WAL"),
        course=make.course("T1"),
        on=today() + DAY,
    )
    client = browser(somebody())
    for name, where in (
        ("intake", ("WAL", COHORT)),
        ("plan_course", ("WAL", COHORT)),
        ("intake", ("NE", "No such intake")),
    ):
        assert client.get(at(name, *where)).status_code == 404
    for name in ("book_intake", "drop_plan"):
        assert client.get(at(name, plan.public_id)).status_code == 404
        assert client.post(at(name, plan.public_id), {"reason": "Mine"}).status_code == 404
    assert plan.pk in CoursePlan.objects.live().values_list("pk", flat=True)


def test_whoever_reaches_one_unit_books_those_of_it_alone() -> None:
    unit = make.pdu()
    here, there = make.enrolment(in_pdu=unit), make.enrolment()
    plan = planned(today() + DAY)
    client = client_for(persona("learning_manager", region="NE", pdu=unit.code))
    assert client.post(at("book_intake", plan.public_id)).status_code == 302
    assert set(bookings()) == {here.person_id}
    assert there.person_id not in bookings()


def test_what_is_planned_and_what_nobody_booked_waits_for_the_service() -> None:
    from learners.facts.promised import promised

    made = make.enrolment(start=today() - 40 * DAY)
    for code in ("T1", "T2", "T3"):
        make.course(code, due_months=1)
    record_training(
        by=BY,
        person=made.person,
        course=make.course("T3"),
        booked_for=today() + 9 * DAY,
        status="booked",
    )
    planned(today() + 20 * DAY)
    made.refresh_from_db()
    steps = {step.title: step for step in promised(made, today())}
    first, second = (
        steps["Course T1: planned, to be booked"],
        steps["1 required course to be booked"],
    )
    assert (first.on, first.overdue, first.waiting_for) == (
        today() + 20 * DAY,
        False,
        "the service",
    )
    assert (second.overdue, second.waiting_for) == (True, "the service")
