"""Checks that an event fits the history of an enrolment (rules C1 and C2).

They cover status changes, terms, dates and the progression board.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable
from decimal import Decimal
from typing import Any

from learners.rules.board import Key, key, walk
from learners.rules.events_moves import (
    ENDED,
    STATUS_EVENTS,
    explain,
    first_illegal,
    follow,
    in_order,
)
from pqip.core.errors import RuleBroken
from pqip.core.formats import date_gov

#: Kinds of event that may not follow an ending: an ended enrolment has no terms left to change.
NOT_AFTER_THE_END = frozenset(
    {
        "extended",
        "moved_pathway",
        "moved_region",
        "changed_fte",
        "moved_cohort",
        "referred_to_board",
    }
)
#: For each kind, the kind that must be recorded for the same day or earlier, and the message if it
#: is missing.
GROUNDS = {"qualified": "completed", "registered": "qualified"}
UNGROUNDED = {
    "qualified": "They have not completed by that date.",
    "registered": "They have not qualified by that date.",
}
FULL_TIME, LEAST, MOST = Decimal("1"), Decimal("0.6"), Decimal("0.8")


def check_history(events: Iterable[Any], new: Any = None, excused: Collection[Key] = ()) -> None:
    """Raise RuleBroken if the live events of an enrolment do not follow from each other.

    `new` is the event that is being added and is among them. `excused` holds keys of events of the
    board that did not follow before the change either (`board.at_fault`).
    """
    wrong = first_wrong(events, excused)
    if wrong is not None:
        event, broken = wrong
        raise RuleBroken(_words(event, broken.message, new), broken.field)


def first_wrong(
    events: Iterable[Any], excused: Collection[Key] = ()
) -> tuple[Any, RuleBroken] | None:
    """Return the first event that does not follow from the others and what is wrong, or None."""
    events = list(events)
    illegal = first_illegal(events)
    if illegal is not None:
        event, status = illegal
        return event, RuleBroken(explain(event.kind, status), "effective_on")
    late = first_after_the_end(events)
    if late is not None:
        return late, RuleBroken(
            "The enrolment has ended by that date. Undo its end first.", "effective_on"
        )
    bare = first_ungrounded(events)
    if bare is not None:
        return bare, RuleBroken(UNGROUNDED[bare.kind], "effective_on")
    return next((wrong for wrong in walk(events) if key(wrong[0]) not in excused), None)


def first_after_the_end(events: Iterable[Any]) -> Any | None:
    """Return the first change of terms dated after the enrolment ended, or None.

    One on that very day comes before the end (`in_order`).
    """
    status = "due_to_start"
    for event in in_order(events):
        if event.kind in STATUS_EVENTS:
            status = follow(status, event.kind) or status
        elif status in ENDED and event.kind in NOT_AFTER_THE_END:
            return event
    return None


def first_ungrounded(events: Iterable[Any]) -> Any | None:
    """Return the first qualification or register entry whose requirement is not recorded by its
    day, or None.
    """
    recorded = list(events)
    earliest: dict[str, dt.date] = {}
    for event in recorded:
        earliest[event.kind] = min(event.effective_on, earliest.get(event.kind, event.effective_on))
    bare = (
        event
        for event in recorded
        if event.kind in GROUNDS
        and earliest.get(GROUNDS[event.kind], dt.date.max) > event.effective_on
    )
    return min(bare, key=lambda event: event.effective_on, default=None)


def overtaken_start(events: Iterable[Any], kind: str, on: dt.date) -> Any | None:
    """Return the recorded start that an earlier ending makes untrue, or None.

    Somebody who leaves before their first day did not start.
    """
    if kind not in {"withdrawn", "did_not_start"}:
        return None
    started = next((event for event in events if event.kind == "started"), None)
    overtaken = started is not None and (started.effective_on > on or kind == "did_not_start")
    return started if overtaken else None


def check_hours(fte: Decimal) -> None:
    """Raise RuleBroken unless the hours are full time (1.0) or from 0.6 to 0.8 of 37 hours (rule C1
    22).
    """
    if fte != FULL_TIME and not LEAST <= fte <= MOST:
        raise RuleBroken("Hours must be full time (1.0) or from 0.6 to 0.8.", "to_fte")


def check_expected_return(on: dt.date, expected_return: dt.date | None) -> None:
    """Raise RuleBroken if a break would end on or before the day it begins."""
    if expected_return is not None and expected_return <= on:
        raise RuleBroken(
            "Expected return must be after the day the break begins.", "expected_return"
        )


def check_extension(planned_end: dt.date | None, extended_to: dt.date) -> None:
    """Raise RuleBroken if an extension would not move the planned end later."""
    if planned_end is not None and extended_to <= planned_end:
        raise RuleBroken(
            f"The new end must be after the planned end, {date_gov(planned_end)}.", "extended_to"
        )


def check_interviews(offered: dt.date | None, held: dt.date | None) -> None:
    """Raise RuleBroken if an exit interview was held before it was offered."""
    if held is not None and offered is None:
        raise RuleBroken(
            "Give the day the interview was offered, too.", "exit_interview_offered_on"
        )
    if held is not None and offered is not None and held < offered:
        raise RuleBroken(
            "The interview cannot have been held before it was offered.", "exit_interview_held_on"
        )


def _words(event: Any, what: str, new: Any) -> str:
    if new is None or event is new:
        return what
    recorded = event.kind.replace("_", " ")
    return f"This does not fit what is recorded for {date_gov(event.effective_on)} ({recorded}). {what}"
