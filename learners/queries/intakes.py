"""What pages of intakes read: intakes planned in regions within reach, and the regions somebody may plan for."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.db.models import QuerySet

from learners.facts.intakes import come
from learners.models import PlannedIntake
from pqip.core.ledger import LedgerQuerySet
from workforce.models import Region
from workforce.queries import records as places

SEE, PLAN = "learners.view_intakes", "learners.plan_intakes"


def intakes(user: Any, permission: str = SEE) -> LedgerQuerySet:
    """Intakes planned in regions within reach, undone ones too."""
    return PlannedIntake.objects.visible_to(user, permission)


def intake(user: Any, public_id: Any) -> LedgerQuerySet:
    """One that somebody may change, or that was undone or changed meanwhile; nothing where it is out of reach."""
    rows = intakes(user, PLAN).filter(public_id=public_id)
    return rows.select_related("cohort", "region", "pathway")


def years(user: Any) -> list[int]:
    """The years in which intakes within reach are planned to begin, latest first."""
    days = intakes(user).live().dates("effective_on", "year", order="DESC")
    return [day.year for day in days]


def regions(user: Any, permission: str = SEE) -> QuerySet[Region]:
    """Regions of which somebody reaches the whole."""
    scope = user.scope(permission)
    rows = places.regions()
    return rows if scope.everywhere else rows.filter(pk__in=scope.regions)


def came_of(rows: Iterable[PlannedIntake], on: dt.date) -> dict[int, tuple[int, int]]:
    """By planned intake, how many have started by the day and how many are due to start."""
    rows = list(rows)
    found = come(sorted({row.cohort_id for row in rows}), on)
    return {
        row.pk: found.get((row.cohort_id, row.region_id, row.pathway_id), (0, 0)) for row in rows
    }


def may_plan(user: Any, row: PlannedIntake) -> bool:
    """Whether somebody may change what is planned of this one."""
    return bool(user.can(PLAN)) and user.scope(PLAN).reaches(row)
