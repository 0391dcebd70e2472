"""What the database refuses of reference data is said on the form, whichever of its rules it is."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import replace
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from django.db import DatabaseError, connection
from django.test import Client
from django.urls import reverse

from assessments.models import Criterion, QualificationVersion, Unit, UnitGroup
from learners.actions.campaigns import plan_places
from pqip.core.acting import acting_as
from pqip.core.errors import Conflict
from pqip.core.reference import kinds
from pqip.core.reference_loading import name_of
from pqip.core.refusals import translate_db_errors
from tests.factories import applications
from tests.factories import assessments as make
from tests.factories.workforce import BY, region
from tests.forms.filling import answers
from tests.personas import client_for, persona

pytestmark = pytest.mark.django_db
PROJECT = Path(__file__).resolve().parents[2]
APPS = ("workforce", "learners", "assessments")
RAISED = re.compile(
    r"RAISE EXCEPTION '((?:[^']|'')*)'(?:[^;']|'[^']*')*?ERRCODE = '(PQ\d{3})'", re.DOTALL
)
REGISTERED = (
    "Candidates are registered on this version, so its units and criteria cannot change. "
    "Load a new version."
)


def guards(*folders: str) -> list[tuple[str, str]]:
    """What the guards of these folders say, and their SQLSTATE."""
    sources = [path.read_text() for each in folders for path in (PROJECT / each).glob("*.sql")]
    return sorted(
        {
            (words.replace("''", "'"), code)
            for source in sources
            for words, code in RAISED.findall(source)
        }
    )


OF_APPS = guards(*(f"{app}/sql" for app in APPS))
OF_THE_FLOOR = guards("pqip/core/sql")


def refuse(words: str, code: str) -> None:
    """The database refuses, as a guard does."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"DO $$ BEGIN RAISE EXCEPTION USING MESSAGE = $said${words}$said$, ERRCODE = '{code}'; END $$"
        )


def test_every_guard_is_found() -> None:
    sources = [path.read_text() for app in APPS for path in (PROJECT / app / "sql").glob("*.sql")]
    raised = sum(source.count("RAISE EXCEPTION") for source in sources)
    found = sum(len(RAISED.findall(source)) for source in sources)
    assert found == raised > 50
    assert {code[:4] for _, code in OF_APPS} == {"PQ01", "PQ02", "PQ03", "PQ10", "PQ11"}
    assert {code[:4] for _, code in OF_THE_FLOOR} == {"PQ00"}


@pytest.mark.parametrize(("words", "code"), OF_APPS)
def test_a_form_of_reference_data_says_what_any_guard_refuses(
    words: str, code: str, monkeypatch: Any
) -> None:
    monkeypatch.setitem(
        kinds, "grades", replace(kinds["grades"], after_change=lambda: refuse(words, code))
    )
    address, client = (
        reverse("workforce:reference_add", args=["grades"]),
        client_for(persona("administrator")),
    )
    answered = answers(client.get(address).context["form"], code="NEW", name="New")
    page = client.post(address, answered)
    if code == "PQ020":  # said as of somebody faster, wherever it is met
        assert page.status_code == 409
        return
    assert page.status_code == 200
    assert words in unescape(page.content.decode())


@pytest.mark.parametrize(("words", "code"), OF_THE_FLOOR)
def test_a_fault_of_a_write_stays_an_error(words: str, code: str) -> None:
    expected = DatabaseError if code != "PQ005" else Conflict
    with pytest.raises(expected), translate_db_errors("Somebody was faster."), acting_as(by=BY):
        refuse(words, code)


def test_a_second_of_its_kind_is_said_to_be_one() -> None:
    with (
        pytest.raises(Conflict, match="Somebody was faster"),
        translate_db_errors("Somebody was faster."),
        acting_as(by=BY),
    ):
        refuse("duplicate key", "23505")


def guarded_kinds() -> set[str]:
    """The kinds of reference data whose tables have rules of an app's own."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT t.tgrelid::regclass::text FROM pg_trigger t JOIN pg_proc p ON p.oid = t.tgfoid "
            "WHERE NOT t.tgisinternal AND split_part(p.proname, '_', 1) = ANY(%s)",
            [list(APPS)],
        )
        tables = {name for (name,) in cursor.fetchall()}
    return {slug for slug, kind in kinds.items() if kind.model._meta.db_table in tables}


@pytest.fixture
def administrator() -> Client:
    return client_for(persona("administrator"))


@pytest.fixture
def locked() -> QualificationVersion:
    """A version on which somebody is registered."""
    return make.registration().version


def rows(of: QualificationVersion) -> dict[str, tuple[Any, dict[str, Any]]]:
    """Of each guarded kind, a row of a version, and the answers with which another would be added."""
    with acting_as(by=BY):
        free = make.version(of.qualification, "Free", dt.date(2030, 1, 1))
        group = UnitGroup.objects.create(version=free, name="Choose two", choose=2)
    one = Unit.objects.filter(version=of).first()
    return {
        "unit-groups": (group, {"version": of.pk, "name": "Choose one", "choose": 1}),
        "units": (one, {"version": of.pk, "number": 99, "title": "Another"}),
        "criteria": (
            Criterion.objects.filter(unit=one).first(),
            {"unit": one.pk, "code": "99.9", "text": "Another", "required_count": 1, "order": 99},
        ),
    }


def test_these_kinds_are_guarded() -> None:
    assert guarded_kinds() == {"campaigns", "unit-groups", "units", "criteria"}


@pytest.mark.parametrize("of", ["applications", "places"])
def test_a_campaign_is_not_given_a_region_that_its_applications_and_places_are_not_of(
    administrator: Client, of: str
) -> None:
    here = applications.campaign()
    if of == "applications":
        applications.application(of=here, in_region="YH")
    else:
        plan_places(by=BY, campaign=here, region=region("YH"), pathway=None, places=3)
    address = reverse(
        "workforce:reference_change", args=["campaigns", name_of(kinds["campaigns"], here)]
    )
    form = administrator.get(address).context["form"]
    said = {**answers(form), "region": region("NE").pk, "reason": "Said so"}
    page = administrator.post(address, said)
    assert page.status_code == 200
    assert "It has applications or places of another region." in unescape(page.content.decode())
    here.refresh_from_db()
    assert here.region is None


@pytest.mark.parametrize("slug", ["unit-groups", "units", "criteria"])
def test_what_candidates_are_registered_on_is_not_added_to(
    administrator: Client, locked: QualificationVersion, slug: str
) -> None:
    kind, (_, answered) = kinds[slug], rows(locked)[slug]
    before = kind.current().count()
    page = administrator.post(reverse("workforce:reference_add", args=[slug]), answered)
    assert page.status_code == 200
    assert REGISTERED in unescape(page.content.decode())
    assert kind.current().count() == before


@pytest.mark.parametrize("slug", ["unit-groups", "units", "criteria"])
def test_nor_is_it_changed(administrator: Client, locked: QualificationVersion, slug: str) -> None:
    row, answered = rows(locked)[slug]
    address = reverse("workforce:reference_change", args=[slug, name_of(kinds[slug], row)])
    form = administrator.get(address).context["form"]
    said = {**answers(form), **answered, "reason": "The awarding body said so"}
    page = administrator.post(address, said)
    assert page.status_code == 200
    assert REGISTERED in unescape(page.content.decode())
