"""What pages about PSOs read: people in post as PSOs within reach, and their recorded development."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from learners.models import Allocation, InductionItem, InductionRecord, PracticeObservation
from pqip.core.clock import today
from pqip.core.scope import reach_of
from workforce.models import Person, Spell

DEVELOP = "learners.develop_pso"
LOOKING_AFTER = ("mentor", "pta", "line_manager")


@dataclass(frozen=True)
class Item:
    """An item of somebody's induction, and the record that it was shown, if there is one."""

    code: str
    title: str
    record: InductionRecord | None


def psos(user: Any, permission: str = DEVELOP) -> QuerySet[Person]:
    """Return everybody in post as a PSO today within reach, by place or as their line manager.

    Raises PermissionDenied without the permission.
    """
    scope = reach_of(user, permission)
    reach = scope.condition(Person.SCOPE)
    if "line_manager" in scope.own and scope.person_id:
        reach |= Q(
            Exists(
                _current().filter(person=OuterRef("pk"), role="line_manager", other=scope.person_id)
            )
        )
    on = today()
    in_post = Spell.objects.live().in_force(on).filter(grade__code="PSO")
    return Person.objects.filter(reach, Exists(in_post.filter(person=OuterRef("pk"))))


def induction_of(person_id: int, started_on: dt.date) -> list[Item]:
    """Return the items in force on the day they began, in order."""
    latest: dict[str, InductionItem] = {}
    for item in InductionItem.objects.live().as_at(started_on).order_by("effective_on"):
        latest[item.code] = item
    records = {row.item: row for row in InductionRecord.objects.live().filter(person_id=person_id)}
    required = sorted(
        (item for item in latest.values() if item.is_required),
        key=lambda item: (item.order, item.code),
    )
    return [Item(item.code, item.title, records.get(item.code)) for item in required]


def records_of(person_id: int, item: str) -> QuerySet[InductionRecord]:
    """Return what was recorded about an item, including undone rows."""
    return InductionRecord.objects.filter(person_id=person_id, item=item)


def observations_of(person_id: int) -> QuerySet[PracticeObservation]:
    """Return observations planned and held, the latest first."""
    rows = PracticeObservation.objects.live().filter(person_id=person_id).select_related("observer")
    return rows.order_by("-effective_on", "-id")


def observations(person_id: int, public_id: Any) -> QuerySet[PracticeObservation]:
    """Return the observation with that identifier, even if undone or corrected."""
    rows = PracticeObservation.objects.filter(person_id=person_id, public_id=public_id)
    return rows.select_related("person", "observer")


def looking_after(person_id: int) -> list[Allocation]:
    """Return who is their mentor, assessor and line manager today."""
    rows = _current().filter(person_id=person_id, role__in=LOOKING_AFTER).select_related("other")
    return list(rows.order_by("role", "effective_on"))


def allocations(person_id: int, public_id: Any, roles: Collection[str]) -> QuerySet[Allocation]:
    """Return the allocation with that identifier in one of these roles, even if undone or
    corrected.
    """
    rows = Allocation.objects.filter(person_id=person_id, public_id=public_id, role__in=roles)
    return rows.select_related("person", "other")


def colleague(person: Person, staff_number: str) -> Person | None:
    """Return a person of the same region by staff number, or None."""
    rows = Person.objects.numbered(staff_number.strip()).filter(region_id=person.region_id)
    return rows.exclude(region_id=None).first()


def _current() -> QuerySet[Allocation]:
    return Allocation.objects.live().in_force(today())
