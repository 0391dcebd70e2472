"""Made-up learning in practice: study and VQ days, placements, shared cases, and kinds of case allowed before their
training.
"""

from __future__ import annotations

import datetime as dt

from learners.models import (
    CaseType,
    CaseTypeOverride,
    CoWork,
    Enrolment,
    LostReason,
    Placement,
    ProtectedDay,
)
from learners.models.enrolments import Status
from pqip.demo.load import Load
from pqip.demo.world import World, later
from workforce.models import BankHoliday, Person

#: The number of weeks of study and VQ days in the past and in the future.
BEHIND, AHEAD = 12, 6
SETTINGS = ["court", "approved_premises", "unpaid_work", "prison", "programmes"]
FEEDBACK = [
    "Saw hearings from start to end.",
    "Short of time: the office called twice.",
    "Worked beside a colleague every day.",
]
TASKS = [
    "Draft the risk assessment and talk it through.",
    "Prepare the sentence plan review.",
    "Join supervision meetings and take notes.",
]
WHY = ["Allowed beside an experienced colleague.", "The course is booked for next month."]


class Practising:
    """Collects the practice of everybody on the programme."""

    def __init__(self, world: World) -> None:
        self.world, self.yesterday = world, later(world.as_at, -1)
        self.days = Load(
            ProtectedDay,
            "public_id",
            "person_id",
            "effective_on",
            "kind",
            "taken",
            "reason_lost",
            "recorded_at",
        )
        self.placements = Load(
            Placement,
            "public_id",
            "enrolment_id",
            "setting",
            "effective_on",
            "planned_to",
            "began_on",
            "ended_on",
            "quality",
            "feedback",
            "recorded_at",
        )
        self.work = Load(
            CoWork,
            "public_id",
            "enrolment_id",
            "responsible_officer_id",
            "tasks",
            "effective_on",
            "review_on",
            "recorded_at",
        )
        self.allowed = Load(
            CaseTypeOverride,
            "public_id",
            "enrolment_id",
            "case_type_id",
            "effective_on",
            "ended_on",
            "reason",
            "recorded_at",
        )
        self.reasons = list(
            LostReason.objects.order_by("order", "pk").values_list("code", flat=True)
        )
        self.kinds = list(CaseType.objects.order_by("order", "pk").values_list("pk", flat=True))
        self.holidays = set(BankHoliday.objects.values_list("date", flat=True))
        self.officers: dict[int, list[int]] = {}
        for key, region in (
            Person.objects.filter(grade__code="PO").order_by("pk").values_list("pk", "region_id")
        ):
            self.officers.setdefault(region, []).append(key)

    def week(self, place: Enrolment, start: dt.date) -> None:
        """Add one university day and one VQ day a week; one in eight is lost."""
        world, chance = self.world, self.world.chance
        weekdays = chance.random.sample(range(5), 2)
        first = max(start, later(world.as_at, -7 * BEHIND))
        monday = later(first, -first.weekday())
        while monday <= later(world.as_at, 7 * AHEAD):
            for kind, weekday in zip(("university", "vocational"), weekdays, strict=True):
                day = later(monday, weekday)
                if day >= first and day not in self.holidays:
                    self.day(place.person_id, kind, day)
            monday = later(monday, 7)

    def day(self, person: int, kind: str, day: dt.date) -> None:
        world, chance = self.world, self.world.chance
        is_taken, why = None, ""
        if day <= self.yesterday:
            is_taken = chance.weighted([True, False, None], [0.83, 0.13, 0.04])
            why = chance.pick(self.reasons) if is_taken is False and chance.happens(0.9) else ""
        self.days.add(
            chance.uuid(),
            person,
            day,
            kind,
            is_taken,
            why,
            world.recorded(day if is_taken is not None else later(day, -60)),
        )

    def placed(self, place: Enrolment, start: dt.date) -> None:
        """Add a placement: most learners have one after some months, some of them late or not at all."""
        world, chance = self.world, self.world.chance
        for setting in chance.random.sample(SETTINGS, chance.between(0, 2)):
            first = later(start, chance.between(60, 300))
            last = later(first, chance.pick([4, 9, 14]))
            began = later(first, chance.pick([0, 0, 0, 7])) if chance.happens(0.85) else None
            ended = later(began, (last - first).days) if began else None
            if began is None or began > self.yesterday:
                began = ended = None
            if ended and ended > self.yesterday:
                ended = None
            quality = (
                chance.weighted(["good", "partly", "poor"], [0.7, 0.22, 0.08]) if ended else ""
            )
            feedback = chance.pick(FEEDBACK) if ended and chance.happens(0.6) else ""
            recorded = world.recorded(ended or began or min(first, later(world.as_at, -20)))
            self.placements.add(
                chance.uuid(),
                place.pk,
                setting,
                first,
                last,
                began,
                ended,
                quality,
                feedback,
                recorded,
            )

    def beside(self, place: Enrolment, start: dt.date) -> None:
        """Add shared cases for one in three, and a kind of case allowed early for one in thirty."""
        world, chance = self.world, self.world.chance
        day = later(start, chance.between(90, 200))
        officers = self.officers.get(place.region_id or 0)
        if officers and day <= self.yesterday and chance.happens(0.33):
            look = later(day, chance.between(30, 120))
            self.work.add(
                chance.uuid(),
                place.pk,
                chance.pick(officers),
                chance.pick(TASKS),
                day,
                look,
                world.recorded(day),
            )
        if self.kinds and day <= self.yesterday and chance.happens(0.03):
            until = later(world.as_at, chance.between(5, 40))
            content = (
                chance.pick(self.kinds),
                later(world.as_at, -chance.between(2, 30)),
                until,
                chance.pick(WHY),
            )
            self.allowed.add(chance.uuid(), place.pk, *content, world.recorded(content[1]))

    def write(self) -> None:
        for load in (self.days, self.placements, self.work, self.allowed):
            load.write()


def practising(world: World) -> None:
    """Add the practice of everybody on the programme; nobody has study days on a break."""
    made = Practising(world)
    for place in Enrolment.objects.on_programme().exclude(start_date=None).order_by("pk"):
        if place.start_date is None:
            continue
        if place.status == Status.ACTIVE:
            made.week(place, place.start_date)
        made.placed(place, place.start_date)
        made.beside(place, place.start_date)
    made.write()
