"""What people are told apart by; the rules alone, without a database."""

from __future__ import annotations

import datetime as dt

import pytest

from workforce.rules.alike import BORN, EMAIL, PersonDetails

BIRTHDAY, OTHER = dt.date(1990, 2, 28), dt.date(1990, 3, 1)


def told(
    email: str = "", name: str = "Ann O’Rees-Lloyd", born: dt.date | None = None
) -> PersonDetails:
    return PersonDetails(email, name, born)


def test_marks() -> None:
    assert told().marks == []
    assert told("Ann@Example.com").marks == [(EMAIL, "ann@example.com")]
    assert told(born=BIRTHDAY).marks == [(BORN, "annoreeslloyd", "1990-02-28")]
    assert [mark[0] for mark in told("a@example.com", born=BIRTHDAY).marks] == [EMAIL, BORN]


@pytest.mark.parametrize(("one", "other", "may_be"), [
    (told("a@example.com", "Ann"), told("A@EXAMPLE.com", "Bob"), True),
    (told("a@example.com", "Ann"), told("b@example.com", "Bob"), False),
    (told("a@example.com", "Ann", BIRTHDAY), told("b@example.com", "ANN", BIRTHDAY), True),
    (told("", "Ann", BIRTHDAY), told("", "Ann", OTHER), False),  # two days of birth, and not the same
    (told("", "Ann", BIRTHDAY), told("", "Ann"), True), (told("", "Ann"), told("", "Ann", OTHER), True),
    (told("", "Ann"), told("", "Ann"), True), (told("", "Ann"), told("", "Bob"), False),
    (told("", "Ann O'Rees Lloyd"), told(), True),
    (told("", "Ann", BIRTHDAY), told("", "Bob", BIRTHDAY), False),
])  # fmt: skip
def test_who_may_be_the_same(one: PersonDetails, other: PersonDetails, may_be: bool) -> None:
    assert one.may_be(other) == other.may_be(one) == may_be
