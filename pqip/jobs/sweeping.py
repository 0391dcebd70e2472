"""The sweeper: sends wake-ups again that were lost.

It runs in the scheduler's process every few seconds. Several may run at once: each takes only rows that nobody else has
locked.
"""

from __future__ import annotations

import datetime as dt

from django.conf import settings
from django.db import transaction
from django.db.models import DateTimeField, ExpressionWrapper, F, Q, Value
from django.db.models.expressions import Combinable

from pqip.core.background import timing
from pqip.jobs.failing import LOST, park
from pqip.jobs.models import Job
from pqip.jobs.queue import LAST_RESEND, resend_after
from pqip.jobs.waking import wake

#: The most jobs that one sweep looks at.
BATCH = 200


def sweep() -> int:
    """Park jobs lost on their last attempt, and wake workers for those without a response. Returns how many."""
    correct_instants_ahead()
    for key in Job.objects.worn_out().values_list("pk", flat=True)[:BATCH]:
        park(Job.objects.filter(pk=key).worn_out(), LOST)
    return send_again()


def correct_instants_ahead() -> int:
    """Correct jobs that would wait for an hour written by a fast clock. Returns how many there were.

    A lease reaches `JOB_LEASE_SECONDS` ahead, a job that was tried is put off by an hour at most, and a wake-up without
    effect is repeated within two minutes. Anything further ahead was written before the clock was set back.
    """
    now, moment = timing.now(), dt.timedelta(seconds=5)
    lease = now + dt.timedelta(seconds=settings.JOB_LEASE_SECONDS)
    waiting = Job.objects.filter(state=Job.State.WAITING)
    kept = waiting.filter(started_at=None, created_at__gt=now + timing.SLACK, not_before__gt=now)
    tried = waiting.filter(
        started_at__isnull=False, not_before__gt=now + timing.LONGEST_WAIT + moment
    )
    ripe = waiting.filter(Q(not_before=None) | Q(not_before__lte=now))
    until = _later(now, F("not_before") - F("created_at"))
    found = [
        Job.objects.filter(lease_until__gt=lease + moment).update(lease_until=lease, wake_at=lease),
        kept.update(created_at=now, not_before=until, due_at=until, wake_at=until),
        tried.update(not_before=now, wake_at=now),
        ripe.filter(due_at__gt=now + moment).update(due_at=now),
        ripe.filter(wake_at__gt=now + LAST_RESEND + moment).update(wake_at=now),
    ]
    return sum(found)


def _later(now: dt.datetime, span: Combinable) -> ExpressionWrapper:
    return ExpressionWrapper(Value(now, DateTimeField()) + span, DateTimeField())


def send_again() -> int:
    """Send the due wake-ups, oldest first; stop at the first one that the broker does not accept.

    Returns how many were sent.
    """
    sent = 0
    with transaction.atomic():
        for job in Job.objects.due_a_wake_up().select_for_update(skip_locked=True)[:BATCH]:
            if not wake(job.pk, job.queue):
                break
            job.wakes += 1
            job.wake_at = timing.now() + resend_after(job.wakes)
            job.save(update_fields=["wakes", "wake_at"])
            sent += 1
    return sent


def forget_finished() -> int:
    """Delete jobs finished longer ago than they are kept. Parked ones stay until somebody decides. Returns how many.

    A job that a fast clock finished in the future is kept from now on.
    """
    now = timing.now()
    done = Job.objects.filter(state=Job.State.DONE)
    done.filter(finished_at__gt=now + timing.SLACK).update(finished_at=now)
    old = done.filter(finished_at__lt=now - dt.timedelta(days=settings.JOB_KEEP_DAYS))
    canaries = done.filter(kind="jobs.canary", finished_at__lt=now - dt.timedelta(hours=1))
    return old.delete()[0] + canaries.delete()[0]
