"""Background work of reports: each handler takes an identifier, calls one action and is safe to repeat."""

from __future__ import annotations

import datetime as dt

from pqip.core.acting import Job as NamedJob
from pqip.core.acting import acting_as
from pqip.core.background.queue import Job, finishing
from pqip.core.background.registry import handler
from pqip.core.clock import today
from reports.actions.expire_runs import expire_runs
from reports.actions.give_up_run import give_up_run, restart_run
from reports.actions.make_forecasts import make_forecasts
from reports.actions.make_run import make_run
from reports.actions.schedule_month import schedule_month
from reports.actions.tell_data_quality import tell_data_quality
from reports.models.run import run_by_key


def parked(job: Job) -> None:
    """Mark the run as failed where its job was set aside."""
    with acting_as(by=NamedJob("reports.make"), reason="Its job was given up on"):
        give_up_run(run_by_key(job.payload["run"]))


def again(job: Job) -> str | None:
    """Let the run be made again; return why not, where it must not be."""
    return restart_run(run_by_key(job.payload["run"]))


@handler("reports.make", title="A report", atomic=False, parked=parked, again=again)
def make(job: Job) -> None:
    """Make the run's files."""
    make_run(run_by_key(job.payload["run"]), finishing=finishing(job))


@handler("reports.month", title="The month's reports")
def month(job: Job) -> None:
    """Request the month's reports."""
    due_on = dt.date.fromisoformat(job.payload["due_on"])
    schedule_month(by=NamedJob("reports.month"), period=job.payload["period"], due_on=due_on)


@handler("reports.forecast", title="The forecast of officers for first pages", atomic=False)
def forecast(job: Job) -> None:
    """Work out the day's forecast and keep it."""
    make_forecasts()
    with finishing(job):
        pass


@handler("reports.data_quality", title="E-mails on records to put right")
def data_quality(job: Job) -> None:
    """Write to everybody who can correct records."""
    tell_data_quality(today(), period=job.payload["period"], by=NamedJob("reports.data_quality"))


@handler("reports.expire", title="Deleting report files kept long enough")
def expire(job: Job) -> None:
    """Delete report files that have been kept long enough."""
    expire_runs(by=NamedJob("reports.expire"))
