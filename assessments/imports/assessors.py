"""Dataset `assessors`: awards and authorities."""

from __future__ import annotations

from typing import Any

from assessments.actions.assessors import TERMS, begins, check_terms, restamp
from assessments.actions.holding import hold
from assessments.imports.base import QUALIFICATIONS, AssessmentDataset, copy_facts, people, sound, void_changed
from assessments.imports.current import Rows, assessors
from assessments.models import AssessorRecord
from pqip.core.errors import RuleBroken
from pqip.exchange.cleaning import Column, DatasetResource, Date, ListOf, Text, Words
from pqip.exchange.datasets import Context, Row, register
from workforce.imports import numbers

#: Columns and the fields they state, where the names differ.
FIELDS = {
    "taqa_registered_on": "registered_on", "taqa_achieved_on": "achieved_on", "certificate_number": "certificate_number",
    "lapsed_on": "lapsed_on", "countersign_from": "countersign_from", "countersign_until": "countersign_until",
    "allowed_qualifications": "allowed_qualifications",
}
COLUMNS = {field: column for column, field in FIELDS.items()}
#: What a file does not say, and never blanks.
KEPT = [name for name in TERMS if name not in FIELDS.values()]
NONE = "none"


class AssessorsResource(DatasetResource):
    staff_number = numbers.staff_number(key=True, required=True)
    taqa_registered_on = Column(Date())
    taqa_achieved_on = Column(Date())
    certificate_number = Column(Text(40))
    lapsed_on = Column(Date())
    countersign_from = Column(Date())
    countersign_until = Column(Date())
    allowed_qualifications = Column(ListOf(Words((*QUALIFICATIONS, NONE))), help="Blank or none: none.")


@register
class Assessors(AssessmentDataset):
    name, title = "assessors", "Assessors"
    resource, leads_to = AssessorsResource, "assessments:assessors"

    def current(self, context: Context) -> Rows:
        return assessors(context, FIELDS)

    def plan(self, rows: list[Row], context: Context) -> None:
        found = people(rows, context, "staff_number")
        live = AssessorRecord.objects.live().filter(person__in=found.values())
        current = {record.person_id: record for record in live}
        for row in sound(rows):
            self._settle(row, found[row["staff_number"]], current.get(found[row["staff_number"]]))

    def _settle(self, row: Row, person: int, record: AssessorRecord | None) -> None:
        before = {column: getattr(record, field) if record else _empty(column) for column, field in FIELDS.items()}
        after = {column: _stated(row, column) for column in FIELDS if column in row.given}
        terms = {FIELDS[column]: value for column, value in {**before, **after}.items()}
        try:
            check_terms(terms)
        except RuleBroken as broken:
            column = COLUMNS.get(broken.field or "", "")
            row.misfit(column, broken.message)
            return
        data = {"person": person, "terms": terms, "current": record}
        if record is None:
            row.new(after, data)
        else:
            row.settle(before, after, data)

    def hold(self, rows: list[Row], context: Context) -> None:
        """Nobody yet: most rows change nothing, and whoever records an assessor voids the row this was compared with."""

    def write(self, rows: list[Row], context: Context) -> None:
        hold(redated=[row.data["person"] for row in rows])
        void_changed(rows, context)
        copy_facts(AssessorRecord, ["person_id", "effective_on", *FIELDS.values(), *KEPT], (_record(row) for row in rows))
        self.touched(context, restamp([row.data["person"] for row in rows], by=context.by))


def _record(row: Row) -> tuple[Any, ...]:
    held = row.data["current"] or AssessorRecord()
    terms = {**{name: getattr(held, name) for name in KEPT}, **row.data["terms"]}
    return row.data["person"], begins(terms), *(terms[name] for name in (*FIELDS.values(), *KEPT))


def _stated(row: Row, column: str) -> Any:
    if column == "allowed_qualifications":
        return [code for code in row[column] or [] if code != NONE]
    return _empty(column) if row[column] is None else row[column]


def _empty(column: str) -> Any:
    return {"certificate_number": "", "allowed_qualifications": []}.get(column)
