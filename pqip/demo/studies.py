"""What learners study: module results, training and reviews, up to the ending or today."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Protocol

from learners.models import ModuleResult, Review, TrainingRecord, UniversityAward
from learners.rules.dates import add_months
from pqip.demo.load import Load
from pqip.demo.more_time import MoreTime
from pqip.demo.world import World, later

#: Days between the last work handed in and the day somebody completes.
MARKING = 21


class Journey(Protocol):
    """What is told of a learner's journey: see `pqip/demo/journeys.py`."""

    enrolment: int
    person: int
    pathway: str
    start: dt.date
    planned_end: dt.date
    outcome: str


class Studies:
    """Gathers what the learners of one intake at a time do."""

    def __init__(self, world: World) -> None:
        self.world, self.later = world, world.apart("taken later")
        self.results = Load(
            ModuleResult, "enrolment_id", "module_id", "attempt", "due_date", "submitted_date", "mark", "outcome", "effective_on",
            "extended_to", "recorded_at", "voided_at", "void_reason",
        )
        self.more_time = MoreTime(world)
        self.awards = Load(UniversityAward, "enrolment_id", "award", "effective_on", "classification", "recorded_at")
        self.training = Load(TrainingRecord, "person_id", "course_id", "effective_on", "status", "delivery", "recorded_at")
        self.reviews = Load(Review, "person_id", "effective_on", "held_on", "kind", "recorded_at")

    def write(self) -> None:
        for load in (self.results, self.more_time.requests, self.awards, self.training, self.reviews):
            load.write()

    def of(self, journey: Journey, held: Sequence[str], until: dt.date) -> None:
        """What one learner did from the start until the ending or today. Whoever completed has passed all that was asked."""
        world, chance = self.world, self.world.chance
        enrolment, person, start, planned_end = journey.enrolment, journey.person, journey.start, journey.planned_end
        completed = journey.outcome == "completed"
        modules = [key for code, key in world.knowledge.items() if code not in held]
        modules += world.level_6 if start >= world.taught_since else []
        step, last = max((planned_end - start).days // (len(modules) + 1), 20), later(until, -MARKING) if completed else None
        for place, module in enumerate(modules, 1):
            due = min(later(start, step * place), last or dt.date.max)
            if due > later(until, 90):
                break
            self._module(enrolment, module, due, until, last)
        if completed:
            self._award(journey, until)
        for place, course in enumerate(world.courses):
            booked = later(start, 5 + place * 6 + chance.between(0, 5))
            if booked <= later(until, 20) and not chance.happens(0.96):
                if place % 3 and (late := later(booked, 60)) <= until:
                    self.training.add(person, course, late, "attended", "online", self.later.recorded(late))
            elif booked <= later(until, 20):
                past = booked <= until
                status = chance.weighted(["attended", "did_not_attend", "cancelled"], [0.93, 0.05, 0.02]) if past else "booked"
                delivery = chance.weighted(["elearning", "online", "face_to_face"], [0.5, 0.4, 0.1])
                self.training.add(person, course, booked, status, delivery, world.recorded(min(booked, until)))
                if (again := later(booked, 35)) <= until and status in ("did_not_attend", "cancelled"):
                    self.training.add(person, course, again, "attended", delivery, self.later.recorded(again))
        due = add_months(start, 3)
        while due <= until:
            held = later(due, chance.between(-5, 20))
            done = held <= until and (chance.happens(0.88) or due < later(until, -150))
            recorded = world.recorded(held if done else due)
            self.reviews.add(person, due, held if done else None, "three_way", recorded)
            due = add_months(due, 3)

    def _award(self, journey: Journey, until: dt.date) -> None:
        """The university's award, some days before the programme is completed."""
        chance, on = self.world.chance, later(until, -self.world.chance.between(1, MARKING - 1))
        award = "GRADDIP" if journey.pathway in ("PQIP13", "PQIP15") else "BA"
        said = chance.pick(["Pass", "Merit", "Distinction"] if award == "GRADDIP" else ["First class", "Upper second class"])
        self.awards.add(journey.enrolment, award, on, said, self.world.recorded(min(later(on, 7), until)))

    def _module(self, enrolment: int, module: int, due: dt.date, until: dt.date, last: dt.date | None = None) -> None:
        """Attempts at one module; where there is a `last` day, it is passed by then."""
        chance = self.world.chance
        for attempt in (1, 2, 3):
            handed = later(due, chance.between(-6, 0) if chance.happens(0.85) else chance.between(1, 30))
            handed = min(handed, last or handed)
            agreed = self.more_time.of(enrolment, module, attempt, due, handed if handed <= until else None)
            extended = agreed.until if agreed else None
            if handed > until:
                content = (enrolment, module, attempt, due, None, None, "pending", due)
                recorded = self.world.recorded(min(later(due, -60), until))
                if agreed and agreed.recorded_at > recorded:
                    self.results.add(*content, None, recorded, agreed.recorded_at, "Extension agreed")
                    recorded = agreed.recorded_at
                self.results.add(*content, extended, recorded, None, "")
                return
            passed = chance.happens(0.92) or (last is not None and (attempt == 3 or later(handed, 90) > last))
            mark = chance.between(40, 78) if passed else chance.between(15, 39)
            recorded = self.world.recorded(min(later(handed, 21), until))
            outcome = "pass" if passed else "fail"
            self.results.add(
                enrolment, module, attempt, due, handed, mark, outcome, handed, extended, recorded, None, ""
            )
            if passed:
                return
            due = later(handed, 60)
