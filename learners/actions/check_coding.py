"""A second person looks at how a withdrawal is coded."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from learners.actions.changing import changing
from learners.models import CodingCheck, Event
from learners.rules.withdrawal import needs_approval, without
from learners.withdrawal_facts import check_coding, coders_of
from pqip.core.acting import actor_name
from pqip.core.clock import today
from pqip.core.errors import Conflict, RuleBroken

INTERVIEWS = ("exit_interview_offered_on", "exit_interview_held_on")


def agree_coding(*, by: Any, event: Event) -> CodingCheck:
    """The coding is right. Raises RuleBroken for whoever coded it, Conflict where it was checked or changed meanwhile."""
    with changing(event.enrolment, by=by) as history:
        held = history.held(event)
        if CodingCheck.objects.live().filter(event=held).exists():
            raise Conflict("Somebody else has checked this coding.")
        if actor_name(by) in coders_of(held):
            raise RuleBroken("You coded this withdrawal. Somebody else must check it.")
        return CodingCheck.objects.create(event=held, effective_on=today(), agreed=True)


def correct_coding(
    *, by: Any, event: Event, why: str, reason: str, other_reasons: Sequence[str], ended_by: str, destination: str, note: str
) -> Event:
    """The coding is wrong: what is right is recorded in its place, for somebody else to check. Raises as `agree_coding`."""
    if not why.strip():
        raise RuleBroken("Say what was wrong.", "why")
    if needs_approval(ended_by):
        raise RuleBroken("Undo this withdrawal and propose one that the Service ends: somebody else approves it.", "ended_by")
    with changing(event.enrolment, by=by, reason=why) as history:
        held = history.held(event)
        if actor_name(by) in coders_of(held):
            raise RuleBroken("You coded this withdrawal. Somebody else must check it.")
        check_coding(held.effective_on, ended_by, reason, other_reasons, note)
        coded = {"reason": reason, "other_reasons": without(reason, other_reasons), "ended_by": ended_by,
                 "destination": destination, "note": note}
        if all(getattr(held, name) == value for name, value in coded.items()):
            raise RuleBroken("Nothing differs from what is recorded. If it is right, say so instead.", "reason")
        CodingCheck.objects.create(event=held, effective_on=today(), agreed=False, note=why.strip())
        history.undo(held, why.strip())
        interviews = {name: getattr(held, name) for name in INTERVIEWS}
        return history.add("withdrawn", held.effective_on, **coded, **interviews)
