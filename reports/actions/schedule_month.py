"""Request the month's reports on the first working day, for every region and the nation, as their schedules say.

People are told of them once they are made: `announce.py`.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db.models import CharField, F, Value
from django.db.models.functions import Cast, Concat

from pqip.core.acting import acting_as
from pqip.core.background import timing
from reports.actions.request_run import ask_to_make
from reports.catalogue import find
from reports.models import Run
from reports.models.schedule import schedules
from reports.queries.answers import definitions_version
from workforce.models import Region

SCHEDULE = "reports-month"
FORMATS = ("csv", "xlsx", "ods")


def schedule_month(*, by: Any, period: str, due_on: dt.date) -> list[Run]:
    """Request one run for each report and place, as at the last day of the month before, and return them.

    Repeating it requests no second run.
    """
    as_at = due_on.replace(day=1) - dt.timedelta(days=1)
    with acting_as(by=by):
        _set_aside_early_runs(period)
        return [
            _run(report, one.region, period, as_at, by) for one in schedules() for report in one.due
        ]


def _set_aside_early_runs(period: str) -> None:
    """Set aside runs for the month that were requested too early by a wrong clock, with an earlier day's records."""
    early = Run.objects.filter(
        schedule=SCHEDULE, period=period, requested_at__gt=timing.now() + timing.SLACK
    )
    early.update(period=Concat(F("period"), Value("~"), Cast("pk", CharField())))


def _run(report: str, region: Region | None, period: str, as_at: dt.date, by: Any) -> Run:
    found = find(report)
    run, made = Run.objects.get_or_create(
        schedule=SCHEDULE,
        period=period,
        report=report,
        region=region,
        pdu=None,
        defaults={
            "as_at": as_at,
            "formats": list(FORMATS),
            "suppressed": found.on_screen,
            "definitions": definitions_version(found),
        },
    )
    if made:
        ask_to_make(run, by=by)
    return run
