"""Handovers that the reader may see."""

from __future__ import annotations

from typing import Any

from assessments.models import Handover
from pqip.core.scope import ScopedLedgerQuerySet

TAKE = "assessments.take_over"


def handovers(user: Any, permission: str) -> ScopedLedgerQuerySet[Handover]:
    """Return the visible handovers, including undone ones."""
    return Handover.objects.visible_to(user, permission).select_related("person", "taken_by")


def to_me(user: Any) -> ScopedLedgerQuerySet[Handover]:
    """Return the handovers to this user."""
    return handovers(user, TAKE).live().filter(taken_by=user.person_id)
