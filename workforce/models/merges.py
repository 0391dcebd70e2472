"""Two records of one person that were merged: who stayed, who went, and what moved (docs/one-person.md)."""

from __future__ import annotations

from django.db import models

from pqip.core.ledger import LedgerModel, live
from pqip.core.models import PublicIdModel
from pqip.core.scope import ScopedLedgerQuerySet
from workforce.models.people import Person


class PersonMerge(PublicIdModel, LedgerModel):
    """From `effective_on` two records are known to be of one person: all that stood at `goes` moved to `stays`.

    The record that goes keeps its row and its number, so that what was known stays known and nobody else takes the number.
    Voiding it is undoing: everything is put back in the same transaction. `moved` names what moved by keys, never by values:
    `facts` (voided, recorded anew for who stays), `spared` (voided, since who stays has the same), `rows` (identity rows:
    key, whose they were, whose they are), `place` (where who stays was listed). The reason is the audit's, and `why` here.
    """

    SCOPE = {"region": "stays__region_id", "pdu": "stays__pdu_id"}
    person_column = "stays_id"

    stays = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="took_in")
    goes = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="went_into")
    why = models.CharField(max_length=500)
    moved = models.JSONField(default=dict)

    objects = ScopedLedgerQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["goes"], condition=live(), name="workforce_merge_once"),
            models.CheckConstraint(
                condition=~models.Q(stays=models.F("goes")), name="workforce_merge_of_two",
                violation_error_message="These are one record already.",
            ),
        ]
        indexes = [models.Index(fields=["stays"], name="workforce_merge_stays", condition=live())]
