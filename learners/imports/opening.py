"""Which days of a region are history: those before its record was kept here, about which nobody can
be asked.

History needs no second person, and decisions keep the wording in which they were made. Until a
region has been opened, everything is history that the named job loads or that is loaded with a
stated recording time; what a user imports is not.
"""

from __future__ import annotations

import datetime as dt

from pqip.core.clock import london
from pqip.exchange.datasets import Context
from workforce.facts.opening import openings


class Openings:
    """The days from which regions' records are kept here, read once for a file."""

    def __init__(self, context: Context) -> None:
        self.days = opening_days()
        self.is_loading = context.is_job or context.recorded_at is not None

    def is_history(self, region: int | None, on: dt.date) -> bool:
        """Return True if a day is before the region's record was kept here."""
        opened = self.days.get(region)
        return self.is_loading if opened is None else on < opened


def opening_days() -> dict[int | None, dt.date]:
    """Return, by region, the day on which each opened region was opened."""
    return {region: london(at).date() for region, at in openings().items()}
