"""Record an attempt at an academic module, and put right or undo what was recorded."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

from learners.models import AcademicModule, Enrolment, ModuleResult
from learners.rules.results import check_attempt, check_before_next, check_result, check_waits
from pqip.core.acting import act
from pqip.core.clock import today
from pqip.core.errors import RuleBroken
from pqip.core.ledger import supersede, void


def record_module_result(
    *,
    by: Any,
    enrolment: Enrolment,
    module: AcademicModule,
    attempt: int,
    due_date: dt.date | None = None,
    extended_to: dt.date | None = None,
    submitted_date: dt.date | None = None,
    mark: Decimal | None = None,
    outcome: str = "pending",
    reason: str = "Brought up to date",
) -> ModuleResult:
    """Record the attempt, or bring one that waits for its result up to date. Raises RuleBroken, see `rules/results`, and where
    the attempt has its result: that is corrected, with a reason."""
    content = {
        "due_date": due_date,
        "extended_to": extended_to,
        "submitted_date": submitted_date,
        "mark": mark,
        "outcome": outcome,
    }
    on = check_result(**content, today=today())
    with act(by=by, reason=reason):
        Enrolment.objects.select_for_update(no_key=True, of=("self",)).get(pk=enrolment.pk)
        recorded = {row.attempt: row for row in ModuleResult.objects.live().filter(enrolment=enrolment, module=module)}
        check_attempt(attempt, {number: row.outcome for number, row in recorded.items()})
        if attempt in recorded:
            check_waits(recorded[attempt].outcome)
            return supersede(recorded[attempt], by=by, reason=reason, effective_on=on, **content)
        return ModuleResult.objects.create(
            enrolment=enrolment, module=module, attempt=attempt, effective_on=on, **content
        )


def correct_module_result(*, by: Any, result: ModuleResult, reason: str, **content: Any) -> ModuleResult:
    """Put right what an attempt says: dates, mark, outcome. Raises RuleBroken as `record_module_result`, and where the next
    attempt, which needs a fail before it, is recorded; Conflict where the attempt was corrected or undone meanwhile.
    """
    on = check_result(**content, today=today())
    with act(by=by, reason=reason):
        if _hold_next(result):
            check_before_next(content["outcome"])
        return supersede(result, by=by, reason=reason, effective_on=on, **content)


def void_module_result(*, by: Any, result: ModuleResult, reason: str) -> None:
    """Undo an attempt recorded in error. Raises RuleBroken where the next attempt is recorded."""
    with act(by=by, reason=reason):
        if _hold_next(result):
            raise RuleBroken("The next attempt is recorded. Undo that one first.")
        void([result], by=by, reason=reason)


def _hold_next(result: ModuleResult) -> bool:
    """Hold the enrolment while its attempts change; whether the attempt after this one is recorded."""
    Enrolment.objects.select_for_update(no_key=True, of=("self",)).get(pk=result.enrolment_id)
    later = {"enrolment": result.enrolment_id, "module": result.module_id, "attempt": result.attempt + 1}
    return ModuleResult.objects.live().filter(**later).exists()
