"""What is kept of the newly qualified's protection: of many people at once, as at a day and as known at an instant."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from learners.models import Enrolment, Event, NewlyQualified, NewlyQualifiedWorkshop, OfficerPost
from learners.rules.qualified import NOT_RECORDED, Kept, first_that_protects, last_protected_day


@dataclass(frozen=True)
class Protection:
    """Of one person on a day: what is recorded (None: nothing, though they qualified less than nine months ago)."""

    kept: Kept | None
    exceptions: tuple[str, ...]


def protection(
    on: dt.date, known_at: dt.datetime | None = None, *, among: Collection[int] | None = None
) -> dict[int, Protection]:
    """By enrolment, everybody protected on the day, and everybody who should be and of whom nothing is recorded."""
    found: dict[int, Protection] = {}
    recorded = {row.enrolment_id: row for row in _of(NewlyQualified, known_at, among).filter(effective_on__lte=on)}
    current = [key for key, row in recorded.items() if row.protected_until >= on]
    done = _workshops(current, on, known_at)
    for key in current:
        kept = kept_of(recorded[key], done[key])
        found[key] = Protection(kept, tuple(kept.exceptions(on)))
    qualified = _of(Event, known_at, among).filter(
        kind="qualified", effective_on__lte=on, effective_on__gte=first_that_protects(on)
    )
    to_begin = set(_of(NewlyQualified, known_at, among).values_list("enrolment_id", flat=True))
    for key, day in qualified.values_list("enrolment_id", "effective_on"):
        if key not in to_begin and last_protected_day(day) >= on:
            found[key] = Protection(None, (NOT_RECORDED,))
    return found


def kept_of(row: NewlyQualified, workshops: int) -> Kept:
    """What a row says."""
    return Kept(
        row.effective_on, row.protected_until, row.reduction_percent, row.reduction_from, row.reduction_until,
        row.mentor_id is not None, row.pta_id is not None, row.office_moved, workshops,
    )


def with_exceptions(on: dt.date) -> list[int]:
    """Keys of enrolments of which something is not kept."""
    return [key for key, found in protection(on).items() if found.exceptions]


def _of(model, known_at, among):  # type: ignore[no-untyped-def]
    rows = model.objects.known_at(known_at)
    return rows if among is None else rows.filter(enrolment_id__in=among)


def _workshops(keys: Collection[int], on: dt.date, known_at: dt.datetime | None) -> Counter[int]:
    rows = _of(NewlyQualifiedWorkshop, known_at, keys).filter(is_mandatory=True, effective_on__lte=on)
    return Counter(rows.values_list("enrolment_id", flat=True))


def posts_of(enrolment: Enrolment) -> list[OfficerPost]:
    """Posts offered, latest first."""
    rows = OfficerPost.objects.live().filter(enrolment=enrolment).select_related("region", "pdu")
    return list(rows.order_by("-effective_on", "-id"))


def post_offered(user: Any, permission: str, public_id: Any) -> QuerySet[OfficerPost]:
    """The live offer of that identifier, if this person may reach it."""
    rows = OfficerPost.objects.live().visible_to(user, permission).filter(public_id=public_id)
    return rows.select_related("enrolment", "region", "pdu")


def workshops_of(enrolment: Enrolment) -> list[NewlyQualifiedWorkshop]:
    """Workshops attended, latest first."""
    return list(NewlyQualifiedWorkshop.objects.live().filter(enrolment=enrolment).order_by("-effective_on", "-id"))


def protection_of(enrolment: Enrolment) -> NewlyQualified | None:
    """What is recorded of one person's protection."""
    return NewlyQualified.objects.live().filter(enrolment=enrolment).select_related("mentor", "pta").first()
