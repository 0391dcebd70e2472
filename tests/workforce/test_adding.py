"""One person is added without a file, by the same rules as a file: nobody twice, nobody out of reach."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from django.urls import reverse

from pqip.core.acting import Job
from pqip.core.errors import RuleBroken
from pqip.core.models import AuditEntry
from tests.factories.workforce import BY, grade, grant, pdu, person, region, spell, user
from tests.personas import client_for, persona
from workforce.actions.people import MayBeKnown, change_staff_number, record_person
from workforce.models import Person, PersonRecord, Spell

from .test_pages import text

pytestmark = pytest.mark.django_db
MAY, BORN = dt.date(2025, 5, 1), dt.date(1999, 3, 4)
ADD = "/staff/add/"


def typed(**changes: Any) -> dict[str, Any]:
    asked = {
        "staff_number": "N1",
        "first_name": "Niamh",
        "last_name": "O’Shea-Müller",
        "email": "Niamh@Example.com",
        "date_of_birth": "1999-03-04",
        "organisation": "",
        "on": "2025-05-01",
        "grade": grade("PO").pk,
        "pdu": "",
        "function": "court",
        "fte": "0.8",
        "contract": "permanent",
        "service_start_date": "",
    }
    return {**asked, **changes}


def place(of: Person, name: str = "person", *more: str) -> str:
    return reverse(f"workforce:{name}", args=[of.public_id, *more])


def added(**changes: Any) -> Person:
    content = {
        "by": BY,
        "staff_number": "N1",
        "first_name": "Niamh",
        "last_name": "O’Shea-Müller",
        "starts_on": MAY,
        "post": {"grade": grade("PO"), "region": region(), "fte": Decimal("1.0")},
        "date_of_birth": BORN,
    }
    return record_person(**{**content, **changes})


@pytest.mark.parametrize("role", ["learning_manager", "regional_manager", "hr_partner"])
def test_somebody_new_is_added_with_their_post(role: str) -> None:
    client = client_for(persona(role))
    assert "Add a person" in text(client.get("/staff/"))
    page = client.get(ADD)
    assert "region" not in page.context["form"].fields, (
        "one region is within reach, so none is asked"
    )
    units = set(page.context["form"].fields["pdu"].queryset.values_list("region__code", flat=True))
    assert units == {"NE"}
    answer = client.post(ADD, typed(pdu=pdu("N54DUR").pk))
    made = Person.objects.get(staff_number="N1")
    assert answer.url == place(made)
    assert (made.region.code, made.pdu.code, made.grade.code, made.email) == (
        "NE",
        "N54DUR",
        "PO",
        "niamh@example.com",
    )
    assert Spell.objects.live().get(person=made).fte == Decimal("0.80")


def test_whoever_reaches_a_unit_adds_there_alone() -> None:
    client = client_for(persona("learning_manager", region="NE", pdu="N54DUR"))
    assert "Select probation delivery unit" in text(client.post(ADD, typed()))
    other = pdu("N54DUR").region.pdus.exclude(code="N54DUR").first()
    assert "Select a valid choice" in text(client.post(ADD, typed(pdu=other.pk)))
    assert not Person.objects.filter(staff_number="N1").exists()


def test_of_two_regions_one_is_asked_and_a_third_is_refused_beneath_the_page() -> None:
    who = persona("learning_manager")
    grant(who, "learning_manager", in_region="WAL")
    client = client_for(who)
    assert set(
        client.get(ADD).context["form"].fields["region"].queryset.values_list("code", flat=True)
    ) == {"NE", "WAL"}
    assert "Select a valid choice" in text(client.post(ADD, typed(region=region("SC").pk)))
    with pytest.raises(RuleBroken, match="that you look after"):
        added(by=who, post={"grade": grade("PO"), "region": region("SC"), "fte": Decimal("1.0")})


@pytest.mark.parametrize(
    "known",
    [
        {"first_name": "NIAMH", "last_name": "OShea Muller", "date_of_birth": BORN},
        {"first_name": "N.", "last_name": "Shea", "email": "niamh@example.COM"},
    ],
)
def test_somebody_alike_is_asked_about_and_may_take_the_new_number(known: dict[str, Any]) -> None:
    client, there = client_for(persona("learning_manager")), person("APP:17", **known)
    asked = text(client.post(ADD, typed()))
    assert "(APP:17) has the same" in asked
    assert "You are adding Niamh O’Shea-Müller (N1)" in asked
    assert not Person.objects.filter(staff_number="N1").exists()
    assert "Select whether they are the same person" in text(client.post(ADD, typed(asked="yes")))
    assert client.post(ADD, typed(asked="yes", answer="APP:17")).url == place(there)
    there.refresh_from_db()
    assert there.staff_number == "N1"
    assert PersonRecord.objects.filter(person=there).count() == 2, (
        "what was known before stays known"
    )
    audited = AuditEntry.objects.filter(table_name="workforce_person", row_key=there.pk)
    assert audited.filter(reason__startswith="The same person").exists()
    assert Spell.objects.live().get(person=there).effective_on == MAY, (
        "they held no post, so the one entered begins"
    )


def test_somebody_on_record_keeps_the_post_they_hold() -> None:
    there = person("K1", first_name="Niamh", last_name="O’Shea-Müller", date_of_birth=BORN)
    spell(there, dt.date(2020, 1, 1))
    assert added(answer="K1") == there
    assert Spell.objects.live().get(person=there).effective_on == dt.date(2020, 1, 1)


def test_somebody_else_is_added_beside_them() -> None:
    there = person("K1", first_name="Niamh", last_name="O’Shea-Müller", date_of_birth=BORN)
    client = client_for(persona("learning_manager"))
    assert client.post(ADD, typed(asked="yes", answer="different person")).status_code == 302
    assert Person.objects.get(staff_number="N1") != there
    assert (
        "first_name"
        in client.post(ADD, typed(staff_number="N2", change="yes")).context["form"].fields
    )


def test_who_is_out_of_reach_is_asked_about_and_not_named() -> None:
    person("W1", first_name="Niamh", last_name="O’Shea-Müller", date_of_birth=BORN, in_region="WAL")
    client = client_for(persona("learning_manager"))
    asked = text(client.post(ADD, typed()))
    told = "Somebody on record whom you do not look after has the same e-mail address, or the same name and date of birth"
    assert told in asked
    assert "W1" not in asked
    assert "nobody on record with this staff number" in text(client.post(ADD, typed(answer="W1")))


@pytest.mark.parametrize(
    ("number", "said"),
    [
        ("00418", "is the number of Sam Okafor (418) on record"),
        ("418", "is the number of Sam Okafor (418) on record"),
        ("w0009", "may be the number of somebody on record whom you do not look after"),
        ("1.23457E+11", "is what a spreadsheet makes of a long number"),
        ("'0731", "is not a staff number"),
    ],
)
def test_a_number_is_one_whatever_its_case_and_zeros(number: str, said: str) -> None:
    person("418")
    person("W0009", in_region="WAL")
    assert said in text(
        client_for(persona("learning_manager")).post(ADD, typed(staff_number=number))
    )
    assert not Person.objects.filter(last_name="O’Shea-Müller").exists()


def test_an_answer_names_somebody_who_shares_something() -> None:
    person("K1", first_name="Siwan", last_name="Llŷr", date_of_birth=dt.date(1980, 1, 1))
    with pytest.raises(RuleBroken, match="another e-mail address"):
        added(answer="K1")
    person("K2", first_name="Niamh", last_name="O’Shea-Müller", date_of_birth=BORN)
    with pytest.raises(MayBeKnown):
        added()


def test_names_and_numbers_are_put_right_with_a_reason() -> None:
    who = person("APP:17", first_name="Niamh", last_name="Shea")
    spell(who)
    client = client_for(persona("hr_partner"))
    page = client.get(place(who, "correct_details"))
    seen = page.context["form"].initial["seen"]
    answers = {
        "first_name": "Niamh",
        "last_name": "Jones",
        "email": "N@Example.com",
        "date_of_birth": "",
        "organisation": "",
    }
    assert "Enter reason" in text(
        client.post(place(who, "correct_details"), {**answers, "seen": seen})
    )
    married = {**answers, "seen": seen, "reason": "Married"}
    assert client.post(place(who, "correct_details"), married).status_code == 302
    who.refresh_from_db()
    assert (who.last_name, who.email) == ("Jones", "n@example.com")
    stale = {**married, "last_name": "Smith"}
    assert client.post(place(who, "correct_details"), stale).status_code == 409, (
        "what was seen is no longer so"
    )
    number = {"seen": "", "staff_number": "00731", "reason": "On the payroll"}
    assert client.post(place(who, "change_number"), number).status_code == 302
    who.refresh_from_db()
    assert who.staff_number == "00731"
    assert AuditEntry.objects.filter(
        table_name="workforce_person", row_key=who.pk, reason="On the payroll"
    ).exists()


def test_a_number_changed_is_nobodys_but_for_zeros_either() -> None:
    person("00418")
    who = person("K1")
    with pytest.raises(RuleBroken, match="00418 on record is this number"):
        change_staff_number(by=BY, person=who, staff_number="418", reason="Typed")
    assert (
        change_staff_number(by=BY, person=who, staff_number="k1", reason="Typed").staff_number
        == "k1"
    )
    assert (
        change_staff_number(by=BY, person=who, staff_number="0K1", reason="Typed").staff_number
        == "0K1"
    ), "their own"


def test_somebody_who_came_back_begins_a_post() -> None:
    who, client = person("K1"), client_for(persona("regional_manager"))
    spell(who, dt.date(2020, 1, 1), ended_on=dt.date(2024, 12, 31))
    assert place(who, "begin_post") in client.get(place(who)).content.decode()
    answers = {
        "on": "2025-05-01",
        "grade": grade("PO").pk,
        "pdu": "",
        "function": "",
        "fte": "1.0",
        "contract": "permanent",
    }
    assert "overlap another post" in text(
        client.post(place(who, "begin_post"), {**answers, "on": "2024-12-31"})
    )
    assert client.post(place(who, "begin_post"), answers).status_code == 302
    assert Spell.objects.live().get(person=who, effective_on=MAY).region.code == "NE"
    assert place(who, "begin_post") not in client.get(place(who)).content.decode(), (
        "one post at a time"
    )


def test_the_national_team_finds_the_other_record_from_the_persons_page() -> None:
    who, client = person("K1"), client_for(persona("national"))
    assert place(who, "find_other") in client.get(place(who)).content.decode()
    assert client.get(ADD).status_code == 403


def test_a_place_out_of_reach_is_refused_beneath_the_page_and_a_job_reaches_every_one() -> None:
    with pytest.raises(RuleBroken, match="that you look after"):
        added(by=user("learning_manager", in_region="WAL"))
    assert added(by=Job("test")).staff_number == "N1"


def test_the_other_record_is_proposed_before_anything_is_sought() -> None:
    who = person("K1", first_name="Niamh", last_name="Shea", date_of_birth=BORN)
    other = person(
        "W1",
        first_name="NIAMH",
        last_name="O’Shea",
        date_of_birth=BORN,
        in_region="WAL",
        email="NIAMH@example.com",
    )
    client = client_for(persona("national"))
    assert (
        place(who, "merge", str(other.public_id))
        not in client.get(place(who, "find_other")).content.decode()
    )
    third = person("K3", email="niamh@example.com")
    shown = client.get(place(third, "find_other")).content.decode()
    assert place(third, "merge", str(other.public_id)) in shown
    assert place(third, "merge", str(who.public_id)) not in shown
