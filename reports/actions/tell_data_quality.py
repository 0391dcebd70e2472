"""Once a month, tell everybody who can correct records how many need it.

Messages hold counts and a link, never whom they are about.
"""

from __future__ import annotations

import datetime as dt
from itertools import groupby
from typing import Any

from django.conf import settings
from django.db import transaction
from django.urls import reverse

from pqip.messages.sending import send
from reports.queries.places import VIEW
from workforce.data_quality import find, registered
from workforce.data_quality.asking import counted, to_mend
from workforce.models import RoleGrant, User
from workforce.roles import ROLES

NOTICE = "data_quality"


def tell_data_quality(on: dt.date, *, period: str, by: Any) -> int:
    """Write to everybody who can correct something on that day, once for each period; to nobody where this is switched off.

    Returns how many people were written to. Each message counts only the recipient's own checks and places.
    """
    if not settings.PQIP_DATA_QUALITY_EMAIL:
        return 0
    rows, told = counted(on, None), 0
    with transaction.atomic():
        for user in _menders(on):
            if user.can(VIEW) and (found := to_mend(user, rows)):
                _tell(user, found, period, by)
                told += 1
    return told


def _menders(on: dt.date) -> list[User]:
    """Return the active accounts with a role that can correct anything, each with its roles in force, read at once."""
    mending = {permission for check in registered() for permission in check.mends}
    roles = [code for code, role in ROLES.items() if mending & role.permissions.keys()]
    menders = (
        RoleGrant.objects.in_force(on).filter(role__in=roles, user__is_active=True).values("user")
    )
    grants = (
        RoleGrant.objects.in_force(on)
        .filter(user__in=menders)
        .select_related("user")
        .order_by("user", "pk")
    )
    found = []
    for user, held in groupby(grants, key=lambda grant: grant.user):
        user.grants_today = list(held)
        found.append(user)
    return found


def _tell(user: User, found: dict[str, int], period: str, by: Any) -> None:
    lines = [f"{number:,} {check.title}" for code, number in found.items() if (check := find(code))]
    link = f"{settings.SITE_ADDRESS}{reverse('reports:data_quality')}"
    context = {"count": sum(found.values()), "lines": lines, "link": link}
    send(NOTICE, to=user, reference=f"{NOTICE}:{period}", by=by, context=context)
