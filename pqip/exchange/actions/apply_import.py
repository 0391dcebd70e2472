"""A worker applies a confirmed file: all of it, or nothing."""

from __future__ import annotations

from pqip.core.background.queue import Job, enqueue, finishing
from pqip.core.clock import now
from pqip.core.errors import Conflict, NotAllowed, RuleBroken
from pqip.exchange import engine, kept
from pqip.exchange.actions.check_import import GONE, fail
from pqip.exchange.models import ImportRun
from pqip.exchange.outcome import Listener
from pqip.exchange.progress import Progress

State = ImportRun.State
AGAIN = "The records have changed since the preview, so the file has been checked again."


def apply_import(*, run: ImportRun, job: Job) -> None:
    """Apply the same bytes that were checked. What is written and the end of the job are one transaction: it happens once
    or not at all.

    Where the file would now do something other than was shown, nothing is written and it is checked again. Raises NotYet as
    `check_import` does.
    """
    if run.state != State.APPLYING:
        with finishing(job):
            return
    if not kept.is_same(run.public_id, run.sha256):
        fail(run, job, GONE)
        return
    try:
        with finishing(job):
            engine.apply(
                run.described,
                kept.uploaded(run.public_id),
                by=run.requested_by,
                name=f"file.{run.kind}",
                expected=run.digest,
                listener=Progress(run, Listener()),
                answers=run.answered,
                patient=False,
            )
            run.state, run.finished_at = State.DONE, now()
            run.save(update_fields=["state", "finished_at"])
    except Conflict:
        _check_again(run, job)
    except (RuleBroken, NotAllowed) as refused:
        fail(run, job, str(refused))


def _check_again(run: ImportRun, job: Job) -> None:
    with finishing(job):
        run.state, run.message, run.checks = State.CHECKING, AGAIN, run.checks + 1
        run.save(update_fields=["state", "message", "checks"])
        enqueue(
            "exchange.check_import",
            key=run.job_key,
            payload={"run": run.pk},
            by=run.requested_by,
            queue="imports",
        )
