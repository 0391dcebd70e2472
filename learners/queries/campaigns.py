"""What pages of campaigns read: campaigns of the nation and of regions within reach, their counts and places."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.db.models import Q, QuerySet

from learners.facts.campaigns import CampaignCounts, RegionCount, counts_of, filled, totals_of
from learners.models import Campaign, CampaignPlaces
from learners.rules.starting import TARGET_DAYS
from pqip.core.clock import today
from pqip.core.ledger import LedgerQuerySet
from pqip.core.scope import Scope, reach_of
from workforce.models import Region
from workforce.queries import records as workplaces

SEE, RECORD = "learners.view_applications", "learners.record_applications"


def campaigns(user: Any, permission: str = SEE) -> QuerySet[Campaign]:
    """Campaigns of the whole country, and of regions within reach."""
    scope = reach_of(user, permission)
    rows = Campaign.objects.all()
    return rows if scope.everywhere else rows.filter(Q(region=None) | Q(region__in=scope.regions))


def campaigns_to_change(user: Any) -> QuerySet[Campaign]:
    """Campaigns that somebody may change: of their regions; those of the country only who reaches all of it."""
    scope = reach_of(user, RECORD)
    rows = Campaign.objects.all()
    return rows if scope.everywhere else rows.filter(region__in=scope.regions)


def may_change(user: Any, campaign: Campaign) -> bool:
    """Whether somebody may change this campaign."""
    return bool(user.can(RECORD)) and bool(user.scope(RECORD).covers_region(campaign.region_id))


def reaches_whole(user: Any, campaign: Campaign) -> bool:
    """Whether somebody sees every application of a campaign."""
    return reach_of(user, SEE).covers_region(campaign.region_id)


def regions(user: Any, permission: str = RECORD) -> QuerySet[Region]:
    """Regions of which somebody reaches the whole."""
    scope = reach_of(user, permission)
    rows = workplaces.regions()
    return rows if scope.everywhere else rows.filter(pk__in=scope.regions)


def names_of_regions(user: Any) -> list[str]:
    """The regions whose applications somebody sees, by name."""
    return [str(row) for row in regions(user, SEE)]


def _within(scope: Scope) -> frozenset[int] | None:
    return None if scope.everywhere else scope.regions


def target_days() -> int:
    """Days that pre-employment checks should take while the clock runs."""
    return int(getattr(settings, "PQIP_CHECKS_TARGET_DAYS", TARGET_DAYS))


def counts(user: Any, campaign: Campaign) -> CampaignCounts:
    """How far the applications within reach have come by today."""
    return counts_of(campaign.pk, today(), _within(reach_of(user, SEE)), target_days())


def totals(user: Any, rows: Iterable[Campaign]) -> dict[int, RegionCount]:
    """Of several campaigns, how many applications within reach there are and came to an offer and a start by today."""
    return totals_of([row.pk for row in rows], today(), _within(reach_of(user, SEE)))


def places(user: Any, campaign: Campaign, permission: str = SEE) -> LedgerQuerySet:
    """Places of a campaign in regions within reach, undone ones too."""
    rows = CampaignPlaces.objects.visible_to(user, permission).filter(campaign=campaign)
    return rows.select_related("region", "pathway").order_by(
        "region__order", "pathway__order", "pk"
    )


def places_named(user: Any, public_id: Any) -> LedgerQuerySet:
    """Places that somebody may change, or that were undone or changed meanwhile; nothing where they are out of reach."""
    rows = CampaignPlaces.objects.visible_to(user, RECORD).filter(public_id=public_id)
    return rows.select_related("campaign", "region", "pathway")


def may_record(user: Any, row: Any) -> bool:
    """Whether somebody may change these places or this application."""
    return bool(user.can(RECORD)) and bool(user.scope(RECORD).reaches(row))


def started_on_pathways(campaign: Campaign) -> dict[tuple[int, int | None], int]:
    """Who of a campaign started by today, by region and pathway."""
    return filled(campaign.pk, today())


def regions_by_key() -> dict[int, Region]:
    """Every region, by key, in order."""
    return {row.pk: row for row in workplaces.regions()}
