"""Candidates' registrations for a qualification."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.functional import cached_property

from assessments.models.qualifications import Qualification, QualificationVersion, Unit
from assessments.models.reach import ReachLedgerQuerySet, ReachQuerySet
from assessments.models.scopes import OF_REGISTRATION
from pqip.core.clock import today
from pqip.core.ledger import LedgerModel, live
from pqip.core.models import PublicIdModel
from workforce.models import Person


class Registration(PublicIdModel):
    """A candidate's registration for a qualification, on the version of its first day. Its facts are ledger rows of
    their own.

    A candidate may move to another version (`VersionMove`).
    """

    first_recorded_in = ("assessments.RegistrationFact", "registration")
    SCOPE = {"region": "person__region_id", "pdu": "person__pdu_id", "learner": "person_id"}
    ALLOCATED = {"pta": "person_id", "line_manager": "person_id", "eqa": "person_id"}

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="registrations")
    qualification = models.ForeignKey(
        Qualification, on_delete=models.PROTECT, related_name="registrations"
    )
    version = models.ForeignKey(
        QualificationVersion, on_delete=models.PROTECT, related_name="registrations"
    )

    objects: ClassVar = ReachQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person", "qualification"], name="assessments_registration_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.person} {self.qualification}"

    @property
    def title(self) -> str:
        """Return the name of the qualification, or of the candidate's version where it has a name of its own."""
        return self.current_version.title or self.qualification.name

    @cached_property
    def current_version(self) -> QualificationVersion:
        """Return the version by which the candidate is assessed today."""
        moved = (
            self.moves.live()
            .as_at(today())
            .select_related("version")
            .order_by("-effective_on", "-pk")
            .first()
        )
        return moved.version if moved else self.version


class RegistrationFact(LedgerModel):
    """What is known of a registration: the day it was made (`effective_on`), target, centre and certificate."""

    SCOPE = OF_REGISTRATION
    ALLOCATED = {"pta": "registration__person_id", "line_manager": "registration__person_id"}

    registration = models.ForeignKey(Registration, on_delete=models.PROTECT, related_name="facts")
    target_on = models.DateField(null=True, blank=True)
    centre_number = models.CharField(max_length=40, blank=True)
    certificated_on = models.DateField(null=True, blank=True)
    certificate_number = models.CharField(max_length=40, blank=True)

    objects: ClassVar = ReachLedgerQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["registration"], condition=live(), name="assessments_registration_fact_once"
            ),
            models.CheckConstraint(
                condition=models.Q(certificated_on=None)
                | models.Q(certificated_on__gte=models.F("effective_on")),
                name="assessments_registration_certificated_after",
            ),
        ]


class VersionMove(LedgerModel):
    """A move of a candidate to another version of the qualification from `effective_on`.

    Criteria that the new version's criteria replace stay met; the rest must be shown again.
    """

    SCOPE = OF_REGISTRATION
    ALLOCATED = {"pta": "registration__person_id", "line_manager": "registration__person_id"}

    registration = models.ForeignKey(Registration, on_delete=models.PROTECT, related_name="moves")
    version = models.ForeignKey(QualificationVersion, on_delete=models.PROTECT, related_name="+")

    objects: ClassVar = ReachLedgerQuerySet.as_manager()

    class Meta:
        ordering = ["effective_on", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["registration", "effective_on"],
                condition=live(),
                name="assessments_version_move_once",
            ),
            models.UniqueConstraint(
                fields=["registration", "version"],
                condition=live(),
                name="assessments_version_moved_once",
            ),
        ]
        indexes = [models.Index(fields=["recorded_at"], name="assessments_move_recorded")]


class UnitChoice(LedgerModel):
    """An optional unit that a candidate takes, from `effective_on`. The database refuses more than its group asks for."""

    SCOPE = VersionMove.SCOPE
    ALLOCATED = VersionMove.ALLOCATED

    registration = models.ForeignKey(Registration, on_delete=models.PROTECT, related_name="choices")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")

    objects: ClassVar = ReachLedgerQuerySet.as_manager()

    class Meta:
        ordering = ["effective_on", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["registration", "unit"], condition=live(), name="assessments_choice_once"
            )
        ]
        indexes = [models.Index(fields=["recorded_at"], name="assessments_choice_recorded")]
