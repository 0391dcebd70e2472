"""Have the worker make a report that takes longer than its page may wait."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import models

from pqip.core.acting import acting_as
from pqip.core.clock import now
from pqip.core.errors import NotAllowed
from reports.actions.places import place_within
from reports.actions.request_run import ask_to_make, one_by_one
from reports.catalogue import find
from reports.models import Run
from reports.models.run import PAGE
from reports.queries.kept import page_version
from reports.queries.places import VIEW, names_of, opens_everybody
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
    grade: str = "",
    instead_of: Run | None = None,
) -> Run:
    """Return the run that makes the page; whoever asks the same while it is being made joins that run.

    A question with a stated `known_at` has one answer for everybody who may see as much, so it also joins a run that is
    ready, except the run `instead_of`, which this user may no longer see or whose file is gone. Because a user's reach may
    change, they join only a run that covers exactly the same places.

    Raises RuleBroken for an unknown report, NotAllowed for a place outside the user's scope or for small numbers they may
    not see, and TooMany.
    """
    found = find(report)
    place = place_within(
        by.scope(VIEW),
        region=region.pk if region else None,
        pdu=pdu.pk if pdu else None,
        pdu_region=pdu.region_id if pdu else None,
    )
    may_see = by.can("reports.unsuppressed") or opens_everybody(by, found.opened_by, place)
    if found.on_screen and not suppressed and not may_see:
        raise NotAllowed("You may not see small numbers in full.")
    asked = {
        "requested_by": by,
        "report": report,
        "as_at": as_at,
        "region": region,
        "pdu": pdu,
        "grade": grade,
        "formats": [PAGE],
        "suppressed": suppressed,
        "known_at": known_at,
        "definitions": page_version(found, by),
    }
    with acting_as(by=by, reason="The report takes longer than a page may"):
        one_by_one(by)
        usable = models.Q(state=Run.State.WAITING)
        if known_at is not None:
            usable |= models.Q(state=Run.State.READY, expires_at__gt=now())
        new = Run(**asked)
        new.cover(place, names_of(place))
        alike = Run.objects.filter(usable, **asked).covering(place)
        run = (alike.exclude(pk=instead_of.pk) if instead_of else alike).first()
        if run is None:
            run = new
            run.save()
            ask_to_make(run, by=by)
    return run
