"""Who is told that a place's reports are ready: by role, and as the schedule's page says."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Q

from pqip.core.clock import today
from reports.models import Recipient, Schedule
from reports.places import VIEW
from workforce.models import RoleGrant, User
from workforce.models.accounts import RoleGrantQuerySet
from workforce.roles import PLACE, ROLES

#: Roles that are told of a region's reports, and of the nation's.
REGIONAL, NATIONAL = ("regional_manager", "learning_manager"), ("national",)
READERS = [code for code, role in ROLES.items() if role.permissions.get(VIEW) == PLACE]


@dataclass(frozen=True)
class Told:
    """Somebody who is told, and whether it is their role that says so."""

    user: User
    by_role: bool


def told(schedule: Schedule) -> list[Told]:
    """Who is told of the place's reports today, by address: only those who may see them."""
    may_see = {grant.user_id: grant.user for grant in _readers(schedule)}
    by_role = {grant.user_id for grant in _readers(schedule).filter(role__in=REGIONAL if schedule.region else NATIONAL)
               if grant.region_id == schedule.region_id}
    said = dict(Recipient.objects.filter(schedule=schedule.pk).values_list("user", "is_left_out")) if schedule.pk else {}
    wanted = (by_role | {key for key, left_out in said.items() if not left_out}) - {key for key, out in said.items() if out}
    found = [Told(may_see[key], key in by_role) for key in wanted & may_see.keys()]
    return sorted(found, key=lambda one: one.user.email)


def may_be_told(schedule: Schedule, email: str) -> User | None:
    """The account with that address, where it may see the whole place's reports; None for any other."""
    grant = _readers(schedule).filter(user__email__iexact=email.strip()).first()
    return grant.user if grant else None


def _readers(schedule: Schedule) -> RoleGrantQuerySet:
    """Roles in force today that see the whole of the place's reports."""
    reaches = Q(region=None) | Q(region=schedule.region) if schedule.region else Q(region=None)
    grants = RoleGrant.objects.in_force(today()).filter(reaches, role__in=READERS, pdu=None, user__is_active=True)
    return grants.select_related("user").order_by("pk")
