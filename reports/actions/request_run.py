"""Ask for a report to be made and kept."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.db import connection

from pqip.core.acting import act
from pqip.core.errors import NotAllowed, TooMany
from pqip.jobs.queue import enqueue
from reports.answers import definitions_version
from reports.catalogue import find
from reports.models import Run
from reports.places import VIEW, names_of, place_within
from reports.render.files import check_format
from workforce.models import Pdu, Region

REQUEST = "reports.request_report"
MAKE = "reports.make"
#: Runs of one person that may wait at once, and seconds after which they are told to try again.
AT_ONCE, AGAIN_SECONDS = 10, 30
#: Asks of one person one after the other, so that of two at once the second finds the first's run.
ALONE = "SELECT pg_advisory_xact_lock(hashtextextended('report-run:' || %s, 0))"


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

    Raises RuleBroken for an unknown report or format, NotAllowed for a place outside the user's scope, TooMany.
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


def one_by_one(by: Any) -> None:
    """Wait, in the caller's transaction, for whatever else this person is asking for at the moment."""
    with connection.cursor() as cursor:
        cursor.execute(ALONE, [str(by.pk)])


def ask_to_make(run: Run, *, by: Any) -> None:
    """The job that makes a run, in the caller's transaction; asking twice is asking once.

    Raises TooMany where so many of one person's are being made that everybody else would wait for them.
    """
    if run.requested_by_id is not None:  # the month's are asked for by its own work, and are nobody's
        one_by_one(by)
        if Run.objects.filter(requested_by=by, state=Run.State.WAITING).exclude(pk=run.pk).count() >= AT_ONCE:
            raise TooMany(AGAIN_SECONDS, "request")
    enqueue(MAKE, key=f"report-run:{run.pk}", payload={"run": run.pk}, by=by, queue="reports")
