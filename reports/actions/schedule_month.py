"""The month's reports: asked for on the first working day, for every region with a regional manager and for the nation."""

from __future__ import annotations

import datetime as dt
from typing import Any

from pqip.core.acting import act
from reports.actions.request_run import ask_to_make
from reports.answers import definitions_version
from reports.catalogue import find
from reports.models import Run
from workforce.models import Region, RoleGrant

SCHEDULE = "reports-month"
REPORTS = ("monthly-status", "progression", "attrition")
FORMATS = ("csv", "xlsx", "ods")


def schedule_month(*, by: Any, period: str, due_on: dt.date) -> list[Run]:
    """One run for each report and place, as at the last day of the month before. Asking again makes no second one."""
    as_at = due_on.replace(day=1) - dt.timedelta(days=1)
    with act(by=by):
        return [_run(report, region, period, as_at, by) for region in [*managed_regions(due_on), None] for report in REPORTS]


def managed_regions(on: dt.date) -> list[Region]:
    """Regions with a regional manager on that day."""
    grants = RoleGrant.objects.in_force(on).filter(role="regional_manager", region__isnull=False, user__is_active=True)
    return list(Region.objects.filter(pk__in=grants.values("region")).order_by("order", "code"))


def _run(report: str, region: Region | None, period: str, as_at: dt.date, by: Any) -> Run:
    found = find(report)
    run, made = Run.objects.get_or_create(
        schedule=SCHEDULE, period=period, report=report, region=region, pdu=None,
        defaults={"as_at": as_at, "formats": list(FORMATS), "suppressed": found.on_screen,
                  "definitions": definitions_version(found)},
    )
    if made:
        ask_to_make(run, by=by)
    return run
