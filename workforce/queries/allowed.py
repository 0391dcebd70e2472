"""Which of some people may do something on a day, and how far that reaches."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection

from pqip.core.scope import Scope
from workforce.models import RoleGrant
from workforce.roles import ROLES


class Holders:
    """Those of some people whose active accounts have a role with `permission`, by their grants."""

    def __init__(self, people: Collection[int], permission: str) -> None:
        self.permission = permission
        self.grants: dict[int, list[RoleGrant]] = {}
        carrying = [code for code, role in ROLES.items() if permission in role.permissions]
        rows = RoleGrant.objects.filter(
            user__person__in=people, user__is_active=True, is_waiting=False, role__in=carrying
        )
        for grant in rows.select_related("user"):
            if (person := grant.user.person_id) is not None:
                self.grants.setdefault(person, []).append(grant)

    def scope(self, person: int, on: dt.date) -> Scope:
        """Return what somebody reaches with the permission on a day; empty if they did not have it."""
        found = Scope(person_id=person)
        for grant in self.grants.get(person, ()):
            if grant.starts_on <= on and (grant.ends_on is None or grant.ends_on >= on):
                found |= grant.scope(ROLES[grant.role].permissions[self.permission])
        return found
