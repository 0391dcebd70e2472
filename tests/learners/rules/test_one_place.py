"""Two places of one person on one day: the rules alone, without a database."""

from __future__ import annotations

import datetime as dt

import pytest

from learners.rules.places import PlacePeriod


@pytest.mark.parametrize(("one", "other", "meets"), [
    ((1, None), (5, None), True), ((1, 5), (5, None), False), ((1, 5), (4, 9), True), ((5, 9), (1, None), True),
    ((5, 9), (1, 5), False),
])  # fmt: skip
def test_two_places_on_one_day(one: tuple, other: tuple, meets: bool) -> None:
    first, second = (
        PlacePeriod(*(dt.date(2025, 1, n) if n else None for n in days)) for days in (one, other)
    )
    assert (first.overlaps(second), second.overlaps(first)) == (meets, meets)
