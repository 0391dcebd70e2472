"""What belongs to a campaign, and how full it is."""

from __future__ import annotations

import datetime as dt

from pqip.core.errors import RuleBroken


def check_region(campaign_region: int | None, region: int) -> None:
    """Raise RuleBroken for an application, or places, of another region than the campaign's own."""
    if campaign_region is not None and campaign_region != region:
        raise RuleBroken("This campaign is of another region.", "region")


def check_days(opens_on: dt.date | None, closes_on: dt.date | None) -> None:
    """Raise RuleBroken where a campaign would close before it opens."""
    if opens_on and closes_on and closes_on < opens_on:
        raise RuleBroken("A campaign closes on the day it opens, or later.", "closes_on")
