"""Is work going round? Being alive proves nothing: a job that has been there and back does."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from pqip.core import clock
from pqip.core.acting import Job as NamedJob
from pqip.jobs.models import Job
from pqip.jobs.queue import enqueue

CANARY = "jobs.canary"
CANARY_EVERY = dt.timedelta(seconds=30)

#: Without a canary back for this long, the workers count as stopped.
SILENT_AFTER = dt.timedelta(minutes=2)


@dataclass(frozen=True)
class WorkerHealth:
    """How the queue does: the longest wait of a job that is due, how many need a person, when work last went round."""

    oldest_waiting: dt.timedelta | None
    parked: int
    last_canary: dt.datetime | None

    @property
    def is_working(self) -> bool:
        """True when a canary came back within two minutes."""
        return self.last_canary is not None and clock.now() - self.last_canary < SILENT_AFTER


def worker_health() -> WorkerHealth:
    """Three small queries."""
    due = Job.objects.filter(state=Job.State.WAITING).exclude(not_before__gt=clock.now())
    oldest = due.order_by("created_at").first()
    canaries = Job.objects.filter(kind=CANARY, state=Job.State.DONE).order_by("-finished_at")
    return WorkerHealth(
        oldest_waiting=oldest.age if oldest else None,
        parked=Job.objects.parked().count(),
        last_canary=canaries.values_list("finished_at", flat=True).first(),
    )


def send_canary() -> None:
    """Let one job go round, at most one each half minute and never two at once."""
    if Job.objects.filter(kind=CANARY).unfinished().exists():
        return
    slot = int(clock.now().timestamp() // CANARY_EVERY.total_seconds())
    enqueue(CANARY, key=f"canary:{slot}", by=NamedJob("scheduler"))
