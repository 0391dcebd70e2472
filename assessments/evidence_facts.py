"""What pages ask about pieces of evidence, their files, attempts, drafts and plans, within the reader's reach."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django.db.models import QuerySet

from assessments import reading
from assessments.actions.standing import decisions_of, standing_of
from assessments.models import AssessmentPlan, Criterion, DecisionDraft, Evidence, EvidenceFile, Submission
from pqip.core.clock import today

PLAN, AGREE = "assessments.plan_assessment", "assessments.agree_plan"


def waiting_in_order(user: Any) -> QuerySet[Evidence]:
    """Evidence that waits for this assessor's decision: what was returned first, then the oldest."""
    waiting = reading.waiting_for_decision(reading.evidence(user, reading.DECIDE))
    return waiting.order_by("is_new", "waits_from", "pk")


def draft_of(user: Any, piece: Evidence) -> DecisionDraft | None:
    """What this assessor kept of a decision and has not saved yet."""
    drafts = DecisionDraft.objects.visible_to(user, reading.DECIDE)
    return drafts.filter(evidence=piece, assessor=user.person_id).first()


def drafted(user: Any, keys: Collection[int]) -> set[int]:
    """Of these pieces of evidence, those of which this assessor keeps a draft."""
    drafts = DecisionDraft.objects.visible_to(user, reading.DECIDE)
    return set(drafts.filter(evidence__in=keys, assessor=user.person_id).values_list("evidence", flat=True))


def criteria_to_decide(piece: Evidence, named: Collection[int]) -> dict[int, Criterion]:
    """Criteria a decision on this piece speaks of: those offered and those `named` before, but for what is met already on
    the piece it follows."""
    offered = Submission.objects.live().filter(evidence=piece).values_list("criteria", flat=True).first() or []
    held = set(standing_of(piece.follows_id)[0]) if piece.follows_id else set()
    return reading.criteria_of({*named, *offered} - held)


def files_of(piece: Evidence) -> list[EvidenceFile]:
    """Files kept with a piece of evidence."""
    return list(EvidenceFile.objects.live().filter(evidence=piece).order_by("pk"))


def files(user: Any, permission: str = reading.VIEW) -> QuerySet[EvidenceFile]:
    """Files within reach, taken away ones too."""
    return EvidenceFile.objects.visible_to(user, permission).select_related("evidence__registration__person")


def attempts_of(piece: Evidence) -> list[Evidence]:
    """The piece with those it follows and those that follow it, first to last; alone where it is the only one.

    Handed in again in error and undone, one is left out.
    """
    every = {one.pk: one for one in Evidence.objects.filter(registration=piece.registration_id)}
    standing = set(
        Submission.objects.live().filter(evidence__registration=piece.registration_id).values_list("evidence", flat=True)
    )
    following = {one.follows_id: one for one in every.values() if one.follows_id and one.pk in standing}
    first = piece
    while first.follows_id:
        first = every[first.follows_id]
    found = [first]
    while (after := following.get(found[-1].pk)) is not None:
        found.append(after)
    return found


def may_hand_in_again(piece: Evidence) -> bool:
    """Whether the last decision on it is final, leaves something not yet met, and it was not handed in again yet."""
    decisions = decisions_of(piece.pk)
    if not decisions or decisions[-1].final_on is None or not standing_of(piece.pk)[1]:
        return False
    return not Submission.objects.live().filter(evidence__follows=piece).exists()


def left_not_met(piece: Evidence) -> list[int]:
    """Keys of the criteria its final decisions leave not yet met."""
    return standing_of(piece.pk)[1]


def plans(user: Any, permission: str) -> QuerySet[AssessmentPlan]:
    """What is planned within reach, dropped and done ones too."""
    rows = AssessmentPlan.objects.visible_to(user, permission)
    return rows.select_related("registration__person", "registration__qualification", "assessor", "evidence")


def open_plans(user: Any, permission: str) -> QuerySet[AssessmentPlan]:
    """What is planned and not done yet, soonest first."""
    return plans(user, permission).live().filter(evidence=None).order_by("due_on", "pk")


def plans_of(registration: Any) -> list[AssessmentPlan]:
    """What is planned with a candidate, what is not done yet first."""
    rows = AssessmentPlan.objects.live().filter(registration=registration).select_related("assessor", "evidence")
    return sorted(rows, key=lambda plan: (plan.evidence_id is not None, plan.due_on, plan.pk))


def next_planned(keys: Collection[int]) -> dict[int, AssessmentPlan]:
    """Of each registration, the next assessment that is planned; one that is late comes first."""
    rows = AssessmentPlan.objects.live().filter(registration__in=keys, evidence=None).order_by("-due_on", "-pk")
    return {row.registration_id: row for row in rows}


def is_late(plan: AssessmentPlan) -> bool:
    """Whether the day it was planned for has gone by without evidence."""
    return plan.evidence_id is None and plan.due_on < today()
