"""The administrators who are told about what needs a person."""

from __future__ import annotations

from pqip.core.clock import today
from pqip.jobs.permissions import MANAGE
from workforce.models import RoleGrant, User
from workforce.roles import ROLES


def administrators() -> list[User]:
    """Return active accounts with a role in force today that may see background work."""
    roles = [code for code, role in ROLES.items() if MANAGE.code in role.permissions]
    grants = RoleGrant.objects.in_force(today()).filter(role__in=roles)
    return list(User.objects.filter(is_active=True, pk__in=grants.values("user")).order_by("pk"))
