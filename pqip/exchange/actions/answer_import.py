"""Who brought a file says of rows that may be about somebody known whether they are."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pqip.core.acting import act
from pqip.core.errors import Conflict, NotAllowed, RuleBroken
from pqip.exchange import kept
from pqip.exchange.datasets import DIFFERENT
from pqip.exchange.models import ImportRun
from pqip.jobs.queue import enqueue

State = ImportRun.State


def answer_import(*, by: Any, run: ImportRun, answers: Mapping[int, str]) -> ImportRun:
    """Keep answers by row: a staff number that the question offers, or `DIFFERENT`. With the last, the file is checked again.

    Raises NotAllowed for anybody but who brought it, Conflict where it asks nothing (any more), RuleBroken for an answer
    that is not offered.
    """
    if run.requested_by_id != by.pk or not by.can(run.described.permission):
        raise NotAllowed("Only who brought a file may answer for it.")
    with act(by=by, reason=f"Answered for an import of {run.dataset}"):
        held = ImportRun.objects.select_for_update(of=("self",)).get(pk=run.pk)
        if held.state not in (State.ASKED, State.READY) or held.file_deleted_at:
            raise Conflict("This file is not waiting for answers any more.")
        questions = {question.row: question for question in kept.questions(held.public_id)}
        for row, answer in answers.items():
            if row not in questions or answer not in {DIFFERENT, *(number for number, _name in questions[row].choices)}:
                raise RuleBroken("Select one of the answers offered.")
        held.answers |= {str(row): answer for row, answer in answers.items()}
        if all(question.answer or str(row) in held.answers for row, question in questions.items()):
            held.state, held.message, held.checks = State.CHECKING, "", held.checks + 1
        held.save(update_fields=["answers", "state", "message", "checks"])
        if held.state == State.CHECKING:
            enqueue("exchange.check_import", key=held.job_key, payload={"run": held.pk}, by=by, queue="imports")
    run.refresh_from_db()
    return run
