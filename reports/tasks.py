"""Background work of reports: an identifier in, one action, safe to repeat."""

from __future__ import annotations

import datetime as dt

from pqip.core.acting import Job as NamedJob
from pqip.core.acting import act
from pqip.core.clock import today
from pqip.jobs.models import Job
from pqip.jobs.registry import handler
from pqip.jobs.running import finishing
from reports.actions.expire_runs import expire_runs
from reports.actions.give_up_run import begin_run_anew, give_up_run
from reports.actions.make_run import make_run
from reports.actions.schedule_month import schedule_month
from reports.actions.tell_data_quality import tell_data_quality
from reports.models.run import run_by_key


def parked(job: Job) -> None:
    with act(by=NamedJob("reports.make"), reason="Its job was given up on"):
        give_up_run(run_by_key(job.payload["run"]))


def again(job: Job) -> str | None:
    return begin_run_anew(run_by_key(job.payload["run"]))


@handler("reports.make", title="A report", atomic=False, parked=parked, again=again)
def make(job: Job) -> None:
    make_run(run_by_key(job.payload["run"]), finishing=finishing(job))


@handler("reports.month", title="The month's reports")
def month(job: Job) -> None:
    due_on = dt.date.fromisoformat(job.payload["due_on"])
    schedule_month(by=NamedJob("reports.month"), period=job.payload["period"], due_on=due_on)


@handler("reports.data_quality", title="E-mails on records to put right")
def data_quality(job: Job) -> None:
    tell_data_quality(today(), period=job.payload["period"], by=NamedJob("reports.data_quality"))


@handler("reports.expire", title="Deleting report files kept long enough")
def expire(job: Job) -> None:
    expire_runs(by=NamedJob("reports.expire"))
