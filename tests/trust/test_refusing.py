"""What fails while rights are looked at is a refusal, what fails anywhere leaves nothing, and nobody is sent elsewhere."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

import pytest
from django.db import DatabaseError
from django.test import Client
from django.urls import path, reverse

from learners.actions.withdrawals import withdraw
from pqip.core.access import PUBLIC, requires
from pqip.core.acting import acting_as
from pqip.core.models import AuditEntry
from pqip.urls import urlpatterns as ours
from tests.factories.learners import enrolment
from tests.factories.workforce import BY, PASSWORD, user
from tests.harness.database import acting_as_owner
from tests.personas import client_for, persona
from workforce.models import University, User

pytestmark = pytest.mark.django_db
SAID = "Rhiannon Unmentioned"
ELSEWHERE = [
    "//evil.example",
    "https://evil.example/",
    "https:evil.example",
    "\\\\evil.example",
    "/\\evil.example",
    "javascript:alert(1)",
]


def broken(*arguments: Any) -> Any:
    raise RuntimeError("for the test")


@pytest.mark.parametrize(
    "name", ["workforce:staff", "learners:list", "reports:index", "workforce:person"]
)
@pytest.mark.parametrize("part", ["can", "scope"])
def test_a_fault_while_rights_are_looked_at_shows_nothing(
    monkeypatch: pytest.MonkeyPatch, name: str, part: str
) -> None:
    who, learner = persona("learning_manager"), enrolment().person
    client = client_for(who)
    client.raise_request_exception = False
    page = reverse(name, args=[learner.public_id] if name == "workforce:person" else [])
    assert client.get(page).status_code == 200
    monkeypatch.setattr(User, part, broken)
    answer = client.get(page)
    assert answer.status_code == 500
    assert learner.last_name not in answer.content.decode()
    assert "<table" not in answer.content.decode()


@requires(PUBLIC)
def half_done(request: Any) -> Any:
    with acting_as(by=BY):
        University.objects.create(name=SAID)
        raise ValueError(SAID)


urlpatterns = [*ours, path("half-done", half_done)]
handler500 = "pqip.pages.middleware.server_error"  # as in the service's own


@pytest.mark.urls("tests.trust.test_refusing")
def test_a_page_that_breaks_says_nothing_and_leaves_nothing(
    client: Client, caplog: pytest.LogCaptureFixture, settings: Any
) -> None:
    settings.TRUSTED_PROXIES = 1
    client.raise_request_exception = False
    answer = client.get("/half-done", headers={"X-Request-Id": "abc-12345678"})
    assert (answer.status_code, answer["X-Request-Id"]) == (500, "abc-12345678")
    assert "Sorry, there is a problem with the service" in answer.content.decode()
    assert "give them this reference: abc-12345678" in answer.content.decode()
    assert SAID not in answer.content.decode()
    assert not re.search(r"Traceback|ValueError|\.py\b", answer.content.decode())
    assert not University.objects.filter(name=SAID).exists()
    assert [record.levelname for record in caplog.records if record.exc_info] == ["ERROR"]


def test_what_cannot_be_audited_is_not_done() -> None:
    learner, before = enrolment(), AuditEntry.objects.count()
    with acting_as_owner() as cursor:
        cursor.execute("ALTER TABLE core_auditentry ADD CONSTRAINT full_up CHECK (false) NOT VALID")
    with pytest.raises(DatabaseError, match="full_up"):
        withdraw(by=BY, enrolment=learner, on=dt.date(2025, 6, 1))
    with pytest.raises(DatabaseError, match="full_up"), acting_as(by=BY):
        University.objects.create(name=SAID)
    assert not learner.events.live().filter(kind="withdrawn").exists()
    assert (University.objects.filter(name=SAID).count(), AuditEntry.objects.count()) == (0, before)


@pytest.mark.parametrize("where", ELSEWHERE)
def test_signing_in_leads_to_nobody_elses_host(where: str) -> None:
    account = user("national")
    client = Client()
    answer = client.post(
        "/accounts/login/", {"login": account.email, "password": PASSWORD, "next": where}
    )
    assert answer.status_code == 302
    assert answer.url == "/"
    again = client.post("/accounts/reauthenticate/", {"password": PASSWORD, "next": where})
    assert (again.status_code, again.url) == (302, "/")
    out = client.post("/accounts/logout/", {"next": where})
    assert (out.status_code, out.url) == (302, "/")
