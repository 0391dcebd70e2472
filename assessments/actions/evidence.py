"""Log evidence, correct it, and undo it."""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Collection
from typing import Any

from assessments.actions import derive
from assessments.actions.holding import hold
from assessments.actions.refusals import refusals
from assessments.models import Decision, Evidence, Registration, RegistrationFact, Submission
from assessments.models.methods import Method
from pqip.core.acting import act
from pqip.core.clock import today
from pqip.core.errors import Conflict, RuleBroken
from pqip.core.ledger import supersede, void
from pqip.core.naming import refuse_case_identifiers

#: Characters that are not taken for one another when read aloud or written down.
READABLE = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
CORRECTED_MEANWHILE = "Somebody else has just corrected this evidence. Yours was not saved."


def log_evidence(
    *, registration: Registration, title: str, method: str, submitted_on: dt.date, criteria: Collection[int],
    names_nobody: bool, by: Any, description: str = "",
) -> Evidence:
    """Log a piece of evidence against criteria (keys), with the declaration that it names nobody on probation.

    Raises RuleBroken without the declaration, for what looks like a case identifier, for criteria that are not of the
    candidate's version, or a date in the future or before the registration.
    """
    if not names_nobody:
        raise RuleBroken("Confirm that the evidence names nobody on probation.", "names_nobody")
    stated = {"title": title, "method": method, "effective_on": submitted_on, "criteria": sorted(set(criteria)),
              "description": description}
    _check(registration, stated)
    with refusals("This evidence has already been logged."), act(by=by):
        evidence = Evidence.objects.create(reference=new_reference(), registration=registration)
        Submission.objects.create(evidence=evidence, **stated)
        derive.refresh([registration.pk])
    return evidence


def correct_evidence(*, evidence: Evidence, reason: str, by: Any, seen: int | None = None, **changes: Any) -> None:
    """Correct what was submitted (title, method, description, effective_on, criteria), with a reason.

    `seen` is the submission (its key) that was shown; Conflict is raised where another stands by now.
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
        stated = {name: getattr(current, name) for name in ("title", "method", "effective_on", "criteria", "description")}
        _check(evidence.registration, {**stated, **changes}, kept=current.criteria)
        supersede(current, by=by, reason=reason, **changes)
        derive.refresh([evidence.registration_id])


def void_evidence(*, evidence: Evidence, reason: str, by: Any) -> None:
    """Undo evidence logged in error. Raises RuleBroken where a decision stands on it."""
    if not reason.strip():
        raise RuleBroken("Say why the evidence is undone.", "reason")
    with act(by=by, reason=reason):
        hold(registrations=[evidence.registration_id])
        if Decision.objects.live().filter(evidence=evidence).exists():
            raise RuleBroken("A decision stands on this evidence. Undo the decision first.")
        void(Submission.objects.live().filter(evidence=evidence), by=by, reason=reason)
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
    if not stated["criteria"]:
        raise RuleBroken("Select at least one criterion.", "criteria")
    known = set(registration.current_version.criteria().values_list("pk", flat=True)) | set(kept)
    if not known.issuperset(stated["criteria"]):
        raise RuleBroken("Select criteria of the candidate’s own version of the qualification.", "criteria")
    if stated["effective_on"] > today():
        raise RuleBroken("The date submitted must be today or in the past.", "submitted_on")
    fact = RegistrationFact.objects.live().filter(registration=registration).first()
    if fact and stated["effective_on"] < fact.effective_on:
        raise RuleBroken("Evidence cannot be submitted before the candidate was registered.", "submitted_on")
