"""Support needs as they are read: always through their own permission, and every reading is logged."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any

from django.db.models import QuerySet

from learners.models import Enrolment, SupportNeed
from pqip.core.access_log import log_access_to
from pqip.core.models import AccessEntry
from workforce.merged import keys_of

SEE, CHANGE = "learners.view_support", "learners.change_support"
WHAT = "learners:support"


def needs_of(enrolment: Enrolment) -> list[SupportNeed]:
    """What has been agreed for a learner, oldest first. Whoever shows it logs the reading."""
    return list(SupportNeed.objects.live().filter(enrolment=enrolment).select_related("owner").order_by("effective_on", "id"))


def need(user: Any, permission: str, public_id: Any) -> QuerySet[SupportNeed]:
    """The live support need of that identifier, if this person may reach it."""
    return SupportNeed.objects.live().visible_to(user, permission).filter(public_id=public_id).select_related("owner")


def seen_among(user: Any, keys: Collection[int]) -> set[int]:
    """Of these enrolments, those whose support needs this person may see."""
    if not user.can(SEE):
        return set()
    return set(Enrolment.objects.visible_to(user, SEE).filter(pk__in=keys).values_list("pk", flat=True))


def log_readings(user: Any, people: Iterable[int], where: str, kind: str = AccessEntry.Kind.VIEW) -> None:
    """This person has read something of these people's support needs: a line for each, never the values."""
    log_access_to(user, kind, WHAT, {"where": where}, people)


def readings_of(enrolment: Enrolment) -> QuerySet[AccessEntry]:
    """Who has read a learner's support needs, latest first; under records merged into theirs, too."""
    rows = AccessEntry._default_manager.filter(person_key__in=keys_of(enrolment.person_id), what=WHAT)
    return rows.select_related("user").order_by("-id")
