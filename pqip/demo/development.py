"""Made-up development of everybody in post as a PSO: induction, observation, mentor, VQ3 and mandatory courses."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from assessments.models import Registration, RegistrationFact, UnitChoice, UnitGroup
from learners.models import (
    Allocation,
    Course,
    CourseRequirement,
    DiplomaExpectation,
    Event,
    InductionItem,
    InductionRecord,
    PracticeObservation,
    TrainingRecord,
)
from learners.rules.dates import add_months
from learners.rules.development import DIPLOMA_MONTHS, INDUCTION_DAYS
from pqip.demo.load import Keys, Load
from pqip.demo.staffing import holders
from pqip.demo.world import World, later
from workforce.models import Spell

DELIVERY = "elearning"
#: Courses with a trainer reach fewer than half of PSOs (S3 §3.3), in some regions more; the shares are made up.
REACHED, REACHED_IN = 0.45, {"LON": 0.37, "KSS": 0.4, "NE": 0.7, "GM": 0.62, "YH": 0.55, "SC": 0.58}
#: The shares who begin the VQ3: most of those of whom it is expected, and few who joined earlier (S3 §3.4).
REGISTERED, REGISTERED_BEFORE = 0.88, 0.2
#: The shares who have a mentor: nearly every learner, and fewer of the other PSOs.
MENTORED, MENTORED_OTHERS = 0.95, 0.7
#: The number of days after registering by which the optional units of the VQ3 are chosen.
CHOSEN_AFTER = 90


@dataclass(frozen=True)
class Pso:
    """A PSO in post: since when and where; `learns` while on the programme."""

    person: int
    region: int
    since: dt.date
    learns: bool


class Development:
    """Collects the development of PSOs, and writes it at once."""

    def __init__(self, world: World) -> None:
        self.world, self.beside = world, world.separate("other courses of PSOs")
        self.items = list(
            InductionItem.objects.live()
            .filter(is_required=True)
            .order_by("order")
            .values_list("code", flat=True)
        )
        required = (
            CourseRequirement.objects.live()
            .filter(audience="pso", is_required=True)
            .values("course")
        )
        courses = Course.objects.filter(pk__in=required).order_by("order", "id")
        self.mandatory = list(courses.filter(category="mandatory").values_list("id", flat=True))
        self.others = list(courses.exclude(category="mandatory").values_list("id", flat=True))
        expected = (
            DiplomaExpectation.objects.live()
            .filter(is_expected=True)
            .order_by("effective_on")
            .first()
        )
        self.expected_from = expected.effective_on if expected else dt.date.max
        self.regions = {key: code for code, key in world.regions.items()}
        self.shown = Load(
            InductionRecord, "public_id", "person_id", "item", "effective_on", "recorded_at"
        )
        self.observations = Load(
            PracticeObservation,
            "public_id",
            "person_id",
            "effective_on",
            "observer_id",
            "held_on",
            "feedback_given",
            "recorded_at",
        )
        self.allocations = Load(
            Allocation, "public_id", "person_id", "role", "other_id", "effective_on", "recorded_at"
        )
        self.registrations = Load(
            Registration, "id", "public_id", "person_id", "qualification_id", "version_id"
        )
        self.facts = Load(
            RegistrationFact,
            "registration_id",
            "effective_on",
            "target_on",
            "certificated_on",
            "certificate_number",
            "recorded_at",
        )
        self.choices = Load(UnitChoice, "registration_id", "unit_id", "effective_on", "recorded_at")
        group = UnitGroup.objects.get(version=world.versions["VQ3"].version_id)
        self.choose, self.optional = (
            group.choose,
            list(group.units.order_by("number").values_list("id", flat=True)),
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
        in_post = Spell.objects.live().filter(grade__code="PSO", ended_on=None).values("person")
        held = TrainingRecord.objects.live().filter(person__in=in_post)
        #: Courses on which some were booked before as learners: nobody is booked twice.
        self.held = set(held.values_list("person_id", "course_id"))
        self.keys = Keys(Registration)
        self.taken = set(Allocation.objects.live().values_list("person_id", "role"))
        self.colleagues, self.assessors = holders("PO"), holders("VQ3A")
        self.managers = holders("SPO")

    def of(self, pso: Pso) -> None:
        """Add the development of one PSO."""
        chance, world = self.world.chance, self.world
        self._looked_after(
            pso, "mentor", self.colleagues, MENTORED if pso.learns else MENTORED_OTHERS
        )
        if not pso.learns:
            self._looked_after(pso, "line_manager", self.managers, 0.95)
            self._diploma(pso)
        for code in self.items:
            on = later(pso.since, chance.between(0, INDUCTION_DAYS + 2))
            if on < world.as_at and chance.happens(0.97):
                self.shown.add(
                    chance.uuid(), pso.person, code, on, world.recorded(on, chance.between(0, 5))
                )
        self._observed(pso)
        if not pso.learns:
            self._trained(pso)

    def _looked_after(
        self, pso: Pso, role: str, holders: dict[int | None, list[int]], share: float
    ) -> None:
        world, chance = self.world, self.world.chance
        among = holders.get(pso.region)
        if (pso.person, role) in self.taken or not among or not chance.happens(share):
            return
        since = later(pso.since, chance.between(0, 10))
        if since < world.as_at and (other := chance.pick(among)) != pso.person:
            self.allocations.add(
                chance.uuid(),
                pso.person,
                role,
                other,
                since,
                world.recorded(since, chance.between(0, 20)),
            )

    def _diploma(self, pso: Pso) -> None:
        """Add the VQ3: most are registered, fewer achieve it, and not all of them within 12 months (S3 §3.4)."""
        world, chance = self.world, self.world.chance
        version = world.versions["VQ3"]
        on = later(pso.since, chance.between(30, 200))
        if on >= world.as_at or not chance.happens(
            REGISTERED if pso.since >= self.expected_from else REGISTERED_BEFORE
        ):
            return
        key = next(self.keys)
        certificated = later(pso.since, chance.between(220, 620)) if chance.happens(0.8) else None
        if certificated is not None and certificated >= world.as_at:
            certificated = None
        number = f"DEMO-{chance.between(10_000, 99_999)}" if certificated else ""
        self.registrations.add(
            key, chance.uuid(), pso.person, version.qualification_id, version.version_id
        )
        recorded = world.recorded(certificated or on, chance.between(1, 20))
        self.facts.add(
            key, on, add_months(pso.since, DIPLOMA_MONTHS), certificated, number, recorded
        )
        if certificated is not None or on < later(world.as_at, -CHOSEN_AFTER):
            first = pso.person % (len(self.optional) - self.choose + 1)
            for unit in self.optional[first : first + self.choose]:
                self.choices.add(key, unit, on, recorded)
        if certificated is None:
            self._looked_after(pso, "pta", self.assessors, 0.8)

    def _observed(self, pso: Pso) -> None:
        world, chance = self.world, self.world.chance
        observers = self.colleagues.get(pso.region)
        if not observers or not chance.happens(0.75):
            return
        on = later(pso.since, chance.between(30, 150))
        is_held = on < world.as_at and chance.happens(0.85)
        self.observations.add(
            chance.uuid(),
            pso.person,
            on,
            chance.pick(observers),
            on if is_held else None,
            is_held and chance.happens(0.9),
            world.recorded(min(on, later(world.as_at, -1)), 1),
        )

    def _trained(self, pso: Pso) -> None:
        """Add the mandatory courses: most take them in their first months; others miss them, or are never booked."""
        self._took(pso, self.world, self.mandatory, within=90, never=0.01)
        self._took(pso, self.beside, self.others, within=330, never=0.08)

    def _took(
        self, pso: Pso, world: World, courses: list[int], *, within: int, never: float
    ) -> None:
        chance = world.chance
        is_reached = chance.happens(REACHED_IN.get(self.regions[pso.region], REACHED))
        for course in courses:
            on, led = later(pso.since, chance.between(3, within)), course in world.facilitated
            if (
                chance.happens(never)
                or (pso.person, course) in self.held
                or (led and not is_reached and chance.happens(0.5))
            ):
                continue
            came = chance.happens(0.985) and (is_reached or not led)
            status = "booked" if on >= world.as_at else "attended" if came else "did_not_attend"
            delivery = (
                chance.weighted(["online", "face_to_face"], [0.85, 0.15]) if led else DELIVERY
            )
            self.training.add(
                pso.person, course, on, status, delivery, world.recorded(min(on, world.as_at), 2)
            )

    def write(self) -> None:
        for load in (
            self.shown,
            self.observations,
            self.allocations,
            self.registrations,
            self.facts,
            self.choices,
            self.training,
        ):
            load.write()


def development(world: World) -> None:
    """Add the development of everybody in post as a PSO; call it once all posts are written."""
    made = Development(world)
    posts = Spell.objects.live().filter(
        grade__code="PSO", ended_on=None, effective_on__lte=world.as_at
    )
    learning = _learning()
    for person, region, since in posts.order_by("person_id").values_list(
        "person_id", "region_id", "effective_on"
    ):
        made.of(Pso(person, region, since, person in learning))
    made.write()


def _learning() -> set[int]:
    """Return everybody with an enrolment that has begun and not ended, from their events, since nothing is derived yet."""
    ended = (
        Event.objects.live()
        .filter(kind__in=["withdrawn", "completed", "did_not_start"])
        .values("enrolment")
    )
    begun = Event.objects.live().filter(kind="started").exclude(enrolment__in=ended)
    return set(begun.values_list("enrolment__person_id", flat=True))
