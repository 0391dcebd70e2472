"""Ask the worker for a report that takes longer than its page may."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import connection, models

from pqip.core.acting import act
from pqip.core.clock import now
from pqip.core.errors import NotAllowed
from reports.actions.request_run import ask_to_make
from reports.catalogue import find
from reports.kept import page_version
from reports.models import Run
from reports.models.run import PAGE
from reports.places import VIEW, place_within
from workforce.models import Pdu, Region

#: Asks of one person one after the other, so that of two at once the second finds the first's run.
ALONE = "SELECT pg_advisory_xact_lock(hashtextextended('report-page:' || %s, 0))"


def ask_for_page(
    *,
    by: Any,
    report: str,
    as_at: dt.date,
    suppressed: bool,
    known_at: dt.datetime | None = None,
    region: Region | None = None,
    pdu: Pdu | None = None,
) -> Run:
    """The run that makes the page. Whoever asks the same again while it is being made joins it.

    A question known at a stated instant has one answer for whoever may see as much, so it joins one that is ready, too. Raises
    RuleBroken for an unknown report, NotAllowed for a place outside the user's scope or small numbers that are not theirs.
    """
    found = find(report)
    place_within(
        by.scope(VIEW), region=region.pk if region else None, pdu=pdu.pk if pdu else None,
        pdu_region=pdu.region_id if pdu else None,
    )
    if found.on_screen and not suppressed and not by.can("reports.unsuppressed"):
        raise NotAllowed("You may not see small numbers in full.")
    asked = {"requested_by": by, "report": report, "as_at": as_at, "region": region, "pdu": pdu, "formats": [PAGE],
             "suppressed": suppressed, "known_at": known_at, "definitions": page_version(found, by)}
    with act(by=by, reason="The report takes longer than a page may"):
        with connection.cursor() as cursor:
            cursor.execute(ALONE, [str(by.pk)])
        standing = models.Q(state=Run.State.WAITING)
        if known_at is not None:
            standing |= models.Q(state=Run.State.READY, expires_at__gt=now())
        run = Run.objects.filter(standing, **asked).first()
        if run is None:
            run = Run.objects.create(**asked)
            ask_to_make(run, by=by)
    return run
