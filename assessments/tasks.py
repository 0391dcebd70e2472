"""Background work of assessment."""

from __future__ import annotations

from assessments.actions.countersigning_reminders import chase
from pqip.core.acting import Job as Acting
from pqip.core.background.queue import Job
from pqip.core.background.registry import handler
from pqip.core.clock import today


@handler("assessments.chase", title="Reminders of decisions that wait to be countersigned")
def chase_countersigners(job: Job) -> None:
    """Send today's reminders of decisions that wait for a countersignature."""
    chase(today(), by=Acting("scheduler"))
