"""A break on its way: looked at again on set days, and the return planned and met."""

from __future__ import annotations

import datetime as dt
from typing import Any

from learners.models import BreakReview, Enrolment, ReturnPlan
from learners.models.enrolments import Status
from pqip.core.acting import act
from pqip.core.clock import today
from pqip.core.errors import RuleBroken
from pqip.core.ledger import supersede, take_hold
from pqip.core.naming import refuse_case_identifiers


def plan_break_review(*, by: Any, enrolment: Enrolment, on: dt.date) -> BreakReview:
    """A day on which a break is looked at again. The same day again changes nothing."""
    with act(by=by):
        held = _on_a_break(enrolment)
        same = BreakReview.objects.live().filter(enrolment=held, effective_on=on).first()
        return same or BreakReview.objects.create(enrolment=held, effective_on=on)


def hold_break_review(*, by: Any, review: BreakReview, held_on: dt.date, note: str = "") -> BreakReview:
    """It was looked at. Raises RuleBroken for a day to come, Conflict where somebody has recorded it already."""
    _not_to_come(held_on, "held_on")
    refuse_case_identifiers("note", note)
    with act(by=by):
        held = take_hold(review, "Somebody else has recorded this already.", held_on=None)
        return supersede(held, by=by, reason="Looked at", held_on=held_on, note=note.strip())


def plan_return(*, by: Any, enrolment: Enrolment, on: dt.date, plan: str) -> ReturnPlan:
    """What is arranged for the return on a day; one plan stands, and what was planned before stays in the history."""
    if not plan.strip():
        raise RuleBroken("Enter what is arranged.", "plan")
    refuse_case_identifiers("plan", plan)
    with act(by=by):
        held = _on_a_break(enrolment)
        before = ReturnPlan.objects.live().filter(enrolment=held, meeting_held_on=None).order_by("-effective_on").first()
        if before is None:
            return ReturnPlan.objects.create(enrolment=held, effective_on=on, plan=plan.strip())
        if (before.effective_on, before.plan) == (on, plan.strip()):
            return before
        return supersede(before, by=by, reason="Planned anew", effective_on=on, plan=plan.strip())


def meet_on_return(*, by: Any, plan: ReturnPlan, held_on: dt.date) -> ReturnPlan:
    """The return meeting was held. Raises RuleBroken for a day to come, Conflict where it is recorded already."""
    _not_to_come(held_on, "held_on")
    with act(by=by):
        held = take_hold(plan, "Somebody else has recorded this already.", meeting_held_on=None)
        return supersede(held, by=by, reason="Return meeting held", meeting_held_on=held_on)


def _on_a_break(enrolment: Enrolment) -> Enrolment:
    held = Enrolment.objects.select_for_update(no_key=True, of=("self",)).get(pk=enrolment.pk)
    if held.status != Status.DEFERRED:
        raise RuleBroken("They are not on a break.")
    return held


def _not_to_come(on: dt.date, field: str) -> None:
    if on > today():
        raise RuleBroken("The day cannot be to come.", field)
