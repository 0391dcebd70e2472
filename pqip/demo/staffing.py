"""Targets of every region and a year's returns, near the published national totals; and who holds posts now."""

from __future__ import annotations

import datetime as dt

from learners.rules.dates import add_months
from pqip.demo.load import Load
from pqip.demo.world import TARGETS, WEIGHTS, World
from workforce.models import Region, Spell, StaffingReturn, Target

#: Published national totals in FTE, as at the day (sources differ; each is named).
PUBLISHED = [
    (dt.date(2024, 6, 30), "PO", 5_436, "HMPPS workforce quarterly, June 2024"),
    (dt.date(2025, 3, 31), "PO", 5_636, "National Audit Office, October 2025"),
]


def staffing(world: World) -> None:
    """Write targets and returns."""
    targets = Load(Target, "region_id", "grade_id", "effective_on", "target_fte", "recorded_at")
    total = sum(WEIGHTS.values())
    for region, weight in WEIGHTS.items():
        for grade, number in TARGETS.items():
            for years_ago, share in ((5, 0.9), (3, 0.95), (1, 1.0)):
                begins = add_months(world.as_at.replace(month=4, day=1), -12 * years_ago)
                fte = round(number * world.scale * share * weight / total, 1)
                targets.add(world.regions[region], world.grades[grade], begins, fte, world.recorded(begins, 10))
    targets.write()
    returns = Load(StaffingReturn, "region_id", "grade_id", "effective_on", "fte", "status", "source", "recorded_at")
    national = Region.objects.get(code=Region.NATIONAL).pk
    for day, grade, fte, source in PUBLISHED:
        if day <= world.as_at:
            returns.add(national, world.grades[grade], day, fte, "final", source, world.recorded(day, 60))
    returns.write()


def holders(grade: str) -> dict[int, list[int]]:
    """Who holds a post of a grade now, by region."""
    found: dict[int, list[int]] = {}
    rows = Spell.objects.live().filter(grade__code=grade, ended_on=None).order_by("person_id")
    for region, person in rows.values_list("region_id", "person_id"):
        found.setdefault(region, []).append(person)
    return found
