"""An administrator restarts work on a file that was set aside: the import returns to the state in which that work begins."""

from __future__ import annotations

from pqip.core.background.queue import Job
from pqip.exchange import kept
from pqip.exchange.datasets import registry
from pqip.exchange.models import ImportRun

State = ImportRun.State
#: The state in which the work of each kind of job begins.
BEGINS = {"exchange.check_import": State.CHECKING, "exchange.apply_import": State.APPLYING}

DEALT_WITH = "The file has been dealt with since."
NO_FILE = "The file is no longer kept. Whoever brought it can bring it again."
NOT_THEIRS = "Whoever brought the file may no longer import it. They can bring it again once they have a role that lets them."


def restart_import(run: ImportRun, job: Job) -> str | None:
    """Let the job do its work again; must be called within `acting_as`. Returns None, or why it must not, in words.

    Changes since then do not matter: a check compares with what is recorded now, and applying writes nothing but what was
    shown.
    """
    begins = BEGINS[job.kind]
    if (
        run.state not in (State.FAILED, begins)
        or job.key != ImportRun(pk=run.pk, state=begins, checks=run.checks).job_key
    ):
        return DEALT_WITH
    if run.file_deleted_at or not kept.is_same(run.public_id, run.sha256):
        return NO_FILE
    if run.dataset not in registry or not (
        run.requested_by.is_active and run.requested_by.can(run.described.permission)
    ):
        return NOT_THEIRS
    run.state, run.message, run.finished_at = begins, "", None
    run.save(update_fields=["state", "message", "finished_at"])
    return None
