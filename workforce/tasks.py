"""Background work of the workforce: posts that were recorded in advance begin on their day."""

from __future__ import annotations

from pqip.core.background.queue import Job
from pqip.core.background.registry import handler
from workforce.derived.people import refresh_people


@handler("workforce.turn_day", title="Posts that begin today")
def refresh_for_today(job: Job) -> None:
    refresh_people(None)
