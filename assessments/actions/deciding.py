"""Decide evidence criterion by criterion, and undo a decision made in error."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from typing import Any

from assessments.actions import derive
from assessments.actions.choosing import known_criteria
from assessments.actions.holding import hold
from assessments.actions.locking import refuse_locked
from assessments.actions.refusals import refusals
from assessments.actions.sampling import carry_samples, samplers_of
from assessments.actions.standing import standing_of
from assessments.models import Countersignature, CountersignStamp, Decision, DecisionDraft, Evidence, Submission
from assessments.models.decisions import Judgement
from assessments.rules.deciding import check_again, check_decision, check_feedback, check_judged
from pqip.core.acting import act
from pqip.core.clock import today
from pqip.core.errors import Conflict, RuleBroken
from pqip.core.ledger import void
from pqip.core.naming import refuse_case_identifiers
from workforce.models import Person

DECIDED_MEANWHILE = "Somebody else has decided this evidence since you opened it. See their decision first; yours was not saved."


def decide(
    *, evidence: Evidence, assessor: Person, decided_on: dt.date, met: Collection[int], not_met: Collection[int],
    by: Any, judged: Collection[str] = (), feedback: str = "", number: int | None = None,
) -> Decision:
    """Record a decision on a piece of evidence: criteria (keys) met and not yet met, with feedback.

    `judged` is what the assessor confirms of the evidence (`Judgement`): all of it where anything is met. `number` is the
    number the assessor was shown the decision would have; where another has taken it, Conflict is raised and nothing
    changes. The database stamps whether a countersignature is needed. What was kept as a draft is forgotten. Raises
    RuleBroken for a date before the evidence or before the decision it follows, for a candidate's own evidence, and
    without feedback where something is not yet met.
    """
    refuse_case_identifiers("feedback", feedback)
    check_judged(met=met, judged=judged, asked=Judgement.values)
    check_feedback(not_met=not_met, feedback=feedback)
    with refusals(DECIDED_MEANWHILE), act(by=by):
        hold(registrations=[evidence.registration_id], assessors={assessor.pk, *samplers_of([evidence.pk])})
        latest = Decision.objects.live().filter(evidence=evidence).order_by("-effective_on", "-number", "-pk").first()
        expected = next_number(evidence)
        if number is not None and number != expected:
            raise Conflict(DECIDED_MEANWHILE)
        _check(evidence, assessor, latest, decided_on, met, not_met)
        decision = Decision.objects.create(
            evidence=evidence, assessor=assessor, effective_on=decided_on, number=expected,
            criteria_met=sorted(set(met)), criteria_not_met=sorted(set(not_met)), feedback=feedback,
            judged=[one for one in Judgement.values if one in judged],
        )
        DecisionDraft.objects.filter(evidence=evidence, assessor=assessor).delete()
        carry_samples(decisions=[decision.pk], by=by)
        derive.refresh([evidence.registration_id])
    return decision


def next_number(evidence: Evidence) -> int:
    """The number the next decision on this evidence takes."""
    return max(Decision.objects.live().filter(evidence=evidence).values_list("number", flat=True), default=0) + 1


def void_decision(*, decision: Decision, reason: str, by: Any) -> None:
    """Undo a decision, its stamp and any countersignature, with a reason. Raises Conflict where it was undone already."""
    if not reason.strip():
        raise RuleBroken("Say why the decision is undone.", "reason")
    with refusals(DECIDED_MEANWHILE), act(by=by, reason=reason):
        hold(registrations=[decision.evidence.registration_id])
        refuse_locked(decision.evidence.registration_id, [*decision.criteria_met, *decision.criteria_not_met])
        void([decision], by=by, reason=reason)
        for ledger in (CountersignStamp, Countersignature):
            void(ledger.objects.live().filter(decision=decision), by=by, reason=reason)
        derive.refresh([decision.evidence.registration_id])


def _check(
    evidence: Evidence, assessor: Person, latest: Decision | None, decided_on: dt.date, met: Collection[int],
    not_met: Collection[int],
) -> None:
    submission = Submission.objects.live().filter(evidence=evidence).first()
    if submission is None:
        raise RuleBroken("This evidence has been undone.")
    if assessor.pk == evidence.registration.person_id:
        raise RuleBroken("Nobody decides their own evidence.")
    if latest and decided_on < latest.effective_on:
        raise RuleBroken("A decision cannot be dated before the one it follows.", "decided_on")
    refuse_locked(evidence.registration_id, [*met, *not_met])
    if evidence.follows_id:
        check_again(met=met, not_met=not_met, held=standing_of(evidence.follows_id)[0])
    check_decision(
        met=met, not_met=not_met,
        offered=known_criteria(evidence.registration).values_list("pk", flat=True),
        decided_on=decided_on, submitted_on=submission.effective_on, today=today(),
    )
