"""Agree or return a trainee assessor's decision, or disagree with what it found competent."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from typing import Any

from assessments.actions import derive
from assessments.actions.holding import hold
from assessments.actions.refusals import refusals
from assessments.models import AssessorRecord, Countersignature, Decision
from assessments.rules.countersigning import check_countersigner, check_outcome
from pqip.core.acting import act
from pqip.core.clock import today
from pqip.core.errors import Conflict, RuleBroken
from pqip.core.ledger import void
from pqip.core.naming import refuse_case_identifiers
from pqip.govuk.formats import date_gov, lower_first
from workforce.models import Person

TAKEN = "Somebody else has countersigned this decision meanwhile. Yours was not saved."
UNDONE = "The assessor has undone this decision meanwhile. Nothing was saved."


def countersign(
    *, decision: Decision, countersigner: Person, outcome: str, by: Any, feedback: str = "", on: dt.date | None = None,
    disagreed: Collection[int] = (),
) -> Countersignature:
    """Record the outcome of exactly one decision on a day (today where not said): agreed, returned with reasons, or disagreed.

    `disagreed` are the criteria (keys) found competent that the countersigner finds not yet competent; the decision is
    final then too, and leaves them not yet met.

    Raises RuleBroken for somebody who may not countersign it, or for a decision that counts in a unit that is signed off and
    achieved; Conflict where it has an outcome or was undone already.
    """
    on = on or today()
    check_outcome(outcome, feedback, disagreed, decision.criteria_met)
    refuse_case_identifiers("feedback", feedback)
    with refusals(TAKEN), act(by=by):
        registration = decision.evidence.registration
        hold(registrations=[registration.pk], assessors=[countersigner.pk])
        _still_open(decision)
        check_countersigner(
            AssessorRecord.objects.live().filter(person=countersigner).first(),
            countersigner=countersigner.pk, assessor=decision.assessor_id, candidate=registration.person_id,
            qualification=registration.qualification.code, decided_on=decision.effective_on, on=on, today=today(),
        )
        signature = Countersignature.objects.create(
            decision=decision, countersigner=countersigner, effective_on=on, outcome=outcome, feedback=feedback,
            disagreed=sorted(set(disagreed)),
        )
        derive.refresh([registration.pk])
    return signature


def void_countersignature(*, signature: Countersignature, reason: str, by: Any) -> None:
    """Undo a countersignature given in error or disputed, with a reason; the decision waits again.

    Raises RuleBroken where a unit that is signed off stands on it.
    """
    if not reason.strip():
        raise RuleBroken("Say why the countersignature is undone.", "reason")
    with refusals(TAKEN), act(by=by, reason=reason):
        hold(registrations=[signature.decision.evidence.registration_id])
        void([signature], by=by, reason=reason)
        derive.refresh([signature.decision.evidence.registration_id])


def _still_open(decision: Decision) -> None:
    if not Decision.objects.live().filter(pk=decision.pk).exists():
        raise Conflict(UNDONE)
    given = Countersignature.objects.live().filter(decision=decision).select_related("countersigner").first()
    if given:
        agreed_or_returned = lower_first(given.get_outcome_display())
        said = "disagreed with" if given.outcome == Countersignature.Outcome.DISAGREED else agreed_or_returned
        raise Conflict(f"{given.countersigner} {said} this decision on {date_gov(given.effective_on)}. Yours was not saved.")
