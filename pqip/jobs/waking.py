"""The only place that publishes to the broker: a wake-up with a job's number."""

from __future__ import annotations

import logging
import time

log = logging.getLogger(__name__)

#: After a failed publish nothing is sent to the broker for this long (seconds): one page is slow, not one for each job.
QUIET = 5.0

_quiet_until = 0.0


def wake(job_id: int, queue: str) -> bool:
    """Tell a worker to look at the job. Returns False where the broker does not answer; the sweeper tries again later."""
    global _quiet_until
    if time.monotonic() < _quiet_until:
        return False
    from pqip.jobs.tasks import run_job

    try:
        run_job.apply_async((job_id,), queue=queue, retry=False)
    except Exception as error:
        _quiet_until = time.monotonic() + QUIET
        log.warning(
            "The broker did not take the wake-up of job %s: %s", job_id, type(error).__name__
        )
        return False
    _quiet_until = 0.0
    return True
