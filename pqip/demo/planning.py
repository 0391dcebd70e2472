"""Made-up days on which intakes are to take the courses with a trainer, planned once for each intake of a region."""

from __future__ import annotations

from learners.models import Course, CoursePlan, Enrolment
from pqip.demo.load import Load
from pqip.demo.world import World, later

#: Intakes that began within this number of days, or begin within as many.
NEAR = 100


def planning(world: World) -> None:
    """Plan about one course a week for every intake near its beginning; courses in the past are recorded as attendance."""
    chance = world.chance
    plans = Load(
        CoursePlan,
        "public_id",
        "cohort_id",
        "region_id",
        "course_id",
        "effective_on",
        "delivery",
        "recorded_at",
    )
    led = Course.objects.filter(pk__in=world.facilitated & set(world.courses)).order_by(
        "order", "id"
    )
    courses = list(led.values_list("id", flat=True))
    near = (later(world.as_at, -NEAR), later(world.as_at, NEAR))
    places = Enrolment.objects.filter(start_date__range=near, status__in=["due_to_start", "active"])
    begun = places.order_by("cohort__starts_on", "cohort", "region").values_list(
        "cohort", "cohort__starts_on", "region"
    )
    for cohort, begins, region in begun.distinct():
        for place, course in enumerate(courses, 2):
            on = later(begins, 12 * place + chance.between(0, 3))
            if on >= world.as_at and on.weekday() < 5:
                plans.add(
                    chance.uuid(),
                    cohort,
                    region,
                    course,
                    on,
                    "online",
                    world.recorded(later(world.as_at, -20)),
                )
    plans.write()
