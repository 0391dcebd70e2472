"""Made-up use of training: follow-ups in practice, evaluations, and exemptions from courses."""

from __future__ import annotations

import datetime as dt

from learners.actions.training_follow_ups import follow_up_days
from learners.models import (
    Course,
    CourseEvaluation,
    Enrolment,
    FollowUp,
    TrainingExemption,
    TrainingRecord,
)
from pqip.demo.load import Load
from pqip.demo.world import World, later

#: Attendances within this number of days have a follow-up; earlier ones never had one.
SINCE = 540
LEARNED_BEFORE = [
    "Took this course as a PSO last year.",
    "Taught it in their post before.",
    "Holds the certificate of an earlier version.",
]


class Learning:
    """Collects the use of training of everybody on the programme."""

    def __init__(self, world: World) -> None:
        self.world, self.yesterday, self.beside = (
            world,
            later(world.as_at, -1),
            world.separate("evaluations"),
        )
        self.answers = Load(
            CourseEvaluation,
            "person_id",
            "course_id",
            "effective_on",
            "level",
            "answered_on",
            "recorded_at",
        )
        self.tasks = Load(
            FollowUp,
            "public_id",
            "person_id",
            "course_id",
            "effective_on",
            "due_on",
            "kind",
            "done_on",
            "done_with_id",
            "recorded_at",
        )
        self.exemptions = Load(
            TrainingExemption,
            "public_id",
            "person_id",
            "course_id",
            "effective_on",
            "reason",
            "recorded_at",
        )

    def follow_up(self, place: Enrolment, course: int, attended: dt.date) -> None:
        """Add a follow-up: done by most with their manager or assessor, by some late, by others not at all."""
        world, chance = self.world, self.world.chance
        due, done = later(attended, follow_up_days()), None
        if chance.happens(0.9):
            done = later(
                attended, chance.between(3, 28) if chance.happens(0.8) else chance.between(29, 60)
            )
        kind, other = (
            chance.weighted(["discussion", "observed_practice"], [0.7, 0.3]),
            place.line_manager_id or place.pta_id,
        )
        if done is None or done > self.yesterday or other is None:
            kind, done, other = "", None, None
        recorded = world.recorded(done or attended)
        self.tasks.add(
            chance.uuid(), place.person_id, course, attended, due, kind, done, other, recorded
        )

    def evaluate(self, person: int, course: int, attended: dt.date) -> None:
        """Add evaluations: most say what they thought of it, fewer what they learned, and few what came of it months later."""
        world, chance = self.beside, self.beside.chance
        for level, share, days in ((1, 0.6, 5), (2, 0.35, 20), (3, 0.1, 120), (4, 0.03, 200)):
            on = later(attended, chance.between(0, days))
            if not chance.happens(share) or on > self.yesterday:
                return
            self.answers.add(person, course, attended, level, on, world.recorded(on))

    def exempt(self, place: Enrolment, courses: list[int]) -> None:
        """Exempt a learner from a course that they have not attended."""
        world, chance = self.world, self.world.chance
        day = later(place.start_date, chance.between(1, 20))
        if courses and day <= self.yesterday:
            content = (chance.pick(courses), day, chance.pick(LEARNED_BEFORE), world.recorded(day))
            self.exemptions.add(chance.uuid(), place.person_id, *content)

    def write(self) -> None:
        self.tasks.write()
        self.answers.write()
        self.exemptions.write()


def learning(world: World) -> None:
    """Add follow-ups for everybody on the programme, and exemptions for most who were PSOs before."""
    made = Learning(world)
    places = {place.person_id: place for place in Enrolment.objects.on_programme().order_by("pk")}
    followed = set(Course.objects.filter(needs_follow_up=True).values_list("pk", flat=True))
    attended: dict[int, set[int]] = {}
    rows = TrainingRecord.objects.live().filter(status="attended", person__in=places)
    booked = ("person_id", "course_id", "effective_on")
    for person, course, day in rows.order_by(*booked).values_list(*booked):
        attended.setdefault(person, set()).add(course)
        if day >= later(world.as_at, -SINCE):
            made.evaluate(person, course, day)
        if course in followed and day >= later(world.as_at, -SINCE):
            made.follow_up(places[person], course, day)
    for person, place in places.items():
        if place.entry_route == "pso_progression" and world.chance.happens(0.8):
            made.exempt(
                place,
                [course for course in world.courses if course not in attended.get(person, ())],
            )
    made.write()
