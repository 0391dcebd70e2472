"""Works out what a row of the `applications` dataset changes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from learners.imports.applications_known import EQUALITY, Known
from learners.imports.common import NO_LEARNER, Place
from learners.models import Application, ApplicationStage
from learners.models.applications import ApplicationRoute
from learners.rules.applications import (
    DAYS,
    FEEDBACK,
    NOT_ON_PAYROLL,
    RESULTS,
    STARTED,
    StageFact,
    StageRow,
    check_come,
    check_stages,
    outcome,
    stated,
)
from learners.rules.campaigns import check_region
from pqip.core.errors import RuleBroken
from pqip.core.words import folded
from pqip.exchange.cleaning import one_of
from pqip.exchange.datasets import Context, Row
from workforce.imports.lookups import reached_regions
from workforce.rules.numbers import folded as folded_number

CONTENT = ("region_id", "route", "applied_on", "paused_days", "enrolment_id")
MAY_CHANGE_EQUALITY = "workforce.change_equality"
NOT_THE_PROGRAMME = "is of a learner, and this application is for a post as a PSO. Leave it blank"
NOT_STARTED = "is of somebody who started. Give started_on, or leave it blank"


@dataclass
class Planned:
    """What is to be written for a row. `application` is None until it is recorded."""

    number: str
    campaign: str
    application: Application | None = None
    content: dict[str, Any] = field(default_factory=dict)
    changed: bool = False
    leads: bool = False
    voided: list[ApplicationStage] = field(default_factory=list)
    stages: list[StageFact] = field(default_factory=list)
    equality: dict[str, str] = field(default_factory=dict)


class Planner:
    """Plans rows one by one, without a query."""

    def __init__(self, known: Known, context: Context) -> None:
        self.known, self.context = known, context
        self.taken = dict(known.led_to)

    def plan(self, row: Row) -> None:
        """Work out what a row changes, and add all its errors at once."""
        self._check(row)
        if row.wrong:
            return
        held = self.known.applications.get(folded_number(row["application_number"]))
        recorded = self.known.stages.get(held.pk, {}) if held else {}
        facts = self._stages(row, recorded)
        enrolment = self._enrolment(row, held, facts)
        if row.wrong:
            return
        planned = Planned(row["application_number"], row["campaign"], held)
        planned.content = {
            "region_id": row["region"],
            "route": row["route"],
            "applied_on": row["applied_on"],
            "paused_days": self._paused(row, held),
            "enrolment_id": enrolment,
        }
        planned.leads = enrolment is not None and enrolment != (held.enrolment_id if held else None)
        _differ(planned, facts, recorded)
        planned.equality = self._equality(row, held)
        self._settle(row, planned, facts, recorded)

    def _check(self, row: Row) -> None:
        context, region = self.context, row["region"]
        if region is not None and not context.scope.covers_region(region):
            reached = one_of(reached_regions(context))
            row.error("region", f"is not a region you look after. {reached}")
        elif region is not None and row["campaign"]:
            campaign = self.known.campaigns.get(folded(row["campaign"]))
            try:
                check_region(self.known.regions.get(campaign) if campaign else None, region)
            except RuleBroken as broken:
                row.rule_error("region", broken.message)
        given = [column for column in EQUALITY if row[column]]
        if given and not context.may(MAY_CHANGE_EQUALITY):
            words = "you may not import equality answers. Leave sex, ethnicity, disability and age_band out."
            row.error(given[0], words, quote=False)

    def _stages(self, row: Row, recorded: Mapping[str, StageRow]) -> list[StageFact]:
        values = {
            name: row[name] for name in ("applied_on", "outcome", *DAYS.values(), *RESULTS.values())
        }
        facts: list[StageFact] = []
        try:
            facts = stated(values, recorded)
            kept = [recorded[FEEDBACK]] if FEEDBACK in recorded else []
            check_come(self.context.today, row["applied_on"], facts)
            check_stages(row["applied_on"], [*facts, *kept])
        except RuleBroken as broken:
            words = broken.message
            column = DAYS.get(broken.field or "", broken.field or "")
            if words.startswith("Say whether"):
                column = RESULTS[broken.field or ""]
            row.rule_error(column if column in row.texts else "", words)
        return facts

    def _enrolment(self, row: Row, held: Application | None, facts: list[StageFact]) -> int | None:
        """Return the key of the place that came of the application."""
        recorded = held.enrolment_id if held else None
        number, has_started = row["staff_number"], outcome(facts) == STARTED
        if number and not has_started:
            row.error("staff_number", NOT_STARTED)
            return None
        own = f"{NOT_ON_PAYROLL}{row['application_number']}"
        if number and row["route"] == ApplicationRoute.PSO_POST:
            row.error("staff_number", NOT_THE_PROGRAMME)
            return None
        if not number and (
            recorded or not has_started or row["route"] == ApplicationRoute.PSO_POST
        ):
            return recorded
        places = self.known.places.get(number or own, [])
        if not places:
            if number:
                row.error("staff_number", NO_LEARNER)
            return recorded
        place = _led_to(places, row, recorded)
        if place is None:
            row.error(
                "staff_number", "has no place on the programme that began after this application"
            )
            return None
        other = self.taken.setdefault(place.id, held.pk if held else -row.number)
        if other not in (held.pk if held else None, -row.number):
            row.error(
                "staff_number", "is the learner of another application. One of the two is wrong"
            )
        return place.id

    def _paused(self, row: Row, held: Application | None) -> int:
        if row["paused_days"] is not None:
            return int(row["paused_days"])
        return held.paused_days if held else 0

    def _equality(self, row: Row, held: Application | None) -> dict[str, str]:
        known = self.known.answers.get(held.pk, {}) if held else {}
        given = {column: row[column] for column in EQUALITY if row[column]}
        return {column: code for column, code in given.items() if known.get(column) != code}

    def _settle(
        self,
        row: Row,
        planned: Planned,
        facts: list[StageFact],
        recorded: Mapping[str, ApplicationStage],
    ) -> None:
        if folded(row["campaign"]) not in self.known.campaigns:
            self.context.announce("campaign", row["campaign"])
        after = self._shown(planned.content, row["campaign"], {fact.stage: fact for fact in facts})
        if planned.application is None:
            row.new({name: value for name, value in after.items() if value is not None}, planned)
            return
        held = planned.application
        content = {name: getattr(held, name) for name in CONTENT}
        before = self._shown(content, held.campaign.code, recorded)
        if self.known.campaigns.get(folded(row["campaign"])) == held.campaign_id:
            after["campaign"] = before["campaign"]
        planned.changed = content != planned.content or before["campaign"] != after["campaign"]
        answers = self.known.answers.get(held.pk, {})
        before |= {column: answers.get(column) or None for column in planned.equality}
        row.settle(before, after | planned.equality, planned)

    def _shown(
        self, content: Mapping[str, Any], campaign: str, stages: Mapping[str, Any]
    ) -> dict[str, Any]:
        """Return what a preview compares, by column."""
        enrolment = content["enrolment_id"]
        return {
            "campaign": campaign,
            "region": self.context.code("region", content["region_id"]),
            "route": content["route"],
            "applied_on": content["applied_on"],
            **{DAYS[each]: stages[each].effective_on if each in stages else None for each in DAYS},
            **{RESULTS[each]: stages[each].passed if each in stages else None for each in RESULTS},
            "paused_days": content["paused_days"],
            "outcome": outcome(stages.values()),
            "staff_number": self._number_of(enrolment),
        }

    def _number_of(self, enrolment: int | None) -> str | None:
        """Return the staff number of the learner of a place."""
        return None if enrolment is None else self.known.numbers.get(enrolment)


def _led_to(places: list[Place], row: Row, recorded: int | None) -> Place | None:
    """Return the place recorded, if it is one of these, else the first that began after the application."""
    later = [
        place for place in places if place.start_date and place.start_date >= row["applied_on"]
    ]
    return next((place for place in places if place.id == recorded), None) or next(
        iter(later), None
    )


def _differ(
    planned: Planned, facts: list[StageFact], recorded: Mapping[str, ApplicationStage]
) -> None:
    """Plan the stages that differ from the recorded ones: voided, and recorded anew."""
    wanted = {fact.stage: fact for fact in facts}
    for stage, row in recorded.items():
        fact = wanted.get(stage)
        if stage != FEEDBACK and (
            fact is None or (fact.effective_on, fact.passed) != (row.effective_on, row.passed)
        ):
            planned.voided.append(row)
    again = {row.stage for row in planned.voided}
    planned.stages = [fact for fact in facts if fact.stage in again or fact.stage not in recorded]
