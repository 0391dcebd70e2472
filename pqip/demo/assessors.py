"""Made-up assessors and their countersigners over the years, and who looks after whom."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from assessments.models import AssessorRecord
from learners.models import Allocation
from pqip.demo.journeys import Journey
from pqip.demo.load import Load
from pqip.demo.people import People
from pqip.demo.world import WEIGHTS, World, later

OUTSIDE = "Made-up Skills Ltd"
ASSESSORS = 250
NEVER_YET = dt.date.max
#: The number of days before which the line manager of a future starter was named.
NAMED_BEFORE = 14
#: Within this number of days after qualifying, it is not settled yet who countersigns what waited.
SETTLED_AFTER = 60


@dataclass(frozen=True)
class Assessor:
    """An assessor: since when, qualified since when, and who countersigns until then."""

    person: int
    joined: dt.date
    achieved: dt.date
    countersigner: int

    def is_qualified(self, day: dt.date) -> bool:
        return self.achieved <= day


class Assessors:
    """Collects assessors, and the allocations of learners to them."""

    def __init__(self, world: World, people: People) -> None:
        self.world, self.people = world, people
        self.records = Load(
            AssessorRecord,
            "public_id",
            "person_id",
            "effective_on",
            "registered_on",
            "achieved_on",
            "certificate_number",
            "countersign_from",
            "allowed_qualifications",
            "recorded_at",
            "countersign_until",
            "weekly_hours",
            "competent_on",
            "may_assess",
            "target_caseload",
        )
        self.allocations = Load(
            Allocation,
            "public_id",
            "person_id",
            "role",
            "other_id",
            "effective_on",
            "ended_on",
            "recorded_at",
        )
        self.of_region: dict[str, list[Assessor]] = {}
        self.managers: dict[str, list[int]] = {}

    def staff(self, managers: dict[str, list[int]]) -> None:
        """Add countersigners first, then the assessors of each region over the years."""
        self.managers = managers
        inside = [self._countersigner("") for _ in range(self.world.count(20))]
        outside = [self._countersigner(OUTSIDE) for _ in range(self.world.count(25))]
        total = sum(WEIGHTS.values())
        for region, weight in WEIGHTS.items():
            wanted = max(round(ASSESSORS * self.world.scale * weight / total), 3)
            self.of_region[region] = [
                self._assessor(region, place, inside + outside) for place in range(wanted)
            ]

    def look_after(self, journey: Journey) -> Assessor:
        """Allocate a line manager and, except for a few learners, an assessor; return the assessor."""
        chance = self.world.chance
        assessor = self._assessor_of(journey)
        if not (journey.ended is None and chance.happens(0.03)):
            self._allocate(
                journey.person,
                "pta",
                assessor.person,
                max(journey.start, assessor.joined),
                journey.ended,
            )
        managers = self.managers.get(journey.region)
        if managers and not (
            journey.ended is None and journey.start < self.world.as_at and chance.happens(0.01)
        ):
            begins = min(
                journey.start, later(self.world.as_at, -NAMED_BEFORE)
            )  # known before the first day
            self._allocate(
                journey.person, "line_manager", chance.pick(managers), begins, journey.ended
            )
        return assessor

    def write(self) -> None:
        self.records.write()
        self.allocations.write()

    def _assessor_of(self, journey: Journey) -> Assessor:
        """Return an assessor who was in post when assessment opened; a PTA may be allocated before, and often is."""
        by = min(journey.opens, journey.ended or journey.opens, later(self.world.as_at, -1))
        here = self.of_region[journey.region]
        return self.world.chance.pick(
            [one for one in here if one.joined <= max(by, journey.start)] or here[:2]
        )

    def _countersigner(self, organisation: str) -> int:
        world, chance = self.world, self.world.chance
        person = self.people.person(world.begins, organisation, with_answers=not organisation)
        if not organisation:
            self.people.spell(person, "SPTA", world.region(), world.begins, function="training")
        achieved = later(world.begins, -chance.between(200, 2000))
        self.records.add(
            chance.uuid(),
            person,
            achieved,
            None,
            achieved,
            f"CERT{person:06d}",
            world.begins,
            ["VQ5", "VQ3"],
            chance.office_hours(world.begins),
            later(world.as_at, 20 + person % 60) if person % 7 == 0 else None,
            4 + person % 5,
            achieved,
            ["VQ5", "VQ3", "TAQA3"],
            None,
        )
        return person

    def _assessor(self, region: str, place: int, countersigners: list[int]) -> Assessor:
        world, chance = self.world, self.world.chance
        days = (world.as_at - world.begins).days
        joined = (
            world.begins
            if place < 2
            else later(world.begins, int(days * chance.random.random() ** 0.6))
        )
        if place > 2 and chance.happens(0.25):
            joined = later(world.as_at, -chance.between(60, 400))
        joined = min(joined, later(world.as_at, -40))
        person = self.people.person(joined)
        self.people.spell(person, "PTA", region, joined, function="training")
        registered, achieved = later(joined, 20), later(joined, chance.between(250, 480))
        if place == 0 or chance.happens(0.25):
            registered, achieved = None, later(joined, -chance.between(100, 900))
        still_trying = (
            bool(registered) and joined > later(world.as_at, -700) and chance.happens(0.1)
        )
        done = achieved if achieved <= world.as_at and not still_trying else None
        recorded = world.recorded(done or joined, 6)
        self.records.add(
            chance.uuid(),
            person,
            registered or achieved,
            registered,
            done,
            f"CERT{person:06d}" if done else "",
            None,
            ["VQ5"],
            recorded,
            None,
            None,
            registered or achieved,
            ["VQ5", "TAQA3"] if done and person % 5 == 0 else ["VQ5"],
            None if person % 6 == 0 else (12 + person % 5 if done else 8),
        )
        countersigner = chance.pick(countersigners)
        if registered:
            settled = done is not None and done < later(world.as_at, -SETTLED_AFTER)
            self._allocate(
                person,
                "countersigner",
                countersigner,
                joined,
                later(done, -1) if done and settled else None,
            )
        if place % 9 == 4:
            began = later(world.as_at, -25)
            recorded_at = world.recorded(began, 5)
            self.people.absences.add(
                person, "long_term_absence", began, later(world.as_at, 60), None, None, recorded_at
            )
        return Assessor(person, joined, done or NEVER_YET, countersigner)

    def _allocate(
        self, person: int, role: str, other: int, begins: dt.date, ends: dt.date | None
    ) -> None:
        ends = max(ends, begins) if ends else None
        recorded = self.world.recorded(begins, 3)
        self.allocations.add(self.world.chance.uuid(), person, role, other, begins, ends, recorded)
