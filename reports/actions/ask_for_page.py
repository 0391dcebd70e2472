"""Ask the worker for a report that takes longer than its page may."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import models

from pqip.core.acting import act
from pqip.core.clock import now
from pqip.core.errors import NotAllowed
from reports.actions.request_run import ask_to_make, one_by_one
from reports.catalogue import find
from reports.kept import page_version
from reports.models import Run
from reports.models.run import PAGE
from reports.places import VIEW, names_of, place_within
from workforce.models import Pdu, Region


def ask_for_page(
    *,
    by: Any,
    report: str,
    as_at: dt.date,
    suppressed: bool,
    known_at: dt.datetime | None = None,
    region: Region | None = None,
    pdu: Pdu | None = None,
    instead_of: Run | None = None,
) -> Run:
    """The run that makes the page. Whoever asks the same again while it is being made joins it.

    A question known at a stated instant has one answer for whoever may see as much, so it joins one that is ready, too, unless
    it is `instead_of` that one, which is not theirs to see any more, or gone. What somebody reaches may change: they join what
    covers the very same places. Raises RuleBroken for an unknown report, NotAllowed for a place outside the user's scope or
    small numbers that are not theirs, TooMany.
    """
    found = find(report)
    place = place_within(
        by.scope(VIEW), region=region.pk if region else None, pdu=pdu.pk if pdu else None,
        pdu_region=pdu.region_id if pdu else None,
    )
    if found.on_screen and not suppressed and not by.can("reports.unsuppressed"):
        raise NotAllowed("You may not see small numbers in full.")
    asked = {"requested_by": by, "report": report, "as_at": as_at, "region": region, "pdu": pdu, "formats": [PAGE],
             "suppressed": suppressed, "known_at": known_at, "definitions": page_version(found, by)}
    with act(by=by, reason="The report takes longer than a page may"):
        one_by_one(by)
        standing = models.Q(state=Run.State.WAITING)
        if known_at is not None:
            standing |= models.Q(state=Run.State.READY, expires_at__gt=now())
        new = Run(**asked)
        new.cover(place, names_of(place))
        alike = Run.objects.filter(standing, **asked).covering(place).exclude(pk=instead_of.pk if instead_of else None)
        run = alike.first()
        if run is None:
            run = new
            run.save()
            ask_to_make(run, by=by)
    return run
