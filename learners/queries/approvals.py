"""Approvals in somebody's name that somebody else recorded, for them to look at and dispute."""

from __future__ import annotations

from typing import Any

from django.db.models import Exists, OuterRef, QuerySet

from learners.models import Event, WithdrawalVerdict
from pqip.core.acting import actor_name

SEE = "learners.view_learner"


def in_name_of(user: Any) -> QuerySet[Event]:
    """Return withdrawals and extensions within reach that name this user as approver and that
    others recorded.

    A withdrawal whose proposal they approved on screen is not among them, even if its interview was
    recorded since.
    """
    me = actor_name(user)
    own = WithdrawalVerdict.objects.live().filter(
        approved=True, recorded_by=me, proposal__enrolment=OuterRef("enrolment")
    )
    rows = (
        Event.objects.live()
        .visible_to(user, SEE)
        .filter(approved_by=user.person_id, approved_by__isnull=False)
    )
    return rows.exclude(recorded_by=me).exclude(Exists(own), kind="withdrawn")
