"""Support needs: always read through their own permission. Whoever shows them logs the reading (`learners/views/support.py`)."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django.db.models import QuerySet

from learners.models import Enrolment, SupportNeed
from pqip.core.models import AccessEntry
from workforce.facts.merges import keys_of

SEE, CHANGE = "learners.view_support", "learners.change_support"
WHAT = "learners:support"


def needs_of(enrolment: Enrolment) -> list[SupportNeed]:
    """Return the adjustments agreed with a learner, the oldest first.

    The view that shows them logs the reading.
    """
    return list(
        SupportNeed.objects.live()
        .filter(enrolment=enrolment)
        .select_related("owner")
        .order_by("effective_on", "id")
    )


def need(user: Any, permission: str, public_id: Any) -> QuerySet[SupportNeed]:
    """Return the live support need with that identifier, if this user may reach it."""
    return (
        SupportNeed.objects.live()
        .visible_to(user, permission)
        .filter(public_id=public_id)
        .select_related("owner")
    )


def seen_among(user: Any, keys: Collection[int]) -> set[int]:
    """Return those of these enrolments whose support needs this user may see."""
    if not user.can(SEE):
        return set()
    return set(
        Enrolment.objects.visible_to(user, SEE).filter(pk__in=keys).values_list("pk", flat=True)
    )


def readings_of(enrolment: Enrolment) -> QuerySet[AccessEntry]:
    """Return who has read a learner's support needs, the latest first.

    Readings of records merged into theirs are included.
    """
    rows = AccessEntry._default_manager.filter(
        person_key__in=keys_of(enrolment.person_id), what=WHAT
    )
    return rows.select_related("user").order_by("-id")
