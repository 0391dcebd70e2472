"""What learners study: module results, training and reviews, up to the ending or today."""

from __future__ import annotations

import datetime as dt

from learners.models import ModuleResult, Review, TrainingRecord
from learners.rules.dates import add_months
from pqip.demo.load import Load
from pqip.demo.more_time import MoreTime
from pqip.demo.world import World, later


class Studies:
    """Gathers what the learners of one intake at a time do."""

    def __init__(self, world: World) -> None:
        self.world, self.later = world, world.apart("taken later")
        self.results = Load(
            ModuleResult, "enrolment_id", "module_id", "attempt", "due_date", "submitted_date", "mark", "outcome", "effective_on",
            "extended_to", "recorded_at", "voided_at", "void_reason",
        )
        self.more_time = MoreTime(world)
        self.training = Load(TrainingRecord, "person_id", "course_id", "effective_on", "status", "delivery", "recorded_at")
        self.reviews = Load(Review, "person_id", "effective_on", "held_on", "kind", "recorded_at")

    def write(self) -> None:
        for load in (self.results, self.more_time.requests, self.training, self.reviews):
            load.write()

    def of(self, enrolment: int, person: int, start: dt.date, planned_end: dt.date, until: dt.date) -> None:
        """What one learner did from the start until the ending or today."""
        world, chance = self.world, self.world.chance
        step = max((planned_end - start).days // (len(world.modules) + 1), 20)
        for place, module in enumerate(world.modules, 1):
            due = later(start, step * place)
            if due > later(until, 90):
                break
            self._module(enrolment, module, due, until)
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

    def _module(self, enrolment: int, module: int, due: dt.date, until: dt.date) -> None:
        chance = self.world.chance
        for attempt in (1, 2, 3):
            handed = later(due, chance.between(-6, 0) if chance.happens(0.85) else chance.between(1, 30))
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
            passed = chance.happens(0.92)
            mark = chance.between(40, 78) if passed else chance.between(15, 39)
            recorded = self.world.recorded(min(later(handed, 21), until))
            outcome = "pass" if passed else "fail"
            self.results.add(
                enrolment, module, attempt, due, handed, mark, outcome, handed, extended, recorded, None, ""
            )
            if passed:
                return
            due = later(handed, 60)
