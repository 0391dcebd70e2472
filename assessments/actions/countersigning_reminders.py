"""Remind countersigners of decisions that wait for them, and tell learning managers what is overdue: once a week, on
working days.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from typing import Any

from django.conf import settings
from django.db import transaction
from django.urls import reverse

from assessments.facts import countersigning_capacity, progress
from assessments.facts.countersigning_capacity import ESCALATION, REMINDER
from assessments.models import Decision, Wait
from assessments.queries.records import COUNTERSIGN
from pqip.core.background.calendar import is_working_day
from pqip.core.scope import Scope
from pqip.messages.sending import send
from workforce.models import RoleGrant, User
from workforce.roles import PLACE, ROLES

#: The role that is told of what is overdue in its place: whoever runs the programme there.
MANAGER_ROLE = "learning_manager"


def chase(on: dt.date, *, by: Any) -> int:
    """Send the reminders due on a day and return how many people were told.

    Nothing is sent on a weekend or bank holiday, and nobody is told more than once a week. A countersigner is reminded
    once a decision has waited for them for more than `PQIP_CHASE_WORKING_DAYS`. Learning managers are told of
    decisions in their place that have waited for more than `PQIP_OVERDUE_WORKING_DAYS`, or for the shorter time with
    nobody to countersign them.
    """
    if not is_working_day(on):
        return 0
    late, overdue = (
        _waiting_before(progress.waited_before(on, countersigning_capacity.chase_after())),
        progress.overdue_on(on),
    )
    signers = countersigning_capacity.countersigners_of({row["assessor"] for row in late})
    with transaction.atomic():
        reminded = _remind(
            Counter(signers[row["assessor"]].pk for row in late if row["assessor"] in signers),
            on,
            by,
        )
        told = _escalate(
            [row for row in late if row["from_on"] < overdue or row["assessor"] not in signers],
            on,
            by,
        )
    return reminded + told


def _waiting_before(day: dt.date) -> list[dict[str, Any]]:
    """Return the decisions that have waited for a countersignature since before a day: the assessor, their place, and
    since when.
    """
    open_ = Wait.objects.filter(kind=Wait.Kind.COUNTERSIGNATURE, to_on=None, from_on__lt=day)
    decided = Decision.objects.filter(pk__in=open_.values("decision")).values(
        "pk", "assessor", "assessor__region", "assessor__pdu"
    )
    since = dict(open_.values_list("decision", "from_on"))
    return [{**row, "from_on": since[row["pk"]]} for row in decided]


def _remind(waiting: Counter[int], on: dt.date, by: Any) -> int:
    roles = [code for code, role in ROLES.items() if COUNTERSIGN in role.permissions]
    granted = RoleGrant.objects.in_force(on).filter(role__in=roles).values("user")
    users = list(
        User.objects.filter(pk__in=granted, person__in=waiting, is_active=True).order_by("pk")
    )
    for user in users:
        if user.person_id is None:
            continue
        link = f"{settings.SITE_ADDRESS}{reverse('assessments:queue')}"
        context = {
            "count": waiting[user.person_id],
            "days": countersigning_capacity.chase_after(),
            "link": link,
        }
        send(REMINDER, to=user, reference=_reference(REMINDER, on), by=by, context=context)
    return len(users)


def _escalate(rows: list[dict[str, Any]], on: dt.date, by: Any) -> int:
    grants = (
        RoleGrant.objects.in_force(on)
        .filter(role=MANAGER_ROLE, user__is_active=True)
        .select_related("user")
        .order_by("user")
    )
    reach: dict[User, Scope] = {}
    for grant in grants:
        reach[grant.user] = reach.get(grant.user, Scope()) | grant.scope(PLACE)
    told = 0
    for user, scope in reach.items():
        count = sum(
            scope.covers_region(row["assessor__region"]) or row["assessor__pdu"] in scope.pdus
            for row in rows
        )
        if count:
            link = f"{settings.SITE_ADDRESS}{reverse('assessments:capacity')}?show=waiting"
            send(
                ESCALATION,
                to=user,
                reference=_reference(ESCALATION, on),
                by=by,
                context={"count": count, "link": link},
            )
            told += 1
    return told


def _reference(kind: str, on: dt.date) -> str:
    """Return the reference of a notice, which changes once a week so that nobody gets the same notice twice within it."""
    year, week, _ = on.isocalendar()
    return f"{kind}:{year}-W{week:02}"
