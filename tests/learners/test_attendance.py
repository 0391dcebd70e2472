"""The attendance sheet on screen, and the lists of training and of requests for more time."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from learners.actions.modules_extensions import answer_extension, ask_for_extension
from learners.actions.modules_results import record_module_result
from learners.actions.training import record_training
from learners.models import Course, TrainingRecord
from pqip.core.acting import Job
from pqip.core.clock import today
from tests.factories import learners as make
from tests.factories import workforce
from tests.personas import client_for, persona
from workforce.models import Person

from .test_pages import at, browser, date, somebody, text_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("vocational")]
BY, DAY = Job("test"), dt.timedelta(days=1)


@pytest.fixture
def course() -> Course:
    return make.course("T1", due_months=1, needs_follow_up=True)


def client_of(region: str = "NE") -> Client:
    return client_for(persona("learning_manager", region=region))


def booked(course: Course, number: int, of: str = "NE") -> list[Person]:
    people = [
        make.enrolment(
            who=make.person(f"B{of}{n:02}", last_name=f"Name {n:02}", of=of), in_region=of
        ).person
        for n in range(number)
    ]
    for person in people:
        record_training(
            by=BY,
            person=person,
            course=course,
            booked_for=today(),
            status="booked",
            delivery="online",
        )
    return people


def begin(client: Client, course: Course, **said: Any) -> Any:
    answers = {
        "course": course.pk,
        **date("on", today()),
        "start_with": "attended",
        "staff_numbers": "",
        **said,
    }
    return client.post(at("attendance"), answers)


def stands() -> list[str]:
    return list(
        TrainingRecord.objects.live().order_by("person__sort_name").values_list("status", flat=True)
    )


def test_a_sheet_of_sixty_is_marked_checked_recorded_and_undone(course: Course) -> None:
    booked(course, 60), booked(course, 1, of="WAL")
    client = client_of()
    sheet = begin(client, course, delivery="online").url
    form = client.get(sheet).context["form"]
    assert len(form.people) == 60, "those of another region are not on it"
    marks = dict.fromkeys(form.people, "attended") | {
        "person_2": "did_not_attend",
        "person_60": "leave",
    }
    check = text_of(client.post(sheet, marks))
    for words in ("What changes", "58 attended online", "Left as they are", "Did not attend"):
        assert words in check
    assert set(stands()) == {"booked"}, "nothing is recorded before it is confirmed"
    assert "Name 02" in text_of(client.post(sheet, {**marks, "change": "yes"}))
    done = client.post(sheet, {**marks, "confirmed": "yes"})
    assert done.status_code == 302
    page = text_of(client.get(done.url))
    assert "59 people" in page
    # Fifty-eight attended; the last on the sheet and the one of another region stand as they were.
    assert sorted(stands()) == ["attended"] * 58 + ["booked"] * 2 + ["did_not_attend"]
    undo = done.url.replace("/done/", "/undo/")
    assert undo in page
    assert "taken back" in text_of(client.get(undo))
    assert client.post(undo).status_code == 302
    assert set(stands()) == {"booked"}
    assert client.get(undo).status_code == 404, "it is undone once"


def test_pressed_twice_or_gone_back_to_a_sheet_is_recorded_once_and_still_undone(
    course: Course,
) -> None:
    booked(course, 2)
    client = client_of()
    sheet = begin(client, course).url
    marks = {"person_1": "attended", "person_2": "attended", "confirmed": "yes"}
    first, second = (
        client.post(sheet, marks),
        client.post(sheet, {**marks, "person_1": "did_not_attend"}),
    )
    assert first.url == second.url == client.get(sheet).url
    assert "2 people" in text_of(client.get(first.url))
    assert stands() == ["attended", "attended"]
    client.post(f"{sheet}undo/")
    assert stands() == ["booked", "booked"]


def test_what_a_colleague_recorded_between_check_and_confirmation_stands(course: Course) -> None:
    [person, _] = booked(course, 2)
    client = client_of()
    sheet = begin(client, course).url
    marks = {"person_1": "attended", "person_2": "attended"}
    client.post(sheet, marks)
    record_training(by=BY, person=person, course=course, booked_for=today(), status="cancelled")
    assert client.post(sheet, {**marks, "confirmed": "yes"}).status_code == 409
    assert sorted(stands()) == ["booked", "cancelled"]
    assert "now" in text_of(client.post(sheet, marks)).lower(), "checked anew, it may be confirmed"
    assert client.post(sheet, {**marks, "confirmed": "yes"}).status_code == 302
    assert stands() == ["attended", "attended"]


def test_who_is_not_booked_is_found_by_staff_number(course: Course) -> None:
    pso = workforce.person(in_region="NE", in_grade="PSO")
    learner, far = make.enrolment().person, make.enrolment(in_region="WAL").person
    client = client_of()
    answer = begin(client, course, staff_numbers=f"{far.staff_number}\nX99")
    said = text_of(answer)
    assert f"nobody with these staff numbers: {far.staff_number}, X99." in said
    sheet = begin(
        client, course, staff_numbers=f"{pso.staff_number.lower()}, {learner.staff_number}"
    ).url
    assert "Not booked" in text_of(client.get(sheet))
    client.post(sheet, {"person_1": "attended", "person_2": "attended", "confirmed": "yes"})
    assert set(TrainingRecord.objects.live().values_list("person", "status")) == {
        (pso.pk, "attended"),
        (learner.pk, "attended"),
    }


def test_a_sheet_says_what_is_wrong_with_it(course: Course) -> None:
    client = client_of()
    assert "Nobody is booked" in text_of(begin(client, course))
    assert "not taken place yet" in text_of(begin(client, course, **date("on", today() + DAY)))
    booked(course, 2)
    sheet = begin(client, course, start_with="leave").url
    assert "Nothing would change" in text_of(
        client.post(sheet, {"person_1": "leave", "person_2": "leave"})
    )
    assert "Select a mark for" in text_of(client.post(sheet, {"person_1": "attended"}))
    assert client_of().get(sheet).status_code == 404, "a sheet is its own session's"


def test_a_sheet_corrected_by_somebody_since_is_not_undone(course: Course) -> None:
    [person, _] = booked(course, 2)
    client = client_of()
    sheet = begin(client, course).url
    client.post(sheet, {"person_1": "attended", "person_2": "attended", "confirmed": "yes"})
    record_training(by=BY, person=person, course=course, booked_for=today(), status="cancelled")
    assert client.post(f"{sheet}undo/").status_code == 409
    assert sorted(stands()) == ["attended", "cancelled"]


def test_courses_say_who_is_due_and_each_its_people(course: Course) -> None:
    late = make.enrolment(start=today() - 90 * DAY)
    workforce.spell(pso := workforce.person(in_grade="PSO"), today() - 400 * DAY, in_grade="PSO")
    make.enrolment(start=today() - 90 * DAY, in_region="WAL")
    client = client_of()
    page = text_of(client.get(at("courses")))
    assert at("course", "T1") in page
    people = text_of(client.get(at("course", "T1")))
    assert late.person.staff_number in people
    assert pso.staff_number in people
    lines = text_of(client.get(at("course", "T1"), {"format": "csv"})).splitlines()
    assert sorted(line.split(",")[2] for line in lines[1:]) == ["Learner", "PSO"]
    whole = text_of(client.get(at("courses"), {"format": "csv"})).splitlines()
    [line] = [line for line in whole if line.startswith("Course T1,")]
    assert line.split(",")[-7:-1] == ["2", "2", "0", "2", "2", "0"]
    assert client.get(at("course", "NO-SUCH")).status_code == 404
    assert "Nobody you look after is due" in text_of(client_of("WAL").get(at("course", "FL1")))


def test_follow_ups_to_do_and_those_overdue(course: Course) -> None:
    soon, late = make.enrolment(), make.enrolment()
    for who, on in ((soon, today()), (late, today() - 40 * DAY)):
        record_training(by=BY, person=who.person, course=course, booked_for=on, status="attended")
    client = client_of()
    page = text_of(client.get(at("follow_ups")))
    assert soon.person.staff_number in page
    only = text_of(client.get(at("follow_ups"), {"late": "yes"}))
    assert (late.person.staff_number in only, soon.person.staff_number in only) == (True, False)
    assert (
        len(text_of(client.get(at("follow_ups"), {"late": "yes", "format": "csv"})).splitlines())
        == 2
    )
    assert "Nothing is to be followed up" in text_of(client_of("WAL").get(at("follow_ups")))
    make.event(late, "withdrawn", today() - DAY)
    assert late.person.staff_number not in text_of(client.get(at("follow_ups")))


def test_c2_45_how_many_learners_ask_for_more_time() -> None:
    """Three learners have an attempt at the module; one asks twice, one not, one is refused: 2 of 3, 66.7%."""
    places = [make.enrolment() for _ in range(3)]
    for place in places:
        record_module_result(
            by=BY, enrolment=place, module=make.module(), attempt=1, due_date=today()
        )

    def ask(place: Any, days: int, answer: str) -> None:
        row = ask_for_extension(
            by=BY,
            enrolment=place,
            module=make.module(),
            attempt=1,
            on=today() - days * DAY,
            asked_until=today() + (30 - days) * DAY,
        )
        answer_extension(by=BY, request=row, answer=answer, answered_on=today())

    ask(places[0], 9, "agreed"), ask(places[0], 2, "refused"), ask(places[1], 1, "refused")
    client = client_of()
    answer = client.get(at("extension_requests"))
    [row] = list(answer.context["rates"].rows)
    assert row[2:] == ["3", "2", "66.7%", "3", "1", "2"]
    assert len(answer.context["table"].body) == 3
    assert (
        len(client.get(at("extension_requests"), {"answer": "agreed"}).context["table"].body) == 1
    )
    assert (
        len(
            text_of(
                client.get(at("extension_requests"), {"answer": "refused", "format": "csv"})
            ).splitlines()
        )
        == 3
    )
    assert "Nobody has asked" in text_of(client_of("WAL").get(at("extension_requests")))


def test_the_sheet_costs_no_more_queries_for_sixty(course: Course) -> None:
    client, found = client_of(), []
    for number in (2, 58):
        people = [make.person(last_name=f"N{n}") for n in range(number)]
        for person in people:
            record_training(
                by=BY, person=person, course=course, booked_for=today(), status="booked"
            )
        sheet = begin(client, course).url
        with CaptureQueriesContext(connection) as queries:
            client.get(sheet)
        found.append(len(queries))
    assert found[1] <= found[0]


def test_others_do_not_record_attendance() -> None:
    client = browser(somebody("regional_manager"))
    for name in ("attendance", "courses", "follow_ups", "extension_requests"):
        assert client.get(at(name)).status_code == 403
