"""The `protected-days` dataset: study and VQ days that were planned, and their outcomes."""

from __future__ import annotations

from typing import Any

from learners.facts.practice import recorded_as_lost_by_learner
from learners.imports.common import (
    CORRECTED,
    PERMISSION,
    PeopleDataset,
    people,
    void_rows,
    without_errors,
)
from learners.imports.current import Rows, protected_days
from learners.models import LostReason, ProtectedDay
from learners.rules.practice import check_day, check_theirs
from pqip.core.bulk import copy_rows
from pqip.core.errors import RuleBroken
from pqip.exchange.cleaning import Code, Codes, DatasetResource, Date, ImportColumn, Words, YesNo
from pqip.exchange.datasets import Context, Row, register
from workforce.imports import numbers


class ProtectedDaysResource(DatasetResource):
    staff_number = numbers.staff_number(key=True, required=True)
    on = ImportColumn(Date(), key=True, required=True)
    kind = ImportColumn(Words(ProtectedDay.Kind.choices), key=True, required=True)
    taken = ImportColumn(YesNo(), help="Blank: not known yet.")
    reason_lost = ImportColumn(Code("lost_reason", "a reason for a lost day"))


@register
class ProtectedDays(PeopleDataset):
    name, title, permission = "protected-days", "Study and VQ days", PERMISSION
    leads_to = "learners:list"
    resource = ProtectedDaysResource

    def codes(self, context: Context) -> dict[str, Codes]:
        listed = list(LostReason.objects.values_list("code", "title"))
        return {"lost_reason": Codes({code: code for code, _ in listed}, dict(listed))}

    def current(self, context: Context) -> Rows:
        return protected_days(context)

    def plan(self, rows: list[Row], context: Context) -> None:
        found = people(rows, context, "staff_number")
        live = list(ProtectedDay.objects.live().filter(person__in=found.values()))
        held = {(day.person_id, day.effective_on, day.kind): day for day in live}
        theirs = recorded_as_lost_by_learner(live)
        for row in without_errors(rows):
            person = found[row["staff_number"]]
            _settle(row, person, held.get((person, row["on"], row["kind"])), theirs, context)

    def write(self, rows: list[Row], context: Context) -> None:
        void_rows(ProtectedDay, (row.data["held"] for row in rows if row.data["held"]), CORRECTED)
        copy_rows(
            ProtectedDay,
            ["person_id", "effective_on", "kind", "taken", "reason_lost"],
            (
                [
                    row.data["person"],
                    row["on"],
                    row["kind"],
                    row.data["taken"],
                    row.data["reason_lost"],
                ]
                for row in rows
            ),
        )


def _settle(
    row: Row, person: int, held: ProtectedDay | None, theirs: set[int], context: Context
) -> None:
    before: dict[str, Any] = {
        "taken": held.taken if held else None,
        "reason_lost": (held.reason_lost or None) if held else None,
    }
    after = {name: row[name] if name in row.given else value for name, value in before.items()}
    try:
        check_day(row["on"], after["taken"], after["reason_lost"] or "", context.today)
        check_theirs(is_theirs=held is not None and held.pk in theirs and after != before)
    except RuleBroken as broken:
        row.rule_error(broken.field or "on", broken.message)
        return
    stated = {"taken": after["taken"], "reason_lost": after["reason_lost"] or ""}
    data = {"person": person, "held": held.pk if held else None, **stated}
    if held is None:
        row.new(after, data)
    else:
        row.settle(before, after, data)
