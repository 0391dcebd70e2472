"""Posts as HR stated them: of two that overlap, what is left; the rules alone, without a database."""

from __future__ import annotations

import pytest

from learners.rules.posts import without_overlaps

from .posting import on, spans, stated


@pytest.mark.parametrize(("begins", "left"), [
    (11, [(0, 10), (11, 20)]), (10, [(0, 9), (10, 20)]), (9, [(0, 8), (9, 20)]),
    (1, [(0, 0), (1, 20)]), (0, [(0, 20)]), (-1, [(-1, 20)]),
])  # fmt: skip
def test_of_two_that_overlap_the_later_stated_stands(
    begins: int, left: list[tuple[int, int]]
) -> None:
    new = stated(begins, 20, recorded_at=5)
    assert spans(without_overlaps([stated(0, 10), new])) == left
    assert spans(without_overlaps([new, stated(0, 10)])) == left  # however they are handed over


@pytest.mark.parametrize(("ends", "left"), [
    (-1, [(-9, -1), (0, 10)]), (0, [(-9, 0), (1, 10)]), (1, [(-9, 1), (2, 10)]),
    (9, [(-9, 9), (10, 10)]), (10, [(-9, 10)]), (11, [(-9, 11)]),
])  # fmt: skip
def test_what_comes_after_one_stated_over_the_beginning_goes_on(
    ends: int, left: list[tuple[int, int]]
) -> None:
    found = without_overlaps([stated(0, 10), stated(-9, ends, recorded_at=5)])
    assert spans(found) == left
    assert found[-1].since == (on(0) if 0 <= ends < 10 else None)


def test_the_rest_of_a_rest_remembers_when_the_whole_post_began() -> None:
    found = without_overlaps([stated(0, 30, since=-5), stated(-9, 4, recorded_at=5)])
    assert spans(found) == [(-9, 4), (5, 30)]
    assert found[-1].since == on(-5)


def test_posts_without_an_end() -> None:
    assert spans(without_overlaps([stated(0), stated(5, recorded_at=5)])) == [(0, 4), (5, None)]
    assert spans(without_overlaps([stated(0), stated(0, 4, recorded_at=5)])) == [(0, 4), (5, None)]
    assert spans(without_overlaps([stated(0, 10), stated(-5, recorded_at=5)])) == [(-5, None)]
    assert spans(without_overlaps([stated(0), stated(-5, -1, recorded_at=5)])) == [
        (-5, -1),
        (0, None),
    ]


@pytest.mark.parametrize(
    ("current_days", "goes_on"), [(5, False), (6, False), (7, True), (8, True)]
)
def test_what_comes_after_one_stated_in_the_middle_goes_on_where_a_row_of_it_stands(
    current_days: int, goes_on: bool
) -> None:
    found = without_overlaps(
        [stated(0, 20, current_days=[0, current_days]), stated(3, 6, recorded_at=5)]
    )
    assert spans(found) == [(0, 2), (3, 6), *([(7, 20)] if goes_on else [])]


def test_at_one_instant_the_later_day_is_the_later_statement() -> None:
    assert spans(without_overlaps([stated(5, base=2), stated(0, 9, base=1)])) == [(0, 4), (5, None)]
