"""Whether background work is being done. A live process proves nothing; a finished test job does.

Each queue is judged by how long its oldest due work has waited. A test job (canary) is enqueued in each every half minute,
so that a queue without a worker is noticed even while nobody asks for work.
"""

from __future__ import annotations

import datetime as dt
import logging
import time
from collections.abc import Collection
from dataclasses import dataclass

from django.conf import settings
from django.db.models import Case, Count, F, Min, When

from pqip.core.acting import Job as NamedJob
from pqip.core.background import timing
from pqip.core.background.signals import QueueHealth, fell_behind
from pqip.jobs.models import Job
from pqip.jobs.queue import enqueue

log = logging.getLogger(__name__)

CANARY = "jobs.canary"
CANARY_EVERY = dt.timedelta(seconds=30)

#: Without a finished test job for this long, the workers count as stopped.
SILENT_AFTER = dt.timedelta(minutes=2)


@dataclass(frozen=True)
class WorkerHealth:
    """The state of each queue, the number of jobs that need a person, and how long ago a test job was last finished."""

    queues: list[QueueHealth]
    parked: int
    last_canary: dt.datetime | None
    silence: dt.timedelta | None

    @property
    def is_alive(self) -> bool:
        """Return whether a test job was finished within two minutes."""
        return self.silence is not None and self.silence < SILENT_AFTER

    @property
    def late(self) -> list[QueueHealth]:
        """Return the queues whose oldest work has waited too long."""
        return [queue for queue in self.queues if queue.is_late]

    @property
    def is_working(self) -> bool:
        return self.is_alive and not self.late

    @property
    def oldest_waiting(self) -> dt.timedelta | None:
        """Return the longest wait of all queues."""
        return max(
            (queue.oldest for queue in self.queues if queue.oldest is not None), default=None
        )


def worker_health(only: Collection[str] = ()) -> WorkerHealth:
    """Return the health of every queue, or of some, in four small queries.

    A test job that seems to finish in the future, because the clock was set back since, counts as finished now.
    """
    now = timing.now()
    names = [name for name in settings.JOB_QUEUES if not only or name in only]
    canaries = Job.objects.filter(
        kind=CANARY, state=Job.State.DONE, queue__in=names, finished_at__lte=now + timing.SLACK
    )
    last = canaries.order_by("-finished_at").values_list("finished_at", flat=True).first()
    return WorkerHealth(
        queues=_queues(now, names),
        parked=Job.objects.parked().count(),
        last_canary=last,
        silence=max(now - last, dt.timedelta()) if last else None,
    )


def _queues(now: dt.datetime, names: Collection[str]) -> list[QueueHealth]:
    since = Case(When(state=Job.State.RUNNING, then=F("lease_until")), default=F("due_at"))
    waiting = (
        Job.objects.waiting_for_a_worker(now)
        .values("queue")
        .annotate(since=Min(since), waiting=Count("pk"))
    )
    found = {row["queue"]: row for row in waiting}
    return [
        QueueHealth(
            name,
            oldest=now - found[name]["since"] if name in found else None,
            waiting=found[name]["waiting"] if name in found else 0,
            limit=dt.timedelta(seconds=settings.JOB_QUEUE_LIMITS[name]),
        )
        for name in names
    ]


def send_canaries() -> None:
    """Enqueue a test job in each queue, at most every half minute, and never two in one queue at once."""
    now = timing.now()
    unfinished = set(Job.objects.filter(kind=CANARY).unfinished().values_list("queue", flat=True))
    recent = Job.objects.filter(kind=CANARY, created_at__gt=now - CANARY_EVERY, created_at__lte=now)
    waiting = unfinished | set(recent.values_list("queue", flat=True))
    for queue in settings.JOB_QUEUES:
        if queue not in waiting:
            # The key contains the number of the last one, so that two schedulers send one, and no clock sends one twice.
            last = (
                Job.objects.filter(kind=CANARY, queue=queue)
                .order_by("-pk")
                .values_list("pk", flat=True)
                .first()
            )
            enqueue(
                CANARY,
                key=f"canary:{queue}:{last or timing.now().isoformat()}",
                by=NamedJob("scheduler"),
                queue=queue,
            )


class Watch:
    """Reports a queue that fell behind, once until it has recovered."""

    EVERY = 10.0

    def __init__(self) -> None:
        self.behind: set[str] = set()
        self.looked_at = float("-inf")

    def look(self) -> None:
        """Check now and then; the scheduler calls this all the time."""
        if time.monotonic() - self.looked_at < self.EVERY:
            return
        self.looked_at = time.monotonic()
        late = worker_health().late
        for queue in late:
            if queue.name not in self.behind:
                log.error(
                    "The queue %s has waited %.0f seconds for a worker.",
                    queue.name,
                    queue.oldest.total_seconds(),  # type: ignore[union-attr]
                )
                fell_behind.send_robust(QueueHealth, queue=queue)
        for name in self.behind - {queue.name for queue in late}:
            log.warning("The queue %s is well again.", name)
        self.behind = {queue.name for queue in late}
