"""Posting is refused to whoever may not look, needs a form's own token, and tells nobody what exists; at libraries' pages too."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse

from pqip.core.access import every_url, is_library
from tests.access import table
from tests.access.records import RECORDS, World, build
from tests.personas import client_for

ROWS = table.read()
LIBRARIES = {name: path for name, path, view in every_url() if is_library(view)}
#: Libraries' addresses that whoever is signed out may open: to come in, and to say who they are. The others lead to sign-in.
TO_COME_IN = {
    "account_login",
    "account_signup",
    "account_inactive",
    "account_confirm_email",
    "account_email_verification_sent",
    "account_reset_password",
    "account_reset_password_done",
    "account_reset_password_from_key",
    "account_reset_password_from_key_done",
    "account_confirm_login_code",
}
OF_ACCOUNTS = {
    "account_logout",
    "account_reauthenticate",
    "account_change_password",
    "account_set_password",
    "account_email",
    "mfa_authenticate",
    "mfa_reauthenticate",
    "mfa_index",
    "mfa_activate_totp",
    "mfa_deactivate_totp",
    "mfa_view_recovery_codes",
    "mfa_generate_recovery_codes",
    "mfa_download_recovery_codes",
    "usersessions_list",
}
#: What the page says that a form without its token gets.
TOKEN = "Your page was open too long"
KEYS = {"key": "nothing", "uidb36": "0", "code": "nothing"}


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: Any) -> Iterator[World]:
    """Built once; every test looks and none writes."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield build()
        transaction.set_rollback(True)


def sent(client: Client, name: str, kwargs: dict[str, Any], method: str = "post") -> Any:
    client.raise_request_exception = False
    with transaction.atomic():
        answer = getattr(client, method)(reverse(name, kwargs=kwargs))
        transaction.set_rollback(True)
    return answer


@pytest.mark.parametrize("name", sorted(ROWS))
def test_posting_is_refused_as_looking_is(name: str, world: World, django_db_blocker: Any) -> None:
    row, of = ROWS[name], RECORDS[ROWS[name]["record"]]
    roles = {
        word: next((role for role in world.people if row[role] == word), None)
        for word in ("refused", "none", "near")
    }
    with django_db_blocker.unblock():
        if row["signed_out"] == "sign-in":
            answer = sent(Client(), name, of(world.home))
            assert (answer.status_code, answer.url.partition("?")[0]) == (302, "/accounts/login/")
        for word, role, place in (
            ("refused", roles["refused"], world.home),
            ("none", roles["none"], world.home),
            ("near", roles["near"], world.elsewhere),
        ):
            if role:
                answer = sent(client_for(world.people[role]), name, of(place))
                assert answer.status_code in ({403} if word == "refused" else {404, 405}), role


@pytest.mark.parametrize("name", sorted(ROWS))
def test_posting_needs_the_token_of_a_form(name: str, world: World, django_db_blocker: Any) -> None:
    role = next(
        (role for role in world.people if ROWS[name][role] in {"opens", "near", "leads"}),
        "national",
    )
    client = Client(enforce_csrf_checks=True)
    with django_db_blocker.unblock():
        client.force_login(world.people[role])
        answer = sent(client, name, RECORDS[ROWS[name]["record"]](world.home))
    assert answer.status_code == 403
    assert TOKEN in answer.content.decode()


@pytest.mark.parametrize(
    "name", sorted(name for name, row in ROWS.items() if "near" in row.values())
)
def test_another_s_record_is_told_from_none_by_nothing(
    name: str, world: World, django_db_blocker: Any
) -> None:
    role = next(role for role in world.people if ROWS[name][role] == "near")
    theirs = RECORDS[ROWS[name]["record"]](world.elsewhere)
    nobodys = {
        key: uuid.uuid4() if isinstance(value, uuid.UUID) else value
        for key, value in theirs.items()
    }
    with django_db_blocker.unblock():
        client = client_for(world.people[role])
        answers = [sent(client, name, kwargs, "get") for kwargs in (theirs, nobodys)]
    assert [answer.status_code for answer in answers] == [404, 404]
    assert words(answers[0]) == words(answers[1])


def words(answer: Any) -> str:
    """A page without the tokens of its forms, and the seconds that are left of the session."""
    moving = ("csrfmiddlewaretoken", "data-left=")
    return "\n".join(
        line
        for line in answer.content.decode().splitlines()
        if not any(one in line for one in moving)
    )


def test_libraries_have_no_other_addresses() -> None:
    assert set(LIBRARIES) == TO_COME_IN | OF_ACCOUNTS


@pytest.mark.django_db
@pytest.mark.parametrize("name", sorted(LIBRARIES))
@pytest.mark.parametrize("method", ["get", "post"])
def test_libraries_pages_lead_the_signed_out_to_sign_in(name: str, method: str) -> None:
    kwargs = {
        key: value
        for key, value in KEYS.items()
        if f"<{key}>" in LIBRARIES[name] or f":{key}>" in LIBRARIES[name]
    }
    answer = sent(Client(), name, kwargs, method)
    if name in TO_COME_IN:
        assert answer.status_code < 500
        assert answer.status_code != 302 or "/accounts/" in answer.url
    else:
        assert answer.status_code == 302
        assert answer.url.startswith("/accounts/login/") or (name, answer.url) == (
            "account_logout",
            "/",
        )


@pytest.mark.django_db
@pytest.mark.parametrize("name", sorted(LIBRARIES))
def test_libraries_pages_need_the_token_of_a_form(name: str) -> None:
    kwargs = {
        key: value
        for key, value in KEYS.items()
        if f"<{key}>" in LIBRARIES[name] or f":{key}>" in LIBRARIES[name]
    }
    answer = sent(Client(enforce_csrf_checks=True), name, kwargs)
    assert answer.status_code == 403
    assert TOKEN in answer.content.decode()
