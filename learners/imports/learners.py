"""The `learners` dataset: people with a place on the programme, its terms, and who looks after
them.

A row without `effective_from` corrects the first terms. With it, what differs is a change from that
day.
"""

from __future__ import annotations

from typing import Any

from learners.imports import current
from learners.imports.common import (
    CORRECTED,
    Hours,
    LearnerDataset,
    copy_events,
    pathway_codes,
    reached,
    void_rows,
)
from learners.imports.learners_placing import PlannedRow, Planner
from learners.imports.learners_storing import (
    store_allocations,
    store_equality,
    store_people,
    store_places,
)
from learners.models import Enrolment, Event
from learners.models.enrolments import EntryRoute
from learners.models.holding import hold_learners
from learners.ports import vocational
from learners.rules.entry import KNOWLEDGE_MODULES
from pqip.exchange.cleaning import (
    Code,
    Codes,
    DatasetResource,
    Date,
    Email,
    ImportColumn,
    ListOf,
    Text,
    Words,
    YesNo,
)
from pqip.exchange.datasets import NEW, Context, Row, register
from workforce.imports import alike, numbers
from workforce.imports.lookups import answer_codes, pdu_codes, region_codes, regions_of_units


class LearnersResource(DatasetResource):
    staff_number = numbers.own_number(
        "The payroll number; APP: and the application number before there is one."
    )
    first_name = ImportColumn(Text(100), required=True)
    last_name = ImportColumn(Text(100), required=True)
    email = ImportColumn(Email(), help="Blank: left as it is.")
    date_of_birth = ImportColumn(Date(), help="Blank: left as it is.")
    region = ImportColumn(Code("region", "a region"), required=True)
    pdu = ImportColumn(Code("pdu", "a probation delivery unit"), help="Blank: the whole region.")
    cohort = ImportColumn(Text(40), key=True, required=True, help="A new one is created.")
    pathway = ImportColumn(Code("pathway", "a pathway"), required=True)
    entry_route = ImportColumn(Words(EntryRoute.choices), required=True)
    fte = ImportColumn(Hours(), required=True, help="1.0, or from 0.6 to 0.8.")
    start_date = ImportColumn(
        Date(),
        required=True,
        help="First day on the programme; one to come makes them due to start.",
    )
    level5_held = ImportColumn(YesNo(), required=True)
    modules_held = ImportColumn(
        ListOf(Words(KNOWLEDGE_MODULES)), help="Knowledge modules held at entry."
    )
    pta = numbers.staff_number(
        help="Staff number of the practice tutor assessor. Blank: left as it is."
    )
    line_manager = numbers.staff_number(
        help="Staff number of the line manager. Blank: left as it is."
    )
    sex = ImportColumn(Code("sex", "an answer"), sensitive=True)
    ethnicity = ImportColumn(Code("ethnicity", "an answer"), sensitive=True)
    disability = ImportColumn(Code("disability", "an answer"), sensitive=True)
    campaign = ImportColumn(Text(40), help="A new one is created. Blank: left as it is.")
    effective_from = ImportColumn(
        Date(),
        help="The day from which what differs is so; blank: the row corrects what was recorded.",
    )
    same_person_as = alike.same_column()
    different_person = alike.other_column()


@register
class Learners(LearnerDataset):
    name, title = "learners", "Learners"
    resource = LearnersResource

    def codes(self, context: Context) -> dict[str, Codes]:
        context.memory["units"] = regions_of_units()
        return {
            "region": region_codes(),
            "pdu": pdu_codes(),
            "pathway": pathway_codes(),
            **answer_codes("sex", "ethnicity", "disability"),
        }

    def current(self, context: Context) -> current.Rows:
        return current.learners(context)

    def plan(self, rows: list[Row], context: Context) -> None:
        renamed = alike.identify(rows, context, reached(context.scope))
        planner = Planner(rows, context, renamed)
        context.memory["planner"] = planner
        for row in rows:
            planner.plan(row)

    def write(self, rows: list[Row], context: Context) -> None:
        planner: Planner = context.memory["planner"]
        placed: list[PlannedRow] = [row.data for row in rows]
        hold_learners([each.person for each in placed if each.person])
        store_people(placed)
        store_places(placed)
        void_rows(Event, (key for each in placed for key in each.voided), CORRECTED)
        copy_events(event for each in placed for event in each.events)
        store_allocations(placed, planner.roles)
        store_equality(placed)
        whose = {
            each.person for each in placed
        }  # who looks after them is stored on every enrolment of theirs
        self.touched(
            context, Enrolment.objects.filter(person__in=whose).values_list("pk", flat=True)
        )
        self.posts_may_change(context, whose)
        starts = {
            each.person: row["start_date"]
            for row, each in zip(rows, placed, strict=True)
            if row.kind == NEW
        }
        context.memory.setdefault("starts", {}).update(starts)

    def finish(self, context: Context) -> None:
        alike.refuse_withheld(context)
        super().finish(context)
        starts: dict[int, Any] = context.memory.get("starts", {})
        if starts:
            vocational.vocational().register(starts, by=context.by)
