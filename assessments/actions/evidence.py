"""Log a piece of evidence, with a file and for a plan where there is one; correct it, undo it, hand it in again."""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Collection
from typing import Any

from assessments.actions import derive
from assessments.actions.choosing import open_criteria
from assessments.actions.filing import filing
from assessments.actions.holding import hold
from assessments.actions.locking import refuse_other_method
from assessments.actions.refusals import refusals
from assessments.actions.standing import decisions_of, standing_of
from assessments.models import AssessmentPlan, Criterion, Decision, Evidence, Registration, RegistrationFact, Submission
from assessments.models.evidence import Part
from assessments.models.methods import Method
from pqip.core.acting import act
from pqip.core.clock import today
from pqip.core.errors import Conflict, RuleBroken
from pqip.core.ledger import supersede, take_hold, void
from pqip.core.naming import refuse_case_identifiers
from pqip.govuk.formats import lower_first

#: Characters that are not taken for one another when read aloud or written down.
READABLE = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
CORRECTED_MEANWHILE = "Somebody else has just corrected this evidence. Yours was not saved."
UNDONE_ALREADY = "Somebody else has just undone this evidence."
LOGGED_ALREADY = "This evidence has already been logged."
#: What a submission states.
STATED = ("title", "method", "effective_on", "criteria", "description", "part")


def log_evidence(
    *, registration: Registration, title: str, method: str, submitted_on: dt.date, criteria: Collection[int],
    names_nobody: bool, by: Any, description: str = "", part: str = "", file: Any = None,
    follows: Evidence | None = None, plan: AssessmentPlan | None = None,
) -> Evidence:
    """Log a piece of evidence against criteria (keys), with the declaration that it names nobody on probation.

    With `follows` it is handed in again, for criteria not yet met on that piece. With `plan` it is what was planned. `file`
    is an upload to keep with it. Raises RuleBroken without the declaration, for what looks like a case identifier, for
    criteria that are not of the candidate's version or may not be shown so, for a date in the future or before the
    registration, or a file that may not be kept; Conflict where it was handed in again, or logged for the plan, already.
    """
    if not names_nobody:
        raise RuleBroken("Confirm that the evidence names nobody on probation.", "names_nobody")
    stated = {"title": title, "method": method, "effective_on": submitted_on, "criteria": sorted(set(criteria)),
              "description": description, "part": part}
    _check(registration, stated)
    with refusals(LOGGED_ALREADY), filing(file) as filed, act(by=by):
        hold(registrations=[registration.pk])
        if follows is not None:
            _check_again(follows, stated)
        evidence = Evidence.objects.create(reference=new_reference(), registration=registration, follows=follows)
        Submission.objects.create(evidence=evidence, is_declared=True, **stated)
        filed.belongs_to(evidence, on=submitted_on)
        if plan is not None:
            held = take_hold(plan, "This plan has been changed or done since you opened it.", evidence=None)
            supersede(held, by=by, reason="Done", evidence=evidence)
        derive.refresh([registration.pk])
    return evidence


def correct_evidence(*, evidence: Evidence, reason: str, by: Any, seen: int | None = None, **changes: Any) -> None:
    """Correct what was submitted (`STATED`), with a reason.

    `seen` is the submission (its key) that was shown; Conflict is raised where another stands by now. Raises RuleBroken for
    another method where a locked unit, whose rule counts methods, stands on the evidence.
    """
    if not reason.strip():
        raise RuleBroken("Say why the evidence is corrected.", "reason")
    with refusals(CORRECTED_MEANWHILE), act(by=by, reason=reason):
        hold(registrations=[evidence.registration_id])
        current = Submission.objects.live().filter(evidence=evidence).first()
        if current is None:
            raise RuleBroken("This evidence has been undone.")
        if seen not in (None, current.pk):
            raise Conflict(CORRECTED_MEANWHILE)
        stated = {name: getattr(current, name) for name in STATED}
        _check(evidence.registration, {**stated, **changes}, kept=current.criteria)
        if changes.get("method", current.method) != current.method:
            refuse_other_method(evidence)
        supersede(current, by=by, reason=reason, **changes)
        derive.refresh([evidence.registration_id])


def void_evidence(*, evidence: Evidence, reason: str, by: Any) -> None:
    """Undo evidence logged in error. Raises RuleBroken where a decision stands on it, or it was handed in again,
    Conflict where it was undone already."""
    if not reason.strip():
        raise RuleBroken("Say why the evidence is undone.", "reason")
    with refusals(UNDONE_ALREADY), act(by=by, reason=reason):
        hold(registrations=[evidence.registration_id])
        if Decision.objects.live().filter(evidence=evidence).exists():
            raise RuleBroken("A decision stands on this evidence. Undo the decision first.")
        if not (standing := list(Submission.objects.live().filter(evidence=evidence))):
            raise Conflict("This evidence has been undone already.")
        void(standing, by=by, reason=reason)
        for plan in AssessmentPlan.objects.live().filter(evidence=evidence):
            supersede(plan, by=by, reason=reason, evidence=None)
        derive.refresh([evidence.registration_id])


def new_reference() -> str:
    """A reference that can be read out and not be guessed, such as `EV-7K3M-9QTD`."""
    letters = [secrets.choice(READABLE) for _place in range(8)]
    return f"EV-{''.join(letters[:4])}-{''.join(letters[4:])}"


def _check(registration: Registration, stated: dict[str, Any], kept: Collection[int] = ()) -> None:
    """Hold what is stated to the rules; `kept` are criteria named already, perhaps of an earlier version."""
    for field in ("title", "description"):
        refuse_case_identifiers(field, stated[field])
    if stated["method"] not in Method.values:
        raise RuleBroken("Select how the evidence was gathered.", "method")
    if stated["part"] and stated["part"] not in Part.values:
        raise RuleBroken("Select a part of the portfolio.", "part")
    _check_criteria(registration, stated, kept)
    if stated["effective_on"] > today():
        raise RuleBroken("The date submitted must be today or in the past.", "submitted_on")
    fact = RegistrationFact.objects.live().filter(registration=registration).first()
    if fact and stated["effective_on"] < fact.effective_on:
        raise RuleBroken("Evidence cannot be submitted before the candidate was registered.", "submitted_on")


def _check_criteria(registration: Registration, stated: dict[str, Any], kept: Collection[int]) -> None:
    if not stated["criteria"]:
        raise RuleBroken("Select at least one criterion.", "criteria")
    known = {one.pk: one for one in open_criteria(registration)}
    if not known.keys() | set(kept) >= set(stated["criteria"]):
        raise RuleBroken("Select criteria of the candidate’s own version of the qualification.", "criteria")
    otherwise = [one.code for key in stated["criteria"] if (one := known.get(key)) and not _may_show(one, stated["method"])]
    if otherwise:
        said = lower_first(Method(stated["method"]).label)
        raise RuleBroken(f"{', '.join(otherwise)} may not be shown by {said}. Choose another way, or other criteria.", "method")


def _may_show(criterion: Criterion, method: str) -> bool:
    return not criterion.methods or method in criterion.methods


def _check_again(follows: Evidence, stated: dict[str, Any]) -> None:
    """Evidence is handed in again once it was finally decided, and only for what that left not yet met."""
    decisions = decisions_of(follows.pk)
    if not decisions or decisions[-1].final_on is None:
        raise RuleBroken("The evidence before this still waits. It can be handed in again once its decision is final.")
    if Submission.objects.live().filter(evidence__follows=follows).exists():
        raise Conflict("This evidence has been handed in again already.")
    if not set(stated["criteria"]) <= set(standing_of(follows.pk)[1]):
        raise RuleBroken("Select only criteria that were not yet met on the evidence before this.", "criteria")
