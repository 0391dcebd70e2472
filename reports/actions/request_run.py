"""Have a report made and kept."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.db import connection

from pqip.core.acting import acting_as
from pqip.core.background.queue import enqueue
from pqip.core.errors import NotAllowed, TooMany
from reports.actions.places import place_within
from reports.catalogue import find
from reports.models import Run
from reports.queries.answers import definitions_version
from reports.queries.places import VIEW, names_of
from reports.render.files import check_format
from workforce.models import Pdu, Region

REQUEST = "reports.request_report"
MAKE = "reports.make"
#: The number of one user's runs that may wait at once, and the seconds after which they are told to try again.
AT_ONCE, AGAIN_SECONDS = 10, 30
#: Makes requests of one user go one after another, so that the second of two at once finds the first one's run.
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
    grade: str = "",
    reason: str = "",
) -> Run:
    """Request a report as a user: record the run and its job, or neither; return the run.

    Small numbers are shown in full only where a `reason` is given. Raises RuleBroken for an unknown report or format,
    NotAllowed for a place outside the user's scope, and TooMany.
    """
    asked = find(report)
    place = place_within(
        by.scope(VIEW),
        region=region.pk if region else None,
        pdu=pdu.pk if pdu else None,
        pdu_region=pdu.region_id if pdu else None,
    )
    if not by.can(REQUEST) or (reason and not by.can("reports.unsuppressed")):
        raise NotAllowed("You may not ask for this report.")
    wanted = [check_format(format) for format in formats]
    with acting_as(by=by, reason=reason):
        run = Run(
            report=report,
            as_at=as_at,
            known_at=known_at,
            region=region,
            pdu=pdu,
            grade=grade,
            formats=wanted,
            requested_by=by,
            suppressed=asked.on_screen and not reason,
            reason=reason,
            definitions=definitions_version(asked),
        )
        run.cover(place, names_of(place))
        run.save()
        ask_to_make(run, by=by)
    return run


def one_by_one(by: Any) -> None:
    """Wait, in the caller's transaction, until any other request of this user has been recorded."""
    with connection.cursor() as cursor:
        cursor.execute(ALONE, [str(by.pk)])


def ask_to_make(run: Run, *, by: Any) -> None:
    """Enqueue the job that makes a run, in the caller's transaction; doing so twice enqueues it once.

    Raises TooMany where so many runs of one user are being made that everybody else would have to wait.
    """
    if (
        run.requested_by_id is not None
    ):  # the month's runs are requested by a job and belong to no user
        one_by_one(by)
        if (
            Run.objects.filter(requested_by=by, state=Run.State.WAITING).exclude(pk=run.pk).count()
            >= AT_ONCE
        ):
            raise TooMany(AGAIN_SECONDS, "request")
    enqueue(MAKE, key=f"report-run:{run.pk}", payload={"run": run.pk}, by=by, queue="reports")
