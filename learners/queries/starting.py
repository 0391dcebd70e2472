"""What pages about starters read."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet

from learners.models import Contact


def contact(user: Any, permission: str, public_id: Any) -> QuerySet[Contact]:
    """Return the live contact with that identifier, if this user may reach it."""
    return Contact.objects.live().visible_to(user, permission).filter(public_id=public_id)
