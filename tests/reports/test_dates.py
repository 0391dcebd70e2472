"""A date that cannot be meant gets a clear answer at every door, never a wrong figure or a broken page."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse

from learners.models import Contact
from pqip.exchange.cleaning import Date
from pqip.govuk.fields import DateField, ValidationError
from tests.factories.learners import enrolment
from tests.personas import client_for, persona

pytestmark = pytest.mark.django_db
OUTSIDE = ["0001-01-01", "1899-12-31", "2200-01-01", "9999-12-31"]
OUTERMOST = ["1900-01-01", "2199-12-31"]


@pytest.mark.parametrize("day", OUTSIDE)
def test_a_report_of_such_a_day_says_what_is_wrong(day: str) -> None:
    client = client_for(persona("national"))
    page = client.get(reverse("reports:report", args=["monthly-status"]), {"as_at": day})
    assert page.status_code == 200
    assert "As at must be from 1900 to 2199" in page.content.decode()
    page = client.get(
        reverse("reports:report", args=["monthly-status"]), {"known_at": f"{day} 09:00"}
    )
    assert (
        "is out of range. Use a date from 1900 to 2199" in page.content.decode()
        or "in the future" in page.content.decode()
    )
    assert (
        client.get(
            reverse("reports:file", args=["monthly-status"]), {"as_at": day, "format": "csv"}
        ).status_code
        == 404
    )
    for options in (["--as-at", day], ["--as-at", "2026-01-31", "--known-at", f"{day}T09:00"]):
        with pytest.raises(CommandError, match="out of range"):
            call_command("report", "monthly-status", *options)


@pytest.mark.parametrize("day", OUTERMOST)
def test_the_outermost_days_are_answered(day: str, tmp_path: Path) -> None:
    enrolment()
    page = client_for(persona("national")).get(
        reverse("reports:report", args=["monthly-status"]), {"as_at": day}
    )
    assert "must be from" not in page.content.decode()
    call_command("report", "monthly-status", "--as-at", day, "-o", str(tmp_path / "made.csv"))


@pytest.mark.parametrize("day", OUTSIDE)
def test_forms_and_files_refuse_it_by_the_same_rule(day: str) -> None:
    with pytest.raises(ValidationError, match="must be from 1900 to 2199"):
        DateField(label="Date").clean(day)
    with pytest.raises(ValueError, match="Use a date from 1900 to 2199"):
        Date().clean(day)


def test_a_contact_of_the_year_1_is_refused() -> None:
    manager = persona("learning_manager")
    made = enrolment(in_region="NE", started=False)
    address = reverse("learners:record_contact", args=[made.public_id])
    said = {
        "on-day": "1",
        "on-month": "1",
        "on-year": "0001",
        "means": "telephone",
        "about": "First day",
    }
    page = client_for(manager).post(address, said)
    assert "must be from 1900 to 2199" in page.content.decode()
    assert not Contact.objects.exists()
