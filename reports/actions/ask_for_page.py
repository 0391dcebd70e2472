"""Ask the worker for a report that takes longer than its page may."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import connection, models

from pqip.core.acting import act
from pqip.core.clock import now
from reports.actions.request_run import ask_to_make
from reports.answers import definitions_version
from reports.catalogue import find
from reports.models import Run
from reports.models.run import PAGE
from reports.places import VIEW, names_of, place_within
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

    A question known at a stated instant has one answer, so it joins one that is ready, too. Only a run that covers what they
    reach now is joined: another they might not see, and would be led to it again and again. Raises RuleBroken for an unknown
    report, NotAllowed for a place outside the user's scope.
    """
    definitions = definitions_version(find(report))
    place = place_within(
        by.scope(VIEW), region=region.pk if region else None, pdu=pdu.pk if pdu else None,
        pdu_region=pdu.region_id if pdu else None,
    )
    asked = {"requested_by": by, "report": report, "as_at": as_at, "region": region, "pdu": pdu, "formats": [PAGE],
             "suppressed": suppressed, "known_at": known_at, "definitions": definitions}
    new = Run(**asked)
    new.cover(place, names_of(place))
    with act(by=by, reason="The report takes longer than a page may"):
        with connection.cursor() as cursor:
            cursor.execute(ALONE, [str(by.pk)])
        standing = models.Q(state=Run.State.WAITING)
        if known_at is not None:
            standing |= models.Q(state=Run.State.READY, expires_at__gt=now())
        run = Run.objects.filter(standing, regions=new.regions, pdus=new.pdus, **asked).first()
        if run is None:
            run = new
            run.save()
            ask_to_make(run, by=by)
    return run
