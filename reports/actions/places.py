"""The place a report is about: refused where no part of it lies within reach, on a page and for a worker alike."""

from __future__ import annotations

from pqip.core.errors import NotAllowed
from pqip.core.scope import Scope
from reports.figures.asking import PlaceFilter
from reports.queries.places import part_within


def place_within(
    scope: Scope,
    *,
    region: int | None = None,
    pdu: int | None = None,
    pdu_region: int | None = None,
) -> PlaceFilter:
    """Return the part of the requested place that lies within a scope. Raises NotAllowed where none does."""
    found = part_within(scope, region=region, pdu=pdu, pdu_region=pdu_region)
    if found is None:
        raise NotAllowed("That place is outside what you may see.")
    return found
