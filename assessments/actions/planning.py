"""Plan what is to be assessed next; the candidate agrees; evidence logged for it makes it done."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from typing import Any

from assessments.actions.choosing import open_criteria
from assessments.actions.holding import hold
from assessments.models import AssessmentPlan, Registration
from assessments.models.methods import Method
from pqip.core.acting import act
from pqip.core.clock import today
from pqip.core.errors import RuleBroken
from pqip.core.ledger import supersede, take_hold, void
from pqip.core.naming import refuse_case_identifiers
from pqip.govuk.formats import lower_first
from workforce.models import Person

CHANGED = "This plan has been changed or done since you opened it."


def plan_assessment(
    *, registration: Registration, assessor: Person, what: str, method: str, due_on: dt.date, criteria: Collection[int], by: Any
) -> AssessmentPlan:
    """Plan an assessment for a day, against criteria (keys) of the candidate's version.

    Raises RuleBroken for oneself, a day gone by, criteria that are not the candidate's or may not be shown so.
    """
    stated = {"what": what, "method": method, "due_on": due_on, "criteria": sorted(set(criteria))}
    _check(registration, assessor, stated)
    with act(by=by):
        hold(registrations=[registration.pk])
        return AssessmentPlan.objects.create(registration=registration, assessor=assessor, effective_on=today(), **stated)


def change_plan(*, plan: AssessmentPlan, reason: str, by: Any, **changes: Any) -> AssessmentPlan:
    """Change what is planned; what is planned anew is agreed anew. Raises Conflict where it was changed or done meanwhile."""
    if not reason.strip():
        raise RuleBroken("Say why the plan is changed.", "reason")
    with act(by=by, reason=reason):
        hold(registrations=[plan.registration_id])
        held = take_hold(plan, CHANGED, evidence=None)
        stated = {name: getattr(held, name) for name in ("what", "method", "due_on", "criteria")} | changes
        _check(held.registration, held.assessor, stated)
        return supersede(held, by=by, reason=reason, effective_on=today(), agreed_on=None, **stated)


def agree_plan(*, plan: AssessmentPlan, by: Any) -> AssessmentPlan:
    """The candidate agrees what is planned, today. Agreeing twice is agreeing once."""
    if by.person_id != plan.registration.person_id:
        raise RuleBroken("Only the candidate agrees their own plan.")
    with act(by=by):
        hold(registrations=[plan.registration_id])
        held = take_hold(plan, CHANGED)
        return held if held.agreed_on else supersede(held, by=by, reason="Agreed", agreed_on=today())


def drop_plan(*, plan: AssessmentPlan, reason: str, by: Any) -> None:
    """Undo what was planned and will not take place, with a reason."""
    if not reason.strip():
        raise RuleBroken("Say why the assessment does not take place.", "reason")
    with act(by=by, reason=reason):
        hold(registrations=[plan.registration_id])
        void([take_hold(plan, CHANGED, evidence=None)], by=by, reason=reason)


def _check(registration: Registration, assessor: Person, stated: dict[str, Any]) -> None:
    refuse_case_identifiers("what", stated["what"])
    if assessor.pk == registration.person_id:
        raise RuleBroken("Nobody assesses their own work.")
    if stated["method"] not in Method.values:
        raise RuleBroken("Select how it is to be assessed.", "method")
    if stated["due_on"] < today():
        raise RuleBroken("The day it is planned for must be today or in the future.", "due_on")
    known = {one.pk: one for one in open_criteria(registration)}
    if not stated["criteria"] or not known.keys() >= set(stated["criteria"]):
        raise RuleBroken("Select at least one criterion of the candidate’s own version.", "criteria")
    otherwise = [known[key].code for key in stated["criteria"]
                 if known[key].methods and stated["method"] not in known[key].methods]
    if otherwise:
        said = lower_first(Method(stated["method"]).label)
        raise RuleBroken(f"{', '.join(otherwise)} may not be shown by {said}.", "method")
