"""What every response tells the browser, whatever its status."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import OperationalError, connection
from django.test import Client
from django.urls import path

from pqip.core.access import PUBLIC, requires
from pqip.core.errors import Conflict, TooMany
from pqip.core.logs import JsonFormatter
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


@requires(PUBLIC)
def is_late(request: object) -> None:
    raise OperationalError("for the test")


@requires(PUBLIC)
def was_faster(request: object) -> None:
    raise Conflict("for the test")


@requires(PUBLIC)
def asked_too_often(request: object) -> None:
    raise TooMany(30, "search")


urlpatterns = [
    *ours,
    path("breaks", breaks),
    path("late", is_late),
    path("faster", was_faster),
    path("often", asked_too_often),
]


def answers(client: Client) -> dict[int, Any]:
    """One answer of each status."""
    client.raise_request_exception = False
    posts = Client(enforce_csrf_checks=True)
    pages = ("/accounts/login/", "/learners/", "/nowhere", "/breaks", "/late", "/faster", "/often")
    found = [
        *map(client.get, pages),
        posts.post("/accounts/login/", {}),
        client.get("/learners/", HTTP_HOST="evil.example"),
    ]
    return {answer.status_code: answer for answer in found}


def policy_of(answer: Any) -> dict[str, str]:
    parts = (part.strip().partition(" ") for part in answer["Content-Security-Policy"].split(";"))
    return {name: value for name, _space, value in parts}


@pytest.mark.urls("tests.platform.test_headers")
def test_every_status_carries_the_policy() -> None:
    found = answers(Client())
    assert set(found) >= {200, 302, 400, 403, 404, 409, 429, 500, 503}
    for status, answer in found.items():
        assert policy_of(answer) == POLICY, status
        if status == 400:  # a host that is not ours is refused before anything else is looked at
            continue
        assert answer["X-Frame-Options"] == "DENY", status
        assert answer["X-Content-Type-Options"] == "nosniff", status
        assert answer["Referrer-Policy"] == "same-origin", status
        assert answer["Cross-Origin-Opener-Policy"] == "same-origin", status
        assert "camera=()" in answer["Permissions-Policy"], status


@pytest.mark.urls("tests.platform.test_headers")
def test_so_do_files_static_ones_redirects_to_https_and_pages_without_a_database(
    settings: Any,
) -> None:
    client = client_for(persona("learning_manager"))
    file = client.get("/staff/?format=csv")
    assert file["Content-Disposition"].startswith("attachment")
    static = client.get("/static/css/pqip.css")
    assert (static.status_code, static["Content-Type"]) == (200, 'text/css; charset="utf-8"')
    b"".join(static.streaming_content)
    settings.SECURE_SSL_REDIRECT = True
    to_https = Client().get("/learners/?region=NE")
    settings.SECURE_SSL_REDIRECT = False
    assert (to_https.status_code, to_https.url) == (301, "https://testserver/learners/?region=NE")
    with without_database():
        alone = [
            Client(raise_request_exception=False).get(page)
            for page in ("/accounts/login/", "/breaks", "/nowhere", "/late")
        ]
    assert [answer.status_code for answer in alone] == [200, 500, 404, 503]
    for answer in (file, static, to_https, *alone):
        assert policy_of(answer) == POLICY


@contextmanager
def without_database() -> Iterator[None]:
    """Whoever asks the database is told that it is away."""

    def away(*arguments: Any) -> None:
        raise OperationalError("for the test")

    with connection.execute_wrapper(away):
        yield


@pytest.mark.urls("tests.platform.test_headers")
def test_logs_hold_no_query_and_no_words_that_were_typed(caplog: pytest.LogCaptureFixture) -> None:
    client = Client(
        raise_request_exception=False, headers={"Referer": "http://testserver/learners/?find=Jones"}
    )
    with caplog.at_level(logging.DEBUG):
        for page in (
            "/nowhere",
            "/breaks",
            "/late",
            "/often",
            "/faster",
            "/learners/",
            "/health/live",
        ):
            client.get(f"{page}?name=Jones")
            client.post(f"{page}?name=Jones", {"words": "Jones"})
        client_for(persona("learner")).get("/reports/?name=Jones")
    ours = [
        record
        for record in caplog.records
        if not record.name.startswith(("django.db", "django.template"))
    ]
    assert {record.name for record in ours} >= {"django.request", "pqip.requests"}
    assert [record for record in ours if "Jones" in JsonFormatter().format(record)] == []


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


def test_a_request_keeps_a_proxys_id_only_if_it_is_plain_and_there_is_a_proxy(
    settings: Any,
) -> None:
    def answered(given: str) -> str:
        return Client().get("/health/live", headers={"X-Request-Id": given})["X-Request-Id"]

    assert answered("abc-12345678") != "abc-12345678"
    settings.TRUSTED_PROXIES = 1
    assert answered("abc-12345678") == "abc-12345678"
    assert answered("x y\tz<script>") != "x y\tz<script>"
