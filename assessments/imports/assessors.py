"""Dataset `assessors`: awards and authorities."""

from __future__ import annotations

from typing import Any

from assessments.actions.assessors import TERMS, begins, restamp
from assessments.imports.base import (
    QUALIFICATIONS,
    AssessmentDataset,
    copy_facts,
    people,
    void_changed,
    without_errors,
)
from assessments.imports.current import Rows, assessors
from assessments.models import AssessorRecord
from assessments.models.holding import hold
from assessments.rules.assessors import check_terms
from pqip.core.clock import today
from pqip.core.errors import RuleBroken
from pqip.exchange.cleaning import DatasetResource, Date, ImportColumn, ListOf, Text, Words
from pqip.exchange.datasets import Context, Row, register
from workforce.imports import numbers

#: The fields that columns state, where the names differ.
FIELDS = {
    "taqa_registered_on": "registered_on",
    "taqa_achieved_on": "achieved_on",
    "certificate_number": "certificate_number",
    "lapsed_on": "lapsed_on",
    "countersign_from": "countersign_from",
    "countersign_until": "countersign_until",
    "allowed_qualifications": "allowed_qualifications",
}
COLUMNS = {field: column for column, field in FIELDS.items()}
#: Fields that a file cannot state, and never blanks.
KEPT = [name for name in TERMS if name not in FIELDS.values()]
NONE = "none"


class AssessorsResource(DatasetResource):
    staff_number = numbers.staff_number(key=True, required=True)
    taqa_registered_on = ImportColumn(Date())
    taqa_achieved_on = ImportColumn(Date())
    certificate_number = ImportColumn(Text(40))
    lapsed_on = ImportColumn(Date())
    countersign_from = ImportColumn(Date())
    countersign_until = ImportColumn(Date())
    allowed_qualifications = ImportColumn(
        ListOf(Words((*QUALIFICATIONS, NONE))), help="Blank or none: none."
    )


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
        for row in without_errors(rows):
            self._settle(row, found[row["staff_number"]], current.get(found[row["staff_number"]]))

    def _settle(self, row: Row, person: int, record: AssessorRecord | None) -> None:
        before = {
            column: getattr(record, field) if record else _empty(column)
            for column, field in FIELDS.items()
        }
        after = {column: _stated(row, column) for column in FIELDS if column in row.given}
        terms = {FIELDS[column]: value for column, value in {**before, **after}.items()}
        try:
            check_terms(terms, today())
        except RuleBroken as broken:
            column = COLUMNS.get(broken.field or "", "")
            row.rule_error(column, broken.message)
            return
        data = {"person": person, "terms": terms, "current": record}
        if record is None:
            row.new(after, data)
        else:
            row.settle(before, after, data)

    def hold(self, rows: list[Row], context: Context) -> None:
        """Lock nobody: most rows change nothing, and recording an assessor voids the very row with which this one was
        compared.
        """

    def write(self, rows: list[Row], context: Context) -> None:
        hold(redated=[row.data["person"] for row in rows])
        void_changed(rows, context)
        copy_facts(
            AssessorRecord,
            ["person_id", "effective_on", *FIELDS.values(), *KEPT],
            (_record(row) for row in rows),
        )
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
