"""Record an attempt at an academic module."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

from learners.models import AcademicModule, Enrolment, ModuleResult
from learners.rules.results import check_attempt, check_result
from pqip.core.acting import act
from pqip.core.ledger import supersede


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
    """Record the attempt, or void what was recorded of it and record it anew. Raises RuleBroken, see `rules/results`."""
    content = {
        "due_date": due_date,
        "extended_to": extended_to,
        "submitted_date": submitted_date,
        "mark": mark,
        "outcome": outcome,
    }
    on = check_result(**content)
    with act(by=by, reason=reason):
        Enrolment.objects.select_for_update(of=("self",)).get(pk=enrolment.pk)
        recorded = {row.attempt: row for row in ModuleResult.objects.live().filter(enrolment=enrolment, module=module)}
        check_attempt(attempt, {number: row.outcome for number, row in recorded.items()})
        if attempt in recorded:
            return supersede(recorded[attempt], by=by, reason=reason, effective_on=on, **content)
        return ModuleResult.objects.create(
            enrolment=enrolment, module=module, attempt=attempt, effective_on=on, **content
        )
