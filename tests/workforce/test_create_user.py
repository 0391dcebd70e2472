"""`manage.py create_user`: every role, for a place, tied to the person with the address; again it gives another link only."""

from __future__ import annotations

import re

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from tests.factories.workforce import person, user
from workforce.models import User
from workforce.roles import ROLES

pytestmark = pytest.mark.django_db


@pytest.fixture
def create(capsys: pytest.CaptureFixture):
    def create(*words: str) -> str:
        call_command("create_user", *words)
        return capsys.readouterr().out

    return create


def places(email: str = "x@example.com") -> list[tuple]:
    grants = User.objects.get(email=email).grants.order_by("id")
    return [(one.role, one.region and one.region.code, one.pdu and one.pdu.code) for one in grants]


@pytest.mark.parametrize("role", ROLES)
def test_every_role_of_a_region(create, role: str) -> None:
    assert "Set a password once" in create("x@example.com", "--role", role, "--region", "NE")
    assert places() == [(role, "NE", None)]


@pytest.mark.parametrize(
    "place",
    [["--pdu", "N54DUR"], ["--region", "North East", "--pdu", "County Durham and Darlington"]],
)
def test_a_unit_says_its_region_and_a_name_does_as_well_as_a_code(create, place: list[str]) -> None:
    create("x@example.com", "--role", "line_manager", *place)
    assert places() == [("line_manager", "NE", "N54DUR")]


def test_a_unit_of_another_region_is_refused(create) -> None:
    with pytest.raises(CommandError, match="is not in that region"):
        create("x@example.com", "--role", "line_manager", "--region", "YH", "--pdu", "N54DUR")


def test_again_gives_another_link_and_no_second_role(create) -> None:
    create("x@example.com", "--role", "pta", "--region", "NE")
    assert "Set a password once" in create("X@example.com", "--role", "pta", "--region", "NE")
    create("x@example.com", "--role", "iqa", "--region", "WAL")
    assert places() == [("pta", "NE", None), ("iqa", "WAL", None)]


def test_the_person_with_the_address_is_who_it_is(create) -> None:
    assert "Nobody on record has this address" in create("pat@example.com", "--role", "pta")
    who = person(staff_number="P1", first_name="Pat", last_name="Lee", email="Pat@Example.com")
    assert "Tied to Pat Lee (P1)." in create("pat@example.com", "--role", "pta")
    assert User.objects.get(email="pat@example.com").person == who
    assert "Nobody on record" not in create("analyst@example.com", "--role", "national"), (
        "nothing is theirs by name"
    )


def test_of_three_people_with_the_address_nobody_is_guessed_and_each_is_named(create) -> None:
    addresses = {
        "P1": ("Pat", "pat@example.com"),
        "P2": ("Kim", "Pat@Example.com"),
        "P3": ("Lou", "PAT@example.com"),
    }
    for number, (name, address) in addresses.items():
        person(number, first_name=name, last_name="Lee", email=address)
    said = create("pat@example.com", "--role", "pta")
    assert (
        "3 people on record have this address, so no learners or work are their own yet: " in said
    )
    assert (
        "Pat Lee (P1); Kim Lee (P2); Lou Lee (P3). If they are one person, merge the records; if not, give each"
        in said
    )
    assert "Nobody on record" not in said
    assert User.objects.get(email="pat@example.com").person is None


def test_of_somebody_with_the_address_who_has_an_account_the_account_is_named(create) -> None:
    who = person("P1", first_name="Pat", last_name="Lee", email="pat@example.com")
    user("pta", person=who)
    said = create("pat@example.com", "--role", "pta")
    assert "Pat Lee (P1), who has the account" in said
    assert "Nobody on record" not in said


def test_the_link_sets_a_password_once(create) -> None:
    link = re.search(
        r"http\S+?(/accounts\S+)",
        create("x@example.com", "--role", "learning_manager", "--region", "NE"),
    )[1]
    browser, password = Client(), "correct horse battery 9"
    form = browser.get(link).headers["Location"]
    assert browser.post(form, {"password1": password, "password2": password}).status_code == 302
    assert User.objects.get(email="x@example.com").check_password(password)
    again = Client()
    assert "password1" not in again.get(link, follow=True).content.decode()
