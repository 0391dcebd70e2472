"""A run whose job was set aside, and whose job is started again: both move together."""

from __future__ import annotations

from django.conf import settings
from django.urls import reverse

from pqip.core.acting import Job
from pqip.core.errors import NotAllowed, RuleBroken
from pqip.messages.sending import send
from reports.catalogue import find
from reports.models import Run
from reports.places import VIEW, place_within

BY = Job("reports.make")
MADE = "This report has been made."
NO_MORE = "The service no longer makes this report."
NOT_THEIRS = "Whoever asked for it may no longer see it. They can ask again once they have a role that lets them."


def give_up_run(run: Run) -> None:
    """Within an act: the run could not be made, and whoever asked for it is told, once, what to do.

    Whoever waits for a page reads it there.
    """
    if not Run.objects.filter(pk=run.pk, state=Run.State.WAITING).update(state=Run.State.FAILED):
        return
    user = run.requested_by
    if user is not None and not run.is_page and user.is_active and user.can(VIEW):
        link = f"{settings.SITE_ADDRESS}{reverse('reports:run', args=[run.public_id])}"
        send("report_failed", to=user, reference=f"report-run-failed:{run.pk}", by=BY, context={"link": link})


def begin_run_anew(run: Run) -> str | None:
    """Within an act: let a run that could not be made be made after all. Returns why not, where it must not be."""
    if run.state in (Run.State.READY, Run.State.EXPIRED):
        return MADE
    try:
        find(run.report)
    except RuleBroken:
        return NO_MORE
    if not _may_still_be_seen(run):
        return NOT_THEIRS
    Run.objects.filter(pk=run.pk, state=Run.State.FAILED).update(state=Run.State.WAITING)
    return None


def _may_still_be_seen(run: Run) -> bool:
    """Whether whoever asked reaches the place still; nobody asked for a scheduled one."""
    if run.requested_by is None:
        return True
    try:
        place_within(
            run.requested_by.scope(VIEW), region=run.region_id, pdu=run.pdu_id, pdu_region=run.pdu.region_id if run.pdu else None
        )
    except NotAllowed:
        return False
    return bool(run.requested_by.is_active)
