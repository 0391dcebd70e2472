"""Whose figures somebody may ask for: the place asked for, within the scope of their roles."""

from __future__ import annotations

import datetime as dt

import pytest
from django.urls import reverse

from pqip.core.errors import NotAllowed
from pqip.core.scope import Scope
from reports.actions.places import place_within
from reports.figures.asking import PlaceFilter
from reports.queries.places import question_for
from tests.factories import learners
from tests.factories import workforce as w
from tests.personas import client_for, persona

pytestmark = pytest.mark.django_db


def test_the_place_asked_for_lies_within_the_scope() -> None:
    north, unit = w.region(), w.Pdu.objects.filter(region=w.region()).first()
    regional = Scope(regions=frozenset({north.pk}))
    assert place_within(regional) == PlaceFilter(False, regions=frozenset({north.pk}))
    assert place_within(regional, region=north.pk) == PlaceFilter(
        False, regions=frozenset({north.pk})
    )
    assert place_within(regional, pdu=unit.pk, pdu_region=north.pk) == PlaceFilter(
        False, pdus=frozenset({unit.pk})
    )
    assert place_within(Scope(pdus=frozenset({unit.pk})), region=north.pk) == PlaceFilter(
        False, pdus=frozenset({unit.pk})
    )
    assert place_within(Scope(everywhere=True)) == PlaceFilter()


def test_outside_the_scope_is_refused() -> None:
    elsewhere = w.region("WAL")
    with pytest.raises(NotAllowed):
        place_within(Scope(regions=frozenset({w.region().pk})), region=elsewhere.pk)
    with pytest.raises(NotAllowed):
        place_within(Scope())


def test_a_unit_sees_its_own_learners_only() -> None:
    unit = w.Pdu.objects.filter(region=w.region()).first()
    learners.enrolment(in_pdu=unit)
    learners.enrolment()
    client = client_for(persona("learning_manager", region="NE", pdu=unit.code))
    response = client.get(reverse("reports:file", args=["progression"]), {"as_at": "2025-06-30"})
    assert len(b"".join(response.streaming_content).decode().splitlines()) == 2


def test_equality_and_names_follow_the_permissions() -> None:
    now = dt.datetime(2025, 6, 30, tzinfo=dt.UTC)
    roles = ("national", "regional_manager", "hr_partner")
    asked = {role: question_for(persona(role), now.date(), now, PlaceFilter()) for role in roles}
    assert [asked[role].equality for role in asked] == [True, False, False]
    assert [asked[role].with_names for role in asked] == [True, True, False]
    assert [asked[role].assessors for role in asked] == [None, frozenset(), frozenset()]
