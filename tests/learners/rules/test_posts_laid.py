"""What the programme says laid over the posts that HR stated, to the day and the instant; the rules alone, without a database."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from learners.rules.posts import (
    BEGINS,
    DESTINATION,
    HOURS,
    LEAVE_REASON,
    LEAVES,
    MOVES,
    NEVER,
    Post,
)
from learners.rules.posts import OFFICER as OFFICERS_POST

from .posting import FULL_TIME, OFFICER, OTHER, PSO, change, held, on, spans, stated

PART_TIME = Decimal("0.6")


@pytest.mark.parametrize(
    ("day", "covers"), [(-1, False), (0, True), (1, True), (9, True), (10, True), (11, False)]
)
def test_a_post_covers_its_first_and_last_day(day: int, covers: bool) -> None:
    assert stated(0, 10).covers(on(day)) == covers
    assert stated(0).covers(on(day)) == (day >= 0)


# The first day.


@pytest.mark.parametrize(("ends", "rows"), [
    (-2, [(-9, -2), (0, None)]), (-1, [(-9, -1), (0, None)]), (0, [(-9, 0)]), (1, [(-9, 1)]),
])  # fmt: skip
def test_a_post_begins_unless_hr_states_one_on_the_first_day(
    ends: int, rows: list[tuple[int, int | None]]
) -> None:
    assert spans(held([stated(-9, ends)], change(BEGINS))) == rows


@pytest.mark.parametrize(("begins", "rows"), [
    (0, [(0, None)]), (1, [(0, 0), (1, None)]), (2, [(0, 1), (2, None)]),
])  # fmt: skip
def test_it_lasts_until_the_next_post_begins(
    begins: int, rows: list[tuple[int, int | None]]
) -> None:
    far = stated(50)
    assert spans(held([stated(begins)], change(BEGINS))) == rows
    assert spans(held([stated(begins, begins), far], change(BEGINS)))[0][1] == (
        begins - 1 if begins else 0
    )


def test_the_terms_of_a_post_that_begins() -> None:
    (post,) = held([], change(BEGINS, region_id=2, pdu_id=None, fte=PART_TIME))
    assert post == Post(
        on(0), None,
        {
            "grade_id": PSO, "region_id": 2, "pdu_id": None, "function": "", "fte": PART_TIME, "contract": "permanent",
            "post_start_date": on(0), "service_start_date": None, "leave_reason": "", "destination": "",
        },
    )  # fmt: skip
    assert post.terms["fte"] == PART_TIME
    assert post.terms["post_start_date"] == on(0)
    assert (post.terms["region_id"], post.terms["grade_id"]) == (2, PSO)
    assert (post.base, post.recorded_at, post.since) == (None, None, None)


@pytest.mark.parametrize(("hour", "begins"), [(9, True), (10, True), (11, False)])
def test_what_hr_put_something_in_the_place_of_does_not_begin_again(
    hour: int, begins: bool
) -> None:
    assert bool(held([], change(BEGINS, recorded_at=10), refused=[(0, hour)])) == begins


@pytest.mark.parametrize(("day", "left"), [(0, [100]), (49, [100]), (51, [0]), (100, [0])])
def test_what_hr_refused_counts_for_the_nearest_first_day(day: int, left: list[int]) -> None:
    two = change(BEGINS), change(LEAVES, 40), change(BEGINS, 100)
    found = held([], *two, refused=[(day, 50)])
    assert [begins for begins, _ends in spans(found)] == left


def test_of_a_post_that_hr_changed_the_rest_stands_as_it_stood() -> None:
    found = held([stated(5, 9, recorded_at=20)], change(BEGINS), remaining={0: [10]})
    assert spans(found) == [(0, 4), (5, 9), (10, None)]
    assert [post.since for post in found] == [None, None, on(0)]
    assert spans(
        held([stated(5, 9, recorded_at=20)], change(BEGINS), refused=[(0, 20)], remaining={0: [10]})
    ) == [(5, 9), (10, None)]


@pytest.mark.parametrize(("day", "rows"), [(-1, []), (0, [(0, None)]), (1, [(1, None)])])
def test_what_stood_before_the_first_day_is_not_of_it(
    day: int, rows: list[tuple[int, None]]
) -> None:
    found = held([], change(BEGINS), refused=[(0, 20)], remaining={0: [day]})
    assert spans(found) == rows
    assert [post.since for post in found] == [on(0) if day else None] * len(rows)


# Who never started.


@pytest.mark.parametrize(
    ("begins", "stays"), [(-1, True), (0, False), (1, False), (5, False), (6, False), (7, True)]
)
def test_a_post_stated_for_who_never_started_is_gone(begins: int, stays: bool) -> None:
    found = held([stated(begins)], change(NEVER, until=on(6)))
    assert bool(found) == stays


@pytest.mark.parametrize(("hour", "stays"), [(9, False), (10, False), (11, True)])
def test_what_hr_stated_after_they_never_started_stays(hour: int, stays: bool) -> None:
    assert (
        bool(held([stated(2, recorded_at=hour)], change(NEVER, recorded_at=10, until=on(6))))
        == stays
    )


def test_of_who_never_started_another_grade_stays() -> None:
    assert held([stated(2, grade_id=OTHER)], change(NEVER, until=on(6)))


@pytest.mark.parametrize(("day", "stays"), [(-1, False), (0, True), (6, True), (7, False)])
def test_who_began_in_another_place_by_then_stays(day: int, stays: bool) -> None:
    said = change(NEVER, until=on(6)), change(BEGINS, day, recorded_at=11)
    found = held([stated(2, 3)], *said, refused=[(day, 20)])
    assert ((2, 3) in spans(found)) == stays


@pytest.mark.parametrize(("ends", "stays"), [(-2, False), (-1, False), (1, True)])
def test_who_was_in_post_before_stays_in_post(ends: int, stays: bool) -> None:
    """Rows that go on without a gap are one time in post; here the second begins on day 2."""
    found = held([stated(-30, ends), stated(2, 9)], change(NEVER, until=on(6)))
    assert ((2, 9) in spans(found)) == stays


@pytest.mark.parametrize(("start", "stays"), [(-1, True), (0, False), (2, False), (3, False)])
def test_since_when_hr_says_they_are_in_post(start: int, stays: bool) -> None:
    found = held([stated(2, post_start_date=on(start))], change(NEVER, until=on(6)))
    assert bool(found) == stays


# Changes.


@pytest.mark.parametrize(("day", "rows"), [
    (-1, [(0, 10, 1)]), (0, [(0, 10, 2)]), (1, [(0, 0, 1), (1, 10, 2)]), (10, [(0, 9, 1), (10, 10, 2)]), (11, [(0, 10, 1)]),
])  # fmt: skip
def test_a_move_from_its_day_on(day: int, rows: list[tuple[int, int, int]]) -> None:
    moved = held([stated(0, 10)], change(MOVES, day, region_id=2, pdu_id=3))
    assert spans(moved, "region_id") == rows
    assert {post.base for post in moved} == {7}


def test_a_move_says_region_and_unit_and_hours_the_hours_alone() -> None:
    (moved,) = held([stated(0)], change(MOVES, region_id=1, pdu_id=None))
    assert (moved.terms["region_id"], moved.terms["pdu_id"], moved.terms["fte"]) == (
        1,
        None,
        FULL_TIME,
    )
    (worked,) = held([stated(0)], change(HOURS, fte=PART_TIME))
    assert (worked.terms["region_id"], worked.terms["pdu_id"], worked.terms["fte"]) == (
        1,
        3,
        PART_TIME,
    )


def test_a_change_that_changes_nothing_parts_nothing() -> None:
    assert spans(held([stated(0)], change(MOVES, 5, region_id=1, pdu_id=3))) == [(0, None)]
    assert spans(held([stated(0)], change(HOURS, 5, fte=FULL_TIME))) == [(0, None)]


@pytest.mark.parametrize(("hour", "region"), [(9, 2), (10, 2), (11, 1)])
def test_a_post_that_hr_stated_after_the_move_stands(hour: int, region: int) -> None:
    (post,) = held(
        [stated(0, recorded_at=hour)], change(MOVES, recorded_at=10, region_id=2, pdu_id=3)
    )
    assert post.terms["region_id"] == region


@pytest.mark.parametrize(("since", "day", "rest"), [
    (3, 2, 1), (3, 3, 2), (3, 4, 2), (3, 9, 2), (3, 10, 2), (None, 4, 1),
])  # fmt: skip
def test_the_rest_of_a_post_that_hr_changed_moves_with_it(
    since: int | None, day: int, rest: int
) -> None:
    """HR stated days 5 to 9 later; what stands from day 10 on is the rest of the whole post."""
    rows = [stated(5, 9, recorded_at=20), stated(10, since=since)]
    found = held(rows, change(MOVES, day, region_id=2, pdu_id=3))
    assert spans(found, "region_id") == [(5, 9, 1), (10, None, rest)]


@pytest.mark.parametrize(("day", "region"), [(1, 1), (2, 2), (3, 2), (21, 1), (25, 1)])
def test_a_rest_is_moved_from_its_own_first_day(day: int, region: int) -> None:
    found = held([stated(10, 20, since=2)], change(MOVES, day, region_id=2, pdu_id=3))
    assert spans(found, "region_id") == [(10, 20, region)]


def test_hr_wins_where_it_states_a_later_post() -> None:
    found = held([stated(0, 9), stated(10)], change(MOVES, 5, region_id=2, pdu_id=3))
    assert spans(found, "region_id") == [(0, 4, 1), (5, 9, 2), (10, None, 1)]


# The officer's post.


def promoted(
    *rows: Post, day: int = 10, recorded_at: int = 10
) -> list[tuple[int, int | None, int]]:
    found = held(
        rows, change(OFFICERS_POST, day, recorded_at=recorded_at, region_id=2, pdu_id=None)
    )
    return spans(found, "grade_id")


def test_an_officers_post_in_the_place_of_the_psos() -> None:
    row = stated(0, base=7, leave_reason="x", destination="y", fte=PART_TIME)
    found = held([row], change(OFFICERS_POST, 10, region_id=2))
    assert spans(found, "grade_id") == [(0, 9, PSO), (10, None, OFFICER)]
    before, new = found
    assert before.terms["leave_reason"] == "x"
    assert new.terms == before.terms | {
        "grade_id": OFFICER, "region_id": 2, "pdu_id": None, "post_start_date": on(10), "leave_reason": "", "destination": "",
    }  # fmt: skip
    assert (new.base, new.terms["fte"]) == (7, PART_TIME)


def test_on_the_first_day_of_the_psos_post_nothing_of_it_is_left() -> None:
    assert promoted(stated(10)) == [(10, None, OFFICER)]
    assert promoted(stated(9)) == [(9, 9, PSO), (10, None, OFFICER)]


def test_an_officers_post_lasts_until_the_next() -> None:
    assert promoted(stated(0, 30), stated(31)) == [(0, 9, PSO), (10, 30, OFFICER), (31, None, PSO)]


def test_where_there_is_no_post_the_latest_before_gives_the_terms() -> None:
    rows = (
        stated(0, 2, fte=PART_TIME, contract="first"),
        stated(3, 5, fte=PART_TIME, contract="second"),
    )
    assert promoted(*rows) == [(0, 2, PSO), (3, 5, PSO), (10, None, OFFICER)]
    found = held(rows, change(OFFICERS_POST, 10, region_id=2))[-1]
    assert (found.terms["contract"], found.terms["fte"], found.base) == ("second", PART_TIME, None)
    (alone,) = held([], change(OFFICERS_POST, 10, region_id=2))
    assert (alone.terms["fte"], alone.terms["contract"]) == (FULL_TIME, "permanent")
    (later, _far) = held([stated(20, 22, contract="later")], change(OFFICERS_POST, 10, region_id=2))
    assert (later.begins, later.ends, later.terms["contract"]) == (on(10), on(19), "permanent")


@pytest.mark.parametrize(("begins", "ends", "is_new"), [
    (0, 8, True), (0, 9, True), (0, 10, False), (0, None, False), (10, None, False), (11, None, False), (40, 50, False),
])  # fmt: skip
def test_where_hr_states_an_officers_post_then_or_later_none_is_made(
    begins: int, ends: int | None, is_new: bool
) -> None:
    assert ((10, None, OFFICER) in promoted(stated(begins, ends, grade_id=OFFICER))) == (
        is_new or (begins, ends) == (10, None)
    )
    assert len(promoted(stated(begins, ends, grade_id=OFFICER))) == (2 if is_new else 1)


def test_another_grade_on_the_day_stands() -> None:
    assert promoted(stated(0, grade_id=OTHER)) == [(0, None, OTHER)]


@pytest.mark.parametrize(("hour", "is_new"), [(9, True), (10, True), (11, False)])
def test_a_psos_post_that_hr_stated_after_the_offer_stands(hour: int, is_new: bool) -> None:
    assert (len(promoted(stated(0, recorded_at=hour), recorded_at=10)) == 2) == is_new


# Who leaves.


@pytest.mark.parametrize(("day", "ends"), [(0, 0), (1, 0), (2, 1), (10, 9)])
def test_the_post_ends_the_day_before_they_are_on_the_programme_no_more(
    day: int, ends: int
) -> None:
    (post,) = held([stated(0)], change(LEAVES, day))
    assert spans([post], "leave_reason", "destination") == [(0, ends, LEAVE_REASON, DESTINATION)]


def test_where_there_is_no_post_nobody_leaves_one() -> None:
    assert spans(held([stated(0, 9)], change(LEAVES, 10))) == [(0, 9)]


@pytest.mark.parametrize(("hour", "ends"), [(9, 4), (10, 4), (11, None)])
def test_a_post_that_hr_stated_after_they_left_stands(hour: int, ends: int | None) -> None:
    assert spans(held([stated(0, recorded_at=hour)], change(LEAVES, 5, recorded_at=10))) == [
        (0, ends)
    ]


@pytest.mark.parametrize(("next_begins", "ends"), [(21, 4), (22, 20), (None, 20)])
def test_a_last_day_that_hr_stated_stands_unless_another_post_follows_on(
    next_begins: int | None, ends: int
) -> None:
    """A post up to day 20; they leave the programme on day 5."""
    rows = [stated(0, 20), *([] if next_begins is None else [stated(next_begins)])]
    assert spans(held(rows, change(LEAVES, 5)))[0] == (0, ends)


def test_an_end_that_only_makes_way_was_stated_by_nobody() -> None:
    made = replace(stated(0, 20), base=None)
    assert spans(held([made], change(LEAVES, 5))) == [(0, 4)]


def test_what_is_said_of_a_later_day_comes_later_and_a_beginning_before_a_move() -> None:
    """They begin and move on one day: the move finds the post."""
    found = held([], change(MOVES, region_id=2, pdu_id=3), change(BEGINS), change(LEAVES, 5))
    assert spans(found, "region_id") == [(0, 4, 2)]


def test_posts_can_be_told_apart_in_a_set() -> None:
    assert len({stated(0), stated(0), stated(1)}) == 2
