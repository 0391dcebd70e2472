"""Handovers within reach."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet

from assessments.models import Handover

TAKE = "assessments.take_over"


def handovers(user: Any, permission: str) -> QuerySet[Handover]:
    """Handovers within reach, undone ones too."""
    return Handover.objects.visible_to(user, permission).select_related("person", "taken_by")


def to_me(user: Any) -> QuerySet[Handover]:
    """What was handed over to this person."""
    return handovers(user, TAKE).live().filter(taken_by=user.person_id)
