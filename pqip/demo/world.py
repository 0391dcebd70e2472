"""The made-up nation: how large each region is, and the data that exists before the first learner."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field, replace
from typing import Any

from assessments.models import Criterion, Qualification, QualificationVersion, Unit
from learners.models import (
    AcademicModule,
    Campaign,
    Cohort,
    Course,
    CourseRequirement,
    Pathway,
    Reason,
    TaughtModule,
)
from learners.rules.dates import add_months
from pqip.demo.chance import Chance
from workforce.models import Grade, Pdu, Region, RegionUniversity

#: Each region's share of the nation's staff (made up, in proportion to the published totals).
WEIGHTS = {
    "NE": 0.066,
    "YH": 0.094,
    "NW": 0.123,
    "GM": 0.066,
    "KSS": 0.066,
    "EOE": 0.085,
    "EM": 0.075,
    "WM": 0.104,
    "LON": 0.123,
    "SC": 0.057,
    "SW": 0.075,
    "WAL": 0.066,
}
#: Staff in post by grade, without learners, near the published totals; and the share of the officers' target that is in
#: post.
IN_POST = {"PO": 5_630, "PSO": 5_150, "SPO": 1_690, "CA": 1_150}
TARGETS = {"PO": 7_115, "PSO": 6_900, "SPO": 1_780}
YEARS = 10
#: The pilot of PSO progression: 50 places, of whom 41 completed (S1), from January 2021. Which two regions held it is made
#: up.
PILOT_STARTS, PILOT_PLACES, PILOT_COMPLETED, PILOT_REGIONS = (
    dt.date(2021, 1, 1),
    50,
    41,
    ("NW", "WM"),
)
#: The late intake: at least this many days ahead, and its size at scale 1.
LATE, LATE_SIZE = 18, 140


#: Who is to start within so many months is enrolled already.
ENROLLED_AHEAD = 9


@dataclass
class World:
    """What generators share: reference data by code, the dates between which everything happens, random source and scale."""

    chance: Chance
    as_at: dt.date
    scale: float
    regions: dict[str, int] = field(default_factory=dict)
    pdus: dict[str, list[int]] = field(default_factory=dict)
    grades: dict[str, int] = field(default_factory=dict)
    pathways: dict[str, int] = field(default_factory=dict)
    cohorts: list[Intake] = field(default_factory=list)
    #: Knowledge modules by code; the level 6 modules that universities require; and since when each university teaches.
    knowledge: dict[str, int] = field(default_factory=dict)
    level_6: list[int] = field(default_factory=list)
    taught_since: dt.date = dt.date.max
    courses: list[int] = field(default_factory=list)
    #: Courses with a trainer; the others are taken alone, on a screen.
    facilitated: set[int] = field(default_factory=set)
    reasons: list[str] = field(default_factory=list)
    programme_reasons: list[str] = field(default_factory=list)
    versions: dict[str, Version] = field(default_factory=dict)
    late: Intake | None = None
    used: int = 0

    def separate(self, name: str) -> World:
        """Return the same world with a separate random source."""
        return replace(self, chance=self.chance.separate(name))

    def staff_number(self) -> str:
        """Return the next staff number, which is recognisably made up."""
        self.used += 1
        return f"DEMO{self.used:06d}"

    def count(self, number: float) -> int:
        """Return a published number at this scale, at least one."""
        return max(round(number * self.scale), 1)

    def region(self) -> str:
        return self.chance.weighted(list(WEIGHTS), list(WEIGHTS.values()))

    def recorded(self, day: dt.date, delay: int = 0) -> dt.datetime:
        """Return an instant in office hours `delay` days after `day`, never later than yesterday."""
        return self.chance.office_hours(min(later(day, delay), later(self.as_at, -1)))

    @property
    def begins(self) -> dt.date:
        return dt.date(self.as_at.year - YEARS, 1, 1)


@dataclass(frozen=True)
class Intake:
    """A cohort, how many started in it at scale 1, and the campaign they came from."""

    key: int
    code: str
    starts_on: dt.date
    size: int
    is_pilot: bool = False
    campaign: int | None = None


@dataclass(frozen=True)
class Version:
    """A qualification's version: its key, and each unit's key with its criteria's keys."""

    qualification_id: int
    version_id: int
    units: list[tuple[int, list[int]]]


def build(chance: Chance, as_at: dt.date, scale: float) -> World:
    """Read the reference data, create the intakes and return the world."""
    world = World(chance, as_at, scale)
    world.regions = dict(Region.objects.exclude(code=Region.NATIONAL).values_list("code", "id"))
    for code, pdu in (
        Pdu.objects.filter(closed_on=None).order_by("id").values_list("region__code", "id")
    ):
        world.pdus.setdefault(code, []).append(pdu)
    world.grades = dict(Grade.objects.values_list("code", "id"))
    world.pathways = dict(Pathway.objects.values_list("code", "id"))
    of_level_5 = AcademicModule.objects.filter(is_required=True, level=5).order_by("order", "id")
    world.knowledge = dict(of_level_5.values_list("code", "id"))
    asked = TaughtModule.objects.live().filter(is_required=True).values("module")
    world.level_6 = list(
        AcademicModule.objects.filter(pk__in=asked)
        .order_by("order", "id")
        .values_list("id", flat=True)
    )
    known = RegionUniversity.objects.live().order_by("effective_on").first()
    world.taught_since = known.effective_on if known else dt.date.max
    of_learners = (
        CourseRequirement.objects.live()
        .filter(audience="learner", is_required=True)
        .values("course")
    )
    world.courses = list(
        Course.objects.filter(pk__in=of_learners)
        .order_by("order", "id")
        .values_list("id", flat=True)
    )
    world.facilitated = set(
        Course.objects.filter(delivery__startswith="facilitated").values_list("id", flat=True)
    )
    world.reasons = list(
        Reason.objects.exclude(reason_set__kind="answer")
        .filter(reason_set__to_date=None)
        .order_by("id")
        .values_list("code", flat=True)
    )
    of_programme = Reason.objects.filter(
        reason_set__kind="programme", code__in=world.reasons
    ).order_by("id")
    world.programme_reasons = list(of_programme.values_list("code", flat=True))
    world.versions = {code: _version(code) for code in ("VQ5", "VQ3", "TAQA3")}
    begun = [
        replace(one, campaign=a_campaign(one).pk)
        for one in (_intake(*row) for row in _intakes(as_at))
    ]
    world.cohorts = _with_pilot(begun, as_at)
    world.late = _late(world.cohorts, as_at)
    return world


def _version(code: str) -> Version:
    qualification = Qualification.objects.get(code=code)
    version = QualificationVersion.objects.filter(
        qualification=qualification, by_choice=False
    ).latest("from_date")
    units = [
        (
            unit.pk,
            list(
                Criterion.objects.filter(unit=unit)
                .order_by("order", "id")
                .values_list("id", flat=True)
            ),
        )
        for unit in Unit.objects.filter(version=version).order_by("number")
    ]
    return Version(qualification.pk, version.pk, units)


def the_next_intakes(as_at: dt.date, until: dt.date) -> list[Intake]:
    """Those after the ones that people are enrolled in, as far as planned: nobody belongs to them yet."""
    known = len(_intakes(as_at))
    return [_intake(*row) for row in _intakes(as_at, until)[known:]]


def _intakes(as_at: dt.date, until: dt.date | None = None) -> list[tuple[int, dt.date, int]]:
    """Two intakes a year, March and September; 13 is March 2023. Sizes are near the published years'."""
    sizes = {2020: 420, 2021: 740, 2022: 760, 2023: 800, 2024: 620, 2025: 650, 2026: 660}
    begins, rows = dt.date(as_at.year - YEARS, 9, 1), []
    start = begins
    while start <= (until or add_months(as_at, ENROLLED_AHEAD)):
        number = 13 + (start.year - 2023) * 2 + (1 if start.month == 9 else 0)
        rows.append((number, start, sizes.get(start.year, 380 if start.year < 2020 else 660)))
        start = add_months(start, 6)
    return rows


def _intake(number: int, month: dt.date, size: int) -> Intake:
    starts_on = _third_monday(month)
    code = (
        f"Intake {number:02}" if number > 0 else f"{month:%Y-%m} intake"
    )  # as text, in the order in which they started
    cohort, _created = Cohort.objects.get_or_create(
        code=code, defaults={"name": code, "starts_on": starts_on}
    )
    return Intake(cohort.pk, code, starts_on, size)


def a_campaign(intake: Intake) -> Campaign:
    """Return the campaign for a cohort. What else is known of it is added with its applications."""
    campaign, _created = Campaign.objects.get_or_create(code=f"{intake.code} campaign")
    return campaign


def _with_pilot(intakes: list[Intake], as_at: dt.date) -> list[Intake]:
    """Return the intakes with the pilot inserted in its place, where the history covers its time."""
    before = [intake for intake in intakes if intake.starts_on < PILOT_STARTS]
    if not before or as_at <= _third_monday(PILOT_STARTS):
        return intakes
    cohort, _created = Cohort.objects.get_or_create(
        code=f"{before[-1].code} (pilot)",
        defaults={
            "name": "Pilot of PSO progression, January 2021",
            "starts_on": _third_monday(PILOT_STARTS),
        },
    )
    pilot = Intake(cohort.pk, cohort.code, _third_monday(PILOT_STARTS), PILOT_PLACES, is_pilot=True)
    return [*before, pilot, *intakes[len(before) :]]


def _late(intakes: list[Intake], as_at: dt.date) -> Intake | None:
    """Return a small extra intake where none of the others starts within the weeks that the starters' list covers; else
    None.
    """
    begins = later(as_at, LATE + (7 - later(as_at, LATE).weekday()) % 7)
    if any(as_at < intake.starts_on <= later(begins, 14) for intake in intakes):
        return None
    before = [intake.code for intake in intakes if intake.starts_on <= as_at][-1]
    code = f"{before} (late)"
    cohort, _created = Cohort.objects.get_or_create(
        code=code, defaults={"name": code, "starts_on": begins}
    )
    return Intake(cohort.pk, code, begins, LATE_SIZE)


def _third_monday(month: dt.date) -> dt.date:
    first = month.replace(day=1)
    return first + dt.timedelta(days=(7 - first.weekday()) % 7 + 14)


def later(day: Any, days: int) -> Any:
    """Return the day that many days later; the instant, for an instant."""
    return day + dt.timedelta(days=days)
