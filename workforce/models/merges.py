"""Two records of one person that were merged: which stayed, which went, and what moved
(docs/one-person.md).
"""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from pqip.core.ledger import LedgerModel, live
from pqip.core.models import PublicIdModel
from pqip.core.scope import ScopedLedgerQuerySet
from workforce.models.people import Person


class PersonMerge(PublicIdModel, LedgerModel):
    """From `effective_on` two records are known to be of one person: everything at `goes` moved to
    `stays`.

    The record that goes keeps its row and its number, so that earlier knowledge stays answerable
    and nobody else gets the number. Voiding the merge undoes it: everything is put back in the same
    transaction. `moved` lists what moved by keys, never by values: `facts` (voided and recorded
    anew for the person who stays), `spared` (voided because the person who stays has the same),
    `rows` (identity rows: key, old owner, new owner) and `place` (where the person who stays was
    listed). The reason is in the audit, and in `why` here.
    """

    SCOPE = {"region": "stays__region_id", "pdu": "stays__pdu_id"}
    person_column = "stays_id"

    stays = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="took_in")
    goes = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="went_into")
    why = models.CharField(max_length=500)
    moved = models.JSONField(default=dict)

    objects: ClassVar = ScopedLedgerQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["goes"], condition=live(), name="workforce_merge_once"),
            models.CheckConstraint(
                condition=~models.Q(stays=models.F("goes")),
                name="workforce_merge_of_two",
                violation_error_message="These are one record already.",
            ),
        ]
        indexes = [models.Index(fields=["stays"], name="workforce_merge_stays", condition=live())]
