"""What pages ask about evidence: files, submissions, drafts and plans, as far as the reader may see them."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django.db.models import QuerySet

from assessments.derived.criteria import criteria_after, decisions_of
from assessments.models import (
    AssessmentPlan,
    Criterion,
    DecisionDraft,
    Evidence,
    EvidenceFile,
    Registration,
    Submission,
)
from assessments.models.reach import ReachLedgerQuerySet
from assessments.queries import records
from pqip.core.clock import today

PLAN, AGREE = "assessments.plan_assessment", "assessments.agree_plan"


def waiting_in_order(user: Any) -> QuerySet[Evidence]:
    """Return the evidence that waits for this assessor's decision: returned pieces first, then oldest first."""
    waiting = records.waiting_for_decision(records.evidence(user, records.DECIDE))
    return waiting.order_by("is_new", "waits_from", "pk")


def draft_of(user: Any, piece: Evidence) -> DecisionDraft | None:
    """Return this assessor's draft of a decision on a piece of evidence, or None."""
    drafts = DecisionDraft.objects.visible_to(user, records.DECIDE)
    return drafts.filter(evidence=piece, assessor=user.person_id).first()


def drafted(user: Any, keys: Collection[int]) -> set[int]:
    """Return those of these pieces of evidence (keys) for which this assessor has a draft."""
    drafts = DecisionDraft.objects.visible_to(user, records.DECIDE)
    return set(
        drafts.filter(evidence__in=keys, assessor=user.person_id).values_list("evidence", flat=True)
    )


def criteria_to_decide(piece: Evidence, named: Collection[int]) -> dict[int, Criterion]:
    """Return the criteria that a decision on this piece may name, by key.

    They are those it is offered against and those already `named`, without those met on the piece it follows.
    """
    offered = (
        Submission.objects.live().filter(evidence=piece).values_list("criteria", flat=True).first()
        or []
    )
    held = set(criteria_after(piece.follows_id)[0]) if piece.follows_id else set()
    return records.criteria_of({*named, *offered} - held)


def files_of(piece: Evidence) -> list[EvidenceFile]:
    """Return the files kept with a piece of evidence."""
    return list(EvidenceFile.objects.live().filter(evidence=piece).order_by("pk"))


def files(user: Any, permission: str = records.VIEW) -> ReachLedgerQuerySet[EvidenceFile]:
    """Return the visible files, including deleted ones."""
    return EvidenceFile.objects.visible_to(user, permission).select_related(
        "evidence__registration__person"
    )


def attempts_of(piece: Evidence) -> list[Evidence]:
    """Return all submissions of the same evidence, first to last: this piece, those it follows and those that follow
    it.

    A resubmission that was undone is left out.
    """
    every = {one.pk: one for one in Evidence.objects.filter(registration=piece.registration_id)}
    live = set(
        Submission.objects.live()
        .filter(evidence__registration=piece.registration_id)
        .values_list("evidence", flat=True)
    )
    following = {one.follows_id: one for one in every.values() if one.follows_id and one.pk in live}
    first = piece
    while first.follows_id:
        first = every[first.follows_id]
    found = [first]
    while (after := following.get(found[-1].pk)) is not None:
        found.append(after)
    return found


def may_hand_in_again(piece: Evidence) -> bool:
    """Return whether the evidence may be resubmitted.

    Its last decision is final, it leaves a criterion not yet met, and the evidence has not been resubmitted already.
    """
    decisions = decisions_of(piece.pk)
    if not decisions or decisions[-1].final_on is None or not criteria_after(piece.pk)[1]:
        return False
    return not Submission.objects.live().filter(evidence__follows=piece).exists()


def left_not_met(piece: Evidence) -> list[int]:
    """Return the keys of the criteria that its final decisions leave not yet met."""
    return criteria_after(piece.pk)[1]


def plans(user: Any, permission: str) -> ReachLedgerQuerySet[AssessmentPlan]:
    """Return the visible plans, including undone and completed ones."""
    rows = AssessmentPlan.objects.visible_to(user, permission)
    return rows.select_related(
        "registration__person", "registration__qualification", "assessor", "evidence"
    )


def open_plans(user: Any, permission: str) -> ReachLedgerQuerySet[AssessmentPlan]:
    """Return the visible plans that are not done yet, soonest first."""
    return plans(user, permission).live().filter(evidence=None).order_by("due_on", "pk")


def plans_of(registration: Registration) -> list[AssessmentPlan]:
    """Return the plans for a candidate, those not done yet first."""
    rows = (
        AssessmentPlan.objects.live()
        .filter(registration=registration)
        .select_related("assessor", "evidence")
    )
    return sorted(rows, key=lambda plan: (plan.evidence_id is not None, plan.due_on, plan.pk))


def next_planned(keys: Collection[int]) -> dict[int, AssessmentPlan]:
    """Return the next planned assessment of each registration (by key); a late one comes first."""
    rows = (
        AssessmentPlan.objects.live()
        .filter(registration__in=keys, evidence=None)
        .order_by("-due_on", "-pk")
    )
    return {row.registration_id: row for row in rows}


def is_late(plan: AssessmentPlan) -> bool:
    """Return whether the planned day has passed without evidence."""
    return plan.evidence_id is None and plan.due_on < today()
