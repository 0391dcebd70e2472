"""Who can see which records of assessment: by place, by one's own part in them, and by allocations in force today.

Beside `SCOPE`, a model says in `ALLOCATED` for which of its people an allocation counts: the candidate, for their PTA
and line manager; the assessor, for their countersigner.
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
    """Return the keys of the people for whom this person has `role` today."""
    return (
        Allocation.objects.live()
        .in_force(today())
        .filter(role=role, other_id=person_id)
        .values("person_id")
    )


def reach(model: type[models.Model], scope: Scope) -> models.Q:
    """Return the condition for the rows of a model that a scope covers."""
    condition = scope.condition(model.SCOPE)  # type: ignore[attr-defined]
    if scope.everywhere or not scope.person_id:
        return condition
    for role, path in model.ALLOCATED.items():  # type: ignore[attr-defined]
        if role in scope.own:
            condition |= models.Q(**{f"{path}__in": allocated_to(scope.person_id, role)})
    return condition


class ReachMixin:
    """Adds `visible_to`, which follows place, part and allocation."""

    def visible_to(self, user: Any, permission: str) -> Self:
        """Return the rows that `user` may see with `permission`. Raises PermissionDenied without the permission."""
        scope = user.scope(permission)
        if not scope:
            raise PermissionDenied(permission)
        return self.filter(reach(self.model, scope))  # type: ignore[attr-defined]


class ReachQuerySet(ReachMixin, models.QuerySet):
    """Queryset of registrations and evidence."""


class ReachLedgerQuerySet(ReachMixin, LedgerQuerySet):
    """Queryset of the ledgers about registrations and evidence."""
