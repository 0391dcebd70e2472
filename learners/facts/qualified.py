"""The protection of newly qualified officers, of many people at once.

It is as at a day and as known at an instant.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any, NamedTuple

from django.conf import settings
from django.db.models import QuerySet

from learners.facts.qualified_officers import Officer, officers
from learners.models import Enrolment, NewlyQualified, NewlyQualifiedWorkshop, OfficerPost
from learners.rules.qualified import (
    MONTHS,
    NOT_RECORDED,
    ProtectionRecord,
    first_that_protects,
    last_protected_day,
)
from pqip.core.expressions import these


@dataclass(frozen=True)
class Protection:
    """Somebody's protection on a day: what is recorded, what is missing, the place of their post,
    and their last protected day.

    Nothing recorded (None) means that they are newly qualified all the same.
    """

    record: ProtectionRecord | None
    exceptions: tuple[str, ...]
    until: dt.date
    region_id: int | None = None
    pdu_id: int | None = None


def protected_months() -> int:
    """Return the number of months of protection: nine, or the setting (assumed; not from the
    service).
    """
    return int(getattr(settings, "PQIP_NEWLY_QUALIFIED_MONTHS", MONTHS))


def protection(
    on: dt.date, known_at: dt.datetime | None = None, *, among: Collection[int] | None = None
) -> dict[int, Protection]:
    """Return, by enrolment, everybody protected on the day, and those who should be but have no
    record.

    Somebody who no longer holds an officer's post is not included.
    """
    recorded = {row.enrolment_id: row for row in _of(NewlyQualified, known_at, among)}
    begun = {key: row for key, row in recorded.items() if row.effective_on <= on}
    since = first_that_protects(on, protected_months())
    by_enrolment = officers(on, known_at, begun, since=since, among=among)
    current = {
        key: row
        for key, row in begun.items()
        if key not in by_enrolment or by_enrolment[key].is_one
    }
    done = _workshops(current, on, known_at)
    found: dict[int, Protection] = {}
    for key, row in current.items():
        officer = by_enrolment.get(key)
        record = protection_record(row, done[key], officer)
        if record.is_protected(on):
            found[key] = _placed(officer, record, tuple(record.exceptions(on)), record.until)
    for key, officer in by_enrolment.items():
        begins = officer.newly_since
        if key in recorded or begins is None or not officer.is_one:
            continue
        until = last_protected_day(begins, protected_months())
        if begins <= on <= until:
            found[key] = _placed(officer, None, (NOT_RECORDED,), until)
    return found


class OfficerWithPta(NamedTuple):
    """An officer who keeps their PTA: the place of their post, and the first and last day of their
    protection.
    """

    region_id: int | None
    pdu_id: int | None
    from_on: dt.date
    until: dt.date


def officers_keeping_their_pta(on: dt.date) -> list[OfficerWithPta]:
    """Return officers who keep their PTA and are protected on the day or later.

    If no post is recorded, the place where they completed counts.
    """
    rows = {
        row.enrolment_id: row
        for row in _of(NewlyQualified, None, None).exclude(pta=None).select_related("enrolment")
    }
    officers_by_enrolment = officers(on, None, rows)
    found = []
    for key, row in rows.items():
        officer, place = officers_by_enrolment.get(key), row.enrolment
        until = protected_until(row.effective_on, officer)
        if until < max(on, row.effective_on) or (officer is not None and not officer.is_one):
            continue
        placed = officer if officer is not None and officer.region_id is not None else place
        found.append(OfficerWithPta(placed.region_id, placed.pdu_id, row.effective_on, until))
    return found


def _placed(
    officer: Officer | None,
    record: ProtectionRecord | None,
    exceptions: tuple[str, ...],
    until: dt.date,
) -> Protection:
    place = (officer.region_id, officer.pdu_id) if officer else (None, None)
    return Protection(record, exceptions, until, *place)


def protected_until(stated: dt.date, officer: Officer | None) -> dt.date:
    """Return the last protected day.

    It is nine months after the later of qualifying and the first day as an officer. The recorded
    first day counts; if no post is recorded, `stated` (kept with the protection) counts.
    """
    since = stated if officer is None else officer.newly_since or max(stated, officer.qualified_on)
    return last_protected_day(since, protected_months())


def protection_record(
    row: NewlyQualified, workshops: int, officer: Officer | None
) -> ProtectionRecord:
    """Return what a row records about the protection of this officer."""
    until = protected_until(row.effective_on, officer)
    return ProtectionRecord(
        row.effective_on,
        until,
        row.reduction_percent,
        row.reduction_from,
        row.reduction_until,
        row.mentor_id is not None,
        row.pta_id is not None,
        row.office_moved,
        workshops,
    )


def with_exceptions(on: dt.date, *, among: Collection[int] | None = None) -> list[int]:
    """Return the keys of enrolments (of those `among`, if given) for which a part of the protection is missing."""
    return [key for key, found in protection(on, among=among).items() if found.exceptions]


def _of(model: Any, known_at: dt.datetime | None, among: Collection[int] | None) -> QuerySet[Any]:
    rows = model.objects.known_at(known_at)
    return rows if among is None else rows.filter(enrolment_id__in=these(among))


def _workshops(keys: Collection[int], on: dt.date, known_at: dt.datetime | None) -> Counter[int]:
    rows = _of(NewlyQualifiedWorkshop, known_at, keys).filter(
        is_mandatory=True, effective_on__lte=on
    )
    return Counter(rows.values_list("enrolment_id", flat=True))


def posts_of(enrolment: Enrolment) -> list[OfficerPost]:
    """Return the posts offered, the latest first."""
    rows = OfficerPost.objects.live().filter(enrolment=enrolment).select_related("region", "pdu")
    return list(rows.order_by("-effective_on", "-id"))


def workshops_of(enrolment: Enrolment) -> list[NewlyQualifiedWorkshop]:
    """Return the workshops attended, the latest first."""
    return list(
        NewlyQualifiedWorkshop.objects.live()
        .filter(enrolment=enrolment)
        .order_by("-effective_on", "-id")
    )


def protection_of(enrolment: Enrolment) -> NewlyQualified | None:
    """Return what is recorded of one person's protection, or None."""
    return (
        NewlyQualified.objects.live()
        .filter(enrolment=enrolment)
        .select_related("mentor", "pta")
        .first()
    )
