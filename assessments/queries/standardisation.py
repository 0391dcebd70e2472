"""The standardisation meetings that the reader may see, who came, and who has not come for a long time."""

from __future__ import annotations

from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from assessments.models import AssessorRecord, Attendance, Standardisation, StandardisationAction
from assessments.queries.sampling import VIEW
from learners.rules.dates import add_months
from pqip.core.clock import today
from pqip.core.scope import ScopedLedgerQuerySet
from workforce.models import Person, Region

#: Every assessor should come to a meeting within this number of months (rule C3 65; the number is assumed).
WITHIN_MONTHS = 12


def meetings(user: Any, permission: str = VIEW) -> QuerySet[Standardisation]:
    """Return the visible meetings and sessions."""
    return Standardisation.objects.visible_to(user, permission).select_related("region")


def standardising(user: Any, permission: str = VIEW) -> QuerySet[Standardisation]:
    """Return the visible standardisation meetings."""
    return meetings(user, permission).filter(kind=Standardisation.Kind.STANDARDISATION)


def sessions(user: Any, permission: str = VIEW) -> QuerySet[Standardisation]:
    """Return the visible induction sessions and workshops for assessors in training."""
    return meetings(user, permission).exclude(kind=Standardisation.Kind.STANDARDISATION)


def in_training(user: Any, permission: str) -> QuerySet[AssessorRecord]:
    """Return the visible assessors who have not achieved the award yet."""
    rows = AssessorRecord.objects.live().visible_to(user, permission).filter(achieved_on=None)
    return rows.select_related("person").order_by("person__sort_name", "person_id")


def sessions_of(person: Person) -> dict[str, int]:
    """Return how often a person came to a session, by kind (induction or workshop)."""
    came = Attendance.objects.live().filter(person=person, has_come=True)
    return dict(came.values_list("meeting__kind").annotate(Count("pk")).order_by())


def counted(rows: QuerySet[Standardisation]) -> QuerySet[Standardisation]:
    """Annotate meetings with how many were invited, how many came, and how many actions are open."""
    live = Q(attendances__voided_at=None)
    open_ = Q(actions__voided_at=None, actions__done_on=None, actions__isnull=False)
    return rows.annotate(
        invited=Count("attendances", filter=live, distinct=True),
        came=Count("attendances", filter=live & Q(attendances__has_come=True), distinct=True),
        open_actions=Count("actions", filter=open_, distinct=True),
    )


def attendance(meeting: Standardisation) -> list[Attendance]:
    """Return the attendance of everybody invited to a meeting, in the order of names."""
    rows = Attendance.objects.live().filter(meeting=meeting).select_related("person")
    return list(rows.order_by("person__sort_name", "person_id"))


def actions_of(meeting: Standardisation) -> list[StandardisationAction]:
    """Return the actions agreed at a meeting."""
    return list(
        StandardisationAction.objects.live().filter(meeting=meeting).select_related("owner")
    )


def actions(user: Any, permission: str) -> ScopedLedgerQuerySet[StandardisationAction]:
    """Return the visible actions, including undone ones."""
    return StandardisationAction.objects.visible_to(user, permission).select_related(
        "meeting", "owner"
    )


def regions(user: Any, permission: str) -> QuerySet[Region]:
    """Return the regions whose assessors are visible."""
    return Region.objects.filter(
        pk__in=AssessorRecord.objects.live().visible_to(user, permission).values("person__region")
    )


def assessors(user: Any, permission: str) -> QuerySet[AssessorRecord]:
    """Return the visible assessors whose award has not lapsed."""
    rows = (
        AssessorRecord.objects.live().visible_to(user, permission).exclude(lapsed_on__lte=today())
    )
    return rows.select_related("person").order_by("person__sort_name", "person_id")


def not_come(user: Any, permission: str = VIEW) -> QuerySet[AssessorRecord]:
    """Return the visible assessors who came to no meeting in the last `MONTHS` months."""
    since = add_months(today(), -WITHIN_MONTHS)
    came = Attendance.objects.live().filter(
        person=OuterRef("person"), has_come=True, effective_on__gte=since
    )
    came = came.filter(meeting__kind=Standardisation.Kind.STANDARDISATION)
    return assessors(user, permission).exclude(Exists(came))
