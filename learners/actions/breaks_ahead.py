"""The course of a break: its reviews, the plan for the return, and the return meeting."""

from __future__ import annotations

import datetime as dt
from typing import Any

from learners.models import BreakReview, Enrolment, ReturnPlan
from learners.models.enrolments import Status
from pqip.core.acting import acting_as
from pqip.core.clock import today
from pqip.core.errors import RuleBroken
from pqip.core.ledger import lock_live, supersede
from pqip.core.pii_check import refuse_case_identifiers


def plan_break_review(*, by: Any, enrolment: Enrolment, on: dt.date) -> BreakReview:
    """Plan a day for reviewing a break. A day that is planned already is left as it is."""
    with acting_as(by=by):
        held = _on_a_break(enrolment)
        same = BreakReview.objects.live().filter(enrolment=held, effective_on=on).first()
        return same or BreakReview.objects.create(enrolment=held, effective_on=on)


def hold_break_review(
    *, by: Any, review: BreakReview, held_on: dt.date, note: str = ""
) -> BreakReview:
    """Record that a break was reviewed.

    Raises RuleBroken for a day to come, and Conflict if it is recorded already.
    """
    _not_to_come(held_on, "held_on")
    refuse_case_identifiers("note", note)
    with acting_as(by=by):
        held = lock_live(review, "Somebody else has recorded this already.", held_on=None)
        return supersede(held, by=by, reason="Looked at", held_on=held_on, note=note.strip())


def plan_return(*, by: Any, enrolment: Enrolment, on: dt.date, plan: str) -> ReturnPlan:
    """Record the plan for the return on a day.

    It replaces the earlier plan, which stays in the history.
    """
    if not plan.strip():
        raise RuleBroken("Enter what is arranged.", "plan")
    refuse_case_identifiers("plan", plan)
    with acting_as(by=by):
        held = _on_a_break(enrolment)
        before = (
            ReturnPlan.objects.live()
            .filter(enrolment=held, meeting_held_on=None)
            .order_by("-effective_on")
            .first()
        )
        if before is None:
            return ReturnPlan.objects.create(enrolment=held, effective_on=on, plan=plan.strip())
        if (before.effective_on, before.plan) == (on, plan.strip()):
            return before
        return supersede(before, by=by, reason="Planned anew", effective_on=on, plan=plan.strip())


def meet_on_return(*, by: Any, plan: ReturnPlan, held_on: dt.date) -> ReturnPlan:
    """Record that the return meeting was held.

    Raises RuleBroken for a day to come, and Conflict if it is recorded already.
    """
    _not_to_come(held_on, "held_on")
    with acting_as(by=by):
        held = lock_live(plan, "Somebody else has recorded this already.", meeting_held_on=None)
        return supersede(held, by=by, reason="Return meeting held", meeting_held_on=held_on)


def _on_a_break(enrolment: Enrolment) -> Enrolment:
    held = Enrolment.objects.select_for_update(no_key=True, of=("self",)).get(pk=enrolment.pk)
    if held.status != Status.DEFERRED:
        raise RuleBroken("They are not on a break.")
    return held


def _not_to_come(on: dt.date, field: str) -> None:
    if on > today():
        raise RuleBroken("The day cannot be to come.", field)
