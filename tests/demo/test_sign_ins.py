"""Sign-ins of the demonstration: each is the person its role needs."""

from __future__ import annotations

import datetime as dt

import pytest
from django.conf import settings

from pqip.demo.seeding import seed
from tests.personas import client_for
from workforce.models import User

pytestmark = pytest.mark.django_db


def test_whoever_needs_a_person_is_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "PQIP_DEMO", True)
    seed(scale=0.02, number=1, as_at=dt.date(2026, 11, 20), say=lambda _: None)
    tied = User.objects.exclude(person=None).values_list("email", flat=True)
    assert {f"{role}@example.com" for role in ("pta", "countersigner", "line.manager", "learner")} <= set(tied)
    assert client_for(User.objects.get(email="countersigner@example.com")).get("/", follow=True).status_code == 200
