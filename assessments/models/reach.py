"""Who reaches which records of assessment: by place, by one's own part in them, and by allocation in force today.

Beside `SCOPE`, a model says in `ALLOCATED` which of its people an allocation counts for: the candidate for their PTA and
line manager, the assessor for their countersigner.
"""

from __future__ import annotations

from typing import Any, Self

from django.core.exceptions import PermissionDenied
from django.db import models

from learners.models import Allocation
from pqip.core.clock import today
from pqip.core.ledger import LedgerQuerySet
from pqip.core.scope import Scope


def allocated_to(person_id: int, role: str) -> models.QuerySet:
    """Keys of the people who have this person as `role` today."""
    return Allocation.objects.live().in_force(today()).filter(role=role, other_id=person_id).values("person_id")


def reach(model: type[models.Model], scope: Scope) -> models.Q:
    """The condition of what a scope reaches of a model."""
    condition = scope.condition(model.SCOPE)  # type: ignore[attr-defined]
    if scope.everywhere or not scope.person_id:
        return condition
    for role, path in model.ALLOCATED.items():  # type: ignore[attr-defined]
        if role in scope.own:
            condition |= models.Q(**{f"{path}__in": allocated_to(scope.person_id, role)})
    return condition


class ReachMixin:
    """`visible_to` by place, part or allocation."""

    def visible_to(self, user: Any, permission: str) -> Self:
        """Rows `user` may reach with `permission`. Raises PermissionDenied without it."""
        scope = user.scope(permission)
        if not scope:
            raise PermissionDenied(permission)
        return self.filter(reach(self.model, scope))  # type: ignore[attr-defined]


class ReachQuerySet(ReachMixin, models.QuerySet):
    """For registrations and evidence."""


class ReachLedgerQuerySet(ReachMixin, LedgerQuerySet):
    """For ledgers about them."""
