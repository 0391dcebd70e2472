"""Which days of a region are history: from before its record was kept here, of which nobody can be asked any more.

Of history no second person is asked, and what was decided keeps the words it was decided in. Until a region has been
opened, what the named job loads, or what is loaded as recorded at an earlier moment, is history; what a person brings is not.
"""

from __future__ import annotations

import datetime as dt

from pqip.core.clock import london
from pqip.exchange.datasets import Context
from workforce.opening import openings


class Openings:
    """The days from which regions' records are kept here, read once for a file."""

    def __init__(self, context: Context) -> None:
        self.days = opening_days()
        self.is_loading = context.is_job or context.recorded_at is not None

    def is_history(self, region: int | None, on: dt.date) -> bool:
        """Whether a day comes before the region's record was kept here."""
        opened = self.days.get(region)
        return self.is_loading if opened is None else on < opened


def opening_days() -> dict[int | None, dt.date]:
    """Regions that have been opened, with the day."""
    return {region: london(at).date() for region, at in openings().items()}
