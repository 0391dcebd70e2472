"""What every response tells the browser, whatever its status."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import path

from pqip.core.access import PUBLIC, requires
from pqip.govuk.csp import JS_ENABLED_HASH
from pqip.urls import urlpatterns as ours
from tests.personas import client_for, persona

pytestmark = pytest.mark.django_db

#: TRUST HD2: each directive exactly, so that nothing is loosened unseen.
POLICY = {
    "default-src": "'self'",
    "script-src": f"'self' {JS_ENABLED_HASH}",
    "style-src": "'self'",
    "img-src": "'self' data:",
    "font-src": "'self'",
    "object-src": "'none'",
    "base-uri": "'none'",
    "form-action": "'self'",
    "frame-ancestors": "'none'",
}


@requires(PUBLIC)
def breaks(request: object) -> None:
    raise RuntimeError("for the test")


urlpatterns = [*ours, path("breaks", breaks)]


def answers(client: Client) -> dict[int, object]:
    """One answer of each status."""
    client.raise_request_exception = False
    posts = Client(enforce_csrf_checks=True)
    found = [client.get("/accounts/login/"), client.get("/learners/"), client.get("/nowhere"), client.get("/breaks")]
    found.append(posts.post("/accounts/login/", {}))
    return {answer.status_code: answer for answer in found}


@pytest.mark.urls("tests.platform.test_headers")
def test_every_status_carries_the_policy() -> None:
    found = answers(Client())
    assert set(found) == {200, 302, 403, 404, 500}
    for status, answer in found.items():
        parts = (part.strip().partition(" ") for part in answer["Content-Security-Policy"].split(";"))
        assert {name: value for name, _space, value in parts} == POLICY, status
        assert answer["X-Frame-Options"] == "DENY", status
        assert answer["X-Content-Type-Options"] == "nosniff", status
        assert answer["Referrer-Policy"] == "same-origin", status
        assert answer["Cross-Origin-Opener-Policy"] == "same-origin", status
        assert "camera=()" in answer["Permissions-Policy"], status


def test_what_the_signed_in_saw_is_kept_nowhere() -> None:
    answer = client_for(persona("national")).get("/", follow=True)
    assert answer.status_code == 200
    assert answer["Cache-Control"] == "private, no-store"


def test_nobodys_pages_are_not_marked_as_somebodys() -> None:
    assert "Clear-Site-Data" not in Client().get("/accounts/login/")


def test_signing_out_makes_the_browser_forget() -> None:
    client = client_for(persona("national"))
    answer = client.post("/accounts/logout/")
    assert answer["Clear-Site-Data"] == '"cache", "storage"'
    assert answer["Cache-Control"] == "private, no-store"
    assert client.get("/learners/").status_code == 302


def test_a_request_keeps_a_proxys_id_only_if_it_is_plain_and_there_is_a_proxy(settings: Any) -> None:
    def answered(given: str) -> str:
        return Client().get("/health/live", headers={"X-Request-Id": given})["X-Request-Id"]

    assert answered("abc-12345678") != "abc-12345678"
    settings.TRUSTED_PROXIES = 1
    assert answered("abc-12345678") == "abc-12345678"
    assert answered("x y\tz<script>") != "x y\tz<script>"
