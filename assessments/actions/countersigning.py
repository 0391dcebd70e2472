"""Record the outcome of countersigning a trainee assessor's decision: agreed, returned or disagreed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from typing import Any

from assessments.derived import progress
from assessments.models import AssessorRecord, Countersignature, Decision
from assessments.models.holding import hold
from assessments.rules.countersigning import check_countersigner, check_outcome
from pqip.core.acting import acting_as
from pqip.core.clock import today
from pqip.core.errors import Conflict, RuleBroken
from pqip.core.formats import date_gov, lower_first
from pqip.core.ledger import void
from pqip.core.pii_check import refuse_case_identifiers
from pqip.core.refusals import translate_db_errors
from workforce.models import Person

COUNTERSIGNED_MEANWHILE = (
    "Somebody else has countersigned this decision meanwhile. Yours was not saved."
)
UNDONE = "The assessor has undone this decision meanwhile. Nothing was saved."


def countersign(
    *,
    decision: Decision,
    countersigner: Person,
    outcome: str,
    by: Any,
    feedback: str = "",
    on: dt.date | None = None,
    disagreed: Collection[int] = (),
) -> Countersignature:
    """Record the outcome of countersigning one decision on a day (default: today) and return it.

    `outcome` is agreed, returned or disagreed; `feedback` gives the reasons. `disagreed` holds the keys of criteria
    that the assessor found competent and the countersigner finds not yet competent. A disagreement makes the decision
    final, with those criteria not yet met.

    Raises RuleBroken where this person may not countersign the decision, or where the decision counts in a unit that
    is signed off and achieved; Conflict where the decision already has an outcome or has been undone.
    """
    on = on or today()
    check_outcome(outcome, feedback, disagreed, decision.criteria_met)
    refuse_case_identifiers("feedback", feedback)
    with translate_db_errors(COUNTERSIGNED_MEANWHILE), acting_as(by=by):
        registration = decision.evidence.registration
        hold(registrations=[registration.pk], assessors=[countersigner.pk])
        _still_open(decision)
        check_countersigner(
            AssessorRecord.objects.live().filter(person=countersigner).first(),
            countersigner=countersigner.pk,
            assessor=decision.assessor_id,
            candidate=registration.person_id,
            qualification=registration.qualification.code,
            decided_on=decision.effective_on,
            on=on,
            today=today(),
        )
        signature = Countersignature.objects.create(
            decision=decision,
            countersigner=countersigner,
            effective_on=on,
            outcome=outcome,
            feedback=feedback,
            disagreed=sorted(set(disagreed)),
        )
        progress.refresh([registration.pk])
    return signature


def void_countersignature(*, signature: Countersignature, reason: str, by: Any) -> None:
    """Undo a countersignature given in error or disputed, with a reason; the decision waits for a countersignature
    again.

    Raises RuleBroken where a signed-off unit depends on it.
    """
    if not reason.strip():
        raise RuleBroken("Say why the countersignature is undone.", "reason")
    with translate_db_errors(COUNTERSIGNED_MEANWHILE), acting_as(by=by, reason=reason):
        hold(registrations=[signature.decision.evidence.registration_id])
        void([signature], by=by, reason=reason)
        progress.refresh([signature.decision.evidence.registration_id])


def _still_open(decision: Decision) -> None:
    if not Decision.objects.live().filter(pk=decision.pk).exists():
        raise Conflict(UNDONE)
    given = (
        Countersignature.objects.live()
        .filter(decision=decision)
        .select_related("countersigner")
        .first()
    )
    if given:
        agreed_or_returned = lower_first(given.get_outcome_display())
        message = (
            "disagreed with"
            if given.outcome == Countersignature.Outcome.DISAGREED
            else agreed_or_returned
        )
        raise Conflict(
            f"{given.countersigner} {message} this decision on {date_gov(given.effective_on)}. Yours was not saved."
        )
