"""Made-up preparation of starters: arrangements, contact before day one, adjustments agreed, and who has read them."""

from __future__ import annotations

import datetime as dt

from learners.models import (
    Allocation,
    Contact,
    Enrolment,
    Event,
    ManagerAcknowledgement,
    PathwayDecision,
    StarterStep,
    SupportNeed,
)
from pqip.demo.load import Load
from pqip.demo.staffing import holders
from pqip.demo.world import World, later

#: Adjustments made for a learner. The reason is never stated.
ADJUSTMENTS = [
    "Adjustable desk and chair",
    "Screen-reading software on their laptop",
    "25% more time for written work",
    "Fixed desk near a window",
    "Meetings with notes sent beforehand",
    "Later start on two days a week",
    "Parking space at the office",
    "Quiet room for online groups",
]
ABOUT = {
    "email": "First-day details sent.",
    "telephone": "Checks and vetting explained; no questions left.",
    "video": "Met their team online.",
    "visit": "Came to see the office.",
}
SHARE_WITH_NEEDS = 0.125
#: Learners who started within this number of days have their arrangements and support needs on record.
RECENT, WITH_NEEDS = 120, 700


class Starting:
    """Collects the preparation of starters, and writes it at once."""

    def __init__(self, world: World) -> None:
        self.world, self.yesterday = world, later(world.as_at, -1)
        self.steps = Load(
            StarterStep, "enrolment_id", "arrangement", "state", "effective_on", "recorded_at"
        )
        self.contacts = Load(
            Contact, "public_id", "enrolment_id", "means", "about", "effective_on", "recorded_at"
        )
        self.read = Load(
            ManagerAcknowledgement, "enrolment_id", "manager_id", "effective_on", "recorded_at"
        )
        self.needs = Load(
            SupportNeed,
            "public_id",
            "enrolment_id",
            "adjustment",
            "effective_on",
            "in_place_on",
            "review_on",
            "owner_id",
            "recorded_at",
        )
        self.mentors = Load(
            Allocation, "public_id", "person_id", "role", "other_id", "effective_on", "recorded_at"
        )
        self.colleagues = holders("PO")
        #: People who have a mentor already, such as PSOs who progress.
        self.mentored = set(
            Allocation.objects.live()
            .filter(role="mentor", ended_on=None)
            .values_list("person_id", flat=True)
        )
        enrolled = (
            Event.objects.live().filter(kind="enrolled").values_list("enrolment_id", "recorded_at")
        )
        self.known = {key: recorded.date() for key, recorded in enrolled if recorded}
        decided = PathwayDecision.objects.live().order_by("effective_on")
        self.decided = dict(decided.values_list("enrolment_id", "effective_on"))

    def before_day_one(self, place: Enrolment, start: dt.date, needs_more: bool) -> None:
        """Add the state of each arrangement: those that come later in the process are missing more often."""
        chance = self.world.chance
        if (decided := self.decided.get(place.pk)) and chance.happens(0.9):
            self._step(place, "pathway_told", "done", later(decided, chance.between(1, 10)))
        self._with_clock(
            place, "checks", later(start, -chance.between(35, 75)), chance.between(14, 32)
        )
        self._with_clock(
            place, "vetting", later(start, -chance.between(35, 80)), chance.between(20, 50)
        )
        if self._step(place, "contract", "asked", later(start, -chance.between(35, 50))):
            self._step(place, "contract", "done", later(start, -chance.between(10, 30)))
        if chance.happens(0.93):
            self._step(place, "office", "done", later(start, -chance.between(5, 50)))
        if self._step(
            place, "equipment", "asked", later(start, -chance.between(25, 40))
        ) and chance.happens(0.95):
            self._step(place, "equipment", "done", later(start, -chance.between(2, 22)))
        if not needs_more:
            asked = later(start, -chance.between(40, 60))
            if self._step(place, "adjustments", "asked", asked):
                self._step(place, "adjustments", "not_needed", later(asked, chance.between(2, 20)))
        state = "done_action_taken" if chance.happens(0.04) else "done"
        self._step(place, "family_connection", state, later(start, -chance.between(8, 60)))
        if place.entry_route == "pso_progression" and chance.happens(0.9):
            self._step(place, "cases_handed_over", "done", later(start, -chance.between(0, 12)))
        self._in_touch(place, start)
        if place.status == "due_to_start" and place.person_id not in self.mentored:
            self._mentor(place, start)

    def _with_clock(self, place: Enrolment, arrangement: str, begins: dt.date, days: int) -> None:
        """Add an arrangement with a clock: started, sometimes paused for the candidate, and done after `days` on which the
        clock ran.
        """
        chance = self.world.chance
        if not self._step(place, arrangement, "asked", begins):
            return
        if chance.happens(0.3):
            paused = later(begins, chance.between(2, max(days - 3, 3)))
            resumed = later(paused, chance.between(3, 20))
            if not (
                self._step(place, arrangement, "paused", paused)
                and self._step(place, arrangement, "resumed", resumed)
            ):
                return
            days += (resumed - paused).days
        self._step(place, arrangement, "done", later(begins, days + 1))

    def _step(self, place: Enrolment, arrangement: str, state: str, day: dt.date) -> bool:
        """Add a step if it is in the past; for those who started, every step is.

        No step comes before their place is known.
        """
        day = max(day, self.known[place.pk])
        if day > self.yesterday:
            return False
        self.steps.add(
            place.pk,
            arrangement,
            state,
            day,
            self.world.recorded(day, self.world.chance.between(0, 2)),
        )
        return True

    def _in_touch(self, place: Enrolment, start: dt.date) -> None:
        chance = self.world.chance
        day = max(later(start, -chance.between(70, 90)), self.known[place.pk])
        while day < start and day <= self.yesterday:
            if chance.happens(0.75):
                means = chance.pick(list(ABOUT))
                self.contacts.add(
                    chance.uuid(), place.pk, means, ABOUT[means], day, self.world.recorded(day)
                )
            day = later(day, chance.between(12, 25))

    def _mentor(self, place: Enrolment, start: dt.date) -> None:
        chance, among = self.world.chance, self.colleagues.get(place.region_id)
        if among and chance.happens(0.6):
            recorded = self.world.recorded(
                max(later(start, -chance.between(10, 40)), self.known[place.pk])
            )
            self.mentors.add(
                chance.uuid(), place.person_id, "mentor", chance.pick(among), start, recorded
            )

    def adjusted(self, place: Enrolment) -> dt.date | None:
        """Add one adjustment or two, most of them in place; return the day the last was agreed, None where that is in the
        future.
        """
        world, chance, last = self.world, self.world.chance, None
        for adjustment in chance.random.sample(ADJUSTMENTS, chance.pick([1, 1, 2])):
            agreed = max(later(place.start_date, -chance.between(15, 70)), self.known[place.pk])
            if agreed > self.yesterday:
                continue
            placed = later(agreed, chance.between(5, 45)) if chance.happens(0.85) else None
            placed = placed if placed and placed <= self.yesterday else None
            review = later(agreed, 180) if chance.happens(0.7) else None
            self.needs.add(
                chance.uuid(),
                place.pk,
                adjustment,
                agreed,
                placed,
                review,
                place.line_manager_id,
                world.recorded(agreed, 1),
            )
            last = max(last or agreed, agreed)
        return last

    def acknowledged(self, place: Enrolment, agreed: dt.date | None) -> None:
        """Add that the line manager has read the adjustments, most often after they were recorded."""
        chance = self.world.chance
        day = max(
            later(place.start_date, -chance.between(10, 45)),
            later(agreed, 3) if agreed else dt.date.min,
        )
        if place.line_manager_id and day <= self.yesterday and chance.happens(0.8):
            self.read.add(place.pk, place.line_manager_id, day, self.world.recorded(day))

    def write(self) -> None:
        for load in (self.steps, self.contacts, self.needs, self.read, self.mentors):
            load.write()


def starting(world: World) -> None:
    """Add the preparation of everybody who will start or has started recently, and adjustments of those on the programme."""
    made, chance = Starting(world), world.chance
    places = Enrolment.objects.filter(
        status__in=["due_to_start", "active", "deferred"], start_date__isnull=False
    )
    for place in places.filter(start_date__gte=later(world.as_at, -WITH_NEEDS)).order_by("pk"):
        needs_more = chance.happens(SHARE_WITH_NEEDS)
        agreed = made.adjusted(place) if needs_more else None
        if (start := place.start_date) and start >= later(world.as_at, -RECENT):
            made.before_day_one(place, start, needs_more)
            made.acknowledged(place, agreed)
    made.write()
