"""Requests to the university for more time for a module attempt, and the answers."""

from __future__ import annotations

import datetime as dt
from typing import Any

from learners.models import AcademicModule, Enrolment, ExtensionRequest, ModuleResult
from learners.rules.modules_extensions import check_answered, check_asked
from learners.rules.modules_results import check_extended
from pqip.core.acting import acting_as
from pqip.core.clock import today
from pqip.core.errors import RuleBroken
from pqip.core.ledger import supersede


def ask_for_extension(
    *,
    by: Any,
    enrolment: Enrolment,
    module: AcademicModule,
    attempt: int,
    on: dt.date,
    asked_until: dt.date,
) -> ExtensionRequest:
    """Record a request made on a day.

    Raises RuleBroken (see `rules/modules_extensions`), also while an earlier request waits for its
    answer.
    """
    with acting_as(by=by):
        Enrolment.objects.select_for_update(no_key=True, of=("self",)).get(pk=enrolment.pk)
        result = _attempt(enrolment.pk, module.pk, attempt)
        check_asked(
            due=result.extended_to or result.due_date,
            handed_in=result.submitted_date,
            outcome=result.outcome,
            asked_on=on,
            asked_until=asked_until,
            today=today(),
        )
        earlier = ExtensionRequest.objects.live().filter(
            enrolment=enrolment, module=module, attempt=attempt
        )
        if earlier.filter(answer="").exists():
            raise RuleBroken(
                "An earlier request for this attempt is not answered yet. Record the answer first.",
                "attempt",
            )
        if earlier.filter(effective_on=on).exists():
            raise RuleBroken("A request of that day is recorded already.", "on")
        return ExtensionRequest.objects.create(
            enrolment=enrolment,
            module=module,
            attempt=attempt,
            effective_on=on,
            asked_until=asked_until,
        )


def answer_extension(
    *, by: Any, request: ExtensionRequest, answer: str, answered_on: dt.date
) -> ExtensionRequest:
    """Record the answer.

    An agreed request moves the attempt's due date; the old date stays in the ledger.

    Raises RuleBroken for an impossible day, if the request has an answer, and if a corrected due
    date has overtaken it. Raises Conflict if it was changed in the meantime.
    """
    if request.answer:
        raise RuleBroken("This request is answered already.", "answer")
    check_answered(asked_on=request.effective_on, answered_on=answered_on, today=today())
    with acting_as(by=by):
        Enrolment.objects.select_for_update(no_key=True, of=("self",)).get(pk=request.enrolment_id)
        answered = supersede(
            request, by=by, reason="Answered", answer=answer, answered_on=answered_on
        )
        if answer == ExtensionRequest.Answer.AGREED:
            result = _attempt(request.enrolment_id, request.module_id, request.attempt)
            check_extended(result.due_date, request.asked_until)
            supersede(result, by=by, reason="Extension agreed", extended_to=request.asked_until)
        return answered


def _attempt(enrolment: int, module: int, attempt: int) -> ModuleResult:
    """Return the attempt as recorded. Raises RuleBroken if it is not recorded."""
    rows = ModuleResult.objects.live().filter(enrolment=enrolment, module=module, attempt=attempt)
    found = rows.first()
    if found is None:
        raise RuleBroken(
            "This attempt is not recorded yet. Record it with the day it is due first.", "attempt"
        )
    return found
