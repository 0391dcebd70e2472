"""Attempts at a module: what may be recorded of one, and what of one after another; the rules alone, without a database."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest

from learners.rules.modules_results import (
    check_attempt,
    check_attempts,
    check_before_next,
    check_extended,
    check_has_no_result,
    check_result,
)
from pqip.core.errors import RuleBroken

TODAY, DAY = dt.date(2026, 6, 1), dt.timedelta(days=1)
DUE = dt.date(2026, 5, 1)
SOUND: dict[str, Any] = {
    "due_date": DUE, "extended_to": None, "submitted_date": None, "mark": None, "outcome": "pending", "today": TODAY,
}  # fmt: skip


def field_refused(**changes: Any) -> str | None:
    """The field a result is refused by; None where it is taken."""
    try:
        check_result(**SOUND | changes)
    except RuleBroken as broken:
        return broken.field
    return None


def test_a_result_holds_from_the_day_handed_in_else_from_the_day_due() -> None:
    assert check_result(**SOUND) == DUE
    assert check_result(**SOUND | {"submitted_date": DUE - DAY}) == DUE - DAY
    assert check_result(**SOUND | {"submitted_date": DUE, "due_date": None}) == DUE
    assert field_refused(due_date=None) == "due_date"


@pytest.mark.parametrize(("days", "field"), [(-1, None), (0, None), (1, "submitted_date")])
def test_handed_in_up_to_today(days: int, field: str | None) -> None:
    assert field_refused(submitted_date=TODAY + days * DAY) == field


@pytest.mark.parametrize(("days", "field"), [(-1, "extended_to"), (0, None), (1, None)])
def test_more_time_ends_on_the_due_date_or_later(days: int, field: str | None) -> None:
    assert field_refused(extended_to=DUE + days * DAY) == field


def test_more_time_of_what_has_no_due_date_is_not_compared() -> None:
    check_extended(None, DUE)
    check_extended(DUE, None)


@pytest.mark.parametrize(("mark", "field"), [
    ("-0.1", "mark"), ("0", None), ("0.1", None), ("99.9", None), ("100", None), ("100.1", "mark"),
])  # fmt: skip
def test_a_mark_is_from_0_to_100(mark: str, field: str | None) -> None:
    assert field_refused(mark=Decimal(mark), outcome="pass") == field


@pytest.mark.parametrize(("mark", "outcome", "field"), [
    ("55", "pending", "outcome"), ("55", "fail", None), (None, "pending", None), (None, "pass", None),
])  # fmt: skip
def test_a_mark_needs_an_outcome(mark: str | None, outcome: str, field: str | None) -> None:
    assert field_refused(mark=Decimal(mark) if mark else None, outcome=outcome) == field


def test_what_came_of_an_attempt_is_not_recorded_over() -> None:
    check_has_no_result("pending")
    for outcome in ("pass", "fail"):
        with pytest.raises(RuleBroken, match="Correct it instead"):
            check_has_no_result(outcome)


def test_an_attempt_that_another_follows_is_a_fail() -> None:
    check_before_next("fail")
    for outcome in ("pass", "pending"):
        with pytest.raises(RuleBroken, match="must be a fail"):
            check_before_next(outcome)


@pytest.mark.parametrize(("attempt", "outcomes", "words"), [
    (0, {}, "The first attempt is number 1"), (-1, {}, "The first attempt is number 1"),
    (1, {}, ""), (1, {0: "pass"}, ""), (2, {1: "fail"}, ""),
    (2, {1: "pass"}, "Attempt 2 needs attempt 1"), (2, {}, "Attempt 2 needs attempt 1"), (2, {2: "fail"}, "needs attempt 1"),
    (3, {1: "fail", 2: "fail"}, ""), (3, {1: "fail", 2: "pending"}, "Attempt 3 needs attempt 2"),
])  # fmt: skip
def test_another_attempt_only_after_a_fail(
    attempt: int, outcomes: dict[int, str], words: str
) -> None:
    if not words:
        check_attempt(attempt, outcomes)
        return
    with pytest.raises(RuleBroken, match=words):
        check_attempt(attempt, outcomes)


@pytest.mark.parametrize(("outcomes", "touched", "wrong"), [
    ({1: "fail", 2: "pass"}, {1, 2}, set()),
    ({1: "pass", 2: "pass"}, {2}, {2}),  # what was recorded follows no fail
    ({1: "pass", 2: "pass"}, {1}, {1}),  # what was put right is followed already
    ({1: "pass", 2: "pass"}, {1, 2}, {2}),
    ({1: "pass", 2: "pass"}, set(), set()),  # what nobody touched is not held against anybody
    ({1: "fail", 2: "pending", 3: "pass"}, {1}, set()),
    ({1: "fail", 2: "pending", 3: "pass"}, {2}, {2}),
])  # fmt: skip
def test_attempts_as_they_will_be(
    outcomes: dict[int, str], touched: set[int], wrong: set[int]
) -> None:
    assert set(check_attempts(outcomes, touched)) == wrong
