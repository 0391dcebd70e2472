"""Attempts at academic modules: record, correct and undo."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

from learners.models import AcademicModule, Enrolment, ExtensionRequest, ModuleResult
from learners.rules.modules_results import (
    check_attempt,
    check_before_next,
    check_has_no_result,
    check_result,
)
from pqip.core.acting import acting_as
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
    """Record an attempt, or update one that waits for its result.

    Raises RuleBroken (see `rules/modules_results`), also if the attempt has its result: that is
    corrected, with a reason.
    """
    content: dict[str, Any] = {
        "due_date": due_date,
        "extended_to": extended_to,
        "submitted_date": submitted_date,
        "mark": mark,
        "outcome": outcome,
    }
    on = check_result(**content, today=today())
    with acting_as(by=by, reason=reason):
        Enrolment.objects.select_for_update(no_key=True, of=("self",)).get(pk=enrolment.pk)
        recorded = {
            row.attempt: row
            for row in ModuleResult.objects.live().filter(enrolment=enrolment, module=module)
        }
        check_attempt(attempt, {number: row.outcome for number, row in recorded.items()})
        if attempt in recorded:
            check_has_no_result(recorded[attempt].outcome)
            return supersede(recorded[attempt], by=by, reason=reason, effective_on=on, **content)
        return ModuleResult.objects.create(
            enrolment=enrolment, module=module, attempt=attempt, effective_on=on, **content
        )


def correct_module_result(
    *, by: Any, result: ModuleResult, reason: str, **content: Any
) -> ModuleResult:
    """Correct an attempt: dates, mark and outcome.

    Raises RuleBroken as `record_module_result` does, and if the next attempt is recorded, which
    needs a fail before it. Raises Conflict if it was corrected or undone in the meantime.
    """
    on = check_result(**content, today=today())
    with acting_as(by=by, reason=reason):
        if _hold_next(result):
            check_before_next(content["outcome"])
        return supersede(result, by=by, reason=reason, effective_on=on, **content)


def void_module_result(*, by: Any, result: ModuleResult, reason: str) -> None:
    """Undo an attempt recorded in error, and the requests for more time for it.

    Raises RuleBroken if the next attempt is recorded.
    """
    with acting_as(by=by, reason=reason):
        if _hold_next(result):
            raise RuleBroken("The next attempt is recorded. Undo that one first.")
        void([result], by=by, reason=reason)
        about = {
            "enrolment": result.enrolment_id,
            "module": result.module_id,
            "attempt": result.attempt,
        }
        void(ExtensionRequest.objects.live().filter(**about), by=by, reason=reason)


def _hold_next(result: ModuleResult) -> bool:
    """Lock the enrolment while its attempts change. Return True if the next attempt is recorded."""
    Enrolment.objects.select_for_update(no_key=True, of=("self",)).get(pk=result.enrolment_id)
    later = {
        "enrolment": result.enrolment_id,
        "module": result.module_id,
        "attempt": result.attempt + 1,
    }
    return ModuleResult.objects.live().filter(**later).exists()
