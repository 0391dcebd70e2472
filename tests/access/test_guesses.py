"""Guesses at passwords and codes: few in a row, and nobody's guesses lock out the owner (AU13, AU15)."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.test import Client

from pqip.core.acting import acting_as
from pqip.messages.models import Message
from tests.factories.workforce import BY, PASSWORD, user
from workforce.accounts.devices import KEPT
from workforce.actions.accounts import password_key, password_path
from workforce.models import User

pytestmark = pytest.mark.django_db
SIGN_IN, INSIDE, CODES = "/accounts/login/", "/my-account/", "/accounts/2fa/authenticate/"
START = dt.datetime(2026, 3, 2, 9, tzinfo=dt.UTC)
HERE, THERE = "198.51.100.1", "203.0.113.9"


@pytest.fixture(autouse=True)
def later(time_machine: Any) -> Any:
    """Moves the clock so many minutes after the beginning."""
    time_machine.move_to(START, tick=False)
    return lambda minutes: time_machine.move_to(START + dt.timedelta(minutes=minutes), tick=False)


def browser(address: str) -> Client:
    return Client(REMOTE_ADDR=address)


def enter(client: Client, account: User, password: str = PASSWORD) -> int:
    return client.post(SIGN_IN, {"login": account.email, "password": password}).status_code


def wrong(account: User, *addresses: str, times: int = 5) -> list[int]:
    """The answers to so many wrong passwords from each address, every one from a new browser."""
    return [
        enter(browser(address), account, "not the password")
        for address in addresses
        for _ in range(times)
    ]


def is_in(client: Client) -> bool:
    return client.get(INSIDE).status_code == 200


def many_addresses(number: int) -> list[str]:
    return [f"192.0.2.{last}" for last in range(1, number + 1)]


def test_five_wrong_passwords_elsewhere_lock_the_owner_out_nowhere_else() -> None:
    account = user("national")
    assert wrong(account, THERE) == [200] * 5
    assert wrong(account, THERE, times=1) == [429]
    assert enter(browser(THERE), account) == 429, "nor is the right one looked at there"
    assert enter(browser(HERE), account) == 302


def test_who_is_stopped_reads_when_to_try_again_and_what_else_to_do(later: Any) -> None:
    account = user("national")
    later(2)
    wrong(account, HERE)
    later(4)
    stopped = browser(HERE).post(SIGN_IN, {"login": account.email, "password": PASSWORD})
    assert (stopped.status_code, stopped["Retry-After"]) == (429, "180")
    page = stopped.content.decode()
    assert "You can try again at 9:07am" in page
    assert 'href="/accounts/password/reset/"' in page
    assert PASSWORD not in page
    later(6.9)
    assert enter(browser(HERE), account) == 429
    later(7)
    assert enter(browser(HERE), account) == 302, "trying meanwhile has made nobody wait longer"


def test_an_address_that_is_no_account_is_stopped_in_the_same_words() -> None:
    account, nobody = user("national"), User(email="nobody@example.com")
    wrong(account, HERE)
    assert wrong(nobody, THERE) == [200] * 5
    answers = [
        browser(address).post(SIGN_IN, {"login": who.email, "password": "guess"})
        for address, who in ((HERE, account), (THERE, nobody))
    ]
    assert answers[0].status_code == answers[1].status_code == 429
    assert answers[0].content == answers[1].content


def test_right_passwords_are_never_counted() -> None:
    account = user("national")
    assert [enter(browser(HERE), account) for _ in range(12)] == [302] * 12


def test_one_address_has_so_many_guesses_at_everybody_together() -> None:
    accounts = [user("national") for _ in range(8)]
    answers = [wrong(account, THERE, times=4) for account in accounts]
    assert answers[:7] == [[200] * 4] * 7
    assert answers[7] == [200, 200, 429, 429], "thirty in five minutes"
    assert enter(browser(HERE), accounts[0]) == 302


def test_a_network_of_six_is_one_address() -> None:
    account = user("national")
    wrong(account, *(f"2001:db8::{last}" for last in range(1, 6)), times=1)
    assert enter(browser("2001:db8::99"), account) == 429
    assert enter(browser("2001:db8:0:1::1"), account) == 302


def test_guesses_from_many_addresses_are_stopped_and_the_owner_has_two_ways_in() -> None:
    account = user("national")
    known, strange = browser(HERE), browser("198.51.100.2")
    assert enter(known, account) == 302
    known.post("/accounts/logout/")
    assert wrong(account, *many_addresses(5), times=4) == [200] * 20
    assert wrong(account, "192.0.2.99", times=1) == [429], "twenty an hour from everywhere"
    assert enter(strange, account) == 429
    assert enter(known, account) == 302, "on a device that signed in before"

    strange.post("/accounts/password/reset/", {"email": account.email})
    link = (
        Message.objects.get(address=account.email)
        .body.partition("://")[2]
        .partition("/")[2]
        .split()[0]
    )
    page, new = strange.get(f"/{link}"), "another long enough phrase"
    assert strange.post(page.url, {"password1": new, "password2": new}).status_code == 302
    assert enter(strange, account, new) == 302, "and with a link by e-mail"
    assert wrong(account, "192.0.2.99", times=1) == [429], "which ends nothing for whoever guesses"


def test_a_known_device_has_its_own_few_guesses(later: Any) -> None:
    account = user("national")
    known = browser(HERE)
    enter(known, account)
    known.post("/accounts/logout/")
    assert [enter(known, account, "wrong again") for _ in range(6)] == [200] * 5 + [429]
    assert enter(known, account) == 429
    assert enter(browser(HERE), account) == 302, "and takes none from others at its address"
    later(5)
    assert enter(known, account) == 302


def test_a_link_by_mail_lets_a_stopped_device_begin_anew() -> None:
    account, known, new = user("national"), browser(HERE), "another long enough phrase"
    enter(known, account)
    known.post("/accounts/logout/")
    assert [enter(known, account, "wrong again") for _ in range(6)][-1] == 429
    with acting_as(by=BY):
        link = password_path(password_key(account))
    known.post(known.get(link).url, {"password1": new, "password2": new})
    assert enter(known, account, new) == 302


def test_a_cookie_is_good_for_its_own_account_and_cannot_be_made_up() -> None:
    owner, other = user("national"), user("national")
    mine = browser(HERE)
    enter(mine, other)
    cookie = mine.cookies["known"].value
    assert mine.cookies["known"]["httponly"]
    assert mine.cookies["known"]["samesite"] == "Lax"
    assert other.email not in cookie
    wrong(owner, *many_addresses(5), times=4)
    for value in (
        cookie,
        f"{'a' * 32}.{cookie.partition('.')[2]}",
        f"{cookie}.{'0' * 32}",
        "nonsense",
        "." * 500,
    ):
        forged = browser(THERE)
        forged.cookies["known"] = value
        assert enter(forged, owner) == 429, value


def test_a_shared_desk_knows_the_latest_accounts_and_outlives_a_new_key(settings: Any) -> None:
    desk, accounts = browser(HERE), [user("national") for _ in range(KEPT // 2 + 1)]
    for account in [accounts[0], *accounts]:
        enter(desk, account)
        desk.post("/accounts/logout/")
    device, *proofs = desk.cookies["known"].value.split(".")
    assert len(proofs) == KEPT
    settings.SECRET_KEY_FALLBACKS, settings.SECRET_KEY = [settings.SECRET_KEY], "n" * 60
    wrong(accounts[0], *many_addresses(5), times=4)
    wrong(accounts[1], *(f"198.18.0.{last}" for last in range(5)), times=4)
    assert enter(desk, accounts[0]) == 429, "so many others have signed in since"
    assert enter(desk, accounts[1]) == 302
    assert desk.cookies["known"].value.startswith(device)


def with_second_factor(account: User) -> list[str]:
    """Recovery codes of an account that has an authenticator app."""
    with acting_as(by=account):
        TOTP.activate(account, generate_totp_secret())
        return RecoveryCodes.activate(account).get_unused_codes()


def enter_code(client: Client, code: str) -> int:
    return client.post(CODES, {"code": code}).status_code


def half_way(address: str, account: User) -> Client:
    client = browser(address)
    assert enter(client, account) == 302
    return client


def test_wrong_codes_stop_whoever_enters_them_and_not_the_owner() -> None:
    account = user("national")
    codes = with_second_factor(account)
    thief = half_way(THERE, account)
    assert [enter_code(thief, "000000") for _ in range(6)] == [200] * 5 + [429]
    stopped = thief.post(CODES, {"code": codes[0]})
    assert stopped.status_code == 429
    assert "ask your administrator to reset your second factor" in stopped.content.decode()
    owner = half_way(HERE, account)
    assert enter_code(owner, codes[0]) == 302
    assert is_in(owner)


def test_a_device_known_by_mail_alone_has_no_more_codes_to_guess() -> None:
    account = user("national")
    codes = with_second_factor(account)
    known, new = half_way(HERE, account), "another long enough phrase"
    enter_code(known, codes[0])
    known.post("/accounts/logout/")
    for address in many_addresses(4):
        thief = half_way(address, account)
        assert [enter_code(thief, "000000") for _ in range(5)] == [200] * 5
    mailed = browser(THERE)
    with acting_as(by=BY):
        link = password_path(password_key(account))
    mailed.post(mailed.get(link).url, {"password1": new, "password2": new})
    assert enter(mailed, account, new) == 302
    assert enter_code(mailed, codes[1]) == 429
    enter(known, account, new)
    assert enter_code(known, codes[1]) == 302, (
        "but the device that signed in whole lets the owner in"
    )


def test_the_password_asked_for_again_is_counted_too(later: Any) -> None:
    account, client = user("national"), browser(HERE)
    enter(client, account)
    again = [
        client.post("/accounts/reauthenticate/", {"password": "wrong again"}).status_code
        for _ in range(6)
    ]
    assert again == [200] * 5 + [429]
    assert is_in(client), "who is signed in stays so"


def test_links_are_mailed_a_few_times_whoever_asks_and_nobody_is_told() -> None:
    account = user("national")
    answers = [
        browser(address).post("/accounts/password/reset/", {"email": account.email})
        for address in many_addresses(6)
    ]
    assert {(answer.status_code, answer.url) for answer in answers} == {
        (302, "/accounts/password/reset/done/")
    }
    assert Message.objects.filter(address=account.email).count() == 3


def test_the_present_password_is_guessed_no_more_often_where_it_is_changed(later: Any) -> None:
    """Somebody at a desk that was left may not try all day: the same count as at the sign-in page."""
    account, here, new = user("national"), browser(HERE), "another long enough phrase"
    assert enter(here, account) == 302
    asked = {"password1": new, "password2": new}

    def change(old: str) -> int:
        return here.post("/accounts/password/change/", {"oldpassword": old, **asked}).status_code

    for turn in range(6):
        later(6 * turn)
        assert [change(f"wrong {number}") for number in range(5)] == [200] * 5
    later(40)
    assert (change("wrong"), change(PASSWORD)) == (429, 429), "30 a day, wherever they are tried"


def test_the_right_present_password_counts_nothing() -> None:
    account, here = user("national"), browser(HERE)
    enter(here, account)
    old, new = PASSWORD, "another long enough phrase"
    for _ in range(7):
        asked = {"oldpassword": old, "password1": new, "password2": new}
        assert here.post("/accounts/password/change/", asked).status_code == 302
        old, new = new, old


def test_a_link_by_mail_leads_to_the_service_whatever_host_was_asked(settings: Any) -> None:
    account = user("national")
    browser(HERE).post(
        "/accounts/password/reset/", {"email": account.email}, HTTP_HOST="testserver:8099"
    )
    assert (
        f"{settings.SITE_ADDRESS}/accounts/password/reset/key/"
        in Message.objects.get(to_user=None).body
    )
