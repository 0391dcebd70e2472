"""Signing in, and what ends it: passwords, second factors, limits, switching off."""

from __future__ import annotations

import datetime as dt
import json
import logging
import re

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import (
    format_hotp_value,
    generate_totp_secret,
    hotp_value,
    yield_hotp_counters_from_time,
)
from django.core.management import CommandError, call_command
from django.test import Client

from pqip.core.acting import acting_as
from pqip.core.logs import JsonFormatter
from pqip.core.models import AuditEntry
from pqip.messages.models import Message
from tests.factories.workforce import PASSWORD, user
from tests.personas import client_for, persona
from workforce.accounts.adapter import MfaAdapter
from workforce.actions.accounts import (
    password_key,
    password_path,
    reset_second_factor,
    send_link,
    switch_off,
)
from workforce.models import User
from workforce.roles import PLACELESS_ROLES

pytestmark = pytest.mark.django_db
SIGN_IN = "/accounts/login/"
INSIDE = "/my-account/"


def sign_in(email: str, password: str = PASSWORD) -> Client:
    client = Client()
    client.post(SIGN_IN, {"login": email, "password": password})
    return client


def is_in(client: Client) -> bool:
    return client.get(INSIDE).status_code == 200


def test_an_address_and_a_password_sign_in() -> None:
    account = user("national")
    assert is_in(sign_in(account.email.upper()))
    assert not is_in(sign_in(account.email, "something else entirely"))


def test_nobody_signs_up() -> None:
    answer = Client().post("/accounts/signup/", {"email": "new@example.com", "password1": PASSWORD})
    assert answer.status_code in {200, 302, 404}
    assert not User.objects.filter(email="new@example.com").exists()


def test_too_many_failures_are_stopped() -> None:
    account = user("national")
    for _attempt in range(6):
        sign_in(account.email, "wrong again")
    assert not is_in(sign_in(account.email))


def test_a_failure_is_logged_without_what_was_typed(caplog) -> None:
    with caplog.at_level(logging.INFO, "security.authn"):
        sign_in("somebody@example.com", "a-secret-typed")
    record = next(record for record in caplog.records if record.name == "security.authn")
    assert record.event == "sign_in_failed"
    assert "a-secret-typed" not in str(record.__dict__)
    assert "somebody@example.com" not in str(record.__dict__)


def test_a_line_of_the_log_says_whose_sign_in_it_was_by_the_account_s_key(caplog) -> None:
    account = user("national")
    with caplog.at_level(logging.INFO, "security.authn"):
        sign_in(account.email)
    line = next(
        JsonFormatter().format(record)
        for record in caplog.records
        if record.name == "security.authn"
    )
    said = json.loads(line)
    assert (said["event"], said["user_key"]) == ("sign_in", account.pk)
    assert account.email not in line


def test_an_invitation_sets_a_password_once() -> None:
    account = user("national", password=None)
    send_link(by=persona("administrator"), user=account)
    message = Message.objects.get(address=account.email)
    link = re.search(r"https?://[^/]+(/\S+)", message.body)[1]
    assert message.is_one_time
    assert link.rstrip("/").rpartition("/")[2] not in message.reference
    client = Client()
    page = client.get(link)
    password = "a new and long enough password"
    client.post(page.url, {"password1": password, "password2": password})
    assert is_in(sign_in(account.email, password))
    assert AuditEntry.objects.filter(
        table_name="workforce_user", row_key=account.pk, actor="job:sign-in"
    ).exists()
    assert "/password/reset/key/" in link
    assert Client().get(link).status_code == 200  # says that the link is used up


def test_a_forgotten_password_is_sent_to_accounts_only() -> None:
    account = user("national")
    for address in (account.email, "nobody@example.com"):
        answer = Client().post("/accounts/password/reset/", {"email": address})
        assert (answer.status_code, answer.url) == (302, "/accounts/password/reset/done/")
    assert list(Message.objects.values_list("address", "is_one_time")) == [(account.email, True)]


def test_changing_a_password_is_audited_and_ends_other_sessions() -> None:
    account = user("national")
    here, elsewhere = sign_in(account.email), sign_in(account.email)
    new = "another long enough password"
    here.post(
        "/accounts/password/change/", {"oldpassword": PASSWORD, "password1": new, "password2": new}
    )
    assert AuditEntry.objects.filter(
        table_name="workforce_user", actor=f"user:{account.pk}"
    ).exists()
    assert not is_in(elsewhere)
    assert is_in(sign_in(account.email, new))


@pytest.mark.parametrize(
    ("minutes", "every", "stays"),
    [(29, 29, True), (31, 31, False), (11 * 60, 20, True), (12 * 60 + 1, 20, False)],
)
def test_a_session_ends_when_idle_or_after_a_day(
    time_machine, minutes: int, every: int, stays: bool
) -> None:
    start = dt.datetime(2026, 3, 2, 8, tzinfo=dt.UTC)
    time_machine.move_to(start)
    client = sign_in(user("national").email)
    passed = 0
    while passed < minutes:
        passed = min(passed + every, minutes)
        time_machine.move_to(start + dt.timedelta(minutes=passed))
        if passed < minutes:
            client.get(INSIDE)
    assert is_in(client) is stays


def test_switching_off_ends_every_session_at_once() -> None:
    account = user("national")
    clients = [sign_in(account.email), sign_in(account.email)]
    switch_off(by=persona("administrator"), user=account, reason="Left")
    assert not any(is_in(client) for client in clients)
    assert not is_in(sign_in(account.email))


def test_signing_out_ends_the_session_on_the_server() -> None:
    client = sign_in(user("national").email)
    cookie = client.cookies["session"].value
    client.post("/accounts/logout/")
    stale = Client()
    stale.cookies["session"] = cookie
    assert not is_in(stale)


def code(secret: str) -> str:
    return format_hotp_value(hotp_value(secret, next(yield_hotp_counters_from_time())))


def test_where_a_second_factor_is_required_it_comes_first(settings) -> None:
    settings.REQUIRE_SECOND_FACTOR = True
    account = user("national")
    client = sign_in(account.email)
    assert client.get(INSIDE).url == "/accounts/2fa/totp/activate/"
    assert client.get("/help/").status_code == 200
    page = client.get("/accounts/2fa/totp/activate/")
    secret = page.context["form"].secret
    client.post("/accounts/2fa/totp/activate/", {"code": code(secret)})
    assert is_in(client)
    stored = Authenticator.objects.get(user=account, type="totp").data["secret"]
    assert secret not in stored
    assert MfaAdapter().decrypt(stored) == secret
    half_way = sign_in(account.email)
    assert not is_in(half_way)
    codes = Authenticator.objects.get(user=account, type="recovery_codes").wrap().get_unused_codes()
    half_way.post("/accounts/2fa/authenticate/", {"code": codes[0]})
    assert is_in(half_way)


def test_a_lost_second_factor_is_reset_by_an_administrator() -> None:
    account = user("national")
    client = sign_in(account.email)
    with acting_as(by=account):
        Authenticator.objects.create(
            user=account, type="totp", data={"secret": MfaAdapter().encrypt(generate_totp_secret())}
        )
    reset_second_factor(by=persona("administrator"), user=account, reason="Lost telephone")
    assert not Authenticator.objects.filter(user=account).exists()
    assert not is_in(client)


def test_old_keys_still_open_secrets(settings) -> None:
    kept = MfaAdapter().encrypt("secret")
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "n" * 60
    assert MfaAdapter().decrypt(kept) == "secret"


def test_the_command_makes_an_account_and_prints_a_link(capsys) -> None:
    call_command(
        "create_user", "New.Person@example.com", "--role", "learning_manager", "--region", "NE"
    )
    said = capsys.readouterr().out
    account = User.objects.get(email="new.person@example.com")
    grant = account.grants.get()
    assert (grant.role, grant.region.code, grant.is_waiting) == ("learning_manager", "NE", False)
    link = re.search(r"http\S+?(/accounts\S+)", said)[1]
    assert Client().get(link).status_code == 302
    assert link == password_path(link.removeprefix("/accounts/password/reset/key/").rstrip("/"))
    assert password_key(account)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["x@example.com", "--role", "learning_manager"], "Select the region"),
        (
            ["x@example.com", "--role", "learning_manager", "--region", "ZZ"],
            "ZZ is not a region. Use one of NE, YH",
        ),
        (
            ["x@example.com", "--role", "pta", "--region", "NE", "--pdu", "N03SW1"],
            "not in that region",
        ),
        (["nonsense", "--role", "national"], "not an e-mail address"),
        (["x@example.com", "--role", "wizard"], "invalid choice"),
    ],
)
def test_the_command_says_what_is_wrong(arguments: list[str], said: str) -> None:
    with pytest.raises(CommandError, match=said):
        call_command("create_user", *arguments)
    assert not User.objects.filter(email="x@example.com").exists()


@pytest.mark.parametrize("role", sorted(PLACELESS_ROLES))
def test_an_account_tied_to_nobody_is_told_so_on_its_first_page(role: str) -> None:
    page = client_for(user(role)).get("/", follow=True)
    assert page.status_code == 403
    assert "Your account is not tied to your staff record" in page.content.decode()
