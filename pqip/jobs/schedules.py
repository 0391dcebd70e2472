"""Work that comes round by itself. Apps register theirs in `schedules.py`; the scheduler asks what is due.

register_schedule("month", FirstWorkingDay(time(7)), "reports.month", each_missed=True)
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.db.models import CharField, F, Max, Value
from django.db.models.functions import Cast, Concat

from pqip.core import clock
from pqip.core.acting import Job as NamedJob
from pqip.jobs import timing
from pqip.jobs.calendar import Period, Rule, periods
from pqip.jobs.models import Job, ScheduledRun
from pqip.jobs.queue import enqueue

Outcome = ScheduledRun.Outcome

#: After a longer time without scheduler what fell due before it is neither run nor listed.
LOOK_BACK = dt.timedelta(days=400)


@dataclass(frozen=True)
class Schedule:
    """What to do when. The handler finds the period's name in the payload as `period`, and `due_on`, its London date.

    After a time without scheduler the latest missed period runs, once; the ones before it are recorded as missed,
    or run too where `each_missed`.
    """

    name: str
    rule: Rule
    kind: str
    payload: dict[str, Any] = field(default_factory=dict)
    queue: str = "default"
    each_missed: bool = False


_schedules: dict[str, Schedule] = {}


def register_schedule(
    name: str,
    rule: Rule,
    kind: str,
    payload: dict[str, Any] | None = None,
    *,
    queue: str = "default",
    each_missed: bool = False,
) -> Schedule:
    """Add a schedule. Its first period is the first to fall due after the scheduler has seen it.

    Raises ValueError for another schedule of that name.
    """
    schedule = Schedule(name, rule, kind, payload or {}, queue, each_missed)
    if _schedules.get(name, schedule) != schedule:
        raise ValueError(f"Two schedules are called {name}.")
    _schedules[name] = schedule
    return schedule


def known_schedules() -> list[Schedule]:
    """Every registered schedule."""
    return list(_schedules.values())


def start_due(until: dt.datetime | None = None) -> list[ScheduledRun]:
    """Ask for the work of every period that has fallen due and has none yet. Two schedulers make one run."""
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
    """Periods that fall due later than now were run, or missed, by a clock that had jumped ahead: each has its time yet.

    What they asked for and nobody has begun is not done. What was done stays done, and is done again when its time comes; every
    handler of scheduled work may be repeated.
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
    """The period's row with its job, in one transaction. None when another scheduler has made it."""
    run, created = ScheduledRun.objects.get_or_create(
        schedule=schedule.name, period=period.name, defaults={"due_at": period.due_at, "outcome": outcome}
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
