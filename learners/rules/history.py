"""Whether an event fits the history of an enrolment: moves, terms and dates (rules C1 and C2)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from learners.rules.moves import ENDED, STATUS_EVENTS, explain, first_illegal, follow, in_order
from pqip.core.errors import RuleBroken
from pqip.govuk.formats import date_gov

#: What may not follow an ending: an ended enrolment has no terms left to change.
NOT_AFTER_THE_END = frozenset(
    {"extended", "moved_pathway", "moved_region", "changed_fte", "moved_cohort", "referred_to_board"}
)
#: What each of these stands on, recorded for its day or before; and what is said where it is missing.
GROUNDS = {"qualified": "completed", "registered": "qualified", "board_decision": "referred_to_board"}
UNGROUNDED = {
    "qualified": "They have not completed by that date.",
    "registered": "They have not qualified by that date.",
    "board_decision": "There is no referral to the board on or before that date that waits.",
}
FULL_TIME, LEAST, MOST = Decimal("1"), Decimal("0.6"), Decimal("0.8")


def check_history(events: Iterable[Any], new: Any = None) -> None:
    """Raise RuleBroken where the live events of an enrolment, `new` among them, do not follow from each other."""
    events = list(events)
    illegal = first_illegal(events)
    if illegal is not None:
        event, status = illegal
        raise RuleBroken(_words(event, explain(event.kind, status), new), "effective_on")
    late = first_after_the_end(events)
    if late is not None:
        raise RuleBroken(_words(late, "The enrolment has ended by that date. Undo its end first.", new), "effective_on")
    bare = first_ungrounded(events)
    if bare is not None:
        raise RuleBroken(_words(bare, UNGROUNDED[bare.kind], new), "effective_on")


def first_after_the_end(events: Iterable[Any]) -> Any | None:
    """The first change of terms dated after the enrolment ended."""
    status = "due_to_start"
    for event in in_order(events):
        if event.kind in STATUS_EVENTS:
            status = follow(status, event.kind) or status
        elif status in ENDED and event.kind in NOT_AFTER_THE_END and event.effective_on > _end(events):
            return event
    return None


def first_ungrounded(events: Iterable[Any]) -> Any | None:
    """The first qualification, entry in the register or decision of the board without what it stands on by its day."""
    told = list(events)
    earliest: dict[str, dt.date] = {}
    for event in told:
        earliest[event.kind] = min(event.effective_on, earliest.get(event.kind, event.effective_on))
    bare = (
        event for event in told
        if event.kind in GROUNDS and earliest.get(GROUNDS[event.kind], dt.date.max) > event.effective_on
    )
    return min(bare, key=lambda event: event.effective_on, default=None)


def overtaken_start(events: Iterable[Any], kind: str, on: dt.date) -> Any | None:
    """The recorded start that an ending before it makes untrue: who leaves before the first day did not start."""
    if kind not in {"withdrawn", "did_not_start"}:
        return None
    started = next((event for event in events if event.kind == "started"), None)
    overtaken = started is not None and (started.effective_on > on or kind == "did_not_start")
    return started if overtaken else None


def check_hours(fte: Decimal) -> None:
    """Full time (1.0), or part time from 0.6 to 0.8 of 37 hours (rule C1 22)."""
    if fte != FULL_TIME and not LEAST <= fte <= MOST:
        raise RuleBroken("Hours must be full time (1.0) or from 0.6 to 0.8.", "to_fte")


def check_expected_return(on: dt.date, expected_return: dt.date | None) -> None:
    """A break ends after it begins."""
    if expected_return is not None and expected_return <= on:
        raise RuleBroken("Expected return must be after the day the break begins.", "expected_return")


def check_extension(planned_end: dt.date | None, extended_to: dt.date) -> None:
    """An extension moves the planned end later, never earlier."""
    if planned_end is not None and extended_to <= planned_end:
        raise RuleBroken(f"The new end must be after the planned end, {date_gov(planned_end)}.", "extended_to")


def check_interviews(offered: dt.date | None, held: dt.date | None) -> None:
    """An exit interview is held on or after the day it was offered."""
    if held is not None and offered is None:
        raise RuleBroken("Give the day the interview was offered, too.", "exit_interview_offered_on")
    if held is not None and offered is not None and held < offered:
        raise RuleBroken("The interview cannot have been held before it was offered.", "exit_interview_held_on")


def _end(events: Iterable[Any]) -> dt.date:
    return max(event.effective_on for event in events if event.kind in {"withdrawn", "completed", "did_not_start"})


def _words(event: Any, what: str, new: Any) -> str:
    if new is None or event is new:
        return what
    recorded = event.kind.replace("_", " ")
    return f"This does not fit what is recorded for {date_gov(event.effective_on)} ({recorded}). {what}"
