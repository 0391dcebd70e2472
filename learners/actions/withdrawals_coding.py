"""A second person checks how a withdrawal is coded."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from typing import Any

from learners.actions.events import changing
from learners.models import CodingCheck, Event
from learners.queries.withdrawals import Fitting, coders_of
from learners.rules.withdrawals import check_checker, check_reasons, needs_approval, without
from pqip.core.acting import actor_name
from pqip.core.clock import today
from pqip.core.errors import Conflict, RuleBroken

INTERVIEWS = ("exit_interview_offered_on", "exit_interview_held_on")


def check_coding(
    on: dt.date, ended_by: str, reason: str, other_reasons: Collection[str], note: str
) -> None:
    """Raise RuleBroken unless the reasons are in force on that day, fit who ended it, and *other*
    has a note.
    """
    check_reasons(reason, other_reasons, note, Fitting().on(ended_by, on))


def agree_coding(*, by: Any, event: Event) -> CodingCheck:
    """Record that the coding is right.

    Raises RuleBroken for the person who coded it, and Conflict if it was checked or changed in the
    meantime.
    """
    with changing(event.enrolment, by=by) as history:
        held = history.current(event)
        if CodingCheck.objects.live().filter(event=held).exists():
            raise Conflict("Somebody else has checked this coding.")
        check_checker(is_coder=actor_name(by) in coders_of(held))
        return CodingCheck.objects.create(event=held, effective_on=today(), agreed=True)


def correct_coding(
    *,
    by: Any,
    event: Event,
    why: str,
    reason: str,
    other_reasons: Sequence[str],
    ended_by: str,
    destination: str,
    note: str,
) -> Event:
    """Replace a wrong coding, which somebody else then checks. Raises as `agree_coding` does."""
    if not why.strip():
        raise RuleBroken("Say what was wrong.", "why")
    if needs_approval(ended_by):
        raise RuleBroken(
            "Undo this withdrawal and propose one that the Service ends: somebody else approves it.",
            "ended_by",
        )
    with changing(event.enrolment, by=by, reason=why) as history:
        held = history.current(event)
        check_checker(is_coder=actor_name(by) in coders_of(held))
        check_coding(held.effective_on, ended_by, reason, other_reasons, note)
        coded = {
            "reason": reason,
            "other_reasons": without(reason, other_reasons),
            "ended_by": ended_by,
            "destination": destination,
            "note": note,
        }
        if all(getattr(held, name) == value for name, value in coded.items()):
            raise RuleBroken(
                "Nothing differs from what is recorded. If it is right, say so instead.", "reason"
            )
        CodingCheck.objects.create(event=held, effective_on=today(), agreed=False, note=why.strip())
        history.undo(held, why.strip())
        interviews = {name: getattr(held, name) for name in INTERVIEWS}
        return history.add("withdrawn", held.effective_on, **coded, **interviews)
