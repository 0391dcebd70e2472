"""What is kept of the newly qualified's protection: of many people at once, as at a day and as known at an instant."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db.models import QuerySet

from learners.models import Enrolment, NewlyQualified, NewlyQualifiedWorkshop, OfficerPost
from learners.officer_facts import Officer, officers
from learners.rules.qualified import MONTHS, NOT_RECORDED, Kept, first_that_protects, last_protected_day


@dataclass(frozen=True)
class Protection:
    """Of one person on a day: what is recorded (None: nothing, though they are newly qualified), and where they hold the post."""

    kept: Kept | None
    exceptions: tuple[str, ...]
    region_id: int | None = None
    pdu_id: int | None = None


def protected_months() -> int:
    """How many months they are protected: nine, or as it is set (assumed; not from the service)."""
    return int(getattr(settings, "PQIP_NEWLY_QUALIFIED_MONTHS", MONTHS))


def protection(
    on: dt.date, known_at: dt.datetime | None = None, *, among: Collection[int] | None = None
) -> dict[int, Protection]:
    """By enrolment, everybody protected on the day, and everybody who should be and of whom nothing is recorded.

    Who holds an officer's post no more is neither.
    """
    recorded = {row.enrolment_id: row for row in _of(NewlyQualified, known_at, among)}
    begun = {key: row for key, row in recorded.items() if row.effective_on <= on}
    told = officers(on, known_at, begun, since=first_that_protects(on, protected_months()))
    current = {key: row for key, row in begun.items() if key not in told or told[key].is_one}
    done = _workshops(current, on, known_at)
    found: dict[int, Protection] = {}
    for key, row in current.items():
        officer = told.get(key)
        kept = kept_of(row, done[key], officer)
        if kept.is_protected(on):
            found[key] = _placed(officer, kept, tuple(kept.exceptions(on)))
    for key, officer in told.items():
        since = officer.newly_since
        if key in recorded or (among is not None and key not in among) or since is None or not officer.is_one:
            continue
        if since <= on <= last_protected_day(since, protected_months()):
            found[key] = _placed(officer, None, (NOT_RECORDED,))
    return found


def _placed(officer: Officer | None, kept: Kept | None, exceptions: tuple[str, ...]) -> Protection:
    place = (officer.region_id, officer.pdu_id) if officer else (None, None)
    return Protection(kept, exceptions, *place)


def protected_until(stated: dt.date, officer: Officer | None) -> dt.date:
    """The last protected day: nine months from the later of qualifying and the first day as an officer.

    The first day is that on record; `stated` beside the protection counts where no post is.
    """
    since = stated if officer is None else officer.newly_since or max(stated, officer.qualified_on)
    return last_protected_day(since, protected_months())


def kept_of(row: NewlyQualified, workshops: int, officer: Officer | None) -> Kept:
    """What a row says, of somebody who is an officer as told."""
    until = protected_until(row.effective_on, officer)
    return Kept(
        row.effective_on, until, row.reduction_percent, row.reduction_from, row.reduction_until,
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
