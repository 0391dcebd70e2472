"""Background work on files brought in: a number in, one call."""

from __future__ import annotations

from pqip.core.acting import Job as NamedJob
from pqip.core.acting import act
from pqip.exchange.actions.apply_import import apply_import
from pqip.exchange.actions.begin_anew import begin_anew
from pqip.exchange.actions.check_import import check_import, failed
from pqip.exchange.actions.purge import purge_files
from pqip.exchange.models import ImportRun
from pqip.jobs.models import Job
from pqip.jobs.registry import handler
from pqip.jobs.running import finishing

GIVEN_UP = (
    "The file could not be worked on, and nothing was changed. You do not need to bring it again: an administrator can start it"
    " again, and this page will show it. If you need it today, bring it in smaller parts."
)


def _run(job: Job) -> ImportRun:
    return ImportRun.objects.select_related("requested_by").get(pk=job.payload["run"])


def give_up(job: Job) -> None:
    """The work on a file was set aside: who brought it is told that nothing was changed, and what to do."""
    run = _run(job)
    if run.state in (ImportRun.State.CHECKING, ImportRun.State.APPLYING):
        with act(by=NamedJob(job.kind)):
            failed(run, GIVEN_UP)


def again(job: Job) -> str | None:
    return begin_anew(_run(job), job)


@handler("exchange.check_import", title="Check a file", atomic=False, parked=give_up, again=again)
def check(job: Job) -> None:
    check_import(run=_run(job), job=job)


@handler("exchange.apply_import", title="Import a file", atomic=False, parked=give_up, again=again)
def apply(job: Job) -> None:
    apply_import(run=_run(job), job=job)


@handler("exchange.purge_files", title="Delete files brought in long ago", atomic=False)
def purge(job: Job) -> None:
    purge_files(by=NamedJob(job.kind))
    with finishing(job):
        pass
