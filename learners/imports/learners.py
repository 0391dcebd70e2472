"""The `learners` dataset: people with a place on the programme, its terms, and who looks after them.

A row without `effective_from` corrects the first terms; with it, what differs is a change from that day.
"""

from __future__ import annotations

from typing import Any

from learners import ports
from learners.actions.holding import hold_learners
from learners.imports import current
from learners.imports.common import CORRECTED, Hours, LearnerDataset, copy_events, pathway_codes, reached, void_rows
from learners.imports.placing import Placed, Planner
from learners.imports.storing import store_allocations, store_equality, store_people, store_places
from learners.models import Enrolment, Event
from learners.models.enrolments import EntryRoute
from learners.rules.entry import KNOWLEDGE_MODULES
from pqip.exchange.cleaning import Code, Codes, Column, DatasetResource, Date, Email, ListOf, Text, Words, YesNo
from pqip.exchange.datasets import NEW, Context, Row, register
from workforce.imports import identity, numbers
from workforce.imports.lookups import pdu_codes, region_codes, regions_of_units
from workforce.models import EqualityOption


class LearnersResource(DatasetResource):
    staff_number = numbers.own_number("The payroll number; APP: and the application number before there is one.")
    first_name = Column(Text(100), required=True)
    last_name = Column(Text(100), required=True)
    email = Column(Email(), help="Blank: left as it is.")
    date_of_birth = Column(Date(), help="Blank: left as it is.")
    region = Column(Code("region", "a region"), required=True)
    pdu = Column(Code("pdu", "a probation delivery unit"), help="Blank: the whole region.")
    cohort = Column(Text(40), key=True, required=True, help="A new one is created.")
    pathway = Column(Code("pathway", "a pathway"), required=True)
    entry_route = Column(Words(EntryRoute.choices), required=True)
    fte = Column(Hours(), required=True, help="1.0, or from 0.6 to 0.8.")
    start_date = Column(Date(), required=True, help="First day on the programme; one to come makes them due to start.")
    level5_held = Column(YesNo(), required=True)
    modules_held = Column(ListOf(Words(KNOWLEDGE_MODULES)), help="Knowledge modules held at entry.")
    pta = numbers.staff_number(help="Staff number of the practice tutor assessor. Blank: left as it is.")
    line_manager = numbers.staff_number(help="Staff number of the line manager. Blank: left as it is.")
    sex = Column(Code("sex", "an answer"), sensitive=True)
    ethnicity = Column(Code("ethnicity", "an answer"), sensitive=True)
    disability = Column(Code("disability", "an answer"), sensitive=True)
    campaign = Column(Text(40), help="A new one is created. Blank: left as it is.")
    effective_from = Column(Date(), help="The day from which what differs is so; blank: the row corrects what was recorded.")
    same_person_as = identity.same_column()
    different_person = identity.other_column()


@register
class Learners(LearnerDataset):
    name, title = "learners", "Learners"
    resource = LearnersResource

    def codes(self, context: Context) -> dict[str, Codes]:
        context.memory["units"] = regions_of_units()
        answers: dict[str, dict[str, str]] = {"sex": {}, "ethnicity": {}, "disability": {}}
        labels: dict[str, dict[str, str]] = {question: {} for question in answers}
        for question, code, label in EqualityOption.objects.filter(question__in=answers).values_list("question", "code", "label"):
            answers[question][code], labels[question][code] = code, label
        equality = {question: Codes(codes, labels[question]) for question, codes in answers.items()}
        return {"region": region_codes(), "pdu": pdu_codes(), "pathway": pathway_codes(), **equality}

    def current(self, context: Context) -> current.Rows:
        return current.learners(context)

    def plan(self, rows: list[Row], context: Context) -> None:
        renamed = identity.identify(rows, context, reached(context.scope))
        planner = Planner(rows, context, renamed)
        context.memory["planner"] = planner
        for row in rows:
            planner.plan(row)

    def write(self, rows: list[Row], context: Context) -> None:
        planner: Planner = context.memory["planner"]
        placed: list[Placed] = [row.data for row in rows]
        hold_learners([each.person for each in placed if each.person])
        store_people(placed)
        store_places(placed)
        void_rows(Event, (key for each in placed for key in each.voided), CORRECTED)
        copy_events(event for each in placed for event in each.events)
        store_allocations(placed, planner.roles)
        store_equality(placed)
        whose = {each.person for each in placed}  # who looks after them stands on every enrolment of theirs
        self.touched(context, Enrolment.objects.filter(person__in=whose).values_list("pk", flat=True))
        self.said_of(context, whose)
        starts = {each.person: row["start_date"] for row, each in zip(rows, placed, strict=True) if row.kind == NEW}
        context.memory.setdefault("starts", {}).update(starts)

    def finish(self, context: Context) -> None:
        identity.refuse_withheld(context)
        super().finish(context)
        starts: dict[int, Any] = context.memory.get("starts", {})
        if starts:
            ports.vocational().register(starts, by=context.by)
