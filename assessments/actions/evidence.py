"""Log, correct, undo and resubmit a piece of evidence, with a file and for a plan where there is one."""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Collection
from typing import Any

from assessments.actions.evidence_files import filing
from assessments.actions.units_locks import refuse_other_method
from assessments.derived import progress
from assessments.derived.criteria import criteria_after, decisions_of
from assessments.facts.options import open_criteria
from assessments.models import (
    AssessmentPlan,
    Decision,
    Evidence,
    Registration,
    RegistrationFact,
    Submission,
)
from assessments.models.evidence import Part
from assessments.models.holding import hold
from assessments.models.methods import Method
from assessments.rules.evidence import check_registered, may_show
from pqip.core.acting import acting_as
from pqip.core.clock import today
from pqip.core.errors import Conflict, RuleBroken
from pqip.core.formats import lower_first
from pqip.core.ledger import lock_live, supersede, void
from pqip.core.pii_check import refuse_case_identifiers
from pqip.core.refusals import translate_db_errors

#: Characters that are not mistaken for one another when they are read aloud or written down.
READABLE = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
CORRECTED_MEANWHILE = "Somebody else has just corrected this evidence. Yours was not saved."
UNDONE_ALREADY = "Somebody else has just undone this evidence."
LOGGED_ALREADY = "This evidence has already been logged."
#: The fields of a submission.
STATED = ("title", "method", "effective_on", "criteria", "description", "part")


def log_evidence(
    *,
    registration: Registration,
    title: str,
    method: str,
    submitted_on: dt.date,
    criteria: Collection[int],
    names_nobody: bool,
    by: Any,
    description: str = "",
    part: str = "",
    file: Any = None,
    follows: Evidence | None = None,
    plan: AssessmentPlan | None = None,
) -> Evidence:
    """Log a piece of evidence against criteria (keys), with the declaration that it names nobody on probation; return
    it.

    `follows` is the piece that this one resubmits, for criteria left not yet met. `plan` is the assessment plan that
    it fulfils. `file` is an upload to keep with it.

    Raises RuleBroken without the declaration, for text that looks like a case identifier, for criteria that are not in
    the candidate's version or may not be shown by this method, for a date in the future or before the registration,
    and for a file that may not be kept; Conflict where it has been resubmitted, or logged for the plan, already.
    """
    if not names_nobody:
        raise RuleBroken("Confirm that the evidence names nobody on probation.", "names_nobody")
    stated = {
        "title": title,
        "method": method,
        "effective_on": submitted_on,
        "criteria": sorted(set(criteria)),
        "description": description,
        "part": part,
    }
    _check(registration, stated)
    with translate_db_errors(LOGGED_ALREADY), filing(file) as filed, acting_as(by=by):
        hold(registrations=[registration.pk])
        if follows is not None:
            _check_again(follows, stated)
        evidence = Evidence.objects.create(
            reference=new_reference(), registration=registration, follows=follows
        )
        Submission.objects.create(evidence=evidence, is_declared=True, **stated)
        filed.belongs_to(evidence, on=submitted_on)
        if plan is not None:
            held = lock_live(
                plan, "This plan has been changed or done since you opened it.", evidence=None
            )
            supersede(held, by=by, reason="Done", evidence=evidence)
        progress.refresh([registration.pk])
    return evidence


def correct_evidence(
    *, evidence: Evidence, reason: str, by: Any, seen: int | None = None, **changes: Any
) -> None:
    """Correct what was submitted (the fields in `STATED`), with a reason.

    `seen` is the key of the submission that the user was shown. Raises Conflict where another submission is current by
    now; RuleBroken for another method where a locked unit that counts methods depends on the evidence.
    """
    if not reason.strip():
        raise RuleBroken("Say why the evidence is corrected.", "reason")
    with translate_db_errors(CORRECTED_MEANWHILE), acting_as(by=by, reason=reason):
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
        progress.refresh([evidence.registration_id])


def void_evidence(*, evidence: Evidence, reason: str, by: Any) -> None:
    """Undo evidence logged in error.

    Raises RuleBroken where it has a decision or has been resubmitted; Conflict where it has been undone already.
    """
    if not reason.strip():
        raise RuleBroken("Say why the evidence is undone.", "reason")
    with translate_db_errors(UNDONE_ALREADY), acting_as(by=by, reason=reason):
        hold(registrations=[evidence.registration_id])
        if Decision.objects.live().filter(evidence=evidence).exists():
            raise RuleBroken("A decision stands on this evidence. Undo the decision first.")
        if not (submissions := list(Submission.objects.live().filter(evidence=evidence))):
            raise Conflict("This evidence has been undone already.")
        void(submissions, by=by, reason=reason)
        for plan in AssessmentPlan.objects.live().filter(evidence=evidence):
            supersede(plan, by=by, reason=reason, evidence=None)
        progress.refresh([evidence.registration_id])


def new_reference() -> str:
    """Return a new reference that can be read aloud and cannot be guessed, such as `EV-7K3M-9QTD`."""
    letters = [secrets.choice(READABLE) for _place in range(8)]
    return f"EV-{''.join(letters[:4])}-{''.join(letters[4:])}"


def _check(registration: Registration, stated: dict[str, Any], kept: Collection[int] = ()) -> None:
    """Check what is stated about evidence and raise RuleBroken where it breaks a rule.

    `kept` holds criteria that the evidence names already, perhaps of an earlier version.
    """
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
    check_registered(stated["effective_on"], fact.effective_on if fact else None)


def _check_criteria(
    registration: Registration, stated: dict[str, Any], kept: Collection[int]
) -> None:
    if not stated["criteria"]:
        raise RuleBroken("Select at least one criterion.", "criteria")
    known = {one.pk: one for one in open_criteria(registration)}
    if not known.keys() | set(kept) >= set(stated["criteria"]):
        raise RuleBroken(
            "Select criteria of the candidate’s own version of the qualification.", "criteria"
        )
    otherwise = [
        one.code
        for key in stated["criteria"]
        if (one := known.get(key)) and not may_show(one.methods, stated["method"])
    ]
    if otherwise:
        method = lower_first(Method(stated["method"]).label)
        raise RuleBroken(
            f"{', '.join(otherwise)} may not be shown by {method}. Choose another way, or other criteria.",
            "method",
        )


def _check_again(follows: Evidence, stated: dict[str, Any]) -> None:
    """Raise unless the evidence may be resubmitted: it was finally decided, and these criteria were left not yet met."""
    decisions = decisions_of(follows.pk)
    if not decisions or decisions[-1].final_on is None:
        raise RuleBroken(
            "The evidence before this still waits. It can be handed in again once its decision is final."
        )
    if Submission.objects.live().filter(evidence__follows=follows).exists():
        raise Conflict("This evidence has been handed in again already.")
    if not set(stated["criteria"]) <= set(criteria_after(follows.pk)[1]):
        raise RuleBroken(
            "Select only criteria that were not yet met on the evidence before this.", "criteria"
        )
