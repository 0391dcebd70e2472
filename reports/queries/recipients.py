"""Who is told that a place's reports are ready: by role, and as changed on the schedule's page."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Q

from pqip.core.clock import today
from reports.models import Recipient, Schedule
from reports.queries.places import VIEW
from workforce.models import RoleGrant, User
from workforce.models.accounts import RoleGrantQuerySet
from workforce.roles import PLACE, ROLES

#: The roles that are told of a region's reports, and of the nation's.
REGIONAL, NATIONAL = ("regional_manager", "learning_manager"), ("national",)
READERS = [code for code, role in ROLES.items() if role.permissions.get(VIEW) == PLACE]


@dataclass(frozen=True)
class AccountTold:
    """An account that is told, and whether its role is the reason."""

    user: User
    by_role: bool


def accounts_told(schedule: Schedule) -> list[AccountTold]:
    """Return the accounts that are told of the place's reports today, by address; only those that may see them."""
    may_see = {grant.user_id: grant.user for grant in _readers(schedule)}
    by_role = {
        grant.user_id
        for grant in _readers(schedule).filter(role__in=REGIONAL if schedule.region else NATIONAL)
        if grant.region_id == schedule.region_id
    }
    changes = (
        dict(Recipient.objects.filter(schedule=schedule.pk).values_list("user", "is_left_out"))
        if schedule.pk
        else {}
    )
    wanted = (by_role | {key for key, left_out in changes.items() if not left_out}) - {
        key for key, out in changes.items() if out
    }
    found = [AccountTold(may_see[key], key in by_role) for key in wanted & may_see.keys()]
    return sorted(found, key=lambda one: one.user.email)


def account_to_tell(schedule: Schedule, email: str) -> User | None:
    """Return the account with that address where it may see all of the place's reports; None otherwise."""
    grant = _readers(schedule).filter(user__email__iexact=email.strip()).first()
    return grant.user if grant else None


def _readers(schedule: Schedule) -> RoleGrantQuerySet:
    """Return the role grants in force today that cover all of the place's reports."""
    reaches = Q(region=None) | Q(region=schedule.region) if schedule.region else Q(region=None)
    grants = RoleGrant.objects.in_force(today()).filter(
        reaches, role__in=READERS, pdu=None, user__is_active=True
    )
    return grants.select_related("user").order_by("pk")
