"""The university and training pages of a learner's record: what they show, what is recorded there, and to whom."""

from __future__ import annotations

import datetime as dt

import pytest

from learners.actions.allocations import allocate
from learners.actions.modules_results import record_module_result
from learners.actions.training import record_training
from learners.models import Enrolment, ExtensionRequest, FollowUp, ModuleResult, TrainingExemption
from pqip.core.acting import Job, acting_as
from pqip.core.clock import today
from pqip.core.errors import RuleBroken
from tests.factories import learners as make
from workforce.models import User

from .test_pages import at, browser, date, send, somebody, text_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("vocational")]
BY, DAY = Job("test"), dt.timedelta(days=1)


@pytest.fixture
def sam() -> Enrolment:
    return make.enrolment(start=today() - 100 * DAY, in_pdu=make.pdu())


def due(of: Enrolment, on: dt.date, code: str = "CJS", **more: object) -> None:
    record_module_result(
        by=BY, enrolment=of, module=make.module(code), attempt=1, due_date=on, **more
    )  # type: ignore[arg-type]


def attended(of: Enrolment, code: str = "T1", on: dt.date | None = None) -> FollowUp:
    course = make.course(code, needs_follow_up=True)
    record_training(
        by=BY,
        person=of.person,
        course=course,
        booked_for=on or today() - 40 * DAY,
        status="attended",
    )
    return FollowUp.objects.live().get(person=of.person, course=course)


def tied(role: str, made: Enrolment) -> User:
    """Somebody who reaches the record by what they are to the learner."""
    who, person = somebody(role), make.person(first_name="Priya", last_name="Rao")
    with acting_as(by=BY):
        User.objects.filter(pk=who.pk).update(person=person, name=person.name)
    allocate(by=BY, person=made.person, role=role, other=person, from_date=today() - 90 * DAY)
    who.refresh_from_db()
    return who


def test_more_time_is_asked_and_agreed_on_screen(sam: Enrolment) -> None:
    client, until = browser(somebody()), today() + 24 * DAY
    due(sam, today() + 10 * DAY)
    early = {
        "module": make.module().pk,
        "attempt": "1",
        **date("on", today()),
        **date("asked_until", today() + 10 * DAY),
    }
    assert "later than the day it is due" in text_of(send(client, "ask_extension", sam, **early))
    assert (
        send(client, "ask_extension", sam, **early | date("asked_until", until)).status_code == 302
    )
    row = ExtensionRequest.objects.live().get()
    page = text_of(client.get(at("academic", sam.public_id)))
    assert "Waiting" in page
    address = at("answer_extension", sam.public_id, row.public_id)
    assert address in page
    wrong = {"answer": "agreed", **date("answered_on", today() - DAY)}
    assert "cannot come before the request" in text_of(client.post(address, wrong))
    assert (
        client.post(address, {"answer": "agreed", **date("answered_on", today())}).status_code
        == 302
    )
    assert ModuleResult.objects.live().get().extended_to == until
    page = text_of(client.get(at("academic", sam.public_id)))
    assert "Agreed" in page
    assert "extended from" in page


def test_the_university_page_says_who_teaches_and_why_it_needs_action(sam: Enrolment) -> None:
    client = browser(somebody())
    due(sam, today() - 28 * DAY)
    page = text_of(client.get(at("academic", sam.public_id)))
    assert "University: " in page
    assert "Needs action" not in page
    due(sam, today() - 29 * DAY, "REHAB")
    assert "Needs action: a required module is 29 days overdue." in text_of(
        client.get(at("academic", sam.public_id))
    )
    for attempt in (1, 2, 3):
        record_module_result(
            by=BY,
            enrolment=sam,
            module=make.module("L6-RISK"),
            attempt=attempt,
            due_date=today() - 40 * DAY,
            submitted_date=today() - 40 * DAY,
            outcome="fail",
        )
    assert "was failed at attempt 3, the last permitted" in text_of(
        client.get(at("academic", sam.public_id))
    )


def test_a_result_is_not_recorded_over_and_a_fail_without_another_attempt_is_said_first(
    sam: Enrolment,
) -> None:
    client, on, code = browser(somebody()), today() - 40 * DAY, "L6-ETHICS"
    due(sam, on, code)
    due(sam, on, code, submitted_date=on, outcome="fail")
    failed = "failed, and no attempt after it is recorded"
    assert failed in text_of(client.get(at("learner", sam.public_id)))
    with pytest.raises(RuleBroken, match="recorded already"):
        due(sam, on, code, submitted_date=on, outcome="pass")
    assert ModuleResult.objects.live().get(enrolment=sam).outcome == "fail"
    record_module_result(
        by=BY, enrolment=sam, module=make.module(code), attempt=2, due_date=today() + DAY
    )
    assert failed not in text_of(client.get(at("learner", sam.public_id)))


def test_required_courses_say_how_each_stands(sam: Enrolment) -> None:
    make.course("T2", due_months=1)
    attended(sam)
    page = text_of(browser(somebody()).get(at("training", sam.public_id)))
    for words in (
        "Required courses",
        "Course T2",
        "Overdue",
        "Course T1",
        "Attended",
        "Not known",
        "To book",
    ):
        assert words in page
    assert "!! undefined" not in page


def test_an_exemption_is_recorded_shown_apart_and_ended(sam: Enrolment) -> None:
    client, course = browser(somebody()), make.course("T2", due_months=1)
    answers = {"course": course.pk, **date("on", today()), "reason": "Taught it as a PSO in 2023"}
    assert "Enter what they have learned before" in text_of(
        send(client, "exempt", sam, **answers | {"reason": ""})
    )
    assert send(client, "exempt", sam, **answers).status_code == 302
    page = text_of(client.get(at("training", sam.public_id)))
    assert "Taught it as a PSO in 2023" in page
    assert "Overdue" not in page
    held = TrainingExemption.objects.live().get()
    address = at("end_exemption", sam.public_id, held.public_id)
    assert address in page
    assert client.post(address, {"reason": "The wrong course"}).status_code == 302
    assert not TrainingExemption.objects.live().exists()


@pytest.mark.parametrize("role", ["pta", "line_manager"])
def test_who_looks_after_them_records_the_follow_up(sam: Enrolment, role: str) -> None:
    who, task = tied(role, sam), attended(sam)
    client, address = browser(who), at("follow_up", sam.public_id, task.public_id)
    page = text_of(client.get(at("training", sam.public_id)))
    assert address in page
    assert "Overdue" in page
    assert "Staff number of who did it" not in text_of(client.get(address))
    before = {"kind": "observed_practice", **date("done_on", today() - 41 * DAY)}
    assert "on the day of the course or after it" in text_of(client.post(address, before))
    assert (
        client.post(address, {"kind": "observed_practice", **date("done_on", today())}).status_code
        == 302
    )
    done = FollowUp.objects.live().get()
    assert (done.done_on, done.kind, done.done_with_id) == (
        today(),
        "observed_practice",
        who.person_id,
    )
    assert "Observed practice with Priya Rao" in text_of(client.get(at("training", sam.public_id)))


def test_a_learning_manager_names_who_did_it(sam: Enrolment) -> None:
    client, task, other = browser(somebody()), attended(sam), make.person()
    address = at("follow_up", sam.public_id, task.public_id)
    answers = {"kind": "discussion", **date("done_on", today()), "staff_number": "NOBODY"}
    assert "nobody with this staff number" in text_of(client.post(address, answers))
    own = answers | {"staff_number": sam.person.staff_number}
    assert "somebody else" in text_of(client.post(address, own))
    assert client.post(address, answers | {"staff_number": other.staff_number}).status_code == 302
    assert FollowUp.objects.live().get().done_with_id == other.pk


def test_nobody_reaches_another_s(sam: Enrolment) -> None:
    task, theirs = attended(sam), make.enrolment(in_region="WAL")
    far = browser(somebody(of="WAL"))
    assert far.get(at("follow_up", sam.public_id, task.public_id)).status_code == 404
    for name in ("exempt", "ask_extension", "training", "academic"):
        assert far.get(at(name, sam.public_id)).status_code == 404
    assert far.get(at("follow_up", theirs.public_id, task.public_id)).status_code == 404


def test_a_learner_sees_and_records_nothing(sam: Enrolment) -> None:
    task = attended(sam)
    client = browser(somebody("learner", person=sam.person))
    page = text_of(client.get(at("training", sam.public_id)))
    assert "Followed up into practice" in page
    assert "follow-ups/" not in page
    assert client.get(at("follow_up", sam.public_id, task.public_id)).status_code == 403
