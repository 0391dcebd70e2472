"""Sign-ins of the demonstration: each is the person its role needs."""

from __future__ import annotations

import datetime as dt

import pytest
from django.conf import settings

from pqip.demo.personas import PERSONAS
from pqip.demo.seeding import seed
from tests.personas import client_for
from workforce.models import User
from workforce.roles import ROLES

pytestmark = pytest.mark.django_db


def test_whoever_needs_a_person_is_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "PQIP_DEMO", True)
    seed(scale=0.02, number=1, as_at=dt.date(2026, 11, 20), say=lambda _: None)
    tied = User.objects.exclude(person=None).values_list("email", flat=True)
    assert {
        f"{role}@example.com" for role in ("pta", "countersigner", "line.manager", "learner", "eqa")
    } <= set(tied)
    opened = {
        persona.role: client_for(User.objects.get(email=persona.email)).get("/", follow=True)
        for persona in PERSONAS
    }
    assert {role: page.status_code for role, page in opened.items()} == dict.fromkeys(ROLES, 200)
    assert len({page.redirect_chain[-1][0] for page in opened.values()}) >= 9, (
        "most roles have a first page of their own"
    )
