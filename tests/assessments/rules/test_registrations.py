"""What the dates of a registration may be, to the day; the rules alone, without a database."""

from __future__ import annotations

import datetime as dt

import pytest

from assessments.rules.registrations import Firsts, check_dates, check_day
from pqip.core.errors import RuleBroken

BEGAN, TODAY, DAY = dt.date(2025, 3, 17), dt.date(2026, 6, 1), dt.timedelta(days=1)
NOTHING = Firsts()


def words_of_day(
    began: dt.date = BEGAN, *, is_same_version: bool = True, firsts: Firsts = NOTHING
) -> str:
    """Why a day of registering is refused; empty where it is taken."""
    try:
        check_day(began, today=TODAY, is_same_version=is_same_version, firsts=firsts)
    except RuleBroken as broken:
        return f"{broken.field}: {broken.message}"
    return ""


@pytest.mark.parametrize(("days", "words"), [(-1, ""), (0, ""), (1, "today or in the past")])
def test_registered_up_to_today(days: int, words: str) -> None:
    assert bool(words_of_day(TODAY + days * DAY)) == bool(words)
    assert words in words_of_day(TODAY + days * DAY)
    assert words_of_day(TODAY + DAY).startswith("effective_on: ")


def test_the_version_is_the_one_in_force() -> None:
    assert "Another version" in words_of_day(is_same_version=False)


@pytest.mark.parametrize(("name", "from_days", "words"), [
    ("submitted", 0, "Evidence was submitted"), ("moved", 1, "moved to another version"), ("signed_off", 0, "signed off before"),
])  # fmt: skip
def test_nothing_was_assessed_before(name: str, from_days: int, words: str) -> None:
    """Evidence and a sign-off on the day itself fit; a move to another version is on a later day."""
    for days in (-9, -1, 0, 1, 2, 9):
        found = words_of_day(firsts=Firsts(**{name: BEGAN + days * DAY}))
        assert (words in found) if days < from_days else (found == ""), days


@pytest.mark.parametrize(("days", "field"), [(-1, "target_on"), (0, None), (1, None)])
def test_a_target_on_the_day_registered_or_later(days: int, field: str | None) -> None:
    assert field_of_dates(target=BEGAN + days * DAY) == field


@pytest.mark.parametrize(("on", "field"), [
    (BEGAN - DAY, "certificated_on"), (BEGAN, None), (BEGAN + DAY, None),
    (TODAY - DAY, None), (TODAY, None), (TODAY + DAY, "certificated_on"), (None, None),
])  # fmt: skip
def test_certificated_from_the_day_registered_to_today(
    on: dt.date | None, field: str | None
) -> None:
    assert field_of_dates(certificated=on) == field


def field_of_dates(
    target: dt.date | None = None, certificated: dt.date | None = None
) -> str | None:
    try:
        check_dates(began=BEGAN, target=target, certificated=certificated, today=TODAY)
    except RuleBroken as broken:
        return broken.field
    return None
