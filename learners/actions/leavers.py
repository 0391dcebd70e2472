"""What an HR business partner records about a leaver: the exit interview, and the leaver's own
words.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from learners.actions.events import changing
from learners.models import Enrolment, Event, LeaverWords
from learners.rules.events import check_interviews
from learners.rules.withdrawals import without
from pqip.core.clock import today
from pqip.core.errors import Conflict, RuleBroken
from pqip.core.ledger import void

REPLACED = "Recorded anew"


def record_interview(
    *, by: Any, enrolment: Enrolment, offered_on: dt.date | None, held_on: dt.date | None
) -> Event:
    """Record when the exit interview was offered and held.

    Raises RuleBroken for impossible dates, and Conflict if they did not leave.
    """
    check_interviews(offered_on, held_on)
    if any(day is not None and day > today() for day in (offered_on, held_on)):
        raise RuleBroken(
            "The day cannot be to come.",
            "exit_interview_held_on" if held_on else "exit_interview_offered_on",
        )
    with changing(enrolment, by=by, reason="Exit interview") as history:
        event = next((each for each in history.events if each.kind == "withdrawn"), None)
        if event is None:
            raise Conflict("Their withdrawal has been undone by somebody else.")
        return history.correct(
            event,
            "Exit interview",
            exit_interview_offered_on=offered_on,
            exit_interview_held_on=held_on,
        )


def record_words(
    *,
    by: Any,
    enrolment: Enrolment,
    on: dt.date,
    reason: str = "",
    other_reasons: Sequence[str] = (),
    words: str = "",
) -> LeaverWords:
    """Record what the leaver said on a day. What was recorded before is voided and kept."""
    if not reason and not words.strip():
        raise RuleBroken("Give a reason they named, or their words.", "reason")
    if on > today():
        raise RuleBroken("The day cannot be to come.", "on")
    named = [reason, *without(reason, other_reasons)] if reason else without("", other_reasons)
    with changing(enrolment, by=by) as history:
        if not any(event.kind == "withdrawn" for event in history.events):
            raise Conflict("Their withdrawal has been undone by somebody else.")
        void(LeaverWords.objects.live().filter(enrolment=history.enrolment), by=by, reason=REPLACED)
        return LeaverWords.objects.create(
            enrolment=history.enrolment,
            effective_on=on,
            reasons=[code for code in named if code],
            words=words.strip(),
        )
