"""The `absences` dataset: long absences, career breaks and reductions of hours; never a medical reason."""

from __future__ import annotations

import datetime as dt
from typing import Any

from pqip.core.bulk import copy_rows
from pqip.core.clock import now
from pqip.core.errors import RuleBroken
from pqip.exchange.cleaning import DatasetResource, Date, ImportColumn, Number, Words
from pqip.exchange.datasets import Context, Dataset, Row, register
from workforce.imports import numbers
from workforce.imports.current import Rows, absences
from workforce.imports.lookups import NO_SUCH_PERSON, people
from workforce.models import Absence, Person
from workforce.models.holding import hold_people
from workforce.rules.absences import check_absence

#: Column of the file → attribute of an absence.
STATED = {"expected_end_date": "expected_end_date", "end_date": "ended_on", "fte_lost": "fte_lost"}
COLUMNS = {name: column for column, name in STATED.items()}
CORRECTED = "Corrected by an import"
Key = tuple[int, str, dt.date]


class AbsencesResource(DatasetResource):
    staff_number = numbers.staff_number(key=True, required=True)
    kind = ImportColumn(
        Words(Absence.Kind.choices), key=True, required=True, help="Never a medical reason."
    )
    start_date = ImportColumn(Date(), key=True, required=True, help="The first day.")
    expected_end_date = ImportColumn(Date(), help="The last day, as far as anybody can say.")
    end_date = ImportColumn(Date(), help="The last day. Blank: it lasts.")
    fte_lost = ImportColumn(
        Number("0.01", "1.0"),
        help="The part of full time that is lost; must be said of reduced hours.",
    )


@register
class Absences(Dataset):
    name, title, permission = (
        "absences",
        "Long absences and reduced hours",
        "workforce.import_staff",
    )
    resource, leads_to = AbsencesResource, "workforce:staff"

    def current(self, context: Context) -> Rows:
        return absences(context)

    def hold(self, rows: list[Row], context: Context) -> None:
        hold_people(
            [
                person.pk
                for person in people((row["staff_number"] for row in rows), context.scope).values()
            ]
        )

    def plan(self, rows: list[Row], context: Context) -> None:
        found = people((row["staff_number"] for row in rows), context.scope)
        held = _held(found.values())
        for row in rows:
            person = found.get(row["staff_number"])
            if row["staff_number"] and person is None:
                row.error("staff_number", NO_SUCH_PERSON)
            if person is not None and not row.wrong:
                _settle(row, person, held.get((person.pk, row["kind"], row["start_date"])))

    def corrects(self, row: Row) -> list[Absence]:
        return [row.data["held"]]

    def write(self, rows: list[Row], context: Context) -> None:
        corrected = [row.data["held"].pk for row in rows if row.data["held"]]
        Absence.objects.filter(pk__in=corrected).update(voided_at=now(), void_reason=CORRECTED)
        copy_rows(
            Absence,
            ["person_id", "kind", "effective_on", *STATED.values()],
            (
                [row.data["person"], row["kind"], row["start_date"], *row.data["stated"].values()]
                for row in rows
            ),
        )


def _held(among: Any) -> dict[Key, Absence]:
    """Return live absences of these people, by natural key."""
    live = Absence.objects.live().filter(person__in=[person.pk for person in among])
    return {(row.person_id, row.kind, row.effective_on): row for row in live}


def _settle(row: Row, person: Person, held: Absence | None) -> None:
    before = {column: getattr(held, name, None) for column, name in STATED.items()}
    after = {column: row[column] for column in STATED if column in row.given}
    stated = {STATED[column]: value for column, value in {**before, **after}.items()}
    try:
        check_absence(row["kind"], row["start_date"], **stated)
    except RuleBroken as broken:
        row.rule_error(COLUMNS.get(broken.field or "", "start_date"), broken.message)
        return
    data = {"person": person.pk, "held": held, "stated": stated}
    if held is None:
        row.new(after, data)
    else:
        row.settle(before, after, data)
