"""Record a decision on evidence, criterion by criterion, and undo a decision made in error."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from typing import Any

from assessments.actions.sampling import carry_samples, samplers_of
from assessments.actions.units_locks import refuse_locked
from assessments.derived import progress
from assessments.derived.criteria import criteria_after
from assessments.facts.options import known_criteria
from assessments.models import (
    Countersignature,
    CountersignStamp,
    Decision,
    DecisionDraft,
    Evidence,
    Submission,
)
from assessments.models.decisions import Judgement
from assessments.models.holding import hold
from assessments.rules.decisions import (
    check_again,
    check_assessor,
    check_decision,
    check_feedback,
    check_judged,
    check_order,
)
from pqip.core.acting import acting_as
from pqip.core.clock import today
from pqip.core.errors import Conflict, RuleBroken
from pqip.core.ledger import void
from pqip.core.pii_check import refuse_case_identifiers
from pqip.core.refusals import translate_db_errors
from workforce.models import Person

DECIDED_MEANWHILE = "Somebody else has decided this evidence since you opened it. See their decision first; yours was not saved."


def decide(
    *,
    evidence: Evidence,
    assessor: Person,
    decided_on: dt.date,
    met: Collection[int],
    not_met: Collection[int],
    by: Any,
    judged: Collection[str] = (),
    feedback: str = "",
    number: int | None = None,
) -> Decision:
    """Record a decision on a piece of evidence and return it.

    `met` and `not_met` hold the keys of the criteria found met and not yet met. `judged` holds what the assessor
    confirms about the evidence (`Judgement`): all of it is needed where any criterion is met. `number` is the number
    that the assessor was shown for this decision. The database stamps whether a countersignature is needed. The
    assessor's draft is deleted.

    Raises RuleBroken for a date before the evidence or before the decision it follows, for a candidate's own evidence,
    and for a criterion not yet met without feedback; Conflict where another decision has taken `number`.
    """
    refuse_case_identifiers("feedback", feedback)
    check_judged(met=met, judged=judged, asked=Judgement.values)
    check_feedback(not_met=not_met, feedback=feedback)
    with translate_db_errors(DECIDED_MEANWHILE), acting_as(by=by):
        hold(
            registrations=[evidence.registration_id],
            assessors={assessor.pk, *samplers_of([evidence.pk])},
        )
        latest = (
            Decision.objects.live()
            .filter(evidence=evidence)
            .order_by("-effective_on", "-number", "-pk")
            .first()
        )
        expected = next_number(evidence)
        if number is not None and number != expected:
            raise Conflict(DECIDED_MEANWHILE)
        _check(evidence, assessor, latest, decided_on, met, not_met)
        decision = Decision.objects.create(
            evidence=evidence,
            assessor=assessor,
            effective_on=decided_on,
            number=expected,
            criteria_met=sorted(set(met)),
            criteria_not_met=sorted(set(not_met)),
            feedback=feedback,
            judged=[one for one in Judgement.values if one in judged],
        )
        DecisionDraft.objects.filter(evidence=evidence, assessor=assessor).delete()
        carry_samples(decisions=[decision.pk], by=by)
        progress.refresh([evidence.registration_id])
    return decision


def next_number(evidence: Evidence) -> int:
    """Return the number that the next decision on this evidence will have."""
    return (
        max(
            Decision.objects.live().filter(evidence=evidence).values_list("number", flat=True),
            default=0,
        )
        + 1
    )


def void_decision(*, decision: Decision, reason: str, by: Any) -> None:
    """Undo a decision together with its stamp and any countersignature, with a reason.

    Raises Conflict where it has been undone already.
    """
    if not reason.strip():
        raise RuleBroken("Say why the decision is undone.", "reason")
    with translate_db_errors(DECIDED_MEANWHILE), acting_as(by=by, reason=reason):
        hold(registrations=[decision.evidence.registration_id])
        refuse_locked(
            decision.evidence.registration_id, [*decision.criteria_met, *decision.criteria_not_met]
        )
        void([decision], by=by, reason=reason)
        for ledger in (CountersignStamp, Countersignature):
            void(ledger.objects.live().filter(decision=decision), by=by, reason=reason)
        progress.refresh([decision.evidence.registration_id])


def _check(
    evidence: Evidence,
    assessor: Person,
    latest: Decision | None,
    decided_on: dt.date,
    met: Collection[int],
    not_met: Collection[int],
) -> None:
    submission = Submission.objects.live().filter(evidence=evidence).first()
    if submission is None:
        raise RuleBroken("This evidence has been undone.")
    check_assessor(assessor=assessor.pk, candidate=evidence.registration.person_id)
    check_order(decided_on=decided_on, latest_on=latest.effective_on if latest else None)
    refuse_locked(evidence.registration_id, [*met, *not_met])
    if evidence.follows_id:
        check_again(met=met, not_met=not_met, held=criteria_after(evidence.follows_id)[0])
    check_decision(
        met=met,
        not_met=not_met,
        offered=known_criteria(evidence.registration).values_list("pk", flat=True),
        decided_on=decided_on,
        submitted_on=submission.effective_on,
        today=today(),
    )
