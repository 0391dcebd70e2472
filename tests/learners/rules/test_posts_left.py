"""What goes with a post that is left: what it became on that very day, and what HR left of it further on; without a database."""

from __future__ import annotations

import pytest

from learners.rules.posts import LEAVES, MOVES

from .posting import change, held, on, spans, stated


def test_what_the_post_became_on_the_day_they_leave_goes_with_it() -> None:
    moved = change(MOVES, 10, region_id=2, pdu_id=None)
    found = held([stated(0)], moved, change(LEAVES, 10))
    assert spans(found, "region_id") == [(0, 9, 1)]
    assert "leave_reason" in found[0].terms
    assert spans(held([stated(0)], moved, change(LEAVES, 11)), "region_id") == [
        (0, 9, 1),
        (10, 10, 2),
    ]


def test_another_post_that_begins_on_the_day_they_leave_is_held_for_it() -> None:
    found = held([stated(0, 9), stated(10, post_start_date=on(10))], change(LEAVES, 10))
    assert spans(found) == [(0, 9), (10, 10)]
    assert ["leave_reason" in post.terms for post in found] == [False, True]


@pytest.mark.parametrize(("hour", "is_left"), [(9, True), (10, True), (11, False)])
def test_what_hr_stated_since_of_the_days_before_stays_as_it_is(hour: int, is_left: bool) -> None:
    rows = stated(0, 9, recorded_at=hour), stated(10)
    (post,) = held(rows, change(LEAVES, 10, recorded_at=10))
    assert (spans([post]), "leave_reason" in post.terms) == ([(0, 9)], is_left)


@pytest.mark.parametrize(("since", "is_gone"), [(4, True), (5, True), (6, False)])
def test_what_hr_left_further_on_of_a_post_begun_by_then_goes_with_it(
    since: int, is_gone: bool
) -> None:
    found = held([stated(0, 9), stated(10, since=since)], change(LEAVES, 5))
    assert spans(found) == [(0, 4)] + ([] if is_gone else [(10, None)])


@pytest.mark.parametrize(("hour", "is_gone"), [(9, True), (10, True), (11, False)])
def test_what_hr_stated_further_on_since_stays(hour: int, is_gone: bool) -> None:
    rows = stated(0, 9), stated(10, since=0, recorded_at=hour)
    found = held(rows, change(LEAVES, 5, recorded_at=10))
    assert spans(found) == [(0, 4)] + ([] if is_gone else [(10, None)])
