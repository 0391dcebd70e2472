"""Assessors: competence, authorities and capacity recorded, refused and kept; what ends; and the list with its targets."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.urls import reverse

from assessments.actions.assessors import record_assessor
from assessments.models import AssessorRecord
from pqip.core.clock import today
from pqip.core.errors import RuleBroken
from tests.factories import assessments as make
from tests.factories.learners import person
from tests.learners.files import bring_in, done
from tests.personas import client_for, persona
from workforce.models import Person

pytestmark = pytest.mark.django_db

DAY = dt.date(2025, 8, 10)
NEW_TERMS: dict[str, Any] = {
    "weekly_hours": Decimal("7.5"),
    "competent_on": DAY,
    "may_assess": ["VQ5"],
    "target_caseload": 12,
    "assure_from": DAY,
    "assure_until": dt.date(2026, 8, 9),
    "assured_qualifications": ["VQ5", "VQ3"],
}


def record_of(who: Person) -> AssessorRecord:
    return AssessorRecord.objects.live().get(person=who)


def stated(record: AssessorRecord) -> dict[str, Any]:
    return {name: getattr(record, name) for name in NEW_TERMS}


# Recording


def test_competence_authority_and_capacity_are_recorded_and_stay_where_something_else_changes() -> (
    None
):
    who = person()
    record_assessor(person=who, by=make.BY, **NEW_TERMS)
    assert stated(record_of(who)) == NEW_TERMS
    record_assessor(person=who, by=make.BY, reason="Registered", registered_on=DAY)
    assert stated(record_of(who)) == NEW_TERMS
    assert AssessorRecord.objects.filter(person=who).count() == 2


def test_a_record_says_something_from_its_earliest_date() -> None:
    who = person()
    record_assessor(
        person=who, by=make.BY, achieved_on=DAY, competent_on=DAY - dt.timedelta(days=9)
    )
    assert record_of(who).effective_on == DAY - dt.timedelta(days=9)


@pytest.mark.parametrize(
    ("terms", "field"),
    [
        ({"competent_on": dt.date(2100, 1, 1)}, "competent_on"),
        ({"may_assess": ["VQ5"]}, "competent_on"),
        ({"assure_until": DAY}, "assure_from"),
        ({"assured_qualifications": ["VQ5"]}, "assure_from"),
        ({"assure_from": DAY, "assure_until": DAY - dt.timedelta(days=1)}, "assure_until"),
        ({"target_caseload": -1}, "target_caseload"),
        ({"target_caseload": 101}, "target_caseload"),
        ({"weekly_hours": Decimal("60.5")}, "weekly_hours"),
    ],
)
def test_what_cannot_be_is_refused_at_its_field(terms: dict[str, Any], field: str) -> None:
    with pytest.raises(RuleBroken) as broken:
        record_assessor(person=person(), by=make.BY, **terms)
    assert broken.value.field == field
    assert not AssessorRecord.objects.exists()


def test_a_file_never_blanks_what_it_does_not_say(tmp_path: Path) -> None:
    who = person("A1")
    record_assessor(person=who, by=make.BY, registered_on=DAY, **NEW_TERMS)
    assert (
        done(bring_in(tmp_path, "assessors", {"staff_number": "A1", "certificate_number": "C9"}))
        == "1 changed"
    )
    assert record_of(who).certificate_number == "C9"
    assert stated(record_of(who)) == NEW_TERMS
    person("A2")
    assert (
        done(
            bring_in(
                tmp_path, "assessors", {"staff_number": "A2", "taqa_registered_on": "2025-01-01"}
            )
        )
        == "1 new"
    )


# On screen


def test_the_form_records_and_the_page_shows() -> None:
    client, who = client_for(persona("learning_manager")), person()
    url = reverse("assessments:record_assessor", args=[who.public_id])
    make.qualification("VQ5")
    form = {
        "competent_on": "2025-08-10",
        "may_assess": ["VQ5"],
        "target_caseload": "12",
        "weekly_hours": "7.5",
        "countersign_from": "2025-08-10",
        "assure_from": "2025-08-10",
        "assured_qualifications": ["VQ5"],
        "assure_until": "2025-08-01",
    }
    refused = client.post(url, form)
    assert "must be on or after the first" in refused.content.decode()
    assert client.post(url, {**form, "assure_until": ""}).status_code == 302
    page = client.get(reverse("assessments:assessor", args=[who.public_id])).content.decode()
    for words in (
        "Occupational competence confirmed",
        "Competent to assess",
        "May quality assure",
        "Target caseload",
        "7.5",
    ):
        assert words in page
    assert 'value="12"' in client.get(url).content.decode()


def test_the_list_shows_caseload_against_target() -> None:
    who = make.assessor(target_caseload=17)
    make.allocate(person(), who)
    client = client_for(persona("learning_manager"))
    lines = (
        client.get(reverse("assessments:assessors") + "?format=csv")
        .content.decode("utf-8-sig")
        .splitlines()
    )
    assert lines[1].endswith(",1,of 17,0")


# What ends


def test_awards_and_authorities_that_end_are_listed_soonest_first() -> None:
    on = today()
    ended = make.assessor(person("E1"), lapsed_on=on - dt.timedelta(days=1))
    soon = make.countersigner(person("E2"), countersign_until=on + dt.timedelta(days=90))
    make.allocate(make.trainee(), soon, "countersigner")
    make.assessor(person("E3"), assure_from=DAY, assure_until=on + dt.timedelta(days=91))
    make.assessor(person("E4"))
    make.assessor(person("E5", of="WAL"), lapsed_on=on)
    client = client_for(persona("learning_manager"))
    url = reverse("assessments:ending")
    lines = [
        line.split(",")
        for line in client.get(f"{url}?format=csv").content.decode("utf-8-sig").splitlines()[1:]
    ]
    assert [(line[1], line[5], line[6]) for line in lines] == [
        ("E1", "Has ended", "0"),
        ("E2", "Ends soon", "1"),
        ("E3", "Ends later", "0"),
    ]
    assert (
        reverse("assessments:assessor", args=[ended.public_id]) in client.get(url).content.decode()
    )


def test_where_nothing_ends_the_list_says_so() -> None:
    page = (
        client_for(persona("learning_manager")).get(reverse("assessments:ending")).content.decode()
    )
    assert "No award lapses and no authority ends." in page


def test_the_page_says_how_closely_somebody_is_sampled_and_why() -> None:
    who = make.trainee()
    url = reverse("assessments:assessor", args=[who.public_id])
    page = client_for(persona("learning_manager")).get(url).content.decode()
    assert "Sampling" in page
    assert "Still to be sampled" in page
