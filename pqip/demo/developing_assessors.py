"""Made-up development of assessors: the award with its portfolio, mentor and observations, and everybody's professional
development.
"""

from __future__ import annotations

import datetime as dt

from assessments.derived import progress
from assessments.models import (
    AssessorRecord,
    CpdEntry,
    Decision,
    Evidence,
    Registration,
    RegistrationFact,
    Submission,
)
from assessments.models.decisions import Judgement
from assessments.models.evidence import Part
from learners.models import Allocation, PracticeObservation
from pqip.core.bulk import between_parts
from pqip.demo.load import Keys, Load
from pqip.demo.world import World, later
from workforce.models import Spell

#: The portfolio of an assessor who achieved the award is recorded if that was within this number of days.
SINCE = 500
TITLES = {
    Part.PLANNING: ("Assessment plan agreed with a learner", "work_product"),
    Part.GATHERING: ("Observation of how evidence is gathered", "observation"),
    Part.ASSESSMENT: ("Assessment of a report", "work_product"),
    Part.FEEDBACK: ("Feedback given to a learner", "observation"),
    Part.REFLECTION: ("Reflective account of a first assessment", "reflective_account"),
    Part.CPD: ("Record of professional development", "work_product"),
}
DONE = {
    "Standardisation meeting": "How others judge sufficiency.",
    "Shadowed a colleague’s assessment": "Questions that open up.",
    "Read the units again": "What each criterion asks.",
    "Day in practice beside a PSO": "What has changed since I was in post.",
    "Webinar on feedback": "",
}


class Developing:
    """Collects the development of assessors."""

    def __init__(self, world: World) -> None:
        self.world, self.yesterday = world, later(world.as_at, -1)
        self.version = world.versions["TAQA3"]
        self.keys = {model: Keys(model) for model in (Registration, Evidence)}
        self.registrations = Load(
            Registration, "id", "public_id", "person_id", "qualification_id", "version_id"
        )
        self.facts = Load(
            RegistrationFact,
            "registration_id",
            "effective_on",
            "certificated_on",
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
            "part",
            "criteria",
            "is_declared",
            "recorded_at",
        )
        self.decisions = Load(
            Decision,
            "public_id",
            "evidence_id",
            "assessor_id",
            "criteria_met",
            "feedback",
            "judged",
            "effective_on",
            "recorded_at",
        )
        self.allocations = Load(
            Allocation, "public_id", "person_id", "role", "other_id", "effective_on", "recorded_at"
        )
        self.observations = Load(
            PracticeObservation,
            "public_id",
            "person_id",
            "observer_id",
            "effective_on",
            "held_on",
            "feedback_given",
            "recorded_at",
        )
        self.cpd = Load(
            CpdEntry,
            "public_id",
            "person_id",
            "effective_on",
            "what",
            "hours",
            "learned",
            "recorded_at",
        )
        self.made: list[int] = []
        self.pieces = 0

    def portfolio(
        self, person: int, registered: dt.date, achieved: dt.date | None, judge: int
    ) -> None:
        """Register a person for the award and add a piece for each part in turn; those who have achieved it have all parts."""
        world, chance = self.world, self.world.chance
        key = next(self.keys[Registration])
        self.made.append(key)
        self.registrations.add(
            key, chance.uuid(), person, self.version.qualification_id, self.version.version_id
        )
        self.facts.add(
            key, registered, achieved, "DEMO-CENTRE", world.recorded(achieved or registered, 4)
        )
        criteria = [one for _unit, of_unit in self.version.units for one in of_unit]
        share = max(len(criteria) // len(TITLES), 1)
        span = max(((achieved or later(registered, 365)) - registered).days - 30, 60)
        for place, part in enumerate(TITLES):
            day = later(
                registered, 15 + int(span * (place + chance.random.random() * 0.6) / len(TITLES))
            )
            if day > self.yesterday:
                break
            self.piece(
                key, part, criteria[place * share : (place + 1) * share] or criteria[:1], day, judge
            )

    def piece(
        self, registration: int, part: Part, criteria: list[int], day: dt.date, judge: int
    ) -> None:
        """Add a piece of the portfolio, decided within three weeks."""
        world, chance = self.world, self.world.chance
        key, (title, method) = next(self.keys[Evidence]), TITLES[part]
        self.pieces += 1
        self.evidence.add(key, chance.uuid(), f"DEMO-A{self.pieces:06d}", registration)
        self.submissions.add(
            key, day, title, method, part.value, criteria, True, world.recorded(day)
        )
        decided = later(day, chance.between(3, 20))
        if decided <= self.yesterday:
            self.decisions.add(
                chance.uuid(),
                key,
                judge,
                criteria,
                "Clear, sufficient and your own work.",
                Judgement.values,
                decided,
                world.recorded(decided, 1),
            )

    def supported(self, person: int, registered: dt.date, judge: int, mentor: int) -> None:
        """Allocate an assessor for the portfolio and a mentor who observes; one in ten has no mentor yet."""
        world, chance = self.world, self.world.chance
        self.allocations.add(
            chance.uuid(), person, "pta", judge, registered, world.recorded(registered, 3)
        )
        if chance.happens(0.1):
            return
        self.allocations.add(
            chance.uuid(), person, "mentor", mentor, registered, world.recorded(registered, 3)
        )
        for months in (2, 5, 8):
            day = later(registered, 30 * months + chance.between(0, 20))
            if day <= self.yesterday:
                held = day if chance.happens(0.85) else None
                self.observations.add(
                    chance.uuid(), person, mentor, day, held, bool(held), world.recorded(day)
                )

    def developed(self, person: int, joined: dt.date) -> None:
        """Add a person's professional development in the last year."""
        world, chance = self.world, self.world.chance
        for _entry in range(chance.between(1, 5)):
            day = later(world.as_at, -chance.between(5, 400))
            if day >= joined:
                what = chance.pick(list(DONE))
                hours = chance.pick(["1.0", "1.5", "2.0", "3.5", "7.0"])
                self.cpd.add(
                    chance.uuid(), person, day, what, hours, DONE[what], world.recorded(day)
                )

    def write(self) -> None:
        for load in (
            self.registrations,
            self.facts,
            self.evidence,
            self.submissions,
            self.decisions,
            self.allocations,
            self.observations,
            self.cpd,
        ):
            load.write()
        between_parts()
        progress.refresh(self.made)


def developing_assessors(world: World) -> None:
    """Add the development of every assessor in post, and the portfolio of those on the way to the award or just past it."""
    made = Developing(world)
    posts = Spell.objects.filter(grade__code__in=["PTA", "SPTA"], ended_on=None)
    joined = dict(posts.order_by("effective_on").values_list("person_id", "effective_on"))
    records = list(
        AssessorRecord.objects.filter(person__in=joined).select_related("person").order_by("pk")
    )
    judges = [
        one.person_id
        for one in records
        if one.achieved_on and one.achieved_on <= later(world.begins, -1)
    ]
    for record in records:
        made.developed(record.person_id, joined[record.person_id])
        others = [one for one in judges if one != record.person_id]
        recent = record.achieved_on is None or record.achieved_on > later(world.as_at, -SINCE)
        if record.registered_on and recent and others:
            judge, mentor = world.chance.pick(others), world.chance.pick(others)
            made.portfolio(record.person_id, record.registered_on, record.achieved_on, judge)
            if record.achieved_on is None:
                made.supported(record.person_id, record.registered_on, judge, mentor)
    made.write()
