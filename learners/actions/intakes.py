"""Planned intakes: how many are to start, where, on which pathway and when."""

from __future__ import annotations

import datetime as dt
from typing import Any

from learners.models import Cohort, Pathway, PlannedIntake
from learners.rules.entry import check_open
from pqip.core.acting import acting_as
from pqip.core.errors import RuleBroken
from pqip.core.ledger import supersede, void
from pqip.core.words import folded, tidy
from workforce.models import Region


def named_cohort(wanted: str) -> Cohort:
    """The cohort of that code or name, however it is written; one that is not known yet is created, as by a file."""
    wanted = tidy(wanted)
    known = {
        folded(name): row for row in Cohort.objects.all() for name in (row.name, row.code) if name
    }
    return known.get(folded(wanted)) or Cohort.objects.get_or_create(code=wanted)[0]


def plan_intake(
    *, by: Any, cohort: str, region: Region, pathway: Pathway, starts_on: dt.date, places: int
) -> PlannedIntake:
    """So many of a cohort (by code or name) are to start in the region on the pathway on that day.

    Raises RuleBroken where the pathway takes no starters then, and where this intake is planned already.
    """
    check_open(pathway, starts_on)
    with acting_as(by=by):
        found = named_cohort(cohort)
        Cohort.objects.select_for_update(no_key=True).get(pk=found.pk)
        of = {"cohort": found, "region": region, "pathway": pathway}
        if PlannedIntake.objects.live().filter(**of).exists():
            raise RuleBroken("This intake is planned already. Change what is planned.", "cohort")
        return PlannedIntake.objects.create(**of, effective_on=starts_on, places=places)


def change_intake(
    *, by: Any, intake: PlannedIntake, starts_on: dt.date, places: int, reason: str
) -> PlannedIntake:
    """Another day or another number of places. The same again changes nothing.

    Raises RuleBroken where the pathway takes no starters on another day, Conflict where somebody has changed it meanwhile.
    """
    if starts_on != intake.effective_on:
        check_open(intake.pathway, starts_on)
    elif places == intake.places:
        return intake
    return supersede(intake, by=by, reason=reason, effective_on=starts_on, places=places)


def undo_intake(*, by: Any, intake: PlannedIntake, reason: str) -> None:
    """It is planned no more. Who has started or is due to start stays so. Raises Conflict where it was changed meanwhile."""
    void([intake], by=by, reason=reason)
