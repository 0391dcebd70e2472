"""Made-up posts after completion: the offer and its answer, and how far nine months' protection is kept."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from learners.models import Allocation, Event, NewlyQualified, NewlyQualifiedWorkshop, OfficerPost
from learners.rules.qualified import last_protected_day
from pqip.demo.load import Load
from pqip.demo.staffing import holders
from pqip.demo.world import World, later
from workforce.models import Spell

#: Posts and protection are on record for completions within this number of days.
SINCE = 730
MANDATORY = ["Managing your own caseload", "Sound judgement under pressure"]
FLEXIBLE = ["Working with families", "Writing for parole", "Looking after yourself"]


@dataclass(frozen=True)
class Officer:
    """A learner who completed: where, and since when they are an officer, if they are."""

    enrolment: int
    person: int
    region: int | None
    pdu: int | None
    completed: dt.date
    begins: dt.date | None


class Qualified:
    """Collects posts and protection, and writes them at once."""

    def __init__(self, world: World) -> None:
        self.world, self.yesterday = world, later(world.as_at, -1)
        self.posts = Load(
            OfficerPost,
            "public_id",
            "enrolment_id",
            "effective_on",
            "region_id",
            "pdu_id",
            "preference_met",
            "answer",
            "answered_on",
            "begins_on",
            "recorded_at",
        )
        self.kept = Load(
            NewlyQualified,
            "public_id",
            "enrolment_id",
            "effective_on",
            "protected_until",
            "reduction_percent",
            "reduction_from",
            "mentor_id",
            "pta_id",
            "office_moved",
            "recorded_at",
        )
        self.workshops = Load(
            NewlyQualifiedWorkshop,
            "enrolment_id",
            "title",
            "is_mandatory",
            "effective_on",
            "recorded_at",
        )
        self.colleagues = holders("PO")
        tutors = Allocation.objects.live().filter(role="pta").order_by("effective_on")
        self.tutors = dict(tutors.values_list("person_id", "other_id"))

    def of(self, officer: Officer) -> None:
        chance = self.world.chance
        if chance.happens(0.05):
            self._offer(officer, later(officer.completed, -chance.between(40, 60)), "declined")
        on = min(later(officer.completed, -chance.between(0, 30)), self.yesterday)
        if officer.begins is not None:
            self._offer(officer, on, "accepted")
            if chance.happens(0.9):
                self._protect(officer, officer.begins)
        elif chance.happens(0.6):
            self._offer(officer, on, "")  # some have not answered yet, others have had no offer

    def _offer(self, officer: Officer, on: dt.date, answer: str) -> None:
        world, chance = self.world, self.world.chance
        answered: dt.date | None = (
            min(later(on, chance.between(1, 9)), self.yesterday) if answer else None
        )
        met = None if answer == "declined" else chance.happens(0.8)
        recorded = world.recorded(answered or on)
        self.posts.add(
            chance.uuid(),
            officer.enrolment,
            on,
            officer.region,
            officer.pdu,
            met,
            answer,
            answered,
            officer.begins if answer == "accepted" else None,
            recorded,
        )

    def _protect(self, officer: Officer, begins: dt.date) -> None:
        """Add the protection: most of it is kept for most officers, and something is missing for some."""
        world, chance = self.world, self.world.chance
        among = [each for each in self.colleagues.get(officer.region, []) if each != officer.person]
        mentor = chance.pick(among) if among and chance.happens(0.95) else None
        self.kept.add(
            chance.uuid(),
            officer.enrolment,
            begins,
            last_protected_day(begins),
            10 if chance.happens(0.03) else 20,
            begins if chance.happens(0.96) else None,
            mentor,
            self.tutors.get(officer.person) if chance.happens(0.95) else None,
            chance.happens(0.03),
            world.recorded(min(begins, self.yesterday)),
        )
        for title in [*MANDATORY, chance.pick(FLEXIBLE)]:
            day = later(
                begins, chance.between(15, 80) if title in MANDATORY else chance.between(60, 240)
            )
            if day <= self.yesterday and chance.happens(0.9):
                self.workshops.add(
                    officer.enrolment, title, title in MANDATORY, day, world.recorded(day)
                )

    def write(self) -> None:
        for load in (self.posts, self.kept, self.workshops):
            load.write()


def qualified(world: World) -> None:
    """Add everybody who completed within two years. Those who are no officers yet have an open offer, or none."""
    made = Qualified(world)
    posts = {
        person: (day, region, pdu)
        for person, day, region, pdu in Spell.objects.live()
        .filter(grade__code="PO")
        .order_by("effective_on")
        .values_list("person_id", "effective_on", "region_id", "pdu_id")
    }
    done = (
        Event.objects.live()
        .filter(kind="completed", effective_on__gte=later(world.as_at, -SINCE))
        .order_by("pk")
    )
    for event in done.select_related("enrolment"):
        place = event.enrolment
        ahead = (None, place.region_id, place.pdu_id)
        begins, region, pdu = posts.get(place.person_id, ahead)
        made.of(Officer(place.pk, place.person_id, region, pdu, event.effective_on, begins))
    made.write()
