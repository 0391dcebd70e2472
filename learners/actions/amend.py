"""Undo or correct what was recorded. The mistake stays in the history, with the reason."""

from __future__ import annotations

from typing import Any

from learners.actions.changing import changing
from learners.models import Event
from learners.rules.history import check_history
from pqip.core.errors import RuleBroken


def void_event(*, by: Any, event: Event, reason: str) -> None:
    """Undo an event. Raises RuleBroken where what is left would not follow, Conflict where it is undone already."""
    if not reason.strip():
        raise RuleBroken("Give the reason.", "reason")
    if event.kind == "enrolled":
        raise RuleBroken("The first terms cannot be undone, only corrected.")
    with changing(event.enrolment, by=by, reason=reason) as history:
        history.undo(history.held(event), reason)
        if event.kind in {"withdrawn", "did_not_start"}:
            history.bring_back_start()
        check_history(history.events)


def correct_event(*, by: Any, event: Event, reason: str, **changes: Any) -> Event:
    """Void an event and record it as it should have been. Raises as `void_event`."""
    if not reason.strip():
        raise RuleBroken("Give the reason.", "reason")
    with changing(event.enrolment, by=by, reason=reason) as history:
        return history.correct(history.held(event), reason, **changes)
