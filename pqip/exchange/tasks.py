"""Background work on imports: each handler takes an identifier and makes one call."""

from __future__ import annotations

from pqip.core.acting import Job as NamedJob
from pqip.core.acting import acting_as
from pqip.core.background.queue import Job, finishing
from pqip.core.background.registry import handler
from pqip.exchange.actions.apply_import import apply_import
from pqip.exchange.actions.check_import import check_import, failed
from pqip.exchange.actions.purge import purge_files
from pqip.exchange.actions.restart_import import restart_import
from pqip.exchange.models import ImportRun

GIVEN_UP = (
    "The file could not be worked on, and nothing was changed. You do not need to bring it again: an administrator can start it"
    " again, and this page will show it. If you need it today, bring it in smaller parts."
)


def _run(job: Job) -> ImportRun:
    return ImportRun.objects.select_related("requested_by").get(pk=job.payload["run"])


def give_up(job: Job) -> None:
    """Tell the user that work on their file was set aside, that nothing was changed, and what to do."""
    run = _run(job)
    if run.state in (ImportRun.State.CHECKING, ImportRun.State.APPLYING):
        with acting_as(by=NamedJob(job.kind)):
            failed(run, GIVEN_UP)


def again(job: Job) -> str | None:
    """Let the import go on; return why not, where it must not."""
    return restart_import(_run(job), job)


@handler("exchange.check_import", title="Check a file", atomic=False, parked=give_up, again=again)
def check(job: Job) -> None:
    """Check a file."""
    check_import(run=_run(job), job=job)


@handler("exchange.apply_import", title="Import a file", atomic=False, parked=give_up, again=again)
def apply(job: Job) -> None:
    """Apply a confirmed file."""
    apply_import(run=_run(job), job=job)


@handler("exchange.purge_files", title="Delete files brought in long ago", atomic=False)
def purge(job: Job) -> None:
    """Delete old files."""
    purge_files(by=NamedJob(job.kind))
    with finishing(job):
        pass
