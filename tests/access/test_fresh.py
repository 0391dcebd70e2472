"""Fresh sign-in before rights are changed (AU12), idle sessions (AU7), and what happens while the cache is away (AU14)."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from pqip.core.access import every_url, is_library
from pqip.core.tokens import NAME, new_token
from tests.factories.workforce import PASSWORD, user
from tests.personas import client_for, persona
from workforce.accounts.fresh import FreshSignIn
from workforce.models import RoleGrant, User

pytestmark = pytest.mark.django_db
START = dt.datetime(2026, 3, 2, 8, tzinfo=dt.UTC)
AGAIN = "/accounts/reauthenticate/"

#: Pages of accounts and roles that change something, what cannot be taken back, and what was held back for a reason.
CHANGING = {
    "workforce:invite", "workforce:give_role", "workforce:send_link", "workforce:switch_off", "workforce:switch_on",
    "workforce:reset_second_factor", "workforce:end_role", "workforce:confirm_role",
    "workforce:open_region", "reports:in_full", "workforce:allow_export",
}  # fmt: skip


@pytest.fixture
def later(time_machine: Any) -> Any:
    """Moves the clock so many minutes after the beginning."""
    time_machine.move_to(START, tick=False)
    return lambda minutes: time_machine.move_to(START + dt.timedelta(minutes=minutes), tick=False)


def test_every_page_that_changes_an_account_or_cannot_be_undone_asks_for_a_fresh_sign_in() -> None:
    ours = {
        name: getattr(view, "view_class", object)
        for name, _path, view in every_url()
        if not is_library(view)
    }
    assert {name for name, view in ours.items() if issubclass(view, FreshSignIn)} == CHANGING


def page_for(who: User) -> str:
    return reverse("workforce:give_role", args=[who.public_id])


def test_ten_minutes_after_signing_in_a_role_needs_the_password_again(later: Any) -> None:
    client, page = client_for(persona("administrator")), page_for(user())
    later(9)
    assert client.get(page).status_code == 200
    later(11)
    answer = client.get(page)
    assert (answer.status_code, answer.url.partition("?")[0]) == (302, AGAIN)
    client.post(AGAIN, {"password": "not it", "next": page})
    assert client.get(page).status_code == 302
    assert client.post(AGAIN, {"password": PASSWORD, "next": page}).url == page
    assert client.get(page).status_code == 200


def test_what_was_typed_meanwhile_is_done_after_the_password_and_not_before(later: Any) -> None:
    client, who = client_for(persona("administrator")), user()
    page, typed = page_for(who), {"role": "national", "starts_on": "2026-03-02"}
    later(11)
    assert client.post(page, typed).url.startswith(AGAIN)
    assert not who.grants.exists()
    assert client.post(AGAIN, {"password": PASSWORD, "next": page}).status_code == 302
    assert who.grants.get().is_waiting


def test_set_aside_and_sent_twice_it_is_one(later: Any) -> None:
    who = persona("administrator")
    client, page = client_for(who), page_for(user())
    typed = {"role": "national", "starts_on": "2026-03-02", NAME: new_token(who).text}
    later(11)
    assert client.post(page, typed).url.startswith(AGAIN)
    first = client.post(AGAIN, {"password": PASSWORD, "next": page})
    later(22)
    assert client.post(page, typed).url == first.url, (
        "led to what was done, and not asked for the password again"
    )
    assert RoleGrant.objects.filter(role="national").count() == 1


def test_who_may_not_is_refused_and_not_asked(later: Any) -> None:
    client, page = client_for(persona("learning_manager")), page_for(user())
    later(11)
    assert client.get(page).status_code == 403
    assert Client().get(page).url.startswith("/accounts/login/")


def test_the_second_factor_needs_the_password_again(later: Any) -> None:
    client = client_for(persona("administrator"))
    later(11)
    for page in ("/accounts/2fa/totp/activate/", "/accounts/2fa/recovery-codes/generate/"):
        assert client.get(page).url.startswith(AGAIN), page


def test_an_idle_session_ends_as_the_setting_says(later: Any, settings: Any) -> None:
    client = client_for(persona("administrator"))
    settings.SESSION_IDLE_SECONDS = 5 * 60
    later(4)
    assert client.get("/my-account/").status_code == 200
    later(10)
    answer = client.get("/my-account/")
    assert answer.url == "/accounts/login/?next=/my-account/"
    assert answer["Clear-Site-Data"]
    later(11)
    assert client.get("/my-account/").status_code == 302


@pytest.fixture
def _cache_away(settings: Any) -> None:
    settings.CACHES = {
        "default": {
            "BACKEND": "django.core.cache.backends.redis.RedisCache",
            "LOCATION": "redis://127.0.0.1:1/0",
            "OPTIONS": {"socket_connect_timeout": 1},
        }
    }


@pytest.mark.usefixtures("_cache_away")
def test_nobody_signs_in_while_attempts_cannot_be_counted() -> None:
    client, who = Client(), user("national")
    answer = client.post("/accounts/login/", {"login": who.email, "password": PASSWORD})
    assert (answer.status_code, answer["Retry-After"]) == (503, "300")
    assert "Sorry, the service is unavailable" in answer.content.decode()
    assert client.get("/my-account/").status_code == 302


@pytest.mark.usefixtures("_cache_away")
def test_who_is_signed_in_works_on_while_the_cache_is_away() -> None:
    client = client_for(persona("learning_manager"))
    assert [client.get(page).status_code for page in ("/learners/", "/staff/", "/reports/")] == [
        200,
        200,
        200,
    ]
