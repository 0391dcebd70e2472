"""Open work of assessors who leave, are away, lose their authority or have just qualified."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from django.db.models import (
    BooleanField,
    Count,
    Exists,
    ExpressionWrapper,
    F,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
)

from assessments.models import AssessorRecord, Decision, Wait
from learners.models import Allocation
from pqip.core.clock import today
from pqip.core.spans import not_over
from workforce.models import Absence, Spell

MANAGE = "assessments.manage_assessors"
#: A last day or an absence within this number of days is near.
AHEAD_DAYS = 60
AWAY = (Absence.Kind.LONG_TERM_ABSENCE, Absence.Kind.CAREER_BREAK)
#: Roles in which an assessor looks after people.
ROLES = ("pta", "countersigner")


@dataclass(frozen=True)
class Work:
    """An assessor's open work: how many people they look after, how much of theirs waits, and how many own decisions
    wait.
    """

    learners: int = 0
    to_decide: int = 0
    assessors: int = 0
    to_countersign: int = 0
    own: int = 0


def leaving_or_away(user: Any, permission: str = MANAGE) -> QuerySet[AssessorRecord]:
    """Return the visible assessors who look after somebody and may soon not be able to.

    They have left or leave soon, are away or will be soon, or countersign for somebody without authority.
    """
    looks_after = _in_force_today().filter(other=OuterRef("person"), role__in=ROLES)
    rows = AssessorRecord.objects.live().visible_to(user, permission).filter(Exists(looks_after))
    soon = today() + dt.timedelta(days=AHEAD_DAYS)
    return with_reasons(rows).filter(
        Q(last_day__lte=soon) | Q(away_from__isnull=False) | Q(is_over=True)
    )


def with_reasons(rows: QuerySet[AssessorRecord]) -> QuerySet[AssessorRecord]:
    """Annotate assessors with the reasons why their work may be left open.

    `last_day` is that of their last post, NULL where a post has no end. `away_from` and `away_until` (expected) are of
    a present or near absence. `is_over` is true where they countersign for somebody without authority today.
    """
    on = today()
    posts = (
        Spell.objects.live()
        .filter(person=OuterRef("person"))
        .order_by(F("ended_on").desc(nulls_first=True))
    )
    absences = (
        Absence.objects.live()
        .filter(
            not_over(on),
            person=OuterRef("person"),
            kind__in=AWAY,
            effective_on__lte=on + dt.timedelta(days=AHEAD_DAYS),
        )
        .order_by("effective_on", "pk")
    )
    signs = _in_force_today().filter(other=OuterRef("person"), role="countersigner")
    return rows.annotate(
        last_day=Subquery(posts.values("ended_on")[:1]),
        away_from=Subquery(absences.values("effective_on")[:1]),
        away_until=Subquery(absences.values("expected_end_date")[:1]),
        is_over=ExpressionWrapper(Exists(signs) & Exists(_without_authority(on)), BooleanField()),
    )


def just_qualified(user: Any, permission: str = MANAGE) -> QuerySet[AssessorRecord]:
    """Return the visible qualified assessors who still have a countersigner without a last day, or a decision that
    waits for one.
    """
    on = today()
    signed = _in_force_today().filter(
        person=OuterRef("person"), role="countersigner", ended_on=None
    )
    waits = Wait.objects.filter(
        kind=Wait.Kind.COUNTERSIGNATURE, to_on=None, decision__assessor=OuterRef("person")
    )
    rows = AssessorRecord.objects.live().visible_to(user, permission)
    return rows.qualified(on).filter(
        Exists(signed) | Exists(waits) & ~Exists(_ending().filter(person=OuterRef("person")))
    )


def waiting_of(person: int) -> QuerySet[Decision]:
    """Return an assessor's decisions that wait for a countersignature, oldest first."""
    rows = Decision.objects.live().filter(
        assessor=person, waits__kind=Wait.Kind.COUNTERSIGNATURE, waits__to_on=None
    )
    return rows.order_by("effective_on", "pk")


def countersigner_of(person: int) -> Allocation | None:
    """Return the allocation of a person's countersigner today, or None."""
    return (
        _in_force_today()
        .filter(person=person, role="countersigner")
        .select_related("other", "person")
        .first()
    )


def work_of(people: Collection[int]) -> dict[int, Work]:
    """Return the open work of each of these assessors, by key."""
    found: dict[int, dict[str, int]] = {key: {} for key in people}
    after = _in_force_today().filter(other__in=people, role__in=ROLES)
    for other, role, count in (
        after.order_by().values_list("other", "role").annotate(Count("person", distinct=True))
    ):
        found[other]["learners" if role == "pta" else "assessors"] = count
    open_ = Wait.objects.filter(to_on=None)
    for name, kind, role, whose in (
        ("to_decide", Wait.Kind.DECISION, "pta", "evidence__registration__person"),
        ("to_countersign", Wait.Kind.COUNTERSIGNATURE, "countersigner", "decision__assessor"),
    ):
        whom = dict(after.filter(role=role, unit=None).values_list("person", "other"))
        waits = open_.filter(kind=kind, **{f"{whose}__in": whom})
        for person, count in waits.order_by().values_list(whose).annotate(Count("pk")):
            found[whom[person]][name] = found[whom[person]].get(name, 0) + count
    own = open_.filter(kind=Wait.Kind.COUNTERSIGNATURE, decision__assessor__in=people)
    for person, count in own.order_by().values_list("decision__assessor").annotate(Count("pk")):
        found[person]["own"] = count
    return {key: Work(**counts) for key, counts in found.items()}


def _in_force_today() -> QuerySet[Allocation]:
    return Allocation.objects.live().in_force(today())


def _ending() -> QuerySet[Allocation]:
    """Return the countersigners' allocations of today that have a last day."""
    return _in_force_today().filter(role="countersigner", ended_on__isnull=False)


def _without_authority(on: dt.date) -> QuerySet[AssessorRecord]:
    """Return a subquery that is not empty where the outer record gives no authority to countersign on the day."""
    may = AssessorRecord.objects.may_countersign(on)
    return AssessorRecord.objects.filter(pk=OuterRef("pk")).exclude(pk__in=may.values("pk"))
