"""Job and ScheduledRun."""

from pqip.jobs.models.job import Job
from pqip.jobs.models.scheduled_run import ScheduledRun

__all__ = ["Job", "ScheduledRun"]
