"""Keep a run in step with its job: it fails when the job is set aside, and waits again when the job is started again."""

from __future__ import annotations

from django.conf import settings
from django.urls import reverse

from pqip.core.acting import Job
from pqip.core.errors import NotAllowed, RuleBroken
from pqip.messages.sending import send
from reports.actions.places import place_within
from reports.catalogue import find
from reports.models import Run
from reports.queries.places import VIEW

BY = Job("reports.make")
MADE = "This report has been made."
NO_MORE = "The service no longer makes this report."
NOT_THEIRS = "Whoever asked for it may no longer see it. They can ask again once they have a role that lets them."


def give_up_run(run: Run) -> None:
    """Mark a run as failed and tell the user who asked for it, once, what to do. Must be called within `acting_as`.

    A user who waits for a page reads it there instead.
    """
    if not Run.objects.filter(pk=run.pk, state=Run.State.WAITING).update(state=Run.State.FAILED):
        return
    user = run.requested_by
    if user is not None and not run.is_page and user.is_active and user.can(VIEW):
        link = f"{settings.SITE_ADDRESS}{reverse('reports:run', args=[run.public_id])}"
        send(
            "report_failed",
            to=user,
            reference=f"report-run-failed:{run.pk}",
            by=BY,
            context={"link": link},
        )


def restart_run(run: Run) -> str | None:
    """Let a failed run be made again. Must be called within `acting_as`.

    Returns None, or the reason why it must not be made again, in words.
    """
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
    """Return whether the user who asked may still see the place; True for a scheduled run, for which no user asked."""
    if run.requested_by is None:
        return True
    try:
        place_within(
            run.requested_by.scope(VIEW),
            region=run.region_id,
            pdu=run.pdu_id,
            pdu_region=run.pdu.region_id if run.pdu else None,
        )
    except NotAllowed:
        return False
    return bool(run.requested_by.is_active)
