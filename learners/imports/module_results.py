"""The `module-results` dataset: attempts at academic modules."""

from __future__ import annotations

import datetime as dt
from typing import Any

from learners.imports.common import (
    CORRECTED,
    NO_LEARNER,
    LearnerDataset,
    Place,
    places,
    void_rows,
    without_errors,
)
from learners.imports.current import Rows, module_results
from learners.models import AcademicModule, ModuleResult
from learners.rules.modules_results import check_attempts, check_result
from pqip.core.bulk import copy_rows
from pqip.core.errors import RuleBroken
from pqip.exchange.cleaning import (
    Code,
    Codes,
    DatasetResource,
    Date,
    ImportColumn,
    Number,
    Whole,
    Words,
)
from pqip.exchange.datasets import UNCHANGED, Context, Row, register
from workforce.imports import numbers

CONTENT = ("due_date", "extended_to", "submitted_date", "mark", "outcome")


class ModuleResultsResource(DatasetResource):
    staff_number = numbers.staff_number(key=True, required=True)
    module = ImportColumn(Code("module", "a module"), key=True, required=True)
    attempt = ImportColumn(Whole("1", "9"), key=True, required=True)
    due_date = ImportColumn(Date())
    extended_to = ImportColumn(Date())
    submitted_date = ImportColumn(Date())
    mark = ImportColumn(Number("0", "100"))
    outcome = ImportColumn(Words(ModuleResult.Outcome.choices), help="Blank: pending.")


@register
class ModuleResults(LearnerDataset):
    name, title = "module-results", "Results of academic modules"
    resource = ModuleResultsResource
    #: All rows are one batch, because attempts follow each other across the whole file.
    batch = 1_000_000

    def codes(self, context: Context) -> dict[str, Codes]:
        listed = list(AcademicModule.objects.values_list("code", "id", "title"))
        return {
            "module": Codes(
                {code: key for code, key, _ in listed}, {code: title for code, _, title in listed}
            )
        }

    def current(self, context: Context) -> Rows:
        return module_results(context)

    def plan(self, rows: list[Row], context: Context) -> None:
        found = places([row["staff_number"] for row in rows], context)
        live = ModuleResult.objects.live().filter(
            enrolment__in=[place.id for own in found.values() for place in own]
        )
        held = {(each.enrolment_id, each.module_id, each.attempt): each for each in live}
        for row in rows:
            if row["staff_number"] and row["staff_number"] not in found:
                row.error("staff_number", NO_LEARNER)
        for row in without_errors(rows):
            _plan(row, found[row["staff_number"]], held, context.today)
        _refuse_out_of_order(list(without_errors(rows)), held)

    def write(self, rows: list[Row], context: Context) -> None:
        void_rows(ModuleResult, (row.data["held"] for row in rows if row.data["held"]), CORRECTED)
        copy_rows(
            ModuleResult,
            ["enrolment_id", "module_id", "attempt", "effective_on", *CONTENT],
            (
                [
                    row.data["enrolment"],
                    row["module"],
                    row["attempt"],
                    row.data["on"],
                    *row.data["content"].values(),
                ]
                for row in rows
            ),
        )


def _plan(
    row: Row, own: list[Place], held: dict[tuple[int, int, int], ModuleResult], today: dt.date
) -> None:
    current = next(
        (found for place in own if (found := held.get((place.id, row["module"], row["attempt"])))),
        None,
    )
    content: dict[str, Any] = {
        name: getattr(current, name) if current else None for name in CONTENT
    }
    before = dict(content)
    content |= {name: row[name] for name in CONTENT if name in row.given}
    content["outcome"] = content["outcome"] or ModuleResult.Outcome.PENDING.value
    try:
        on = check_result(**content, today=today)
    except RuleBroken as broken:
        row.rule_error(broken.field or "", broken.message)
        return
    place = next(
        (each for each in reversed(own) if each.start_date and each.start_date <= on), own[-1]
    )
    data = {
        "held": current.pk if current else None,
        "enrolment": current.enrolment_id if current else place.id,
        "on": on,
        "content": content,
    }
    if current is None:
        row.new(content, data)
    else:
        row.settle(before, content, data)
        row.data = data


def _refuse_out_of_order(rows: list[Row], held: dict[tuple[int, int, int], ModuleResult]) -> None:
    """Refuse an attempt unless the one before it is a fail, by the attempts as they will be after
    the file.
    """
    outcomes: dict[tuple[int, int], dict[int, str]] = {}
    for (enrolment, module, attempt), result in held.items():
        outcomes.setdefault((enrolment, module), {})[attempt] = result.outcome
    touched: dict[tuple[int, int], dict[int, Row]] = {}
    for row in rows:
        key = (row.data["enrolment"], row["module"])
        outcomes.setdefault(key, {})[row["attempt"]] = row.data["content"]["outcome"]
        if row.kind != UNCHANGED:
            touched.setdefault(key, {})[row["attempt"]] = row
    for key, own in touched.items():
        for attempt, broken in check_attempts(outcomes[key], own).items():
            own[attempt].rule_error(broken.field or "attempt", broken.message)
