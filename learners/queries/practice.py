"""What pages about learning in practice read."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet

from learners.models import Enrolment


def facts_of(
    model: Any, user: Any, permission: str, enrolment: Enrolment, public_id: Any
) -> QuerySet:
    """Return a placement, co-working or override with that identifier within reach, even if undone."""
    return model.objects.visible_to(user, permission).filter(
        public_id=public_id, enrolment=enrolment
    )
