"""Starts the due periods of the registered schedules (`pqip/core/background/schedules.py`), each once."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import transaction
from django.db.models import CharField, F, Max, Value
from django.db.models.functions import Cast, Concat

from pqip.core import clock
from pqip.core.acting import Job as NamedJob
from pqip.core.background import timing
from pqip.core.background.calendar import Period, periods
from pqip.core.background.schedules import Schedule, known_schedules
from pqip.jobs.models import Job, ScheduledRun
from pqip.jobs.queue import enqueue

Outcome = ScheduledRun.Outcome

#: After more time than this without a scheduler, the periods missed before it are neither run nor listed.
LOOK_BACK = dt.timedelta(days=400)


def start_due(until: dt.datetime | None = None) -> list[ScheduledRun]:
    """Enqueue the work of every due period that has no row yet; return the rows. Two schedulers start it once."""
    until = until or timing.now()
    latest = _latest()
    if any(due_at > until + timing.SLACK for due_at in latest.values()):
        forget_what_is_yet_to_come(until)
        latest = _latest()
    started = []
    for schedule in known_schedules():
        if schedule.name not in latest:
            _record(schedule, Period("start", until), Outcome.BEFORE)
            continue
        due = list(periods(schedule.rule, max(latest[schedule.name], until - LOOK_BACK), until))
        for period in due:
            skipped = period != due[-1] and not schedule.each_missed
            run = _record(schedule, period, Outcome.MISSED if skipped else Outcome.STARTED)
            started += [run] if run and not skipped else []
    return started


@transaction.atomic
def forget_what_is_yet_to_come(now: dt.datetime) -> None:
    """Forget periods that are due later than now and were run, or missed, by a clock that had jumped ahead.

    Work they requested that nobody has begun is not done. Finished work stays done, and is done again when its time comes;
    every handler of scheduled work can be repeated.
    """
    ahead = ScheduledRun.objects.filter(due_at__gt=now + timing.SLACK)
    jobs = Job.objects.filter(pk__in=list(ahead.exclude(job=None).values_list("job", flat=True)))
    ahead.delete()
    jobs.filter(state=Job.State.WAITING, started_at=None).delete()
    jobs.update(key=Concat(F("key"), Value(" too early "), Cast("pk", CharField())))


def _latest() -> dict[str, dt.datetime]:
    return dict(ScheduledRun.objects.values_list("schedule").annotate(Max("due_at")))


@transaction.atomic
def _record(schedule: Schedule, period: Period, outcome: str) -> ScheduledRun | None:
    """Save the period's row with its job, in one transaction. Returns None where another scheduler has done so."""
    run, created = ScheduledRun.objects.get_or_create(
        schedule=schedule.name,
        period=period.name,
        defaults={"due_at": period.due_at, "outcome": outcome},
    )
    if created and outcome == Outcome.STARTED:
        run.job = _ask(schedule, period)
        run.save(update_fields=["job"])
    return run if created else None


def _ask(schedule: Schedule, period: Period) -> Any:
    due_on = clock.london(period.due_at).date().isoformat()
    return enqueue(
        schedule.kind,
        key=f"schedule:{schedule.name}:{period.name}",
        payload=schedule.payload | {"period": period.name, "due_on": due_on},
        by=NamedJob("scheduler"),
        queue=schedule.queue,
    )
