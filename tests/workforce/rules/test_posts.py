"""Posts follow one another: where a change fits, to the day; the rules alone, without a database."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from types import SimpleNamespace

import pytest

from pqip.core.errors import RuleBroken
from workforce.rules.posts import (
    Place,
    check_dates,
    check_fte,
    check_no_overlap,
    check_unit,
    left_on,
    place_of,
)

DAY = dt.timedelta(days=1)
#: A post from day 0 to day 10.
FIRST = dt.date(2026, 3, 1)


def on(days: int) -> dt.date:
    return FIRST + days * DAY


def spell(begins: int, ends: int | None = None) -> SimpleNamespace:
    return SimpleNamespace(effective_on=on(begins), ended_on=None if ends is None else on(ends))


@pytest.mark.parametrize(("day", "corrects", "ends"), [
    (-1, False, False), (0, True, False), (1, False, True), (9, False, True), (10, False, True), (11, False, False),
])  # fmt: skip
def test_a_change_corrects_on_the_first_day_and_ends_up_to_the_last(
    day: int, corrects: bool, ends: bool
) -> None:
    known = spell(0, 10)
    place = place_of([known], on(day))
    assert place.corrects is (known if corrects else None)
    assert place.ends is (known if ends else None)
    assert place.until == (on(-1) if day < 0 else None)


def test_a_post_without_an_end_is_in_force() -> None:
    known = spell(0)
    assert place_of([known], on(400)) == Place(ends=known)


def test_nobody_was_in_post() -> None:
    assert place_of([], on(0)) == Place()


@pytest.mark.parametrize(("day", "until"), [(18, 19), (19, 19), (20, 29), (21, 29), (30, None)])
def test_the_new_post_lasts_until_the_day_before_the_next(day: int, until: int | None) -> None:
    """Others begin on days 20 and 30; on those days the post is put right, and none begins."""
    spells = [spell(0, 10), spell(20, 25), spell(30)]
    place = place_of(spells, on(day))
    if day in (20, 30):
        assert place == Place(corrects=spells[day // 10 - 1])
    else:
        assert place.until == (None if until is None else on(until))


def test_of_several_the_latest_begun_is_the_one_that_ends() -> None:
    spells = [spell(0, 9), spell(10, 19), spell(20)]
    assert place_of(spells, on(15)) == Place(ends=spells[1], until=on(19))
    assert place_of(spells, on(25)) == Place(ends=spells[2])


@pytest.mark.parametrize(("begins", "left"), [(10, 10), (11, None), (12, 10)])
def test_who_begins_another_post_the_day_after_has_not_left(begins: int, left: int | None) -> None:
    known = spell(0, 10)
    found = left_on(known, [known, spell(begins)])
    assert found == (None if left is None else on(left))


def test_an_open_post_is_left_by_nobody() -> None:
    assert left_on(spell(0), []) is None
    assert left_on(spell(0, 10), []) == on(10)


@pytest.mark.parametrize(("fte", "is_sound"), [
    ("0.0", False), ("0.09", False), ("0.1", True), ("0.5", True), ("1.0", True), ("1.01", False),
])  # fmt: skip
def test_hours_from_a_tenth_to_the_whole(fte: str, is_sound: bool) -> None:
    if is_sound:
        check_fte(Decimal(fte))
        return
    with pytest.raises(RuleBroken) as refused:
        check_fte(Decimal(fte))
    assert refused.value.field == "fte"


def test_the_last_day_is_the_first_or_later() -> None:
    check_dates(on(0), None)
    check_dates(on(0), on(0))
    check_dates(on(0), on(1))
    with pytest.raises(RuleBroken) as refused:
        check_dates(on(0), on(-1))
    assert refused.value.field == "ended_on"


def test_a_unit_is_of_the_region() -> None:
    check_unit(1, None)
    check_unit(1, SimpleNamespace(region_id=1))
    for region in (0, 2, None):
        with pytest.raises(RuleBroken):
            check_unit(region, SimpleNamespace(region_id=1))


@pytest.mark.parametrize(("begins", "ends", "overlaps"), [
    (-5, -2, False), (-5, -1, False), (-5, 0, True), (-5, None, True), (0, 0, True), (3, 5, True),
    (9, None, True), (10, None, True), (11, None, False), (10, 10, True), (11, 12, False), (-5, 20, True),
])  # fmt: skip
def test_two_posts_share_no_day(begins: int, ends: int | None, overlaps: bool) -> None:
    spells = [spell(-100, -50), spell(0, 10)]
    last = None if ends is None else on(ends)
    if not overlaps:
        check_no_overlap(spells, on(begins), last)
        return
    with pytest.raises(RuleBroken) as refused:
        check_no_overlap(spells, on(begins), last)
    assert refused.value.field == "effective_on"


def test_a_post_without_an_end_overlaps_whatever_begins_later() -> None:
    with pytest.raises(RuleBroken):
        check_no_overlap([spell(0)], on(4000), None)
    check_no_overlap([spell(0)], on(-2), on(-1))
    check_no_overlap([], on(0), None)
