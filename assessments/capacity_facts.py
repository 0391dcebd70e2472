"""Countersigning as capacity: who needs a countersigner, who can give one, what waits with whom and since when."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.db import connection
from django.db.models import Count, Exists, F, Max, Min, OuterRef, Q, QuerySet, Sum

from assessments import facts
from assessments.models import AssessorRecord, Countersignature, CountersignStamp, Wait
from assessments.models.assessors import qualified
from assessments.rules import capacity
from learners.models import Allocation
from learners.rules.dates import add_months
from pqip.core.clock import london, today
from pqip.messages.models import Message
from workforce.models import Person

VIEW = "assessments.view_quality"
RATES = """
SELECT count(*) FILTER (WHERE o.outcome = 'agreed'), count(*) FILTER (WHERE o.outcome = 'returned'),
    count(*) FILTER (WHERE o.outcome = 'disagreed'), percentile_cont(0.5) WITHIN GROUP (ORDER BY o.days)
FROM ({outcomes}) o WHERE o.assessor_id = %(who)s
"""
#: Minutes one countersignature takes (assumed).
MINUTES = 20
#: Working days after which a countersigner is reminded (assumed).
CHASE_WORKING_DAYS = 5
#: Kinds of notices: to the countersigner, to learning managers.
REMINDER, ESCALATION = "countersigning_reminder", "countersigning_overdue"


@dataclass(frozen=True)
class Load:
    """What came and was given in the last weeks, and what waits."""

    coming: int = 0
    given: int = 0
    waiting: int = 0
    overdue: int = 0
    oldest: dt.date | None = None

    @property
    def coming_weekly(self) -> Decimal:
        return capacity.weekly(self.coming)

    @property
    def given_weekly(self) -> Decimal:
        return capacity.weekly(self.given)

    def ahead(self, weeks: int) -> int:
        return capacity.forecast(self.waiting, self.coming_weekly, self.given_weekly, weeks)


def minutes() -> int:
    """Minutes one countersignature takes."""
    return getattr(settings, "PQIP_COUNTERSIGN_MINUTES", MINUTES)


def chase_after() -> int:
    """A countersigner is reminded of what has waited for more working days than this."""
    return getattr(settings, "PQIP_CHASE_WORKING_DAYS", CHASE_WORKING_DAYS)


def trainees(user: Any, permission: str = VIEW) -> QuerySet[AssessorRecord]:
    """Assessors within reach who are not qualified today (registered for the award or lapsed), and those of whom
    a decision made before they qualified waits still."""
    on = today()
    rows = AssessorRecord.objects.live().visible_to(user, permission)
    waits = Wait.objects.filter(kind=Wait.Kind.COUNTERSIGNATURE, to_on=None, decision__assessor=OuterRef("person"))
    return rows.filter(~qualified(on) | Exists(waits)).select_related("person__region")


def givers(user: Any, permission: str = VIEW) -> QuerySet[AssessorRecord]:
    """Who may countersign today: those within reach, and those who countersign trainees within reach, wherever they are."""
    on = today()
    reached = AssessorRecord.objects.live().visible_to(user, permission).values("person")
    outside = _allocated().filter(person__in=reached).values("other")
    rows = AssessorRecord.objects.live().may_countersign(on)
    return rows.filter(Q(person__in=reached) | Q(person__in=outside)).select_related("person__region")


def giver(number: str) -> Person | None:
    """Whoever has this staff number and authority to countersign, now or from a day to come, wherever they are: most come from
    outside the region."""
    ends = Q(countersign_until=None) | Q(countersign_until__gte=today())
    may = AssessorRecord.objects.live().filter(ends, countersign_from__isnull=False)
    row = may.filter(person__staff_number__iexact=number.strip()).select_related("person").first()
    return row.person if row else None


def chased(people: Collection[int]) -> dict[int, dt.date]:
    """When each of these countersigners was reminded last."""
    sent = Message.objects.filter(kind=REMINDER, to_user__person__in=people)
    rows = sent.order_by().values_list("to_user__person").annotate(Max("created_at"))
    return {person: london(at).date() for person, at in rows}


def countersigners_of(people: Collection[int]) -> dict[int, Any]:
    """The countersigner of each of these assessors today."""
    rows = _allocated().filter(person__in=people).select_related("other")
    return {row.person_id: row.other for row in rows}


def trainees_of(people: Collection[int]) -> dict[int, list[int]]:
    """The assessors each of these people countersigns today, by key."""
    found: dict[int, list[int]] = {}
    for other, person in _allocated().filter(other__in=people).order_by("person").values_list("other", "person"):
        found.setdefault(other, []).append(person)
    return found


#: What `?show=` narrows the list of those who need a countersigner to.
SHOWN = ("nobody", "waiting", "overdue")


def narrowed(rows: QuerySet[AssessorRecord], shown: str, known: dict[int, Load] | None = None) -> QuerySet[AssessorRecord]:
    """Of these assessors, those with nobody to countersign, or of whom something waits or is overdue; all for other words.

    `known` are their loads where they have been asked for already.
    """
    if shown == "nobody":
        return rows.exclude(person__in=countersigners_of(list(rows.values_list("person", flat=True))))
    if shown in SHOWN:
        counted = loads(rows.values("person")) if known is None else known
        return rows.filter(person__in=[key for key, one in counted.items() if getattr(one, shown)])
    return rows


def loads(assessors: Collection[int] | QuerySet) -> dict[int, Load]:
    """Of each of these assessors: decisions that needed a countersignature and outcomes given, in the last weeks; what waits."""
    on = today()
    since = on - dt.timedelta(weeks=capacity.RATE_WEEKS)
    stamps = CountersignStamp.objects.live().filter(is_needed=True, decision__assessor__in=assessors, decision__voided_at=None)
    came = stamps.filter(effective_on__gt=since, effective_on__lte=on)
    given = Countersignature.objects.live().filter(
        decision__assessor__in=assessors, effective_on__gt=since, effective_on__lte=on
    )
    open_ = Wait.objects.filter(kind=Wait.Kind.COUNTERSIGNATURE, to_on=None, decision__assessor__in=assessors)
    late = Q(from_on__lt=facts.overdue_on(on))
    waits = open_.values(who=F("decision__assessor")).annotate(
        every=Count("pk"), overdue=Count("pk", filter=late), oldest=Min("from_on")
    )
    found: dict[int, dict[str, Any]] = {}
    for name, rows in (("coming", came), ("given", given)):
        for row in rows.order_by().values(who=F("decision__assessor")).annotate(every=Count("pk")):
            found.setdefault(row["who"], {})[name] = row["every"]
    for row in waits:
        found.setdefault(row["who"], {}).update(waiting=row["every"], overdue=row["overdue"], oldest=row["oldest"])
    return {key: Load(**counted) for key, counted in found.items()}


@dataclass(frozen=True)
class Rates:
    """What became of an assessor's decisions in the last twelve months, and the median of days to an outcome."""

    agreed: int
    returned: int
    disagreed: int
    median_days: float | None


def rates_of(person: int) -> Rates:
    """Outcomes given on this assessor's decisions in the twelve months to today."""
    outcomes, parameters = facts.outcomes(add_months(today(), -12) + dt.timedelta(days=1), today(), None)
    with connection.cursor() as cursor:
        cursor.execute(RATES.format(outcomes=outcomes), {**parameters, "who": person})
        return Rates(*cursor.fetchone())


def together(of: Collection[Load]) -> Load:
    """Several loads as one."""
    oldest = [one.oldest for one in of if one.oldest]
    return Load(
        sum(one.coming for one in of), sum(one.given for one in of), sum(one.waiting for one in of),
        sum(one.overdue for one in of), min(oldest, default=None),
    )


def recorded_hours(rows: QuerySet[AssessorRecord]) -> tuple[Decimal, int]:
    """Hours a week these people have for countersigning, and of how many none are recorded."""
    counted = rows.order_by().aggregate(hours=Sum("weekly_hours"), unknown=Count("pk", filter=Q(weekly_hours=None)))
    return counted["hours"] or Decimal(0), counted["unknown"]


def _allocated() -> QuerySet[Allocation]:
    """Allocations of countersigners in force today."""
    return Allocation.objects.live().in_force(today()).filter(role="countersigner")
