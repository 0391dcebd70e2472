"""What is planned of intakes: how many of a cohort are to start in a region on a pathway, and when."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from learners.models.enrolments import Cohort
from learners.models.pathways import Pathway
from pqip.core.ledger import LedgerModel, live
from pqip.core.models import PublicIdModel
from pqip.core.scope import ScopedLedgerQuerySet
from workforce.models import Region

#: A region's intake of more is a slip of the hand.
MOST_PLACES = 9999


class PlannedIntake(PublicIdModel, LedgerModel):
    """Places planned for those of a cohort who start in a region on a pathway; `effective_on` is their first day.

    None (0) says that nobody is to start after all. Who starts is in enrolments, never here.
    """

    SCOPE = {"region": "region_id"}

    cohort = models.ForeignKey(Cohort, on_delete=models.PROTECT, related_name="+")
    region = models.ForeignKey(Region, on_delete=models.PROTECT, related_name="+")
    pathway = models.ForeignKey(Pathway, on_delete=models.PROTECT, related_name="+")
    places = models.PositiveSmallIntegerField()

    objects: ClassVar = ScopedLedgerQuerySet.as_manager()

    class Meta:
        ordering = ["effective_on", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["cohort", "region", "pathway"],
                condition=live(),
                name="learners_planned_intake_once",
            ),
            models.CheckConstraint(
                condition=models.Q(places__lte=MOST_PLACES), name="learners_planned_intake_places"
            ),
        ]
