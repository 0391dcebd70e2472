"""What happens when an attempt fails: another attempt later, or a decision by a person."""

from __future__ import annotations

import datetime as dt
import logging

from celery.exceptions import SoftTimeLimitExceeded
from django.conf import settings
from django.db import transaction
from django.db.models import F, QuerySet

from pqip.core.background import timing
from pqip.core.background.errors import GiveUp, NotYet
from pqip.core.background.registry import handler_for
from pqip.core.background.signals import set_aside
from pqip.core.errors import Conflict, NoRoom, NotAllowed, RuleBroken
from pqip.core.logs import raised_at
from pqip.jobs.models import Job
from pqip.jobs.models.job import MAX_ATTEMPTS

log = logging.getLogger(__name__)

LOST = f"The work was cut off {MAX_ATTEMPTS} times before it could finish, perhaps for want of memory. Start it again."


def failed(job: Job, error: Exception) -> None:
    """Record that this attempt raised `error`. Does nothing where another worker holds the job by now."""
    held = Job.objects.filter(pk=job.pk, state=Job.State.RUNNING, token=job.token)
    if isinstance(error, NotYet):
        _again(held, in_plain_words(error), error.again_in, attempt=F("attempt") - 1)
    elif isinstance(error, GiveUp) or job.attempt >= MAX_ATTEMPTS:
        log.error("Job %s (%s) is parked.", job.pk, job.kind, exc_info=error)
        park(held, in_plain_words(error))
    else:
        log.warning(
            "Job %s (%s) failed at attempt %s.", job.pk, job.kind, job.attempt, exc_info=error
        )
        after = dt.timedelta(seconds=settings.JOB_BACK_OFF_SECONDS[job.attempt - 1])
        _again(held, in_plain_words(error), after)


def in_plain_words(error: Exception) -> str:
    """Return what went wrong, for an administrator, who may see nobody's record.

    Only messages written for this purpose are repeated: a library's message may contain personal details, and a rule's may
    name the person it is about.
    """
    if isinstance(error, GiveUp | NotYet | NoRoom):
        return str(error)
    if isinstance(error, RuleBroken | NotAllowed | Conflict):
        return f"The service's own rules did not allow it ({type(error).__name__}, {raised_at(error)})."
    if isinstance(error, SoftTimeLimitExceeded):
        minutes = settings.CELERY_TASK_SOFT_TIME_LIMIT // 60
        return f"It took longer than {minutes} minutes. Start it again at a quieter time, or ask for less at once."
    return (
        f"The application stopped with a fault ({type(error).__name__}). The log has the details."
        " Start it again once the fault is put right."
    )


def park(held: QuerySet[Job], message: str) -> bool:
    """Set the one job in `held` aside for a person to decide, and tell whoever waits for it.

    Returns False where it is not there.
    """
    with transaction.atomic():
        job = held.select_for_update().first()
        if job is None:
            return False
        job.state, job.last_error, job.finished_at = Job.State.PARKED, message, timing.now()
        job.token = job.lease_until = None
        job.save(update_fields=["state", "last_error", "finished_at", "token", "lease_until"])
        _tell(job)
        set_aside.send_robust(Job, job=job)
    return True


def _again(held: QuerySet[Job], message: str, after: dt.timedelta, **changes: object) -> None:
    at = timing.now() + min(after, timing.LONGEST_WAIT)
    held.update(
        state=Job.State.WAITING,
        not_before=at,
        wake_at=at,
        token=None,
        lease_until=None,
        last_error=message,
        **changes,
    )


def _tell(job: Job) -> None:
    """Call the kind's `parked`; a fault in it does not undo the parking."""
    try:
        how = handler_for(job.kind)
        if how.parked:
            with transaction.atomic():
                how.parked(job)
    except Exception:
        log.exception("Nobody could be told that job %s is parked.", job.pk)
