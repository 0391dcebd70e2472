"""In a real browser, by keyboard alone: a sheet of sixty, one learner from start to completion, a withdrawal by two people."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from functools import partial

import pytest
from playwright.sync_api import Page

from learners.actions.awards import record_award
from learners.actions.training import record_training
from learners.models import Enrolment, TrainingRecord
from learners.ports import vocational as ports
from pqip.core.acting import Job
from pqip.core.clock import today
from tests.factories import learners as make
from tests.keyboard import (
    HOST,
    Here,
    choose,
    in_browser,
    open_link,
    send,
    tab_to,
    type_date,
    type_into,
)
from tests.personas import client_for, persona

from .conftest import Stated
from .test_pages import at, browser, somebody

pytestmark = [pytest.mark.browser, pytest.mark.django_db, pytest.mark.usefixtures("vocational")]
DAY = dt.timedelta(days=1)


def test_a_sheet_of_sixty_by_keyboard_alone() -> None:
    course = make.course("T1")
    for n in range(60):
        who = make.enrolment(who=make.person(f"K{n:02}", last_name=f"Name {n:02}")).person
        record_training(
            by=Job("test"), person=who, course=course, booked_for=today(), status="booked"
        )
    in_browser(client_for(persona("learning_manager")), by_keyboard)
    assert marked() == {"booked": 60}


def by_keyboard(page: Page, here: Here) -> None:
    page.goto(f"{HOST}{at('attendance')}")
    tab_to(page, "select[name=course]")
    page.keyboard.type("Course T1")
    send(page)
    page.wait_for_selector("input[name=person_60]")
    for person in (2, 60):
        tab_to(page, f"input[name=person_{person}]")
        page.keyboard.press("ArrowRight")
    send(page)
    page.wait_for_selector("text=What changes")
    send(page)
    page.wait_for_selector("text=60 people")
    assert here(marked) == {"attended": 58, "did_not_attend": 2}
    open_link(page, "/undo/")
    page.wait_for_selector("text=taken back")
    send(page)
    page.wait_for_selector("text=Undone")


def marked() -> Counter[str]:
    return Counter(TrainingRecord.objects.live().values_list("status", flat=True))


def status(of: Enrolment) -> str:
    return Enrolment.objects.get(pk=of.pk).status


def test_from_start_to_completion_by_keyboard_alone(
    vocational: Stated, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Confirmed on the first day, a break and a return, completed with the proof of all three, qualified, on the register."""
    made = make.enrolment(start=today() - 400 * DAY, started=False)
    vocational.progress[made.person_id] = ports.Progress(6, 6, 36, 36)
    for strand in ("_modules_left", "_courses_left"):
        monkeypatch.setattr(f"learners.facts.strands.{strand}", lambda enrolment, on: "")
    record_award(by=make.BY, enrolment=made, award="BA", awarded_on=today() - 2 * DAY)
    in_browser(browser(somebody()), partial(lives, of=made))
    assert status(made) == "completed"
    kinds = set(made.events.live().values_list("kind", flat=True))
    assert kinds >= {"deferred", "resumed", "completed", "qualified", "registered"}


def lives(page: Page, here: Here, of: Enrolment) -> None:
    page.goto(f"{HOST}{at('learner', of.public_id)}")
    record(page, at("start", of.public_id), "Start recorded", on=today() - 400 * DAY)
    away = {"on": today() - 300 * DAY, "expected_return": today() - 270 * DAY}
    record(page, at("defer", of.public_id), "Break recorded", checked=True, **away)
    assert here(lambda: status(of)) == "deferred"
    record(
        page, at("resume", of.public_id), "Return recorded", checked=True, on=today() - 270 * DAY
    )
    record(
        page, at("complete", of.public_id), "Completion recorded", checked=True, on=today() - DAY
    )
    record(page, at("qualify", of.public_id), "Qualification recorded", on=today() - DAY)
    record(page, at("register", of.public_id), "Recorded", on=today())


def record(page: Page, action: str, said: str, *, checked: bool = False, **dates: dt.date) -> None:
    """Follow an action of the record (its address), give its dates, and confirm it where it is checked first."""
    open_link(page, action)
    for name, day in dates.items():
        type_date(page, name, day)
    send(page)
    if checked:
        page.wait_for_selector("text=Check your answers")
        send(page)
    page.wait_for_selector(f"text={said}")


def test_a_withdrawal_by_two_people_and_its_undoing_by_keyboard_alone() -> None:
    made = make.enrolment()
    in_browser(browser(somebody()), partial(proposes, of=made))
    assert status(made) == "active", "nothing happens until somebody else approves"
    in_browser(browser(somebody()), partial(approves_and_undoes, of=made))
    assert status(made) == "active"
    assert made.events.filter(kind="withdrawn", void_reason="It was another learner").exists()


def proposes(page: Page, here: Here, of: Enrolment) -> None:
    page.goto(f"{HOST}{at('learner', of.public_id)}")
    open_link(page, "/withdraw/")
    choose(page, "ended_by", "service")
    type_date(page, "on", today())
    send(page)
    page.wait_for_selector("[name=told_on-day]")
    type_date(page, "told_on", today() - 9 * DAY)
    type_date(page, "last_activity_on", today() - DAY)
    type_into(page, "reason", "Academic")
    choose(page, "destination", "returned_to_pso")
    send(page)
    page.wait_for_selector("text=Check your answers")
    send(page)
    page.wait_for_selector("text=Sent for approval")


def approves_and_undoes(page: Page, here: Here, of: Enrolment) -> None:
    page.goto(f"{HOST}{at('withdrawals')}")
    tab_to(page, "main td a[href*='/withdrawals/']")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    page.wait_for_selector("text=Do you approve it?")
    choose(page, "approved", "yes")
    send(page)
    page.wait_for_selector("text=Withdrawal approved")
    assert here(lambda: status(of)) == "withdrawn"
    withdrawn = here(lambda: of.events.live().get(kind="withdrawn").public_id)
    page.goto(f"{HOST}{at('programme', of.public_id)}")
    open_link(page, at("undo", withdrawn))
    type_into(page, "reason", "It was another learner")
    send(page)
    page.wait_for_selector("text=ndone")
