"""What learners said is wrong, through the reader's scope."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet

from learners.models import Challenge, Enrolment


def challenges(user: Any, permission: str) -> QuerySet[Challenge]:
    """Those that nobody has answered, within reach; never one's own."""
    rows = Challenge.objects.live().visible_to(user, permission).filter(outcome="")
    return rows.exclude(enrolment__person=user.person_id) if user.person_id else rows


def challenges_of(enrolment: Enrolment) -> QuerySet[Challenge]:
    """What a learner said is wrong, and what came of it, latest first."""
    return Challenge.objects.live().filter(enrolment=enrolment).order_by("-effective_on", "-id")
