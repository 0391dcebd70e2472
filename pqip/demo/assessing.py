"""Made-up assessment: evidence, decisions, countersignatures, unit sign-offs, and what waits for them."""

from __future__ import annotations

import datetime as dt

from assessments.models import (
    Countersignature,
    Decision,
    Evidence,
    Registration,
    RegistrationFact,
    Submission,
    UnitSignoff,
)
from assessments.models.decisions import Judgement
from pqip.demo.assessors import Assessor, Assessors
from pqip.demo.journeys import Journey
from pqip.demo.load import Keys, Load
from pqip.demo.people import People
from pqip.demo.world import World, later

METHODS = [
    "observation",
    "professional_discussion",
    "witness_testimony",
    "work_product",
    "reflective_account",
    "questioning",
]
METHOD_SHARES = [0.34, 0.2, 0.12, 0.2, 0.09, 0.05]
TITLES = {
    "observation": "Observed supervision session",
    "professional_discussion": "Professional discussion on risk and planning",
    "witness_testimony": "Witness testimony from a colleague",
    "work_product": "Written report and plan",
    "reflective_account": "Reflective account",
    "questioning": "Answers to questions on practice",
}
#: Nothing made up waits longer than this number of days: older work would have been given up or finished.
LONGEST_WAIT = 90
#: The days in which an ending learner's work is finished: nothing is left to decide for learners who ended earlier.
REST = 100


#: The least time between the recording of two steps on the same day.
MOMENT = dt.timedelta(minutes=1)
#: Everything that an assessor confirms about evidence.
JUDGED = Judgement.values


class Assessing:
    """Collects the assessment of one intake at a time."""

    def __init__(self, world: World, people: People) -> None:
        self.world, self.assessors = world, Assessors(world, people)
        self.registrations = Load(
            Registration, "id", "public_id", "person_id", "qualification_id", "version_id"
        )
        self.facts = Load(
            RegistrationFact,
            "registration_id",
            "effective_on",
            "target_on",
            "centre_number",
            "recorded_at",
        )
        self.evidence = Load(Evidence, "id", "public_id", "reference", "registration_id")
        self.submissions = Load(
            Submission,
            "evidence_id",
            "effective_on",
            "title",
            "method",
            "criteria",
            "is_declared",
            "recorded_at",
        )
        self.decisions = Load(
            Decision,
            "id",
            "public_id",
            "evidence_id",
            "assessor_id",
            "number",
            "criteria_met",
            "criteria_not_met",
            "feedback",
            "judged",
            "effective_on",
            "recorded_at",
        )
        self.countersignatures = Load(
            Countersignature,
            "public_id",
            "decision_id",
            "countersigner_id",
            "outcome",
            "feedback",
            "effective_on",
            "recorded_at",
        )
        self.signoffs = Load(
            UnitSignoff,
            "registration_id",
            "unit_id",
            "signed_off_by_id",
            "effective_on",
            "recorded_at",
        )
        self.keys = {model: Keys(model) for model in (Registration, Evidence, Decision)}
        self.pieces = 0

    def of(self, journey: Journey) -> None:
        """Add the allocations, registration, evidence and units of one learner."""
        if journey.outcome == "did_not_start":
            return
        assessor = self.assessors.look_after(journey)
        if journey.start > self.world.as_at:
            return
        registration = self._register(journey.person, "VQ5", journey.start, journey.planned_end)
        self._assess(journey, assessor, registration)

    def write(self) -> None:
        self.assessors.write()
        for load in (
            self.registrations,
            self.facts,
            self.evidence,
            self.submissions,
            self.decisions,
            self.countersignatures,
            self.signoffs,
        ):
            load.write()

    def _register(self, person: int, qualification: str, day: dt.date, target: dt.date) -> int:
        version, key = self.world.versions[qualification], next(self.keys[Registration])
        self.registrations.add(
            key, self.world.chance.uuid(), person, version.qualification_id, version.version_id
        )
        self.facts.add(key, day, target, "DEMO-CENTRE", self.world.recorded(day, 4))
        return key

    def _assess(self, journey: Journey, assessor: Assessor, registration: int) -> None:
        """Add two pieces of evidence for each unit, spread over the assessment window at the learner's own pace."""
        world, chance = self.world, self.world.chance
        until = min(journey.ended or world.as_at, world.as_at)
        finished = journey.outcome == "completed"
        at_rest = finished or until < later(world.as_at, -REST)
        closes = later(until, -50) if finished else later(journey.planned_end, -30)
        length = max((closes - journey.opens).days, 30)
        pace = chance.random.uniform(0.8, 1.0) if finished else chance.random.gauss(1.05, 0.22)
        plan = [
            (unit, part)
            for unit, criteria in world.versions["VQ5"].units
            for part in _halves(criteria)
        ]
        settled: dict[int, list[dt.date | None]] = {}
        for place, (unit, criteria) in enumerate(plan):
            day = later(
                journey.opens,
                int(
                    length
                    * max(pace, 0.5)
                    * (place + 0.3 + 0.5 * chance.random.random())
                    / len(plan)
                ),
            )
            while journey.away(day) and day <= until:
                day = later(day, 14)
            if day > (later(until, -REST) if at_rest and not finished else until):
                break
            settled.setdefault(unit, []).append(
                self._piece(assessor, registration, criteria, day, until, finished, at_rest)
            )
        for unit, days in settled.items():
            done = [day for day in days if day is not None]
            if len(done) == 2:
                signed = later(max(done), chance.between(1, 9))
                if signed <= until and (at_rest or chance.happens(0.97)):
                    self.signoffs.add(
                        registration, unit, assessor.person, signed, world.recorded(signed, 1)
                    )

    def _piece(
        self,
        assessor: Assessor,
        registration: int,
        criteria: list[int],
        day: dt.date,
        until: dt.date,
        finished: bool,
        at_rest: bool,
    ) -> dt.date | None:
        """Add a piece of evidence and its decisions; return the day all its criteria were finally met, or None."""
        world, chance = self.world, self.world.chance
        key = next(self.keys[Evidence])
        self.pieces += 1
        method = chance.weighted(METHODS, METHOD_SHARES)
        self.evidence.add(key, chance.uuid(), f"DEMO-{self.pieces:07d}", registration)
        recorded_at = world.recorded(day)
        self.submissions.add(key, day, TITLES[method], method, criteria, True, recorded_at)
        failed = criteria[-1:] if not finished and chance.happens(0.1) else []
        last = until if at_rest else dt.date.max
        number, decided = 1, min(later(day, self._delay(9, 11, at_rest)), last)
        while decided <= until:
            met = [one for one in criteria if one not in failed]
            final, returned = self._decision(
                key, assessor, number, met, failed, decided, until, finished, at_rest, recorded_at
            )
            if final is None and returned is None:
                return None
            if final is not None and not failed:
                return final
            again = later(returned or final or decided, self._delay(14, 11, at_rest))
            number, decided = number + 1, min(again, last)
            failed = [] if returned is None else failed
        return None

    def _decision(
        self,
        evidence: int,
        assessor: Assessor,
        number: int,
        met: list[int],
        failed: list[int],
        day: dt.date,
        until: dt.date,
        finished: bool,
        at_rest: bool,
        recorded_after: dt.datetime,
    ) -> tuple[dt.date | None, dt.date | None]:
        """Add one decision, recorded after `recorded_after`.

        Returns the day it became final and the day it was returned; None where it was not.
        """
        world, chance = self.world, self.world.chance
        key = next(self.keys[Decision])
        recorded = max(world.recorded(day, 1), recorded_after + MOMENT)
        feedback = (
            "Not yet enough for one criterion; see what to add."
            if failed
            else "Clear, sufficient and your own work."
        )
        self.decisions.add(
            key,
            chance.uuid(),
            evidence,
            assessor.person,
            number,
            met,
            failed,
            feedback,
            JUDGED if met else [],
            day,
            recorded,
        )
        if assessor.is_qualified(day):
            return day, None
        signed = later(day, self._delay(6, 8, at_rest))
        signed = min(signed, until) if at_rest else signed
        if signed > until or (
            not at_rest and (until - day).days < LONGEST_WAIT and chance.happens(0.05)
        ):
            return None, None
        agreed = finished or (at_rest and number > 1) or not chance.happens(0.07)
        self.countersignatures.add(
            chance.uuid(),
            key,
            assessor.countersigner,
            "agreed" if agreed else "returned",
            "" if agreed else "Say which part of the evidence shows it.",
            signed,
            max(world.recorded(signed), recorded + MOMENT),
        )
        return (signed, None) if agreed else (None, signed)

    def _delay(self, median: float, longest: int, short: bool) -> int:
        return min(self.world.chance.long_tailed(median), longest if short else LONGEST_WAIT)


def _halves(criteria: list[int]) -> list[list[int]]:
    middle = (len(criteria) + 1) // 2
    return [criteria[:middle], criteria[middle:]]
