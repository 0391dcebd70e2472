"""A session has a new name once it is somebody's, ends by a button, and can be seen and ended from another."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from allauth.usersessions.models import UserSession
from django.core.cache import cache
from django.core.management import CommandError, call_command
from django.test import Client

from tests.factories.workforce import PASSWORD, user
from workforce.accounts.session_store import cookie_of, key_in
from workforce.accounts.sessions import CLOCKS_DIFFER, SEEN
from workforce.models import User

pytestmark = pytest.mark.django_db
INSIDE, SESSIONS = "/my-account/", "/accounts/sessions/"


@pytest.fixture(autouse=True)
def _fresh_limits() -> None:
    cache.clear()


def sign_in(account: User, client: Client | None = None, **told: Any) -> Client:
    client = client or Client(**told)
    client.post("/accounts/login/", {"login": account.email, "password": PASSWORD})
    return client


def with_cookie(name: str) -> Client:
    client = Client()
    client.cookies["session"] = name
    return client


def test_a_session_gets_another_name_at_signing_in_and_the_old_one_opens_nothing() -> None:
    client = Client()
    client.post("/find/", {"words": "x"})
    session = client.session
    session["planted"] = "by somebody else"
    session.save()
    client.cookies["session"] = before = cookie_of(session.session_key)
    sign_in(user("national"), client)
    assert client.cookies["session"].value != before
    assert client.get(INSIDE).status_code == 200
    assert with_cookie(before).get(INSIDE).status_code == 302


def test_a_session_gets_another_name_at_a_fresh_sign_in_and_stays_in_the_list_of_places() -> None:
    account = user("national")
    client = sign_in(account)
    before = client.cookies["session"].value
    assert client.post("/accounts/reauthenticate/", {"password": PASSWORD}).status_code == 302
    now = client.cookies["session"].value
    assert now != before
    assert client.get(INSIDE).status_code == 200
    assert with_cookie(before).get(INSIDE).status_code == 302
    assert [one.session_key for one in UserSession.objects.filter(user=account)] == [key_in(now)]


@pytest.mark.parametrize("is_kept", [True, False])
def test_a_new_key_signs_nobody_out_while_the_old_one_is_kept_beside_it(
    is_kept: bool, settings: Any
) -> None:
    client = sign_in(user("national"))
    settings.SECRET_KEY_FALLBACKS, settings.SECRET_KEY = [settings.SECRET_KEY] * is_kept, "n" * 60
    assert client.get(INSIDE).status_code == (200 if is_kept else 302)
    settings.SECRET_KEY_FALLBACKS = []
    assert client.get(INSIDE).status_code == (200 if is_kept else 302), (
        "a session seen meanwhile is of the new key"
    )


def test_a_session_seen_by_a_clock_that_had_jumped_ahead_is_over() -> None:
    client = sign_in(user("national"))
    session = client.session
    session[SEEN] = session[SEEN] + CLOCKS_DIFFER + 60
    session.save()
    assert client.get(INSIDE).status_code == 302


def test_looking_at_the_page_to_sign_out_signs_nobody_out() -> None:
    client = sign_in(user("national"))
    assert client.get("/accounts/logout/").status_code == 200
    assert client.get(INSIDE).status_code == 200
    assert client.post("/accounts/logout/").status_code == 302
    assert client.get(INSIDE).status_code == 302


def test_people_see_where_they_are_signed_in_and_end_it() -> None:
    account, other = user("national"), user("national")
    here = sign_in(account, headers={"user-agent": "This browser"})
    elsewhere = sign_in(account, headers={"user-agent": "A browser elsewhere"})
    theirs = sign_in(other, headers={"user-agent": "Somebody else's browser"})
    page = here.get(SESSIONS)
    assert page.status_code == 200
    assert "A browser elsewhere" in page.content.decode()
    assert "Somebody else" not in page.content.decode()
    assert SESSIONS in here.get(INSIDE).content.decode()
    assert here.post(SESSIONS).status_code == 302
    assert [client.get(INSIDE).status_code for client in (here, elsewhere, theirs)] == [
        200,
        302,
        200,
    ]


def test_a_clock_set_back_gives_no_ended_session_back(time_machine: Any) -> None:
    start = dt.datetime(2026, 3, 2, 8, tzinfo=dt.UTC)
    time_machine.move_to(start, tick=False)
    client = sign_in(user("national"))
    time_machine.move_to(start + dt.timedelta(minutes=31), tick=False)
    assert client.get(INSIDE).status_code == 302
    time_machine.move_to(start + dt.timedelta(minutes=21), tick=False)
    assert client.get(INSIDE).status_code == 302


def test_a_command_ends_the_sessions_of_one_account_or_of_everybody(capsys: Any) -> None:
    account, other, third = user("national"), user("national"), user("national")
    clients = [sign_in(account), sign_in(account), sign_in(other), sign_in(third)]
    call_command("end_sessions", account.email.upper())
    assert [client.get(INSIDE).status_code for client in clients] == [302, 302, 200, 200]
    call_command("end_sessions", "--everybody")
    assert [client.get(INSIDE).status_code for client in clients] == [302] * 4
    assert capsys.readouterr().out.splitlines() == ["2 sessions ended.", "2 sessions ended."]
    with pytest.raises(CommandError, match="has no account"):
        call_command("end_sessions", "nobody@example.com")
