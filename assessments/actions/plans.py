"""Plan an assessment, which the candidate agrees; logging evidence for the plan completes it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from typing import Any

from assessments.facts.options import open_criteria
from assessments.models import AssessmentPlan, Registration
from assessments.models.holding import hold
from assessments.models.methods import Method
from assessments.rules.evidence import may_show
from pqip.core.acting import acting_as
from pqip.core.clock import today
from pqip.core.errors import RuleBroken
from pqip.core.formats import lower_first
from pqip.core.ledger import lock_live, supersede, void
from pqip.core.pii_check import refuse_case_identifiers
from workforce.models import Person

CHANGED = "This plan has been changed or done since you opened it."


def plan_assessment(
    *,
    registration: Registration,
    assessor: Person,
    what: str,
    method: str,
    due_on: dt.date,
    criteria: Collection[int],
    by: Any,
) -> AssessmentPlan:
    """Plan an assessment for a day, against criteria (keys) of the candidate's version, and return the plan.

    Raises RuleBroken where the assessor is the candidate, for a day in the past, and for criteria that are not the
    candidate's or may not be shown by this method.
    """
    stated = {"what": what, "method": method, "due_on": due_on, "criteria": sorted(set(criteria))}
    _check(registration, assessor, stated)
    with acting_as(by=by):
        hold(registrations=[registration.pk])
        return AssessmentPlan.objects.create(
            registration=registration, assessor=assessor, effective_on=today(), **stated
        )


def change_plan(*, plan: AssessmentPlan, reason: str, by: Any, **changes: Any) -> AssessmentPlan:
    """Change a plan, with a reason, and return it; the candidate has to agree it again.

    Raises Conflict where it has been changed or completed meanwhile.
    """
    if not reason.strip():
        raise RuleBroken("Say why the plan is changed.", "reason")
    with acting_as(by=by, reason=reason):
        hold(registrations=[plan.registration_id])
        held = lock_live(plan, CHANGED, evidence=None)
        stated = {
            name: getattr(held, name) for name in ("what", "method", "due_on", "criteria")
        } | changes
        _check(held.registration, held.assessor, stated)
        return supersede(held, by=by, reason=reason, effective_on=today(), agreed_on=None, **stated)


def agree_plan(*, plan: AssessmentPlan, by: Any) -> AssessmentPlan:
    """Record that the candidate agrees the plan today, and return it. Agreeing twice changes nothing."""
    if by.person_id != plan.registration.person_id:
        raise RuleBroken("Only the candidate agrees their own plan.")
    with acting_as(by=by):
        hold(registrations=[plan.registration_id])
        held = lock_live(plan, CHANGED)
        return (
            held if held.agreed_on else supersede(held, by=by, reason="Agreed", agreed_on=today())
        )


def drop_plan(*, plan: AssessmentPlan, reason: str, by: Any) -> None:
    """Undo a plan that will not take place, with a reason."""
    if not reason.strip():
        raise RuleBroken("Say why the assessment does not take place.", "reason")
    with acting_as(by=by, reason=reason):
        hold(registrations=[plan.registration_id])
        void([lock_live(plan, CHANGED, evidence=None)], by=by, reason=reason)


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
        raise RuleBroken(
            "Select at least one criterion of the candidate’s own version.", "criteria"
        )
    otherwise = [
        known[key].code
        for key in stated["criteria"]
        if not may_show(known[key].methods, stated["method"])
    ]
    if otherwise:
        method = lower_first(Method(stated["method"]).label)
        raise RuleBroken(f"{', '.join(otherwise)} may not be shown by {method}.", "method")
