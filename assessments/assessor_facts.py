"""What pages ask about assessors: whose award or authority ends, whom they look after, their development."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.db.models.functions import Least

from assessments.models import AssessorRecord
from learners.models import Allocation
from pqip.core.clock import today

#: Ends of an award and of authorities.
ENDS = ("lapsed_on", "countersign_until", "assure_until")


def endings(user: Any, permission: str) -> QuerySet[AssessorRecord]:
    """Assessors within reach with an end to their award or an authority, and `ends_on`, the soonest."""
    with_end = Q()
    for name in ENDS:
        with_end |= Q(**{f"{name}__isnull": False})
    return AssessorRecord.objects.live().visible_to(user, permission).filter(with_end).annotate(ends_on=Least(*ENDS))


def trainees_of(people: Collection[int]) -> dict[int, int]:
    """How many assessors each of these countersigns for today."""
    in_force = Allocation.objects.live().as_at(today()).filter(Q(ended_on=None) | Q(ended_on__gte=today()), role="countersigner")
    rows = in_force.filter(other__in=people).values_list("other").annotate(Count("person", distinct=True))
    return dict(rows.order_by())
