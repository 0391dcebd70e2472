"""What pages of applications read, through the reader's scope."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import QuerySet

from learners.models import Application, ApplicationStage, Campaign, Enrolment
from learners.models.applications import ApplicationQuerySet
from learners.queries.campaigns import RECORD, SEE
from learners.rules.applications import NOT_ON_PAYROLL
from pqip.core.ledger import LedgerQuerySet
from workforce.models import Pdu, Person

RELATED = ("campaign__region", "region", "offered_pdu", "accepted_pdu", "enrolment__person")


def applications(user: Any, campaign: Campaign) -> ApplicationQuerySet:
    """Applications of a campaign within reach."""
    return Application.objects.visible_to(user, SEE).filter(campaign=campaign)


def application(user: Any, permission: str = SEE) -> ApplicationQuerySet:
    """Applications within reach with what their pages show."""
    return Application.objects.visible_to(user, permission).select_related(*RELATED)


def stages_of(rows: Iterable[Application]) -> dict[int, list[ApplicationStage]]:
    """The live stages of applications, by key, in order."""
    found: dict[int, list[ApplicationStage]] = {row.pk: [] for row in rows}
    listed = ApplicationStage.objects.live().filter(application__in=found)
    for stage in listed.order_by("effective_on", "id"):
        found[stage.application_id].append(stage)
    return found


def history_of(row: Application) -> list[ApplicationStage]:
    """Every stage recorded of an application, undone ones too."""
    return list(ApplicationStage.objects.filter(application=row).order_by("effective_on", "id"))


def stage(user: Any, public_id: Any) -> LedgerQuerySet:
    """A stage that somebody may change, or that was undone or corrected meanwhile."""
    rows = ApplicationStage.objects.visible_to(user, RECORD).filter(public_id=public_id)
    return rows.select_related("application__campaign", "application__region")


def offices(row: Application) -> QuerySet[Pdu]:
    """Units of an application's region, that an applicant may prefer or be offered."""
    return Pdu.objects.filter(region=row.region_id, closed_on=None).order_by("name")


def of_person(user: Any, person: Person) -> Application | None:
    """The application with a confirmed offer of somebody whose staff number is still that of it, within reach; None
    for others.
    """
    if not person.staff_number.upper().startswith(NOT_ON_PAYROLL) or not user.can(RECORD):
        return None
    number = person.staff_number[len(NOT_ON_PAYROLL) :]
    rows = application(user, RECORD).numbered([number])
    return rows.offered().filter(enrolment=None).first()


def places_of(user: Any, person: Person) -> QuerySet[Enrolment]:
    """Somebody's places on the programme within reach, the latest first."""
    rows = Enrolment.objects.visible_to(user, "learners.view_learner").filter(person=person)
    return rows.order_by("-start_date", "-pk")


def earlier(user: Any, row: Application) -> Application | None:
    """The earlier application that this one names, if it is within reach."""
    if not row.previous_number:
        return None
    return application(user).numbered([row.previous_number]).exclude(pk=row.pk).first()
