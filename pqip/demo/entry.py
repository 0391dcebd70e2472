"""Made-up entry of recent learners: what was recorded of their application, and the pathway decided from it."""

from __future__ import annotations

import datetime as dt
from dataclasses import fields
from typing import Any

from learners.models import Enrolment, EntryFacts, EntryRules, Event, PathwayDecision
from learners.rules.dates import add_months
from learners.rules.entry import Applicant, Thresholds, Verdict, advise
from pqip.demo.load import Load
from pqip.demo.world import World, later
from workforce.models import Spell

YEARS = 3
#: The share of future starters whose pathway is still to be decided.
UNDECIDED = 0.06
INCOMPLETE = 0.04
WHY_NOT = {
    Verdict.NOT_RECORDED: "Not all of it is on the application; the rest was seen by the learning lead.",
    Verdict.NOT_ELIGIBLE: "Agreed by the learning lead, who saw the certificate.",
    Verdict.FITS: "They asked for more time than the shorter pathway gives.",
}


class Entry:
    """Collects entry facts and decisions."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.facts = Load(
            EntryFacts,
            "enrolment_id",
            "effective_on",
            "level3_held",
            "level5_credits",
            "has_experience",
            "pso_from",
            "directly_employed",
            "probation_passed",
            "mandatory_in_date",
            "assignment_done",
            "right_to_work",
            "resident_three_years",
            "offered_on",
            "recorded_at",
        )
        self.decisions = Load(
            PathwayDecision,
            "enrolment_id",
            "effective_on",
            "rules_id",
            "advised_id",
            "chosen_id",
            "reason",
            "recorded_at",
        )
        self.rules = list(
            EntryRules.objects.live().filter(campaign=None).order_by("effective_on", "id")
        )
        psos = Spell.objects.live().filter(grade__code="PSO").order_by("-effective_on")
        self.pso_from = dict(psos.values_list("person_id", "effective_on"))

    def of(self, place: Enrolment, enrolled: Event, born_on: dt.date | None) -> None:
        """Add one learner's application, some months before the offer, and the decision some days after it."""
        world, chance = self.world, self.world.chance
        known = enrolled.known_from
        offered = later(known.date(), -chance.between(15, 40))
        applied = later(offered, -chance.between(50, 130))
        applicant = self._came(place, applied, offered, enrolled.effective_on, born_on)
        self.facts.add(
            place.pk,
            applied,
            applicant.level3_held,
            applicant.level5_credits,
            applicant.has_experience,
            applicant.pso_from,
            applicant.directly_employed,
            applicant.probation_passed,
            applicant.mandatory_in_date,
            applicant.assignment_done,
            applicant.right_to_work,
            applicant.resident_three_years,
            offered,
            known,
        )
        decided = later(offered, chance.between(1, 14))
        if place.status == "due_to_start" and chance.happens(UNDECIDED):
            return
        rules = self._rules(applied)
        advice = advise(
            applicant,
            Thresholds(**{field.name: getattr(rules, field.name) for field in fields(Thresholds)}),
        )
        chosen = enrolled.to_pathway_id
        advised = world.pathways.get(advice.pathway or "")
        reason = "" if advised == chosen else WHY_NOT[advice.verdict]
        self.decisions.add(place.pk, decided, rules.pk, advised, chosen, reason, known)

    def _came(
        self,
        place: Enrolment,
        applied: dt.date,
        offered: dt.date,
        starts: dt.date,
        born_on: dt.date | None,
    ) -> Applicant:
        chance = self.world.chance
        yes = None if chance.happens(INCOMPLETE) else True
        more: dict[str, Any] = {
            "right_to_work": yes,
            "has_experience": True,
            "resident_three_years": True,
        }
        if place.entry_route == "pso_progression":
            more = {
                "pso_from": min(
                    self.pso_from.get(place.person_id, applied),
                    add_months(applied, -chance.between(7, 30)),
                ),
                "directly_employed": True,
                "probation_passed": True,
                "mandatory_in_date": yes,
                "assignment_done": None if place.level5_held else True,
            }
        return Applicant(
            applied_on=applied,
            route=place.entry_route,
            level5_held=place.level5_held,
            modules_held=tuple(place.modules_held),
            level5_credits=chance.pick([120, 120, 150]) if place.level5_held else None,
            level3_held=True,
            born_on=born_on,
            procedure_bars=False,
            offered_on=offered,
            starts_on=starts,
            **more,
        )

    def _rules(self, applied: dt.date) -> EntryRules:
        return ([row for row in self.rules if row.effective_on <= applied] or self.rules[:1])[-1]

    def write(self) -> None:
        self.facts.write()
        self.decisions.write()


def entry(world: World) -> None:
    """Add the entry of everybody whose start was agreed in the last three years."""
    made = Entry(world)
    since = later(world.as_at, -YEARS * 365)
    rows = (
        Event.objects.live()
        .filter(kind="enrolled", effective_on__gte=since)
        .order_by("enrolment_id")
    )
    for row in rows.select_related("enrolment__person"):
        made.of(row.enrolment, row, row.enrolment.person.date_of_birth)
    made.write()
