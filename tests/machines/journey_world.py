"""A small world of the programme: three people who may have a place on it, who looks after them, two regions."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from learners.models import Cohort, Enrolment, Pathway
from pqip.core.acting import Job, acting_as
from pqip.core.clock import today
from tests.factories import assessments, learners, workforce
from tests.machines.driver import Draw, Nothing
from tests.machines.world import World, settled_as_committed
from workforce.models import Grade, Pdu, Region

BY = Job("test")
LEARNERS = ("Ann", "Bea", "Cal")
#: A second record of somebody, without an account or a place.
TWIN = "Dot"
HELPERS = ("Tess", "Quin", "Max", "Rita")
REGIONS = ("NE", "WAL")
PATHWAYS = ("PQIP15", "PQIP21", "PQIP27")
COHORTS = ("Intake A", "Intake B")
START = dt.date(2025, 1, 15)
DAYS = [
    dt.date(2025, 1, 15),
    dt.date(2025, 2, 3),
    dt.date(2025, 6, 2),
    dt.date(2025, 9, 1),
    dt.date(2025, 12, 1),
    dt.date(2026, 3, 2),
    dt.date(2026, 6, 1),
    dt.date(2026, 9, 1),
]


class JourneyWorld(World):
    def make(self) -> None:
        """Everything that each sequence begins with."""
        for name, region in zip(LEARNERS, ("NE", "NE", "WAL"), strict=True):
            self.people[name] = workforce.person(
                f"L-{name}", first_name=name, in_region=region, in_grade="PSO"
            )
            workforce.spell(
                self.people[name], dt.date(2024, 1, 8), in_region=region, in_grade="PSO"
            )
        self.people[TWIN] = workforce.person(f"L-{TWIN}", first_name=TWIN, in_grade="PSO")
        workforce.spell(
            self.people[TWIN], dt.date(2022, 1, 3), in_grade="PSO", ended_on=dt.date(2023, 6, 30)
        )
        for name, grade in zip(HELPERS, ("PTA", "PTA", "SPO", "SPO"), strict=True):
            self.people[name] = workforce.person(f"A-{name}", first_name=name, in_grade=grade)
            workforce.spell(self.people[name], dt.date(2015, 1, 1), in_grade=grade)
        assessments.trainee(self.people["Tess"])
        assessments.assessor(self.people["Quin"])
        self.users["nation"] = workforce.user("national")
        for name, who in self.people.items():
            if name == TWIN:
                self.users[name] = workforce.user("learner")
                continue
            role = (
                "learner"
                if name in LEARNERS
                else ("learning_manager" if name in ("Max", "Rita") else "pta")
            )
            self.users[name] = workforce.user(
                role, person=who, in_region="NE" if role == "learning_manager" else ""
            )
        with acting_as(by=BY):
            for code in COHORTS:
                Cohort.objects.get_or_create(code=code)
        learners.enrolment(who=self.people["Ann"], start=START, in_cohort=COHORTS[0])

    # What steps choose from -----------------------------------------------------------------------------------------

    def day(self, draw: Draw, *, since: dt.date = START, ahead: int = 10) -> dt.date:
        """One of the days, mostly not before another; now and then one to come."""
        days = [*DAYS, today()]
        after = [day for day in days if day >= since]
        if draw.number(100) >= 100 - ahead:
            return today() + dt.timedelta(days=30 * (draw.number(12) + 1))
        return draw.one(after if after and draw.often(90) else days)

    def place(self, draw: Draw) -> Enrolment:
        """A place on the programme, the latest where numbers are lowered."""
        rows = list(Enrolment.objects.select_related("person").order_by("-pk"))
        if not rows:
            raise Nothing
        return draw.one(rows)

    def of(self, place: Enrolment) -> str:
        return f"{self.name(place.person_id)} ({place.entry_cohort.code})"

    def region(self, draw: Draw) -> Region:
        return Region.objects.get(code=draw.one(REGIONS))

    def pdu(self, draw: Draw, region: Region) -> Pdu | None:
        units = list(Pdu.objects.filter(region=region).order_by("code")[:2])
        return draw.one(units) if units and draw.number(100) >= 50 else None

    def pathway(self, draw: Draw) -> Pathway:
        return Pathway.objects.get(code=draw.one(PATHWAYS))

    def cohort(self, draw: Draw) -> Cohort:
        return Cohort.objects.get(code=draw.one(COHORTS))

    def grade(self, draw: Draw) -> Grade:
        return Grade.objects.get(code=draw.one(("PSO", "PO", "PTA")))

    def manager(self, draw: Draw):
        """One of two who run the programme in the North East."""
        return self.users[draw.one(("Max", "Rita"))]


@contextmanager
def begin(world: JourneyWorld) -> Iterator[JourneyWorld]:
    with settled_as_committed():
        world.begin()
        yield world


def world_in(folder: Path) -> JourneyWorld:
    world = JourneyWorld(folder)
    world.make()
    return world
