"""Legal moves, each allowed one and each refused one, from the one table."""

from __future__ import annotations

import datetime as dt
from types import SimpleNamespace

import pytest

from learners.rules.events import (
    check_expected_return,
    check_extension,
    check_history,
    check_hours,
    check_interviews,
)
from learners.rules.events_moves import MOVES
from pqip.core.errors import RuleBroken

DAY = dt.date(2025, 1, 15)
PATHS = {
    "due_to_start": [],
    "active": ["started"],
    "deferred": ["started", "deferred"],
    "withdrawn": ["started", "withdrawn"],
    "completed": ["started", "completed"],
    "did_not_start": ["did_not_start"],
}
KINDS = ["started", "did_not_start", "deferred", "resumed", "withdrawn", "completed"]


def happened(*kinds: str, first: dt.date = DAY, step: int = 10) -> list[SimpleNamespace]:
    return [
        SimpleNamespace(kind=kind, effective_on=first + dt.timedelta(days=step * number), id=number)
        for number, kind in enumerate(kinds)
    ]


@pytest.mark.parametrize(("status", "kind"), [(status, kind) for status in PATHS for kind in KINDS])
def test_each_move_from_each_status(status: str, kind: str) -> None:
    events = happened(*PATHS[status], kind)
    if kind in MOVES[status]:
        check_history(events, events[-1])
    else:
        with pytest.raises(RuleBroken, match=r"so they cannot|Nothing may follow"):
            check_history(events, events[-1])


def test_on_one_day_the_order_of_the_words_decides() -> None:
    check_history(happened("withdrawn", "started", step=0))
    check_history(happened("started", "resumed", "deferred", step=0))


def test_a_late_entry_that_breaks_what_follows_names_what_it_breaks() -> None:
    events = happened("started", "deferred", "resumed")
    late = SimpleNamespace(kind="withdrawn", effective_on=DAY + dt.timedelta(days=5), id=None)
    with pytest.raises(RuleBroken, match="does not fit what is recorded for 25 January 2025"):
        check_history([*events, late], late)


@pytest.mark.parametrize(
    "kind", ["extended", "moved_pathway", "moved_region", "changed_fte", "moved_cohort"]
)
def test_terms_do_not_change_after_the_end(kind: str) -> None:
    events = happened("started", "withdrawn", kind)
    with pytest.raises(RuleBroken, match="ended by that date"):
        check_history(events, events[-1])


def test_qualifying_follows_completion() -> None:
    check_history(happened("started", "completed", "qualified", "registered"))


@pytest.mark.parametrize("fte", ["0.6", "0.8", "1", "1.0", "0.7"])
def test_hours_that_may_be_worked(fte: str) -> None:
    from decimal import Decimal

    check_hours(Decimal(fte))


@pytest.mark.parametrize("fte", ["0.59", "0.81", "0.5", "1.1", "0.99"])
def test_hours_that_may_not(fte: str) -> None:
    from decimal import Decimal

    with pytest.raises(RuleBroken, match=r"0\.6 to 0\.8"):
        check_hours(Decimal(fte))


def test_a_break_ends_after_it_begins() -> None:
    check_expected_return(DAY, DAY + dt.timedelta(days=1))
    with pytest.raises(RuleBroken):
        check_expected_return(DAY, DAY)


def test_an_extension_is_later_than_the_planned_end() -> None:
    check_extension(DAY, DAY + dt.timedelta(days=1))
    with pytest.raises(RuleBroken, match="15 January 2025"):
        check_extension(DAY, DAY)


def test_an_interview_is_offered_before_it_is_held() -> None:
    check_interviews(DAY, DAY)
    with pytest.raises(RuleBroken):
        check_interviews(DAY, DAY - dt.timedelta(days=1))
    with pytest.raises(RuleBroken):
        check_interviews(None, DAY)
