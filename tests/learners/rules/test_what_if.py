"""What would move if something were so: milestones side by side; the rules alone, without a database."""

from __future__ import annotations

import datetime as dt

import pytest

from learners.rules.milestones import Milestone
from learners.rules.milestones_what_if import Move, Supposed, a_break, compare

ON, LATER = dt.date(2026, 6, 1), dt.date(2026, 6, 11)


def milestone(code: str, on: dt.date | None, title: str = "") -> Milestone:
    return Milestone(code, title or code, on, "", "Programme")


def test_a_break_of_whole_weeks() -> None:
    assert a_break(ON, 2) == [Supposed("deferred", ON), Supposed("resumed", dt.date(2026, 6, 15))]


@pytest.mark.parametrize(("before", "after", "days"), [
    (ON, LATER, 10), (LATER, ON, -10), (ON, ON, 0), (None, ON, None), (ON, None, None), (None, None, None),
])  # fmt: skip
def test_by_how_many_days_a_milestone_moves(
    before: dt.date | None, after: dt.date | None, days: int | None
) -> None:
    assert Move("End", "Programme", before, after).days == days


def test_milestones_of_either_side_in_the_order_of_what_would_be() -> None:
    before = [milestone("gone", ON), milestone("stays", ON, "Was")]
    after = [milestone("new", LATER), milestone("stays", LATER, "Would be")]
    assert compare(before, after) == [
        Move("new", "Programme", None, LATER),
        Move("Would be", "Programme", ON, LATER),
        Move("gone", "Programme", ON, None),
    ]
