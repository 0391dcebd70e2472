"""Countersigning as capacity: who needs a countersigner, who can be one, what waits for whom and since when."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.db import connection
from django.db.models import Count, F, Max, Min, Q, QuerySet, Sum

from assessments.facts import progress
from assessments.models import AssessorRecord, Countersignature, CountersignStamp, Wait
from assessments.rules import countersigning_capacity
from learners.models import Allocation
from learners.rules.dates import add_months
from pqip.core.clock import london, today
from pqip.messages.models import Message
from workforce.models import Person

RATES = """
SELECT count(*) FILTER (WHERE o.outcome = 'agreed'), count(*) FILTER (WHERE o.outcome = 'returned'),
    count(*) FILTER (WHERE o.outcome = 'disagreed'), percentile_cont(0.5) WITHIN GROUP (ORDER BY o.days)
FROM ({outcomes}) o WHERE o.assessor_id = %(who)s
"""
#: Minutes one countersignature takes (assumed).
MINUTES = 20
#: Working days after which a countersigner is reminded (assumed).
CHASE_WORKING_DAYS = 5
#: Kinds of notices: to the countersigner, and to learning managers.
REMINDER, ESCALATION = "countersigning_reminder", "countersigning_overdue"


@dataclass(frozen=True)
class Load:
    """Decisions that came and outcomes that were given in the last weeks, and decisions that wait now."""

    coming: int = 0
    given: int = 0
    waiting: int = 0
    overdue: int = 0
    oldest: dt.date | None = None

    @property
    def coming_weekly(self) -> Decimal:
        return countersigning_capacity.weekly(self.coming)

    @property
    def given_weekly(self) -> Decimal:
        return countersigning_capacity.weekly(self.given)

    def ahead(self, weeks: int) -> int:
        return countersigning_capacity.forecast(
            self.waiting, self.coming_weekly, self.given_weekly, weeks
        )


def minutes() -> int:
    """Return the minutes that one countersignature takes."""
    return getattr(settings, "PQIP_COUNTERSIGN_MINUTES", MINUTES)


def chase_after() -> int:
    """Return the number of working days a decision may wait before its countersigner is reminded."""
    return getattr(settings, "PQIP_CHASE_WORKING_DAYS", CHASE_WORKING_DAYS)


def giver(number: str) -> Person | None:
    """Return the person with this staff number if they have authority to countersign, now or later; None otherwise.

    They are found wherever they are, since most countersigners come from outside the region.
    """
    ends = Q(countersign_until=None) | Q(countersign_until__gte=today())
    may = AssessorRecord.objects.live().filter(ends, countersign_from__isnull=False)
    row = may.filter(person__staff_number__iexact=number.strip()).select_related("person").first()
    return row.person if row else None


def chased(people: Collection[int]) -> dict[int, dt.date]:
    """Return the day each of these countersigners was last reminded, by key."""
    sent = Message.objects.filter(kind=REMINDER, to_user__person__in=people)
    rows = sent.order_by().values_list("to_user__person").annotate(Max("created_at"))
    return {person: london(at).date() for person, at in rows}


def countersigners_of(people: Collection[int]) -> dict[int, Any]:
    """Return the countersigner of each of these assessors today, by key."""
    rows = allocated().filter(person__in=people).select_related("other")
    return {row.person_id: row.other for row in rows}


def trainees_of(people: Collection[int]) -> dict[int, list[int]]:
    """Return the assessors (keys) for whom each of these people countersigns today."""
    found: dict[int, list[int]] = {}
    for other, person in (
        allocated().filter(other__in=people).order_by("person").values_list("other", "person")
    ):
        found.setdefault(other, []).append(person)
    return found


#: Values of `?show=` that narrow the list of those who need a countersigner.
SHOWN = ("nobody", "waiting", "overdue")


def narrowed(
    rows: QuerySet[AssessorRecord], shown: str, known: dict[int, Load] | None = None
) -> QuerySet[AssessorRecord]:
    """Narrow these assessors to those without a countersigner, with something waiting or with something overdue.

    Any other word leaves them all. `known` holds their loads where the caller has them already.
    """
    if shown == "nobody":
        return rows.exclude(
            person__in=countersigners_of(list(rows.values_list("person", flat=True)))
        )
    if shown in SHOWN:
        counted = loads(rows.values("person")) if known is None else known
        return rows.filter(person__in=[key for key, one in counted.items() if getattr(one, shown)])
    return rows


def loads(assessors: Collection[int] | QuerySet) -> dict[int, Load]:
    """Return the load of each of these assessors, by key: decisions that needed a countersignature and outcomes given
    in the last weeks, and what waits now.
    """
    on = today()
    since = on - dt.timedelta(weeks=countersigning_capacity.RATE_WEEKS)
    stamps = CountersignStamp.objects.live().filter(
        is_needed=True, decision__assessor__in=assessors, decision__voided_at=None
    )
    came = stamps.filter(effective_on__gt=since, effective_on__lte=on)
    given = Countersignature.objects.live().filter(
        decision__assessor__in=assessors, effective_on__gt=since, effective_on__lte=on
    )
    open_ = Wait.objects.filter(
        kind=Wait.Kind.COUNTERSIGNATURE, to_on=None, decision__assessor__in=assessors
    )
    late = Q(from_on__lt=progress.overdue_on(on))
    waits = open_.values(who=F("decision__assessor")).annotate(
        every=Count("pk"), overdue=Count("pk", filter=late), oldest=Min("from_on")
    )
    found: dict[int, dict[str, Any]] = {}
    for name, rows in (("coming", came), ("given", given)):
        for row in rows.order_by().values(who=F("decision__assessor")).annotate(every=Count("pk")):
            found.setdefault(row["who"], {})[name] = row["every"]
    for row in waits:
        found.setdefault(row["who"], {}).update(
            waiting=row["every"], overdue=row["overdue"], oldest=row["oldest"]
        )
    return {key: Load(**counted) for key, counted in found.items()}


@dataclass(frozen=True)
class Rates:
    """Outcomes of an assessor's decisions in the last twelve months, and the median number of days to an outcome."""

    agreed: int
    returned: int
    disagreed: int
    median_days: float | None


def rates_of(person: int) -> Rates:
    """Return the outcomes of this assessor's decisions in the twelve months to today."""
    outcomes, parameters = progress.outcomes(
        add_months(today(), -12) + dt.timedelta(days=1), today(), None
    )
    with connection.cursor() as cursor:
        cursor.execute(RATES.format(outcomes=outcomes), {**parameters, "who": person})
        return Rates(*cursor.fetchone())


def together(of: Collection[Load]) -> Load:
    """Return the sum of several loads, with the oldest of their waits."""
    oldest = [one.oldest for one in of if one.oldest]
    return Load(
        sum(one.coming for one in of),
        sum(one.given for one in of),
        sum(one.waiting for one in of),
        sum(one.overdue for one in of),
        min(oldest, default=None),
    )


def recorded_hours(rows: QuerySet[AssessorRecord]) -> tuple[Decimal, int]:
    """Return the weekly hours these people have for countersigning in total, and how many of them have no hours
    recorded.
    """
    counted = rows.order_by().aggregate(
        hours=Sum("weekly_hours"), unknown=Count("pk", filter=Q(weekly_hours=None))
    )
    return counted["hours"] or Decimal(0), counted["unknown"]


def allocated() -> QuerySet[Allocation]:
    """Return the allocations of countersigners in force today."""
    return Allocation.objects.live().in_force(today()).filter(role="countersigner")
