"""Work for the drills. Each effect is a row in a table made for the drill, so that two of one would show."""

from __future__ import annotations

import os
import signal
import time

from django.db import connection

from pqip.core.background.registry import handler
from pqip.jobs.models import Job
from tests.faults.drill import ahead, pausing  # noqa: F401  (a clock set ahead, half a file, where a drill asks for them)


def effect(job: Job) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO drill_effect (key, worker) VALUES (%s, %s)", [job.key, os.getpid()]
        )


@handler("drill.mark")
def mark(job: Job) -> None:
    effect(job)


@handler("drill.slow")
def slow(job: Job) -> None:
    """Write the effect, then take time before it is committed."""
    effect(job)
    time.sleep(job.payload["seconds"])


@handler("drill.slow_at_first")
def slow_at_first(job: Job) -> None:
    effect(job)
    time.sleep(job.payload["seconds"] if job.attempt == 1 else 0)


@handler("drill.freeze_at_first")
def freeze_at_first(job: Job) -> None:
    """Stand still, as a machine that swaps does, until somebody wakes the process."""
    effect(job)
    if job.attempt == 1:
        os.kill(os.getpid(), signal.SIGSTOP)


@handler("drill.die")
def die(job: Job) -> None:
    """End like a process the kernel kills for want of memory."""
    effect(job)
    os.kill(os.getpid(), signal.SIGKILL)
