"""Somebody is added, enrolled, given a pathway and looked after without a file: a short page at a time, and by keyboard."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.test import Client
from playwright.sync_api import Page

from learners.models import Allocation, Cohort, Enrolment, PathwayDecision
from pqip.core.clock import today
from pqip.core.formats import date_gov
from tests.factories import learners as make
from tests.factories import workforce
from tests.keyboard import HOST, Here, choose, in_browser, send, tab_to, type_date, type_into
from tests.personas import client_for, persona
from workforce.models import Person, Spell

from .test_pages import at, browser, date, somebody, text_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("vocational")]
APPLIED = dt.date(2024, 9, 2)
SOON = today() + dt.timedelta(days=30)
BORN = dt.date(1999, 3, 4)


def new_one(**changes: Any) -> dict[str, Any]:
    answers = {
        "staff_number": "APP:77",
        "first_name": "Niamh",
        "last_name": "O’Shea",
        "email": "",
        **date("date_of_birth", BORN),
        **date("on", SOON),
        "pdu": "",
        "fte": "1.0",
    }
    return answers | changes


def place_of(client: Client, who: Person, **changes: Any) -> str:
    """Answers the first page about a place; gives the address of the next."""
    answers = {
        "cohort": make.cohort().code,
        **date("start_date", SOON),
        "fte": "1.0",
        "entry_route": "external",
    }
    answer = client.post(at("enrol_person", who.public_id), answers | changes)
    assert answer.status_code == 302, answer.context["form"].errors
    return answer.url


CAME = {
    "level5_held": "yes",
    "modules_held": ["CJS", "UCCB", "PPP"],
    "has_application": "no",
    "pathway": "rules",
    "reason": "",
}


def test_somebody_new_or_somebody_on_record() -> None:
    client, known = (
        client_for(persona("learning_manager")),
        workforce.person("K1", first_name="Siwan", last_name="Llŷr"),
    )
    assert client.post(at("enrol"), {"who": "new"}).url == at("enrol_new")
    assert client.post(at("enrol"), {"who": "known", "words": "llyr"}).url == at(
        "enrol_person", known.public_id
    )
    assert "nobody with this staff number" in text_of(
        client.post(at("enrol"), {"who": "known", "words": "X99"})
    )
    assert "Enter their staff number or name" in text_of(client.post(at("enrol"), {"who": "known"}))


def test_a_new_learner_begins_as_a_pso_where_they_are_to_be_enrolled() -> None:
    client = client_for(persona("learning_manager"))
    page = client.get(at("enrol_new"))
    assert len(page.context["form"].fields) == 8, "one region is within reach, so it is not asked"
    assert "must be before the first day" in text_of(
        client.post(at("enrol_new"), new_one(**date("date_of_birth", SOON)))
    )
    assert "from 0.6 to 0.8" in text_of(client.post(at("enrol_new"), new_one(fte="0.5")))
    led = client.post(at("enrol_new"), new_one())
    made = Person.objects.get(staff_number="APP:77")
    assert led.url == at("enrol_person", made.public_id)
    post = Spell.objects.live().get(person=made)
    assert (post.grade.code, post.effective_on, post.region.code) == ("PSO", SOON, "NE")
    assert client.get(led.url).context["form"].initial["start_date"] == SOON, (
        "what was entered before is not asked anew"
    )


def test_a_new_learner_who_may_be_somebody_on_record_is_asked_about() -> None:
    there = workforce.person("K1", first_name="Niamh", last_name="OShea", date_of_birth=BORN)
    client = client_for(persona("learning_manager"))
    assert "(K1) has the same name and date of birth" in text_of(
        client.post(at("enrol_new"), new_one())
    )
    assert client.post(at("enrol_new"), new_one(answer="K1")).url == at(
        "enrol_person", there.public_id
    )
    there.refresh_from_db()
    assert there.staff_number == "APP:77"


def test_the_rules_are_asked_before_the_check_and_the_pathway_follows() -> None:
    who, client = make.person(date_of_birth=BORN), browser(somebody())
    make.pathway("PQIP15"), make.pathway("PQIP21"), make.pathway("PQIP27")
    entry = place_of(client, who)
    assert "The Criminal Justice System" in text_of(client.get(entry)) or "CJS" in text_of(
        client.get(entry)
    )
    other = text_of(client.post(entry, CAME | {"pathway": "PQIP27"}))
    assert "lead to PQIP15" in other, "before there is anything to check"
    check = text_of(client.post(entry, CAME))
    assert f"{make.pathway('PQIP15')} (the one that the rules lead to)" in check
    assert not Enrolment.objects.exists()
    made = client.post(entry, CAME | {"confirmed": "yes"})
    place = Enrolment.objects.get(person=who)
    assert made.url == at("look_after", place.public_id)
    assert (place.pathway.code, place.start_date, place.status) == ("PQIP15", SOON, "due_to_start")
    assert "Due to start" in text_of(client.get(at("learner", place.public_id)))
    again = client.post(entry, CAME)
    assert "They have a place in Intake 14 already" in text_of(again)


def test_a_cohort_that_is_new_is_created_once() -> None:
    client, one, two = browser(somebody()), make.person(), make.person()
    make.pathway("PQIP15")
    for who, name in ((one, "Intake  20"), (two, "intake 20")):
        entry = place_of(client, who, cohort="", new_cohort=name)
        assert client.post(entry, CAME | {"confirmed": "yes"}).status_code == 302
    assert Cohort.objects.filter(code__iexact="intake 20").count() == 1
    neither = {
        "cohort": "",
        "new_cohort": "",
        **date("start_date", SOON),
        "fte": "1.0",
        "entry_route": "external",
    }
    assert "Select a cohort or name a new one" in text_of(
        client.post(at("enrol_person", one.public_id), neither)
    )


def test_with_the_application_at_hand_the_pathway_is_decided() -> None:
    who, client = make.person(date_of_birth=dt.date(1990, 5, 1)), browser(somebody())
    make.pathway("PQIP15"), make.pathway("PQIP21")
    entry = place_of(client, who)
    asked = client.get(entry).context["form"].fields
    assert "has_experience" in asked
    assert "pso_from" not in asked, "only what their route asks"
    facts = {
        **CAME,
        "modules_held": ["CJS", "UCCB"],
        "has_application": "yes",
        "right_to_work": "yes",
        "has_experience": "yes",
        "resident_three_years": "yes",
        "level5_credits": "120",
        "confirmed": "yes",
    }
    assert "Enter day they applied" in text_of(client.post(entry, facts))
    facts |= date("applied_on", APPLIED) | {"modules_started": ["PPP"]}
    assert client.post(entry, facts).status_code == 302
    assert PathwayDecision.objects.live().get(enrolment__person=who).chosen.code == "PQIP15"


def test_nobody_is_enrolled_out_of_reach() -> None:
    far = workforce.person(in_region="WAL")
    client = client_for(persona("learning_manager"))
    assert client.get(at("enrol_person", far.public_id)).status_code == 404
    near = workforce.person()
    address = at("enrol_person", near.public_id)
    terms = f"?cohort={make.cohort().code}&start_date={SOON}&fte=1.0&entry_route=external&region={workforce.region('WAL').pk}"
    client.post(address + terms, CAME | {"confirmed": "yes"})
    assert not Enrolment.objects.exclude(region__code="NE").exists()


def test_who_looks_after_them_is_chosen_at_once_or_left() -> None:
    client = client_for(persona("learning_manager"))
    made = make.enrolment(start=SOON, started=False)
    tutor, manager = workforce.person(in_grade="PTA"), workforce.person(in_grade="SPO")
    workforce.spell(tutor, in_grade="PTA"), workforce.spell(manager, in_grade="SPO")
    page = client.get(at("look_after", made.public_id))
    assert page.context["form"].initial["from_date"] == SOON
    answers = {
        "pta": tutor.staff_number,
        "line_manager": manager.staff_number,
        **date("from_date", SOON),
    }
    check = text_of(client.post(at("look_after", made.public_id), answers))
    assert check.count("Has the role now for") == 2
    assert not Allocation.objects.exists()
    assert client.post(at("look_after", made.public_id), answers | {"confirmed": "yes"}).url == at(
        "learner", made.public_id
    )
    assert dict(Allocation.objects.live().values_list("role", "other")) == {
        "pta": tutor.pk,
        "line_manager": manager.pk,
    }
    record = text_of(client.get(at("learner", made.public_id)))
    assert record.count(f", from {date_gov(SOON)}") == 2, (
        "who is to look after them is not said to be missing"
    )
    assert "None allocated" not in record


@pytest.mark.browser
def test_from_nobody_to_a_learner_by_keyboard_alone() -> None:
    """An external starter is added, enrolled, given a pathway and allocated without a file."""
    tutor, manager = workforce.person("P1", in_grade="PTA"), workforce.person("M1", in_grade="SPO")
    workforce.spell(tutor, in_grade="PTA"), workforce.spell(manager, in_grade="SPO")
    make.cohort(), make.pathway("PQIP15"), make.pathway("PQIP21"), make.pathway("PQIP27")
    started = dt.datetime.now(dt.UTC)
    in_browser(client_for(persona("learning_manager")), by_keyboard)
    assert dt.datetime.now(dt.UTC) - started < dt.timedelta(minutes=3)
    place = Enrolment.objects.get(person__staff_number="APP:77")
    assert (place.pathway.code, place.start_date, place.region.code) == ("PQIP15", SOON, "NE")
    assert (place.pta, place.line_manager) == (None, None), "from their first day, which is ahead"
    assert dict(Allocation.objects.live().values_list("role", "other")) == {
        "pta": tutor.pk,
        "line_manager": manager.pk,
    }
    assert Spell.objects.live().get(person=place.person).grade.code == "PSO"


def by_keyboard(page: Page, here: Here) -> None:
    page.goto(f"{HOST}{at('list')}")
    tab_to(page, "main a[href$='/enrol/']")
    page.keyboard.press("Enter")
    page.wait_for_selector("input[name=who]")
    choose(page, "who", "new")
    send(page)
    page.wait_for_selector("input[name=staff_number]")
    for name, words in (
        ("staff_number", "APP:77"),
        ("first_name", "Niamh"),
        ("last_name", "O’Shea"),
    ):
        type_into(page, name, words)
    type_date(page, "date_of_birth", BORN)
    type_date(page, "on", SOON)
    send(page)
    page.wait_for_selector("select[name=cohort]")
    tab_to(page, "select[name=cohort]")
    page.keyboard.type("Intake 14")
    choose(page, "entry_route", "external")
    send(page)
    page.wait_for_selector("input[name=level5_held]")
    choose(page, "level5_held", "yes")
    for code in ("CJS", "UCCB", "PPP"):
        tab_to(page, f"input[name=modules_held][value={code}]")
        page.keyboard.press("Space")
    choose(page, "has_application", "no")
    send(page)
    page.wait_for_selector("text=the one that the rules lead to")
    send(page)
    page.wait_for_selector("select[name=pta]")
    for name in ("pta", "line_manager"):
        tab_to(page, f"select[name={name}]")
        page.keyboard.type("Sam Okafor")
    send(page)
    page.wait_for_selector("text=Has the role now for")
    send(page)
    page.wait_for_selector("text=Allocated")
