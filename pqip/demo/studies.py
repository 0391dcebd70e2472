"""Made-up studies of learners: module results, training and reviews, up to the ending or today."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from typing import Protocol

from learners.models import ModuleResult, Review, TrainingRecord, UniversityAward
from learners.rules.dates import add_months
from pqip.demo.load import Load
from pqip.demo.more_time import MoreTime
from pqip.demo.world import World, later

#: The number of days between the last submission and completion.
MARKING = 21
#: The share of due modules of which a university has sent nothing; and the days within which an award follows the last
#: pass.
NOT_SENT, AWARDED = 0.004, (10, 40)
#: The share of learners booked on a course in time; smaller in some regions.
BOOKED, BOOKED_IN = 0.99, {"LON": 0.965, "WAL": 0.98}
#: The number of days after which half of those who missed a course take it.
LATER = 60
FOURTH_MONTHS = 6


class Journey(Protocol):
    """What this module needs of a learner's journey: see `pqip/demo/journeys.py`."""

    enrolment: int
    person: int
    region: str
    pathway: str
    start: dt.date
    opens: dt.date
    planned_end: dt.date
    outcome: str


class Studies:
    """Collects the studies of the learners of one intake at a time."""

    def __init__(self, world: World) -> None:
        self.world, self.later, self.unsent = (
            world,
            world.separate("taken later"),
            world.separate("results not sent"),
        )
        self.results = Load(
            ModuleResult,
            "enrolment_id",
            "module_id",
            "attempt",
            "due_date",
            "submitted_date",
            "mark",
            "outcome",
            "effective_on",
            "extended_to",
            "recorded_at",
            "voided_at",
            "void_reason",
        )
        self.more_time = MoreTime(world)
        self.awards = Load(
            UniversityAward,
            "enrolment_id",
            "award",
            "effective_on",
            "classification",
            "recorded_at",
        )
        self.training = Load(
            TrainingRecord,
            "person_id",
            "course_id",
            "effective_on",
            "status",
            "delivery",
            "recorded_at",
        )
        self.reviews = Load(Review, "person_id", "effective_on", "held_on", "kind", "recorded_at")

    def write(self) -> None:
        for load in (
            self.results,
            self.more_time.requests,
            self.awards,
            self.training,
            self.reviews,
        ):
            load.write()

    def of(self, journey: Journey, held: Sequence[str], until: dt.date) -> None:
        """Add one learner's studies from the start until the ending or today.

        Those who completed have passed everything required.
        """
        world, chance = self.world, self.world.chance
        person, start = journey.person, journey.start
        self._modules(journey, held, until)
        for place, course in enumerate(world.courses):
            self._course(journey, course, place, until)
        due = add_months(start, 3)
        while due <= until:
            took_place = later(due, chance.between(-5, 20))
            done = took_place <= until and (chance.happens(0.88) or due < later(until, -150))
            recorded = world.recorded(took_place if done else due)
            self.reviews.add(person, due, took_place if done else None, "three_way", recorded)
            due = add_months(due, 3)

    def _modules(self, journey: Journey, held: Sequence[str], until: dt.date) -> None:
        """Add the modules, each by its due day; the award follows when all are passed."""
        completed = journey.outcome == "completed"
        last: dt.date | None = later(until, -MARKING) if completed else None
        passed: list[dt.date | None] = []
        for module, on in self._required(journey, held):
            due = min(on, last or dt.date.max)
            if due > later(until, 90) or (not completed and self.unsent.chance.happens(NOT_SENT)):
                passed.append(None)
            else:
                passed.append(self._module(journey.enrolment, module, due, until, last))
        done = [day for day in passed if day]
        if completed:
            self._award(journey, later(until, -self.world.chance.between(1, MARKING - 1)), until)
        elif done and len(done) == len(passed):
            on = later(max(done), self.world.chance.between(*AWARDED))
            if on <= until:
                self._award(journey, on, until)

    def _required(self, journey: Journey, held: Sequence[str]) -> Iterator[tuple[int, dt.date]]:
        """Yield the modules with their due days: level 5 by the opening of assessment, level 6 by the planned end."""
        world, start, opens = self.world, journey.start, journey.opens
        fives = [key for code, key in world.knowledge.items() if code not in held]
        sixes = world.level_6 if start >= world.taught_since else []
        for place, module in enumerate(fives, 1):
            share = later(start, (opens - start).days * place // len(fives))
            yield module, add_months(start, FOURTH_MONTHS) if len(fives) == 1 else share
        for place, module in enumerate(sixes, 1):
            yield (
                module,
                later(opens, max((journey.planned_end - opens).days, 0) * place // len(sixes)),
            )

    def _course(self, journey: Journey, course: int, place: int, until: dt.date) -> None:
        """Add a course, booked some days after the one before.

        A learner who missed it takes it later or never; those who completed have taken it.
        """
        world, chance = self.world, self.world.chance
        person, completed = journey.person, journey.outcome == "completed"
        booked, led = (
            later(journey.start, 5 + place * 6 + chance.between(0, 5)),
            course in world.facilitated,
        )
        delivery = chance.weighted(["online", "face_to_face"], [0.85, 0.15]) if led else "elearning"
        comes_later = chance.happens(0.5) or completed
        if booked > later(until, 20):
            return
        if not chance.happens(BOOKED_IN.get(journey.region, BOOKED)):
            if (late := later(booked, LATER)) <= until and comes_later:
                self.training.add(
                    person, course, late, "attended", delivery, self.later.recorded(late)
                )
            return
        status = chance.weighted(["attended", "did_not_attend", "cancelled"], [0.93, 0.05, 0.02])
        status = status if booked <= until else "booked"
        self.training.add(
            person, course, booked, status, delivery, world.recorded(min(booked, until))
        )
        if (again := later(booked, 35)) <= until and status in ("did_not_attend", "cancelled"):
            self.training.add(
                person, course, again, "attended", delivery, self.later.recorded(again)
            )

    def _award(self, journey: Journey, on: dt.date, until: dt.date) -> None:
        """Add the university's award, by the pathway."""
        chance = self.world.chance
        award = "GRADDIP" if journey.pathway in ("PQIP13", "PQIP15") else "BA"
        classification = chance.pick(
            ["Pass", "Merit", "Distinction"]
            if award == "GRADDIP"
            else ["First class", "Upper second class"]
        )
        self.awards.add(
            journey.enrolment,
            award,
            on,
            classification,
            self.world.recorded(min(later(on, 7), until)),
        )

    def _module(
        self, enrolment: int, module: int, due: dt.date, until: dt.date, last: dt.date | None = None
    ) -> dt.date | None:
        """Add attempts at one module; with a `last` day, it is passed by then. Returns the day it was passed, or None."""
        chance = self.world.chance
        for attempt in (1, 2, 3):
            handed = later(
                due, chance.between(-6, 0) if chance.happens(0.85) else chance.between(1, 30)
            )
            handed = min(handed, last or handed)
            agreed = self.more_time.of(
                enrolment, module, attempt, due, handed if handed <= until else None
            )
            extended = agreed.until if agreed else None
            if handed > until:
                content = (enrolment, module, attempt, due, None, None, "pending", due)
                recorded = self.world.recorded(min(later(due, -60), until))
                if agreed and agreed.recorded_at > recorded:
                    self.results.add(
                        *content, None, recorded, agreed.recorded_at, "Extension agreed"
                    )
                    recorded = agreed.recorded_at
                self.results.add(*content, extended, recorded, None, "")
                return None
            passed = chance.happens(0.92) or (
                last is not None and (attempt == 3 or later(handed, 90) > last)
            )
            mark = chance.between(40, 78) if passed else chance.between(15, 39)
            recorded = self.world.recorded(min(later(handed, 21), until))
            outcome = "pass" if passed else "fail"
            self.results.add(
                enrolment,
                module,
                attempt,
                due,
                handed,
                mark,
                outcome,
                handed,
                extended,
                recorded,
                None,
                "",
            )
            if passed:
                return handed
            due = later(handed, 60)
        return None
