"""The visible trainee assessors, and those who may countersign for them."""

from __future__ import annotations

from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from assessments.facts.countersigning_capacity import allocated
from assessments.models import AssessorRecord, Wait
from assessments.models.assessors import qualified
from pqip.core.clock import today

VIEW = "assessments.view_quality"


def trainees(user: Any, permission: str = VIEW) -> QuerySet[AssessorRecord]:
    """Return the visible assessors whose decisions need countersigning.

    They are not qualified today (registered for the award, or lapsed), or a decision they made before they qualified
    still waits.
    """
    on = today()
    rows = AssessorRecord.objects.live().visible_to(user, permission)
    waits = Wait.objects.filter(
        kind=Wait.Kind.COUNTERSIGNATURE, to_on=None, decision__assessor=OuterRef("person")
    )
    return rows.filter(~qualified(on) | Exists(waits)).select_related("person__region")


def givers(user: Any, permission: str = VIEW) -> QuerySet[AssessorRecord]:
    """Return those who may countersign today: visible ones, and wherever they are those who countersign for visible
    trainees.
    """
    on = today()
    reached = AssessorRecord.objects.live().visible_to(user, permission).values("person")
    outside = allocated().filter(person__in=reached).values("other")
    rows = AssessorRecord.objects.live().may_countersign(on)
    return rows.filter(Q(person__in=reached) | Q(person__in=outside)).select_related(
        "person__region"
    )
