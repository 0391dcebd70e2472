"""From when on the past is settled: what reports have answered for stays as it was known then."""

from __future__ import annotations

import datetime as dt

from django.db.models import Max, Q

from pqip.core.scope import Scope
from reports.models import Run
from workforce.models import Pdu


def latest_answer(scope: Scope) -> dt.datetime | None:
    """The latest instant up to which a report that touches the scope told what was known; None where there is none."""
    made = Run.objects.filter(state__in=[Run.State.READY, Run.State.EXPIRED])
    if not scope.everywhere:
        units = Pdu.objects.filter(pk__in=scope.pdus)
        touched = Q(region=None, pdu=None) | Q(region__in=scope.regions) | Q(pdu__region__in=scope.regions)
        made = made.filter(touched | Q(pdu__in=units) | Q(region__in=units.values("region"), pdu=None))
    return made.aggregate(latest=Max("known_at"))["latest"]
