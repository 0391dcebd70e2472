"""Passwords that are guessed first are refused at every page that sets one, in words that say what is better."""

from __future__ import annotations

import pytest
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.test import Client

from pqip.core.acting import acting_as
from pqip.demo.personas import PASSWORD as PUBLISHED
from tests.factories.workforce import BY, PASSWORD, user
from tests.personas import client_for
from workforce.actions.accounts import password_key, password_path

pytestmark = pytest.mark.django_db
WEAK = [
    PUBLISHED, PUBLISHED.upper(), "Winter2026!!", "W1nter2026!!", "Autumn/Winter2025", "September-2026", "Probation2026!",
    "ProbationTraining1", "pr0bationtra1ning", "HMPPS-Service-26", "Welcome2Probation!", "P@ssw0rd1234", "Password123456",
    "qwertyuiop12", "aaaaaaaaaaaa", "121212121212", "Liverpool2026!!", "iloveyou2026", "Chr1stma$2026",
]  # fmt: skip
STRONG = [
    PASSWORD, "kitchen-lamp-Otter-94", "summer of love in 1967 again", "may the wind carry", "8392-1748-2011-55",
    "Zwölf Wörter reichen",
]  # fmt: skip


@pytest.mark.parametrize("password", WEAK)
def test_what_is_guessed_first_is_refused(password: str) -> None:
    with pytest.raises(ValidationError):
        validate_password(password)


@pytest.mark.parametrize("password", STRONG)
def test_a_phrase_is_good(password: str) -> None:
    validate_password(password)


@pytest.mark.parametrize("short", ["kitchen-lamp", "kitchen-lam"])
def test_twelve_characters_are_the_least(short: str) -> None:
    if len(short) < 12:
        with pytest.raises(ValidationError, match="at least 12 characters"):
            validate_password(short)
    else:
        validate_password(short)


@pytest.mark.parametrize("password", ["Winter2026!!", PUBLISHED])
def test_no_page_that_sets_one_takes_it(password: str) -> None:
    account = user("national")
    typed = {"password1": password, "password2": password}
    stranger = Client()
    with acting_as(by=BY):
        link = password_path(password_key(account))
    by_link = stranger.post(stranger.get(link).url, typed)
    changed = client_for(account).post(
        "/accounts/password/change/", {"oldpassword": PASSWORD, **typed}
    )
    for answer in (by_link, changed):
        assert answer.status_code == 200
        assert "Three random words are good." in answer.content.decode()
        assert password not in answer.content.decode()
    account.refresh_from_db()
    assert account.check_password(PASSWORD)


def test_the_present_password_is_guessed_as_at_the_door() -> None:
    account = user("national")
    client = client_for(account)
    answers = [
        client.post(
            "/accounts/password/change/", {"oldpassword": "x", "password1": "y", "password2": "y"}
        )
        for _ in range(6)
    ]
    assert [answer.status_code for answer in answers] == [200] * 5 + [429]
    assert 240 < int(answers[-1]["Retry-After"]) <= 300
    assert "You can try again at " in answers[-1].content.decode()
