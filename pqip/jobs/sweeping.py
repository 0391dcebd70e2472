"""The sweeper: whatever was lost on the way is sent again.

It runs in the scheduler's process every few seconds. Many may run at once: each takes rows nobody else holds.
"""

from __future__ import annotations

import datetime as dt

from django.conf import settings
from django.db import transaction

from pqip.core import clock
from pqip.jobs.failing import LOST, park
from pqip.jobs.models import Job
from pqip.jobs.queue import resend_after
from pqip.jobs.waking import wake

#: Jobs looked at in one sweep.
BATCH = 200


def sweep() -> int:
    """Park what was lost on its last attempt, and wake workers for whatever shows no sign of life. Returns how many."""
    for key in Job.objects.worn_out().values_list("pk", flat=True)[:BATCH]:
        park(Job.objects.filter(pk=key).worn_out(), LOST)
    return send_again()


def send_again() -> int:
    """Send the wake-ups that are due, oldest first; stop at the first one the broker does not take."""
    sent = 0
    with transaction.atomic():
        for job in Job.objects.due_a_wake_up().select_for_update(skip_locked=True)[:BATCH]:
            if not wake(job.pk, job.queue):
                break
            job.wakes += 1
            job.wake_at = clock.now() + resend_after(job.wakes)
            job.save(update_fields=["wakes", "wake_at"])
            sent += 1
    return sent


def forget_finished() -> int:
    """Delete jobs done longer ago than they are kept. Parked ones stay until somebody decides. Returns how many."""
    before = clock.now() - dt.timedelta(days=settings.JOB_KEEP_DAYS)
    old = Job.objects.filter(state=Job.State.DONE, finished_at__lt=before)
    canaries = Job.objects.filter(state=Job.State.DONE, kind="jobs.canary", finished_at__lt=clock.now() - dt.timedelta(hours=1))
    return old.delete()[0] + canaries.delete()[0]
