"""PSOs: the list with what is missing, one PSO's page, and what is recorded of their development."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from learners.actions.development import hold_observation, plan_observation, show_items
from learners.facts.development import development
from learners.models import Allocation, Course, InductionRecord, PracticeObservation, TrainingRecord
from pqip.core.acting import Job, acting_as
from pqip.core.clock import today
from pqip.core.errors import Conflict, RuleBroken
from tests.factories import learners as make
from tests.factories import workforce
from tests.factories.development import diploma, inducted, items, looked_after, observation, pso
from tests.personas import client_for, persona
from workforce.models import Person

pytestmark = pytest.mark.django_db
BY, DAY = Job("test"), dt.timedelta(days=1)


def ago(days: int) -> dt.date:
    return today() - days * DAY


def at(name: str, *args: Any) -> str:
    return reverse(f"learners:{name}", args=args)


def text_of(answer: Any) -> str:
    assert answer.status_code == 200, answer.status_code
    return " ".join(answer.content.decode().split())


@pytest.fixture
def sam() -> Person:
    """Began 100 days ago, and nothing is recorded."""
    return pso(ago(100))


@pytest.fixture
def manager() -> Client:
    return client_for(persona("learning_manager", region="NE"))


def answers(on: dt.date, name: str = "on", **more: Any) -> dict[str, Any]:
    return {name: on.isoformat(), **more}


def test_the_page_says_what_is_missing_and_when_it_is_due(sam: Person, manager: Client) -> None:
    page = text_of(manager.get(at("pso", sam.public_id)))
    for words in (
        "0 of 7 items",
        "Overdue",
        "Not registered",
        "None is planned yet",
        "Welcome to the office",
    ):
        assert words in page
    inducted(sam, ago(90))
    diploma(sam, ago(80))
    looked_after(sam, "mentor", ago(90))
    looked_after(sam, "pta", ago(90))
    observation(sam, ago(20), ago(20))
    page = text_of(manager.get(at("pso", sam.public_id)))
    assert "7 of 7 items" in page
    assert at("record_induction", sam.public_id) not in page
    assert "Missing" not in page
    assert development(today(), among=[sam.pk])[sam.pk].developed.missing(today()) == []


def test_it_is_reached_from_the_staff_page(sam: Person, manager: Client) -> None:
    assert at("pso", sam.public_id) in text_of(
        manager.get(reverse("workforce:person", args=[sam.public_id]))
    )
    officer = workforce.person()
    workforce.spell(officer)
    assert "Development as a PSO" not in text_of(
        manager.get(reverse("workforce:person", args=[officer.public_id]))
    )
    assert manager.get(at("pso", officer.public_id)).status_code == 404


def test_learners_are_psos_too_and_out_of_reach_is_not_found(sam: Person, manager: Client) -> None:
    make.enrolment(who=sam, start=ago(100))
    assert "its own diploma takes its place" in text_of(manager.get(at("pso", sam.public_id)))
    assert development(today(), among=[sam.pk])[sam.pk].developed.missing(today()) == [
        "induction",
        "mentor",
        "observation",
    ]
    wales = pso(ago(100), "WAL")
    for name in ("pso", "record_induction", "plan_observation", "look_after_pso"):
        assert manager.get(at(name, wales.public_id)).status_code == 404


def test_a_line_manager_reaches_their_own(sam: Person) -> None:
    user = persona("line_manager")
    boss = client_for(user)
    assert boss.get(at("pso", sam.public_id)).status_code == 404
    with acting_as(by=BY):
        Allocation.objects.create(
            person=sam, other=user.person, role="line_manager", effective_on=ago(10)
        )
    assert "Name a mentor or assessor" not in text_of(boss.get(at("pso", sam.public_id)))
    assert sam.staff_number in text_of(boss.get(at("psos")))
    mentor = workforce.person()
    asked = answers(today(), "from_date", role="pta", staff_number=mentor.staff_number)
    assert "Select" in text_of(boss.post(at("look_after_pso", sam.public_id), asked))
    assert (
        boss.post(
            at("look_after_pso", sam.public_id), asked | {"role": "mentor", "confirmed": "yes"}
        ).status_code
        == 302
    )
    assert development(today(), among=[sam.pk])[sam.pk].developed.has_mentor


def test_the_list_its_filters_and_its_file(sam: Person, manager: Client) -> None:
    done = pso(ago(500))
    diploma(done, ago(490), ago(150))
    for role in ("mentor", "pta"):
        looked_after(done, role, ago(90))
    inducted(done, ago(480))
    observation(done, ago(20), ago(20))
    with acting_as(by=Job("test")):
        for course in Course.objects.filter(category="mandatory"):
            TrainingRecord.objects.create(
                person=done, course=course, effective_on=ago(30), status="attended"
            )
    learner, late = pso(ago(400)), pso(ago(400))
    make.enrolment(who=learner, start=ago(400))
    looked_after(late, "mentor", ago(90))

    def listed(**wanted: str) -> set[str]:
        page = text_of(manager.get(at("psos"), wanted))
        return {who.staff_number for who in (sam, done, learner, late) if who.staff_number in page}

    every = {who.staff_number for who in (sam, done, learner, late)}
    assert listed() == every
    assert listed(missing="any") == every - {done.staff_number}
    assert listed(missing="vq3") == {late.staff_number}
    assert listed(since="new") == {sam.staff_number}
    assert listed(learners="only") == {learner.staff_number}
    assert listed(learners="no", missing="mentor") == {sam.staff_number}
    assert listed(region="WAL") == set()
    assert "Nobody matches" in text_of(manager.get(at("psos"), {"region": "WAL"}))
    file = manager.get(at("psos"), {"format": "csv", "missing": "any"}).content.decode("utf-8-sig")
    assert (
        file.splitlines()[0]
        == "name,staff_number,region,probation_delivery_unit,pso_since,vq3,vq3_due,what_is_missing"
    )
    assert len(file.splitlines()) == 4


def test_nobody_is_in_post(manager: Client) -> None:
    assert "No PSO is in post" in text_of(manager.get(at("psos")))


def test_induction_is_recorded_once_and_undone(sam: Person, manager: Client) -> None:
    address, two = at("record_induction", sam.public_id), items()[:2]
    assert "Select what they were shown" in text_of(manager.post(address, {}))
    assert "cannot be to come" in text_of(manager.post(address, answers(today() + DAY, items=two)))
    asked = answers(ago(95), items=two)
    assert manager.post(address, asked).status_code == 302
    assert "Select a valid choice" in text_of(manager.post(address, asked))
    assert InductionRecord.objects.live().filter(person=sam).count() == 2
    with pytest.raises(RuleBroken, match="already"):
        show_items(by=BY, person=sam, items=two, on=ago(1))
    undo = at("undo_induction", sam.public_id, two[0])
    assert "Enter reason" in text_of(manager.post(undo, {}))
    assert manager.post(undo, {"reason": "Another day"}).status_code == 302
    assert manager.post(undo, {"reason": "Again"}).status_code == 409
    assert [row.item for row in InductionRecord.objects.live().filter(person=sam)] == [two[1]]


def test_an_observation_is_planned_held_and_undone(sam: Person, manager: Client) -> None:
    plan, colleague = at("plan_observation", sam.public_id), workforce.person()
    assert "Enter planned for" in text_of(manager.post(plan, {}))
    assert "nobody with this staff number" in text_of(
        manager.post(plan, answers(ago(5), staff_number="NOBODY"))
    )
    assert "Nobody observes themselves" in text_of(
        manager.post(plan, answers(ago(5), staff_number=sam.staff_number))
    )
    assert manager.post(plan, answers(ago(5))).status_code == 302
    assert "recorded for that day already" in text_of(manager.post(plan, answers(ago(5))))
    planned = PracticeObservation.objects.live().get()
    held = at("hold_observation", sam.public_id, planned.public_id)
    asked = answers(
        today() + DAY, "held_on", staff_number=colleague.staff_number, feedback_given="yes"
    )
    assert "cannot be to come" in text_of(manager.post(held, asked))
    assert manager.post(held, asked | answers(ago(4), "held_on")).status_code == 302
    assert manager.post(held, asked | answers(ago(4), "held_on")).status_code == 409
    with pytest.raises(Conflict):
        hold_observation(
            by=BY, observation=planned, held_on=ago(4), observer=colleague, feedback_given=True
        )
    kept = PracticeObservation.objects.live().get()
    assert (kept.observer, kept.held_on, kept.feedback_given) == (colleague, ago(4), True)
    undo = at("undo_observation", sam.public_id, kept.public_id)
    assert manager.post(undo, {"reason": "Somebody else"}).status_code == 302
    assert not PracticeObservation.objects.live().exists()


def test_a_mentor_is_named_ended_and_undone(sam: Person, manager: Client) -> None:
    name, wales = at("look_after_pso", sam.public_id), workforce.person(in_region="WAL")
    asked = answers(ago(9), "from_date", role="mentor", staff_number=wales.staff_number)
    assert "nobody with this staff number" in text_of(manager.post(name, asked))
    assert "allocated to themself" in text_of(
        manager.post(name, asked | {"staff_number": sam.staff_number})
    )
    named = asked | {"staff_number": workforce.person().staff_number}
    assert "Where they are" in text_of(manager.post(name, named))
    assert not Allocation.objects.exists()
    assert manager.post(name, named | {"confirmed": "yes"}).status_code == 302
    mentor = Allocation.objects.live().get()
    end = at("end_pso_person", sam.public_id, mentor.public_id)
    assert "cannot be before" in text_of(manager.post(end, answers(ago(10))))
    assert manager.post(end, answers(ago(1))).status_code == 302
    assert manager.post(end, answers(ago(1))).status_code == 409
    ended = Allocation.objects.live().get()
    assert ended.ended_on == ago(1)
    assert (
        manager.post(
            at("undo_pso_person", sam.public_id, ended.public_id), {"reason": "Wrong"}
        ).status_code
        == 302
    )
    assert not Allocation.objects.live().exists()


def test_nobody_records_their_own(sam: Person) -> None:
    user = persona("learning_manager", region="NE", of=sam)
    for broken in (
        lambda: show_items(by=user, person=sam, items=items(), on=today()),
        lambda: plan_observation(by=user, person=sam, on=today()),
    ):
        with pytest.raises(RuleBroken, match="their own"):
            broken()


def test_the_database_holds_it_beneath_the_forms(sam: Person) -> None:
    inducted(sam, ago(3))
    broken = [
        lambda: InductionRecord.objects.create(person=sam, item=items()[0], effective_on=today()),
        lambda: PracticeObservation.objects.create(person=sam, observer=sam, effective_on=today()),
        lambda: PracticeObservation.objects.create(
            person=sam, effective_on=today(), held_on=today()
        ),
        lambda: PracticeObservation.objects.create(
            person=sam, effective_on=today(), feedback_given=True
        ),
    ]
    for write in broken:
        with pytest.raises(IntegrityError), transaction.atomic(), acting_as(by=BY):
            write()


def test_the_list_asks_as_often_for_many_as_for_few(
    manager: Client, django_assert_max_num_queries: Any
) -> None:
    for _ in range(12):
        inducted(pso(ago(50)), ago(40))
    with django_assert_max_num_queries(25):
        manager.get(at("psos"), {"missing": "any"})


def test_a_learner_s_history_tells_of_it(sam: Person, manager: Client) -> None:
    made = make.enrolment(who=sam, start=ago(100))
    inducted(sam, ago(90))
    observation(sam, ago(20), ago(20))
    page = text_of(manager.get(at("history", made.public_id)))
    assert "Induction: Welcome to the office" in page
    assert "Practice observed by Sam Okafor" in page
