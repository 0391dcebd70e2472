"""The user who brought a file answers whether rows are about people who are known already."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pqip.core.acting import acting_as
from pqip.core.background.queue import enqueue
from pqip.core.errors import Conflict, NotAllowed, RuleBroken
from pqip.exchange import kept
from pqip.exchange.datasets import DIFFERENT
from pqip.exchange.models import ImportRun

State = ImportRun.State


def answer_import(*, by: Any, run: ImportRun, answers: Mapping[int, str]) -> ImportRun:
    """Save answers by row number: a staff number that the question offers, or `DIFFERENT`; return the import.

    Answers may be changed until the file is confirmed. Once every question has one, a job checks the file again. Raises
    NotAllowed for anybody but the user who brought the file, or if they have lost its permission; Conflict if the
    import neither waits for answers nor is ready, or its file is deleted; RuleBroken for an answer that is not offered.
    """
    if run.requested_by_id != by.pk or not by.can(run.described.permission):
        raise NotAllowed("Only who brought a file may answer for it.")
    with acting_as(by=by, reason=f"Answered for an import of {run.dataset}"):
        held = ImportRun.objects.select_for_update(of=("self",)).get(pk=run.pk)
        if held.state not in (State.ASKED, State.READY) or held.file_deleted_at:
            raise Conflict("This file is not waiting for answers any more.")
        questions = {question.row: question for question in kept.questions(held.public_id)}
        for row, answer in answers.items():
            if row not in questions or answer not in {
                DIFFERENT,
                *(number for number, _name in questions[row].choices),
            }:
                raise RuleBroken("Select one of the answers offered.")
        held.answers |= {str(row): answer for row, answer in answers.items()}
        if all(question.answer or str(row) in held.answers for row, question in questions.items()):
            held.state, held.message, held.checks = State.CHECKING, "", held.checks + 1
        held.save(update_fields=["answers", "state", "message", "checks"])
        if held.state == State.CHECKING:
            enqueue(
                "exchange.check_import",
                key=held.job_key,
                payload={"run": held.pk},
                by=by,
                queue="imports",
            )
    run.refresh_from_db()
    return run
