"""What is recorded again word for word is no news where it takes the place of the same; it is where it was undone before."""

from __future__ import annotations

import datetime as dt
from typing import NamedTuple

import pytest

from learners.rules.posts_first_heard import FirstHeard

FIRST = dt.datetime(2025, 3, 3, 9, tzinfo=dt.UTC)
SECOND = dt.timedelta(seconds=1)
LONG_AGO = dt.datetime(2020, 1, 6, tzinfo=dt.UTC)
MOVED, OTHER = ("moved", "WAL"), ("moved", "GM")


class Row(NamedTuple):
    id: int
    recorded_at: dt.datetime
    voided_at: dt.datetime | None = None
    loaded_at: dt.datetime | None = None


def heard(*rows: tuple[Row, tuple[str, str]]) -> dict[int, dt.datetime]:
    """When the content of each row was first known, by the row's key."""
    first = FirstHeard()
    for row, content in rows:
        first.note(row, content)
    return first.of


def test_what_is_recorded_once_is_known_from_then() -> None:
    assert heard((Row(1, FIRST), MOVED)) == {1: FIRST}


def test_what_was_loaded_is_known_from_the_load_whatever_instant_it_states() -> None:
    assert heard((Row(1, LONG_AGO, loaded_at=FIRST), MOVED)) == {1: FIRST}


@pytest.mark.parametrize("later", [-SECOND, 0 * SECOND, SECOND])
def test_a_row_takes_the_place_of_the_same_at_one_instant_alone(later: dt.timedelta) -> None:
    undone = FIRST + 60 * SECOND
    again = undone + later
    found = heard((Row(1, FIRST, undone), MOVED), (Row(2, again), MOVED))
    assert found == {1: FIRST, 2: again if later else FIRST}


def test_a_correction_that_says_otherwise_is_new() -> None:
    undone = FIRST + SECOND
    assert heard((Row(1, FIRST, undone), MOVED), (Row(2, undone), OTHER))[2] == undone


def test_through_several_corrections_it_is_known_from_the_first() -> None:
    second, third = FIRST + SECOND, FIRST + 2 * SECOND
    rows = Row(1, FIRST, second), Row(2, second, third), Row(3, third)
    assert heard(*((row, MOVED) for row in rows)) == {1: FIRST, 2: FIRST, 3: FIRST}
