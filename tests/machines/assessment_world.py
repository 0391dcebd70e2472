"""A small world of assessment: two versions of a diploma whose criteria replace each other, three candidates, and who
assesses, countersigns and quality assures them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from assessments.models import Criterion, Qualification, QualificationVersion, Registration, Unit
from pqip.core.acting import Job, acting_as
from pqip.core.clock import today
from tests.factories import assessments, learners, quality, workforce
from tests.machines.driver import Draw
from tests.machines.world import World, settled_as_committed
from workforce.models import User

BY = Job("test")
CODE = "VQ5"
CANDIDATES = ("Ann", "Bea", "Cal")
#: A trainee; one who is qualified; one who may do all there is; and who quality assures, and may countersign too.
ASSESSORS = ("Tess", "Quin", "Cora", "Iris")
#: Days that steps choose from: few, so that facts meet.
DAYS = [
    dt.date(2025, 1, 15),
    dt.date(2025, 3, 3),
    dt.date(2025, 6, 2),
    dt.date(2025, 9, 1),
    dt.date(2025, 12, 1),
    dt.date(2026, 3, 2),
    dt.date(2026, 6, 1),
    dt.date(2026, 9, 1),
]
STARTED = dt.date(2025, 1, 15)
#: Everybody's first day in post, which staff files say again.
POSTED = dt.date(2020, 1, 1)
FIRST_FROM, SECOND_FROM = dt.date(2024, 9, 2), dt.date(2025, 10, 1)
#: Unit, code, codes of the first version that it replaces, methods by which it may be shown.
Asked = tuple[int, str, list[str], list[str]]
FIRST: list[Asked] = [(1, "1.1.1", [], []), (1, "1.1.2", [], []), (2, "2.1.1", [], [])]
SECOND: list[Asked] = [
    (1, "1.1.1", ["1.1.1"], []),
    (1, "1.1.2", ["1.1.2"], []),
    (2, "2.1.1", ["2.1.1", "1.1.2"], []),
    (3, "3.1.1", [], []),
]


class AssessmentWorld(World):
    qualification: Qualification
    first: QualificationVersion
    second: QualificationVersion
    codes: dict[int, str]

    def make(self) -> None:
        """Everything that each sequence begins with."""
        self.qualification = Qualification.objects.get(code=CODE)
        self.first = self._version("first", FIRST_FROM, FIRST)
        self.second = self._version("second", SECOND_FROM, SECOND)
        for name, region in zip(CANDIDATES, ("NE", "NE", "WAL"), strict=True):
            place = learners.enrolment(
                who=workforce.person(
                    f"L-{name}", first_name=name, in_region=region, in_grade="PSO"
                ),
                start=STARTED,
                in_region=region,
            )
            self.people[name] = place.person
            workforce.spell(place.person, POSTED, in_region=region, in_grade="PSO")
        for name in ASSESSORS:
            self.people[name] = workforce.person(f"A-{name}", first_name=name, in_grade="PTA")
            workforce.spell(self.people[name], POSTED, in_grade="PTA")
        everything = {
            "countersign_from": dt.date(2020, 1, 1),
            "allowed_qualifications": [CODE],
            "may_assess": [CODE],
            "competent_on": dt.date(2020, 1, 1),
        }
        assuring = {"assure_from": dt.date(2020, 1, 1), "assured_qualifications": [CODE]}
        assessments.assessor(self.people["Tess"], achieved_on=None)
        assessments.assessor(
            self.people["Quin"], may_assess=[CODE], competent_on=dt.date(2020, 1, 1)
        )
        quality.quality_assurer(self.people["Cora"], **everything, **assuring)
        quality.quality_assurer(self.people["Iris"], **everything, **assuring)
        for name in CANDIDATES:
            assessments.allocate(self.people[name], self.people["Tess"], "pta")
        assessments.allocate(self.people["Tess"], self.people["Cora"], "countersigner")
        for name, who in self.people.items():
            self.users[name] = workforce.user(
                "learner" if name in CANDIDATES else "pta", person=who
            )
        self.users["manager"] = workforce.user(
            "learning_manager", in_region="NE", person=workforce.person(first_name="Max")
        )
        assessments.registration(self.people["Ann"], STARTED, of=self.qualification)
        for registration in Registration.objects.all():
            assessments.evidence(registration, dt.date(2025, 3, 3), reference="E-first")
        keys = Criterion.objects.filter(unit__version__in=[self.first, self.second])
        self.codes = {
            one.pk: f"{one.unit.version.name} {one.code}"
            for one in keys.select_related("unit__version")
        }

    def _version(
        self, name: str, from_date: dt.date, criteria: list[Asked]
    ) -> QualificationVersion:
        with acting_as(by=BY):
            made = QualificationVersion.objects.create(
                qualification=self.qualification, name=name, from_date=from_date, source="test"
            )
            before = dict(
                Criterion.objects.filter(unit__version__name="first").values_list("code", "pk")
            )
            for number, code, replaces, methods in criteria:
                unit, _new = Unit.objects.get_or_create(
                    version=made,
                    number=number,
                    defaults={
                        "title": f"Unit {number}",
                        "methods_needed": ["observation"] if number == 2 else [],
                    },
                )
                Criterion.objects.create(
                    unit=unit,
                    code=code,
                    text=code,
                    replaces=[before[each] for each in replaces],
                    methods=methods,
                )
        return made

    # What steps choose from -----------------------------------------------------------------------------------------

    def day(self, draw: Draw, *, since: dt.date = STARTED) -> dt.date:
        """One of the days, mostly not before another; the earliest of those where numbers are lowered."""
        days = [*DAYS, today()]
        after = [day for day in days if day >= since]
        return draw.one(after if after and draw.often(90) else days)

    def by(self, draw: Draw, who: Any) -> User:
        """Whoever it is does it; now and then the manager records it for them."""
        own = next(
            (self.users[name] for name, one in self.people.items() if one.pk == who.pk), None
        )
        return own if own is not None and draw.often(80) else self.users["manager"]

    def named(self, criteria: Any) -> str:
        return ", ".join(self.codes.get(key, str(key)) for key in criteria) or "nothing"

    def registration(self, draw: Draw) -> Registration:
        """A registration, without what was remembered of it."""
        return draw.one(
            list(Registration.objects.filter(qualification=self.qualification).order_by("pk"))
        )


@contextmanager
def begin(world: AssessmentWorld) -> Iterator[AssessmentWorld]:
    with settled_as_committed():
        world.begin()
        yield world


def world_in(folder: Path) -> AssessmentWorld:
    world = AssessmentWorld(folder)
    world.make()
    return world
