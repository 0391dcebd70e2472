"""Places of a campaign: how many it is to fill in a region on a pathway."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from learners.models.enrolments import Campaign
from learners.models.intakes import MOST_PLACES
from learners.models.pathways import Pathway
from pqip.core.ledger import LedgerModel, live
from pqip.core.models import PublicIdModel
from pqip.core.scope import ScopedLedgerQuerySet
from workforce.models import Region


class CampaignPlaces(PublicIdModel, LedgerModel):
    """Places to be filled from a campaign in a region on a pathway; `effective_on` is the day they were decided.

    No pathway means places for PSOs. None (0) says that nobody is taken after all.
    """

    SCOPE = {"region": "region_id"}

    campaign = models.ForeignKey(Campaign, on_delete=models.PROTECT, related_name="+")
    region = models.ForeignKey(Region, on_delete=models.PROTECT, related_name="+")
    pathway = models.ForeignKey(
        Pathway, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    places = models.PositiveSmallIntegerField()

    objects: ClassVar = ScopedLedgerQuerySet.as_manager()

    class Meta:
        ordering = ["effective_on", "id"]
        verbose_name_plural = "places of campaigns"
        constraints = [
            models.UniqueConstraint(
                fields=["campaign", "region", "pathway"],
                condition=live(),
                nulls_distinct=False,
                name="learners_campaign_places_once",
            ),
            models.CheckConstraint(
                condition=models.Q(places__lte=MOST_PLACES), name="learners_campaign_places_most"
            ),
        ]
