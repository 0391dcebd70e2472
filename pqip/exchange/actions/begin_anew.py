"""The work on a file was set aside, and an administrator starts it again: the import goes back to where that work begins."""

from __future__ import annotations

from pqip.exchange import kept
from pqip.exchange.datasets import registry
from pqip.exchange.models import ImportRun
from pqip.jobs.models import Job

State = ImportRun.State
#: Where the work of each kind of job begins.
BEGINS = {"exchange.check_import": State.CHECKING, "exchange.apply_import": State.APPLYING}

DEALT_WITH = "The file has been dealt with since."
NO_FILE = "The file is no longer kept. Whoever brought it can bring it again."
NOT_THEIRS = "Whoever brought the file may no longer import it. They can bring it again once they have a role that lets them."


def begin_anew(run: ImportRun, job: Job) -> str | None:
    """Within an act: let the job do its work after all. Returns why not, where it must not be.

    What has changed since is no matter here: a check looks at what stands now, and applying writes nothing but what was shown.
    """
    begins = BEGINS[job.kind]
    if run.state not in (State.FAILED, begins) or job.key != ImportRun(pk=run.pk, state=begins, checks=run.checks).job_key:
        return DEALT_WITH
    if run.file_deleted_at or not kept.is_same(run.public_id, run.sha256):
        return NO_FILE
    if run.dataset not in registry or not (run.requested_by.is_active and run.requested_by.can(run.described.permission)):
        return NOT_THEIRS
    run.state, run.message, run.finished_at = begins, "", None
    run.save(update_fields=["state", "message", "finished_at"])
    return None
