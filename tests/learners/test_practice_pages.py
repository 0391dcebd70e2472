"""Learning in practice on screen: the page of the record, its forms, and a line manager's week."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from learners.actions.allocations import allocate
from learners.actions.modules_results import record_module_result
from learners.actions.practice_days import plan_days, record_day
from learners.models import CaseTypeOverride, CoWork, Enrolment, Placement, ProtectedDay
from pqip.core.acting import Job
from pqip.core.clock import today
from tests.factories import learners as make
from tests.factories import workforce

from .test_pages import at, browser, date, somebody, text_of
from .test_practice import kind

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("vocational")]
BY, DAY = Job("test"), dt.timedelta(days=1)


@pytest.fixture
def made() -> Enrolment:
    return make.enrolment(start=today() - dt.timedelta(days=100))


def post(client: Any, name: str, *args: Any, **said: Any) -> Any:
    return client.post(at(name, *args), said)


def test_days_are_planned_recorded_and_undone(made: Enrolment) -> None:
    make.lost_reason("case_work")
    client, key = browser(somebody()), made.public_id
    page = text_of(client.get(at("practice", key)))
    for words in (
        "Effective time now",
        "Kinds of case",
        "No days are planned around today",
        "No placement is planned yet",
    ):
        assert words in page
    asked = date("first", today()) | {"weeks": "3", "university": "1", "vocational": "1"}
    assert "two different weekdays" in text_of(post(client, "plan_days", key, **asked))
    assert "Choose a weekday" in text_of(
        post(client, "plan_days", key, **{**asked, "university": "", "vocational": ""})
    )
    assert post(client, "plan_days", key, **{**asked, "vocational": ""}).status_code == 302
    assert "University day" in text_of(client.get(at("practice", key)))
    lost = date("on", today() - DAY) | {
        "kind": "vocational",
        "taken": "no",
        "reason_lost": "case_work",
    }
    assert "Only a day that was lost" in text_of(
        post(client, "record_day", key, **{**lost, "taken": "yes"})
    )
    assert post(client, "record_day", key, **lost).status_code == 302
    assert "Case work could not wait" in text_of(client.get(at("practice", key)))
    day = ProtectedDay.objects.live().get(taken=False)
    undo = at("undo_day", key, day.public_id)
    assert "Enter reason" in text_of(client.post(undo, {"reason": ""}))
    assert client.post(undo, {"reason": "Typed wrongly", "seen": day.pk}).status_code == 302
    assert client.post(undo, {"reason": "Typed wrongly", "seen": day.pk}).status_code == 409


def test_the_learner_records_a_lost_day_that_nobody_else_changes(made: Enrolment) -> None:
    learner, manager, key = (
        browser(somebody("learner", person=made.person)),
        browser(somebody()),
        made.public_id,
    )
    assert at("own_day", key) in learner.get(at("practice", key)).content.decode()
    assert (
        post(
            learner, "own_day", key, **date("on", today()), kind="university", taken="no"
        ).status_code
        == 302
    )
    day = ProtectedDay.objects.live().get()
    assert (
        at("undo_own_day", key, day.public_id) in learner.get(at("practice", key)).content.decode()
    )
    assert (
        at("undo_day", key, day.public_id) not in manager.get(at("practice", key)).content.decode()
    )
    answer = post(manager, "record_day", key, **date("on", today()), kind="university", taken="yes")
    assert "Only they can change it" in text_of(answer)
    refused = manager.post(at("undo_day", key, day.public_id), {"reason": "No", "seen": day.pk})
    assert "Only they can change it" in text_of(refused)
    assert post(manager, "own_day", key).status_code == 403
    assert (
        learner.post(
            at("undo_own_day", key, day.public_id), {"reason": "Mine", "seen": day.pk}
        ).status_code
        == 302
    )
    assert not ProtectedDay.objects.live().exists()


def test_placements_co_work_and_kinds_of_case(made: Enrolment) -> None:
    client, key = browser(somebody()), made.public_id
    officer, case = workforce.person(in_region="NE"), kind("T9", "FL1")
    workforce.spell(officer, dt.date(2020, 1, 1), in_region="NE", in_grade="PO")
    planned = {"setting": "court", **date("first", today() - DAY), **date("last", today() + DAY)}
    assert post(client, "plan_placement", key, **planned).status_code == 302
    assert "planned already" in text_of(post(client, "plan_placement", key, **planned)), (
        "pressed twice"
    )
    placement = Placement.objects.live().get()
    came = date("began_on", today()) | date("ended_on", today()) | {"quality": "good"}
    assert post(client, "record_placement", key, placement.public_id, **came).status_code == 302
    work = {
        "officer": officer.staff_number,
        **date("on", today()),
        "tasks": "Draft the plan for X123456",
    }
    assert "case reference number" in text_of(post(client, "co_work", key, **work))
    assert "nobody with this staff number" in text_of(
        post(client, "co_work", key, **{**work, "officer": "X"})
    )
    assert post(client, "co_work", key, **{**work, "tasks": "Draft the plan"}).status_code == 302
    assert (
        post(
            client, "end_co_work", key, CoWork.objects.live().get().public_id, **date("on", today())
        ).status_code
        == 302
    )
    allowed = {
        "case_type": case.pk,
        **date("on", today()),
        **date("until", today()),
        "reason": "With a colleague",
    }
    assert post(client, "allow_case", key, **allowed).status_code == 302
    page = text_of(client.get(at("practice", key)))
    for words in (
        "Learned what was planned",
        "Draft the plan",
        "Yes, before its training",
        "With a colleague",
        officer.name,
    ):
        assert words in page
    for name, row in (
        ("undo_placement", Placement),
        ("undo_co_work", CoWork),
        ("undo_override", CaseTypeOverride),
    ):
        held = row.objects.live().get()
        assert (
            client.post(
                at(name, key, held.public_id), {"reason": "Wrong", "seen": held.pk}
            ).status_code
            == 302
        )
        assert not row.objects.live().exists()
    assert browser(somebody(of="WAL")).get(at("practice", key)).status_code == 404


def test_a_line_managers_week(made: Enrolment) -> None:
    manager = somebody("line_manager", person=make.person())
    allocate(
        by=BY,
        person=made.person,
        role="line_manager",
        other=manager.person,
        from_date=made.start_date or today(),
    )
    plan_days(
        by=BY,
        enrolment=made,
        first=today() - dt.timedelta(days=today().weekday()),
        weeks=1,
        weekdays={"university": today().weekday()},
    )
    record_module_result(
        by=BY, enrolment=made, module=make.module("REHAB"), attempt=1, due_date=today() + DAY
    )
    kind("T9", "FL1")
    client = browser(manager)
    page = text_of(client.get(at("mine")))
    for words in ("My learners this week", "hand in", "None planned", "hours"):
        assert words in page
    assert "hand in" in text_of(client.get(at("mine") + "?format=csv"))
    record_day(by=BY, person=made.person, on=today(), kind="university", taken=True)
    assert "Taken" in text_of(client.get(at("mine")))
    with CaptureQueriesContext(connection) as few:
        client.get(at("mine"))
    for _ in range(5):
        other = make.enrolment()
        allocate(
            by=BY,
            person=other.person,
            role="line_manager",
            other=manager.person,
            from_date=dt.date(2025, 2, 1),
        )
    with CaptureQueriesContext(connection) as many:
        client.get(at("mine"))
    assert len(many) <= len(few)
