"""A worker checks a file: what it would do, and everything wrong with it. Only the import itself is changed."""

from __future__ import annotations

from pqip.core.background.queue import Job, finishing
from pqip.core.clock import now
from pqip.core.errors import NotAllowed, RuleBroken
from pqip.core.files.writing import room
from pqip.exchange import engine, kept
from pqip.exchange.datasets import CHANGED, NEW, UNCHANGED, WRONG
from pqip.exchange.models import ImportRun
from pqip.exchange.outcome import Outcome
from pqip.exchange.progress import Progress

State = ImportRun.State
GONE = "The file is no longer the one that was brought. Bring it again."


def check_import(*, run: ImportRun, job: Job) -> None:
    """Check the file as the user who brought it, and save the findings. Does nothing to an import that is not waiting for
    it.

    Raises NotYet where another file of the dataset is being processed, so that the worker does other work meanwhile.
    """
    if run.state != State.CHECKING:
        with finishing(job):
            return
    if not kept.is_same(run.public_id, run.sha256):
        fail(run, job, GONE)
        return
    try:
        with room(), kept.Findings(run.public_id, job.token) as findings:
            watched = Progress(run, findings)
            outcome = engine.check(
                run.described,
                kept.uploaded(run.public_id),
                by=run.requested_by,
                name=f"file.{run.kind}",
                listener=watched,
                answers=run.answered,
                patient=False,
            )
    except (RuleBroken, NotAllowed) as refused:
        fail(run, job, str(refused))
        return
    with finishing(job):
        record(run, outcome)


def record(run: ImportRun, outcome: Outcome) -> None:
    """Save the outcome of a check in the import."""
    counts = outcome.counts
    run.new, run.changed, run.unchanged, run.wrong = (
        counts[kind] for kind in (NEW, CHANGED, UNCHANGED, WRONG)
    )
    run.errors, run.changed_cells = outcome.problem_count, outcome.change_count
    run.questions = outcome.open_questions
    run.news, run.note, run.digest = outcome.news, outcome.note, outcome.digest
    run.checked_at = now()
    if outcome.only_asks:
        run.state = State.ASKED
    elif outcome.is_wrong:
        run.state = State.REFUSED
    else:
        run.state = State.READY if outcome.writes else State.UNCHANGED
    run.save()


def fail(run: ImportRun, job: Job, message: str) -> None:
    """End the import without having changed anything."""
    with finishing(job):
        failed(run, message)


def failed(run: ImportRun, message: str) -> None:
    """Mark the import as failed; must be called within `acting_as`."""
    run.state, run.message, run.finished_at = State.FAILED, message, now()
    run.save(update_fields=["state", "message", "finished_at"])
