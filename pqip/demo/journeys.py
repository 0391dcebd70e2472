"""Made-up journeys: when each learner started, took a break, moved, withdrew or completed, and when that was recorded."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import Any

from learners.models import BreakReason, Enrolment, Event
from learners.rules.dates import add_months
from pqip.core.bulk import take_keys
from pqip.demo.employed import Employed
from pqip.demo.load import Load
from pqip.demo.people import People
from pqip.demo.registered import REGISTER_BEGINS
from pqip.demo.studies import Studies
from pqip.demo.world import PILOT_COMPLETED, PILOT_PLACES, PILOT_REGIONS, Intake, World, later

MONTHS = {"PQIP13": 13, "PQIP15": 15, "PQIP21": 21, "PQIP27": 27}
PART_TIME_MONTHS = {"PQIP15": 21, "PQIP21": 30}
OPENS = {"PQIP13": 4, "PQIP15": 6, "PQIP21": 12, "PQIP27": 18}
#: Before the review of 2021 assessment opened after two months.
REVIEWED, OPENED = dt.date(2022, 1, 1), 2
EVENT_COLUMNS = (
    "id",
    "public_id",
    "enrolment_id",
    "kind",
    "effective_on",
    "reason",
    "ended_by",
    "destination",
    "exit_interview_offered_on",
    "exit_interview_held_on",
    "to_pathway_id",
    "to_region_id",
    "to_pdu_id",
    "to_fte",
    "to_cohort_id",
    "expected_return",
    "extended_to",
    "note",
    "recorded_at",
    "voided_at",
    "void_reason",
)
TERMS = dict.fromkeys(EVENT_COLUMNS[5:], None) | {
    "reason": "",
    "ended_by": "",
    "destination": "",
    "note": "",
    "void_reason": "",
}


@dataclass
class Journey:
    """What the other generators need to know about a learner."""

    enrolment: int
    person: int
    region: str
    pathway: str
    start: dt.date
    opens: dt.date
    planned_end: dt.date
    ended: dt.date | None = None
    outcome: str = ""
    breaks: list[tuple[dt.date, dt.date]] = field(default_factory=list)
    fte: str = "1.00"
    #: The region and unit since each day.
    places: list[tuple[dt.date, str, int]] = field(default_factory=list)

    def away(self, day: dt.date) -> bool:
        return any(begins <= day < ends for begins, ends in self.breaks)


class Journeys:
    """Collects the enrolments and events of one intake at a time."""

    def __init__(self, world: World, people: People) -> None:
        self.world, self.people = world, people
        self.why = world.separate("why breaks")
        self.reasons = list(
            BreakReason.objects.order_by("order", "pk").values_list("code", flat=True)
        )
        self.enrolments = Load(
            Enrolment,
            "id",
            "public_id",
            "person_id",
            "entry_cohort_id",
            "entry_route",
            "level5_held",
            "modules_held",
            "campaign_id",
        )
        self.events = Load(Event, *EVENT_COLUMNS)
        self.studies = Studies(world)
        self.employed = Employed(world, people)
        self._event_keys: list[int] = []

    def intake(self, intake: Intake) -> list[Journey]:
        """Add every learner of an intake, and return their journeys."""
        size = self.world.count(intake.size)
        if intake.is_pilot:
            return [
                self._learner(key, intake, place)
                for place, key in enumerate(take_keys(Enrolment, min(size, intake.size)))
            ]
        return [self._learner(key, intake) for key in take_keys(Enrolment, size)]

    def write(self) -> None:
        self.enrolments.write()
        self.events.write()
        self.studies.write()

    def _learner(self, key: int, intake: Intake, place: int = 0) -> Journey:
        """Add one learner and return the journey. `place` is the number of the place in the pilot."""
        world, chance = self.world, self.world.chance
        region, start = world.region(), later(intake.starts_on, chance.pick([0, 0, 0, 7, 14]))
        region = chance.pick(PILOT_REGIONS) if intake.is_pilot else region
        route = chance.weighted(["external", "pso_progression", "internal_moj"], [0.7, 0.25, 0.05])
        route = "pso_progression" if intake.is_pilot else route
        pathway = "PQIP13" if intake.is_pilot else self._pathway(start, route)
        part_time = pathway in PART_TIME_MONTHS and chance.happens(0.07)
        months = PART_TIME_MONTHS[pathway] if part_time else MONTHS[pathway]
        opens = add_months(start, months - 9 if part_time else OPENS[pathway])
        if start < REVIEWED and not intake.is_pilot:
            opens = add_months(start, OPENED)
        person = self.people.person(start)
        level5 = pathway != "PQIP27" and not (
            intake.is_pilot and place % 2
        )  # half of the pilot had no level 5
        held = chance.pick([["CJS", "UCCB", "PPP"], ["CJS", "UCCB", "PPP", "REHAB"]])
        if pathway not in ("PQIP13", "PQIP15") or not level5:
            held = []
        self.enrolments.add(
            key, chance.uuid(), person, intake.key, route, level5, held, intake.campaign
        )
        fte = chance.pick(["0.60", "0.80"]) if part_time else "1.00"
        pdu = chance.pick(world.pdus[region])
        self._event(
            key,
            "enrolled",
            start,
            -chance.between(20, 60)
            - (max((start - world.as_at).days, 60) if start > world.as_at else 0),
            to_pathway_id=world.pathways[pathway],
            to_region_id=world.regions[region],
            to_pdu_id=pdu,
            to_fte=fte,
            to_cohort_id=intake.key,
        )
        journey = Journey(
            key,
            person,
            region,
            pathway,
            start,
            opens,
            add_months(start, months),
            fte=fte,
            places=[(start, region, pdu)],
        )
        if chance.happens(0.025) and start <= world.as_at and not intake.is_pilot:
            self._event(key, "did_not_start", later(start, -chance.between(1, 12)), 2)
            journey.ended, journey.outcome = start, "did_not_start"
            if route == "pso_progression":
                self.employed.ahead(journey, route)
            else:
                self.employed.removed(journey)
            return journey
        if start > world.as_at:
            self.employed.ahead(journey, route)
            return journey
        self._event(key, "started", start, chance.between(0, 6))
        if intake.is_pilot:
            self._pilots(journey, place)
        else:
            self._lives(journey)
        until = min(journey.ended or world.as_at, world.as_at)
        self.studies.of(journey, held, until)
        self.employed.of(journey, route)
        return journey

    def _pathway(self, start: dt.date, route: str) -> str:
        """Return the pathway: PSOs with level 5 take the short one, whatever modules they hold (rule C1 8); few ask for
        more time.
        """
        chance, progresses = self.world.chance, route == "pso_progression"
        if start >= dt.date(2024, 9, 1):
            return chance.weighted(
                ["PQIP15", "PQIP21", "PQIP27"],
                [0.7, 0.05, 0.25] if progresses else [0.33, 0.42, 0.25],
            )
        return chance.weighted(["PQIP15", "PQIP21"], [0.93, 0.07] if progresses else [0.46, 0.54])

    def _pilots(self, journey: Journey, place: int) -> None:
        """Add the events of a place in the pilot: as many completed as is published, and nobody took a break."""
        chance, days = self.world.chance, (journey.planned_end - journey.start).days
        if place * PILOT_COMPLETED % PILOT_PLACES < PILOT_COMPLETED:
            ends_on = later(journey.planned_end, chance.between(-10, 20))
            if ends_on <= self.world.as_at:
                self._completes(journey, ends_on)
        elif (leaves_on := later(journey.start, chance.between(20, days - 40))) <= self.world.as_at:
            self._withdraw(journey, leaves_on)

    def _lives(self, journey: Journey) -> None:
        """Add breaks, moves, an extension, and the ending where it has come."""
        world, chance = self.world, self.world.chance
        length = (journey.planned_end - journey.start).days
        leaves = chance.happens({"PQIP27": 0.24, "PQIP21": 0.2}.get(journey.pathway, 0.16))
        leaves_on = later(journey.start, 14 + int(length * 1.1 * chance.random.random() ** 1.4))
        if chance.happens(0.09):
            self._break(journey, length, leaves_on if leaves else None)
        if chance.happens(0.02):
            self._move(journey, leaves_on if leaves else None)
        ends_on = later(
            journey.planned_end,
            chance.between(-10, 20) if chance.happens(0.65) else chance.between(20, 150),
        )
        withdraws = leaves and leaves_on <= ends_on and not journey.away(leaves_on)
        if ends_on > later(journey.planned_end, 20):
            self._extended(
                journey, ends_on, min(world.as_at, leaves_on) if withdraws else world.as_at
            )
        if withdraws and leaves_on <= world.as_at:
            self._withdraw(journey, leaves_on)
        elif ends_on <= world.as_at and not journey.away(ends_on):
            self._completes(journey, ends_on)

    def _extended(self, journey: Journey, to: dt.date, before: dt.date) -> None:
        """Extend the programme two weeks before its planned end, if that is before a day; for a few it was not recorded."""
        on = later(journey.planned_end, -14)
        if on < before and not journey.away(on) and self.world.chance.happens(0.9):
            self._event(journey.enrolment, "extended", on, 3, extended_to=to)
            journey.planned_end = to

    def _completes(self, journey: Journey, on: dt.date) -> None:
        """Add the completion, for most also the qualification, and some weeks later the entry in the register, once that
        existed.
        """
        world, chance = self.world, self.world.chance
        self._event(journey.enrolment, "completed", on, chance.between(1, 20))
        journey.ended, journey.outcome = on, "completed"
        if not chance.happens(0.95):
            return
        self._event(journey.enrolment, "qualified", on, chance.between(1, 20))
        joined = later(on, chance.between(10, 40))
        if on >= REGISTER_BEGINS and joined < world.as_at and chance.happens(0.96):
            self._event(journey.enrolment, "registered", joined, chance.between(1, 9))

    def _break(self, journey: Journey, length: int, leaves_on: dt.date | None) -> None:
        world, chance = self.world, self.world.chance
        begins = later(journey.start, chance.between(40, length - 20))
        days = chance.pick([28, 42, 70, 91, 182, 273])
        ends = later(begins, days)
        if begins > world.as_at or (leaves_on and leaves_on < later(ends, 10)):
            return
        journey.breaks.append((begins, ends if ends <= world.as_at else dt.date.max))
        expected = later(begins, days if chance.happens(0.8) else days - 21)
        self._event(
            journey.enrolment,
            "deferred",
            begins,
            chance.between(0, 15),
            expected_return=expected,
            reason=self.why.chance.pick(self.reasons) if self.reasons else "",
        )
        if ends <= world.as_at:
            self._event(journey.enrolment, "resumed", ends, chance.between(0, 12))
        journey.planned_end = later(journey.planned_end, days)
        if begins < journey.opens:
            journey.opens = later(journey.opens, days)

    def _move(self, journey: Journey, leaves_on: dt.date | None) -> None:
        world, chance = self.world, self.world.chance
        day, to = later(journey.start, chance.between(60, 300)), world.region()
        if (
            day > world.as_at
            or (leaves_on and day >= leaves_on)
            or to == journey.region
            or journey.away(day)
        ):
            return
        delay, pdu = chance.between(1, 30), chance.pick(world.pdus[to])
        self._event(
            journey.enrolment,
            "moved_region",
            day,
            delay,
            to_region_id=world.regions[to],
            to_pdu_id=pdu,
        )
        journey.region = to
        journey.places.append((day, to, pdu))

    def _withdraw(self, journey: Journey, day: dt.date) -> None:
        chance = self.world.chance
        destination = chance.weighted(
            ["left_service", "returned_to_pso", "other_role", "unknown"], [0.62, 0.27, 0.08, 0.03]
        )
        offered = later(day, 3) if chance.happens(0.7) else None
        held = (
            later(day, 14)
            if offered and chance.happens(0.35) and later(day, 14) <= self.world.as_at
            else None
        )
        reason = "" if chance.happens(0.03) else chance.pick(self.world.reasons)
        if chance.happens(0.04):
            wrong = later(day, -chance.between(3, 20))
            if wrong > journey.start and not journey.away(wrong):
                self._event(
                    journey.enrolment,
                    "withdrawn",
                    wrong,
                    1,
                    voided=chance.between(3, 30),
                    reason=reason,
                    ended_by="learner",
                    destination=destination,
                )
        delay, ended_by = (
            chance.between(1, 20),
            chance.weighted(["learner", "service", "both"], [0.8, 0.12, 0.08]),
        )
        reason = self._fitting(reason, ended_by)
        self._event(
            journey.enrolment,
            "withdrawn",
            day,
            delay,
            reason=reason,
            ended_by=ended_by,
            note="Told their manager what it is." if reason.startswith("other") else "",
            destination=destination,
            exit_interview_offered_on=offered,
            exit_interview_held_on=held,
        )
        journey.ended, journey.outcome = day, destination

    def _fitting(self, reason: str, ended_by: str) -> str:
        """Return the reason, or one of the programme's own where the Service ended it."""
        programme = self.world.programme_reasons
        if ended_by != "service" or reason in programme:
            return reason
        return (
            programme[self.world.reasons.index(reason) % len(programme)] if reason else programme[0]
        )

    def _event(
        self, enrolment: int, kind: str, day: dt.date, delay: int, voided: int = 0, **terms: Any
    ) -> None:
        """Add one event, recorded `delay` days after it (one in thirty much later), and voided `voided` days later if not
        0.
        """
        world, chance = self.world, self.world.chance
        if not self._event_keys:
            self._event_keys = list(take_keys(Event, 5000))[::-1]
        if chance.happens(0.03) and kind not in ("enrolled", "started", "did_not_start"):
            delay += chance.between(35, 120)
        recorded = world.recorded(day, delay)
        void_at = (
            max(world.recorded(day, delay + voided), recorded + dt.timedelta(minutes=1))
            if voided
            else None
        )
        values = (
            TERMS
            | terms
            | {
                "recorded_at": recorded,
                "voided_at": void_at,
                "void_reason": "Recorded for the wrong day" if voided else "",
            }
        )
        self.events.add(
            self._event_keys.pop(), chance.uuid(), enrolment, kind, day, *values.values()
        )
