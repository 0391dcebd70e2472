"""Remind countersigners of what waits with them, and tell learning managers of what is overdue: on working days, once a week."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from typing import Any

from django.conf import settings
from django.db import transaction
from django.urls import reverse

from assessments import capacity_facts, facts
from assessments.capacity_facts import ESCALATION, REMINDER
from assessments.models import Decision, Wait
from assessments.reading import COUNTERSIGN
from pqip.core.scope import Scope
from pqip.jobs.calendar import is_working_day
from pqip.messages.sending import send
from workforce.models import RoleGrant, User
from workforce.roles import PLACE, ROLES

#: Whoever runs the programme in a place is told of what is overdue there.
TOLD = "learning_manager"


def chase(on: dt.date, *, by: Any) -> int:
    """Send what is due on a day; nothing on a weekend or bank holiday. Returns how many were told, at most once a week each.

    A countersigner is reminded once something of theirs has waited more than `PQIP_CHASE_WORKING_DAYS`; learning managers
    are told what of their place has waited more than `PQIP_OVERDUE_WORKING_DAYS`, or has waited for the shorter time with
    nobody to countersign it.
    """
    if not is_working_day(on):
        return 0
    late, overdue = _waiting_before(facts.waited_before(on, capacity_facts.chase_after())), facts.overdue_on(on)
    signers = capacity_facts.countersigners_of({row["assessor"] for row in late})
    with transaction.atomic():
        reminded = _remind(Counter(signers[row["assessor"]].pk for row in late if row["assessor"] in signers), on, by)
        told = _escalate([row for row in late if row["from_on"] < overdue or row["assessor"] not in signers], on, by)
    return reminded + told


def _waiting_before(day: dt.date) -> list[dict[str, Any]]:
    """Decisions that have waited for a countersignature since before a day: the assessor, their place, since when."""
    open_ = Wait.objects.filter(kind=Wait.Kind.COUNTERSIGNATURE, to_on=None, from_on__lt=day)
    decided = Decision.objects.filter(pk__in=open_.values("decision")).values(
        "pk", "assessor", "assessor__region", "assessor__pdu"
    )
    since = dict(open_.values_list("decision", "from_on"))
    return [{**row, "from_on": since[row["pk"]]} for row in decided]


def _remind(waiting: Counter[int], on: dt.date, by: Any) -> int:
    roles = [code for code, role in ROLES.items() if COUNTERSIGN in role.permissions]
    granted = RoleGrant.objects.in_force(on).filter(role__in=roles).values("user")
    users = list(User.objects.filter(pk__in=granted, person__in=waiting, is_active=True).order_by("pk"))
    for user in users:
        link = f"{settings.SITE_ADDRESS}{reverse('assessments:queue')}"
        context = {"count": waiting[user.person_id], "days": capacity_facts.chase_after(), "link": link}
        send(REMINDER, to=user, reference=_reference(REMINDER, on), by=by, context=context)
    return len(users)


def _escalate(rows: list[dict[str, Any]], on: dt.date, by: Any) -> int:
    grants = RoleGrant.objects.in_force(on).filter(role=TOLD, user__is_active=True).select_related("user").order_by("user")
    reach: dict[User, Scope] = {}
    for grant in grants:
        reach[grant.user] = reach.get(grant.user, Scope()) | grant.scope(PLACE)
    told = 0
    for user, scope in reach.items():
        count = sum(scope.covers_region(row["assessor__region"]) or row["assessor__pdu"] in scope.pdus for row in rows)
        if count:
            link = f"{settings.SITE_ADDRESS}{reverse('assessments:capacity')}?show=waiting"
            send(ESCALATION, to=user, reference=_reference(ESCALATION, on), by=by, context={"count": count, "link": link})
            told += 1
    return told


def _reference(kind: str, on: dt.date) -> str:
    """One a week: nobody is told the same twice in it."""
    year, week, _ = on.isocalendar()
    return f"{kind}:{year}-W{week:02}"
