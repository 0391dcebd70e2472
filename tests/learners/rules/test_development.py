"""A PSO's development to the day: induction, diploma, what is missing (rules C2 46, 47; C4 68, 72, 73); without a database."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from learners.rules.development import MISSING, Developed, diploma_due, induction_due

START, DAY = dt.date(2025, 3, 17), dt.timedelta(days=1)
INDUCTED_BY, DIPLOMA_BY = dt.date(2025, 4, 7), dt.date(2026, 3, 17)
#: Of whom nothing is missing.
WHOLE: dict[str, Any] = {
    "started_on": START, "items": 3, "shown": 3, "has_mentor": True, "has_assessor": True,
    "registered_on": START, "observed_on": START,
}  # fmt: skip


def developed(**changes: Any) -> Developed:
    return Developed(**WHOLE | changes)


def missing(on: dt.date = START, **changes: Any) -> list[str]:
    return developed(**changes).missing(on)


def test_three_weeks_and_twelve_months() -> None:
    assert (induction_due(START), diploma_due(START)) == (INDUCTED_BY, DIPLOMA_BY)
    assert diploma_due(dt.date(2024, 2, 29)) == dt.date(2025, 2, 28)


def test_of_whom_nothing_is_known_nothing_has_happened() -> None:
    bare = Developed(START)
    assert bare.missing(START) == ["mentor", "observation", "registration", "assessor"]
    assert bare.missing(DIPLOMA_BY + DAY) == [
        "mentor",
        "observation",
        "registration",
        "assessor",
        "vq3",
    ]
    assert (bare.is_inducted, bare.is_diploma_asked, bare.is_diploma_in_time) == (
        False,
        True,
        False,
    )
    assert (bare.items, bare.shown, bare.mandatory_overdue) == (0, 0, 0)


def test_what_is_missing_comes_in_the_order_of_the_words() -> None:
    everything = missing(
        DIPLOMA_BY + DAY, shown=0, has_mentor=False, has_assessor=False, registered_on=None, observed_on=None,
        mandatory_overdue=1,
    )  # fmt: skip
    assert everything == list(MISSING)


@pytest.mark.parametrize(("items", "shown", "is_inducted"), [
    (0, 0, False), (0, 1, False), (1, 0, False), (1, 1, True), (3, 2, False), (3, 3, True), (3, 4, True),
])  # fmt: skip
def test_inducted_once_every_item_is_recorded(items: int, shown: int, is_inducted: bool) -> None:
    assert developed(items=items, shown=shown).is_inducted == is_inducted


@pytest.mark.parametrize(("on", "found"), [
    (INDUCTED_BY - DAY, []), (INDUCTED_BY, []), (INDUCTED_BY + DAY, ["induction"]), (INDUCTED_BY + 9 * DAY, ["induction"]),
])  # fmt: skip
def test_the_induction_is_missing_from_the_day_after(on: dt.date, found: list[str]) -> None:
    assert missing(on, shown=2) == found
    assert missing(on, items=1, shown=0) == found
    assert missing(on) == missing(on, items=0, shown=0) == []


@pytest.mark.parametrize(("planned", "found"), [(None, True), (-1, True), (0, False), (1, False)])
def test_an_observation_held_or_still_to_come(planned: int | None, found: bool) -> None:
    on = INDUCTED_BY
    ahead = None if planned is None else on + planned * DAY
    assert ("observation" in missing(on, observed_on=None, observation_on=ahead)) == found
    assert missing(on, observation_on=ahead) == []


@pytest.mark.parametrize(("changes", "asked", "is_open"), [
    ({}, True, True), ({"achieved_on": START}, True, False), ({"learns": True}, False, False),
    ({"expected": False}, False, True), ({"expected": False, "registered_on": None}, False, False),
    ({"registered_on": None}, True, True), ({"learns": True, "expected": False}, False, False),
])  # fmt: skip
def test_of_whom_the_diploma_is_asked(changes: dict[str, Any], asked: bool, is_open: bool) -> None:
    found = developed(**changes)
    assert (found.is_diploma_asked, found.is_diploma_open) == (asked, is_open)
    lacking = found.missing(START)
    assert ("registration" in lacking) == (is_open and found.registered_on is None)
    assert ("assessor" in developed(**changes, has_assessor=False).missing(START)) == is_open
    assert "assessor" not in lacking


@pytest.mark.parametrize(
    ("days", "due", "overdue"), [(-1, False, False), (0, True, False), (1, True, True)]
)
def test_the_diploma_is_due_on_the_anniversary_and_overdue_the_day_after(
    days: int, due: bool, overdue: bool
) -> None:
    on = DIPLOMA_BY + days * DAY
    one = developed()
    assert (one.is_diploma_due(on), one.is_diploma_overdue(on)) == (due, overdue)
    assert ("vq3" in one.missing(on)) == overdue
    for unasked in (developed(learns=True), developed(expected=False)):
        assert not unasked.is_diploma_due(on)
        assert not unasked.is_diploma_overdue(on)
    assert not developed(achieved_on=START).is_diploma_overdue(on)


@pytest.mark.parametrize(("days", "in_time"), [(-1, True), (0, True), (1, False)])
def test_in_time_up_to_the_anniversary(days: int, in_time: bool) -> None:
    assert developed(achieved_on=DIPLOMA_BY + days * DAY).is_diploma_in_time == in_time
    assert not developed().is_diploma_in_time


@pytest.mark.parametrize(("overdue", "found"), [(0, []), (1, ["mandatory"]), (2, ["mandatory"])])
def test_one_mandatory_course_overdue_is_enough(overdue: int, found: list[str]) -> None:
    assert missing(mandatory_overdue=overdue) == found
