"""Ask for a report to be made and kept."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from pqip.core.acting import act
from pqip.core.errors import NotAllowed
from pqip.jobs.queue import enqueue
from reports.answers import definitions_version
from reports.catalogue import find
from reports.models import Run
from reports.places import VIEW, names_of, place_within
from reports.render.files import check_format
from workforce.models import Pdu, Region

REQUEST = "reports.request_report"
MAKE = "reports.make"


def request_run(
    *,
    by: Any,
    report: str,
    as_at: dt.date,
    formats: Sequence[str],
    known_at: dt.datetime | None = None,
    region: Region | None = None,
    pdu: Pdu | None = None,
    reason: str = "",
) -> Run:
    """Ask for a report as a user: the row and its job, both or neither. Small numbers are shown in full only for a `reason`.

    Raises RuleBroken for an unknown report or format, NotAllowed for a place outside the user's scope.
    """
    asked = find(report)
    place = place_within(
        by.scope(VIEW), region=region.pk if region else None, pdu=pdu.pk if pdu else None,
        pdu_region=pdu.region_id if pdu else None
    )
    if not by.can(REQUEST) or (reason and not by.can("reports.unsuppressed")):
        raise NotAllowed("You may not ask for this report.")
    wanted = [check_format(format) for format in formats]
    with act(by=by, reason=reason):
        run = Run(
            report=report, as_at=as_at, known_at=known_at, region=region, pdu=pdu, formats=wanted, requested_by=by,
            suppressed=asked.on_screen and not reason, reason=reason, definitions=definitions_version(asked),
        )
        run.cover(place, names_of(place))
        run.save()
        ask_to_make(run, by=by)
    return run


def ask_to_make(run: Run, *, by: Any) -> None:
    """The job that makes a run, in the caller's transaction; asking twice is asking once."""
    enqueue(MAKE, key=f"report-run:{run.pk}", payload={"run": run.pk}, by=by, queue="reports")
