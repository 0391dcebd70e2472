"""Open a region: from then on its record is kept here."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import IntegrityError, transaction

from pqip.core.acting import acting_as
from pqip.core.clock import now
from pqip.core.errors import NotAllowed, RuleBroken
from pqip.core.formats import datetime_gov
from workforce.models import Region, RegionOpening

MAY = "workforce.open_region"


def open_region(*, by: Any, region: Region, at: dt.datetime | None = None) -> RegionOpening:
    """Record that the region's record is kept here from an instant on, or from now.

    It happens once and for ever. Raises RuleBroken for an instant to come, for the national figures
    and for a region that is open already, and NotAllowed without the permission.
    """
    if not getattr(by, "is_job", False) and not by.can(MAY):
        raise NotAllowed("Only an administrator opens a region.")
    if region.code == Region.NATIONAL:
        raise RuleBroken(
            f"{region.code} stands for national figures and is not opened. Open each region.",
            "region",
        )
    at = at or now()
    if at > now():
        raise RuleBroken(
            "A region is opened now, or was opened before: the time must not be in the future.",
            "at",
        )
    with acting_as(by=by, reason="Region opened"):
        try:
            with transaction.atomic():
                return RegionOpening.objects.create(region=region, opened_at=at)
        except IntegrityError:
            since = RegionOpening.objects.get(region=region).opened_at
            raise RuleBroken(
                f"{region} has been open since {datetime_gov(since)}.", "region"
            ) from None
