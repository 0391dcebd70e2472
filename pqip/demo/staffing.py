"""Made-up targets of every region and a year's returns, near the published national totals; and who holds posts now."""

from __future__ import annotations

import datetime as dt

from learners.rules.dates import add_months
from pqip.demo.load import Load
from pqip.demo.world import TARGETS, WEIGHTS, World, later
from workforce.models import RecordsComplete, Region, Spell, StaffingReturn, Target

#: Published national totals in FTE, with their dates (sources differ; each is named).
PUBLISHED = [
    (dt.date(2024, 6, 30), "PO", 5_436, "HMPPS workforce quarterly, June 2024"),
    (dt.date(2025, 3, 31), "PO", 5_636, "National Audit Office, October 2025"),
]
#: Grades of a region that nobody has declared complete.
UNDECLARED = {("NW", "CA"), ("SW", "CA"), ("WAL", "SPO"), ("KSS", "QDO")}
#: Totals that regions returned: how many days ago, and by how many posts they differ from the record.
RETURNED = {
    ("NW", "CA"): (24, 2),
    ("SW", "CA"): (24, 0),
    ("WAL", "SPO"): (160, 1),
    ("EM", "CA"): (54, 0),
    ("LON", "PO"): (54, 3),
}


def staffing(world: World) -> None:
    """Write targets and returns."""
    targets = Load(Target, "region_id", "grade_id", "effective_on", "target_fte", "recorded_at")
    total = sum(WEIGHTS.values())
    for region, weight in WEIGHTS.items():
        for grade, number in TARGETS.items():
            for years_ago, share in ((5, 0.9), (3, 0.95), (1, 1.0)):
                begins = add_months(world.as_at.replace(month=4, day=1), -12 * years_ago)
                fte = round(number * world.scale * share * weight / total, 1)
                targets.add(
                    world.regions[region],
                    world.grades[grade],
                    begins,
                    fte,
                    world.recorded(begins, 10),
                )
    targets.write()
    returns = Load(
        StaffingReturn,
        "region_id",
        "grade_id",
        "effective_on",
        "fte",
        "status",
        "source",
        "recorded_at",
    )
    national = Region.objects.get(code=Region.NATIONAL).pk
    for day, grade, fte, source in PUBLISHED:
        if day <= world.as_at:
            returns.add(
                national, world.grades[grade], day, fte, "final", source, world.recorded(day, 60)
            )
    returns.write()


def holders(grade: str) -> dict[int | None, list[int]]:
    """Return those who hold a post of a grade now, by region; people without a known region are left out."""
    found: dict[int | None, list[int]] = {}
    rows = Spell.objects.live().filter(grade__code=grade, ended_on=None).order_by("person_id")
    for region, person in rows.values_list("region_id", "person_id"):
        found.setdefault(region, []).append(person)
    return found


def declared(world: World) -> None:
    """Declare most grades complete since the record began; a few regions return totals, beside records or instead of them."""
    complete = Load(RecordsComplete, "region_id", "grade_id", "effective_on", "recorded_at")
    posts = Spell.objects.live().filter(region__in=world.regions.values())
    held = (
        posts.order_by("region__code", "grade__code")
        .values_list("region__code", "grade__code")
        .distinct()
    )
    for region, grade in held:
        if (region, grade) not in UNDECLARED:
            content = (
                world.regions[region],
                world.grades[grade],
                world.begins,
                world.recorded(world.begins, 20),
            )
            complete.add(*content)
    complete.write()
    returns = Load(
        StaffingReturn,
        "region_id",
        "grade_id",
        "effective_on",
        "fte",
        "headcount",
        "status",
        "source",
        "recorded_at",
    )
    for (region, grade), (ago, more) in RETURNED.items():
        day = later(world.as_at, -ago)
        there = posts.filter(region__code=region, grade__code=grade, effective_on__lte=day).exclude(
            ended_on__lt=day
        )
        fte = sum(there.values_list("fte", flat=True))
        returns.add(
            world.regions[region],
            world.grades[grade],
            day,
            fte + more,
            there.count() + more,
            "provisional",
            "Regional return (made up)",
            world.recorded(day, 9),
        )
    returns.write()
