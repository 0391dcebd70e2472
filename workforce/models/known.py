"""What was known about a person at any time: names, numbers and equality answers
(docs/architecture.md).
"""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from pqip.core.ledger import KnownLedger, live
from pqip.core.scope import ScopedLedgerQuerySet
from workforce.models.people import Person


class PersonRecord(KnownLedger):
    """A person's name, number and other details as they were known.

    A row is kept with every write to `Person`, which says what is known now.
    """

    SCOPE = {"region": "person__region_id", "pdu": "person__pdu_id", "self": "person_id"}
    known_of = ("workforce.Person", "id", "person")
    erasable = ("staff_number", "first_name", "last_name", "email", "date_of_birth")

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="records")
    staff_number = models.CharField(max_length=30)
    first_name = models.CharField(max_length=100)
    last_name = models.CharField(max_length=100)
    email = models.EmailField(blank=True)
    date_of_birth = models.DateField(null=True, blank=True)
    organisation = models.CharField(max_length=100, blank=True)

    objects: ClassVar = ScopedLedgerQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person"], condition=live(), name="workforce_person_record_once"
            )
        ]
        indexes = [
            models.Index(
                fields=["voided_at"],
                name="workforce_person_record_void",
                condition=models.Q(voided_at__isnull=False),
            )
        ]


class EqualityRecord(KnownLedger):
    """Equality answers as they were known, behind the same permission.

    A row is kept with every write to `EqualityAnswers`.
    """

    SCOPE = {"region": "person__region_id", "pdu": "person__pdu_id", "learner": "person_id"}
    known_of = ("workforce.EqualityAnswers", "person_id", "person")
    erasable = ("sex", "ethnicity", "disability")

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="equality_records")
    sex = models.CharField(max_length=40, blank=True)
    ethnicity = models.CharField(max_length=80, blank=True)
    disability = models.CharField(max_length=40, blank=True)

    objects: ClassVar = ScopedLedgerQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person"], condition=live(), name="workforce_equality_record_once"
            )
        ]
        indexes = [
            models.Index(fields=["recorded_at"], name="workforce_equality_recorded"),
            models.Index(
                fields=["voided_at"],
                name="workforce_equality_voided",
                condition=models.Q(voided_at__isnull=False),
            ),
        ]
