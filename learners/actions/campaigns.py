"""Campaigns and the places they are to fill."""

from __future__ import annotations

from typing import Any

from learners.models import Application, Campaign, CampaignPlaces, Pathway
from learners.rules.campaigns import check_days, check_region
from pqip.core.acting import acting_as
from pqip.core.clock import today
from pqip.core.errors import RuleBroken
from pqip.core.ledger import supersede, void
from pqip.core.words import folded, tidy
from workforce.models import Region


def add_campaign(*, by: Any, code: str, **content: Any) -> Campaign:
    """A campaign of the nation or of one region, which files name by its code.

    Raises RuleBroken for a code or name that another has, and where it would close before it opens.
    """
    with acting_as(by=by, reason="Campaign"):
        campaign = Campaign(code=tidy(code), **content)
        _check(campaign)
        campaign.save(force_insert=True)
    return campaign


def change_campaign(*, by: Any, campaign: Campaign, **content: Any) -> Campaign:
    """What is known of a campaign, corrected where it stands.

    Raises RuleBroken as `add_campaign` does, and for a region while it has applications or places of another.
    """
    with acting_as(by=by, reason="Campaign changed"):
        held = Campaign.objects.select_for_update(no_key=True).get(pk=campaign.pk)
        for name, value in content.items():
            setattr(held, name, value)
        _check(held)
        _check_of_its_region(held)
        held.save()
    return held


def _check(campaign: Campaign) -> None:
    check_days(campaign.opens_on, campaign.closes_on)
    others = Campaign.objects.exclude(pk=campaign.pk).values_list("code", "name")
    taken = {folded(word) for words in others for word in words if word}
    for field in ("code", "name"):
        if (word := getattr(campaign, field)) and folded(word) in taken:
            raise RuleBroken("Another campaign has this name or code.", field)


def _check_of_its_region(campaign: Campaign) -> None:
    if campaign.region_id is None:
        return
    of = {"campaign": campaign}
    others = (
        Application.objects.filter(**of).exclude(region=campaign.region_id),
        CampaignPlaces.objects.live().filter(**of).exclude(region=campaign.region_id),
    )
    if any(rows.exists() for rows in others):
        raise RuleBroken("It has applications or places of another region.", "region")


def plan_places(
    *, by: Any, campaign: Campaign, region: Region, pathway: Pathway | None, places: int
) -> CampaignPlaces:
    """So many places of a campaign in a region, on a pathway or (None) as PSOs; decided today.

    Raises RuleBroken where the campaign is of another region, and where these are planned already.
    """
    check_region(campaign.region_id, region.pk)
    with acting_as(by=by, reason="Places of a campaign"):
        Campaign.objects.select_for_update(no_key=True).get(pk=campaign.pk)
        of = {"campaign": campaign, "region": region, "pathway": pathway}
        if CampaignPlaces.objects.live().filter(**of).exists():
            raise RuleBroken(
                "These places are recorded already. Change what is recorded.", "region"
            )
        return CampaignPlaces.objects.create(**of, effective_on=today(), places=places)


def change_places(*, by: Any, planned: CampaignPlaces, places: int, reason: str) -> CampaignPlaces:
    """Another number of places. The same again changes nothing. Raises Conflict where somebody changed it meanwhile."""
    if places == planned.places:
        return planned
    return supersede(planned, by=by, reason=reason, places=places)


def undo_places(*, by: Any, planned: CampaignPlaces, reason: str) -> None:
    """They are planned no more. Raises Conflict where they were changed meanwhile."""
    void([planned], by=by, reason=reason)
