"""Background work of the workforce: posts recorded ahead begin on their day."""

from __future__ import annotations

from pqip.jobs.models import Job
from pqip.jobs.registry import handler
from workforce.actions.derive import refresh_people


@handler("workforce.turn_day", title="Posts that begin today")
def turn_day(job: Job) -> None:
    refresh_people(None)
