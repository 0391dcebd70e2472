"""Whether what a stored run holds may still be seen."""

from __future__ import annotations

from typing import Any

from reports.catalogue import REPORTS
from reports.figures.asking import PlaceFilter
from reports.models import Run
from reports.queries.places import opens_everybody


def sees_in_full(user: Any, run: Run) -> bool:
    """Return whether a user may see a run's small numbers, today: it holds none, they may see them for a reason, or they may
    open everybody it counts.
    """
    report = REPORTS.get(run.report)
    if run.suppressed or report is None or not report.on_screen or user.can("reports.unsuppressed"):
        return True
    if run.pdu_id is not None:
        place = PlaceFilter(False, pdus=frozenset({run.pdu_id}))
    elif run.region_id is not None:
        place = PlaceFilter(False, regions=frozenset({run.region_id}))
    else:
        everywhere = run.regions is None
        place = PlaceFilter(everywhere, frozenset(run.regions or ()), frozenset(run.pdus or ()))
    return opens_everybody(user, report.opened_by, place)
