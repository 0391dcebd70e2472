"""Tell those who may see a report that it is ready: with a link to sign in, never the report itself."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.urls import reverse

from pqip.core.acting import Job
from pqip.messages.sending import send
from reports.models import Run
from reports.models.schedule import NATION, schedule_of
from reports.queries.places import VIEW
from reports.queries.recipients import accounts_told

BY = Job("reports.make")


def announce(run: Run) -> None:
    """Announce a run that has just become ready.

    Call it in the transaction that made the run ready and that holds the locks on all runs announced with it. For a run
    that a user asked for, that user is told. The reports of a month are announced together, once all of them are ready.
    """
    if not run.is_scheduled:
        _tell(
            [run.requested_by],
            f"report-run:{run.pk}",
            1,
            reverse("reports:run", args=[run.public_id]),
        )
        return
    month = list(Run.objects.announced_with(run))
    if all(one.state == Run.State.READY for one in month):
        path = reverse("reports:month") + f"?month={run.as_at:%Y-%m}"
        schedule = schedule_of(run.region.code if run.region else NATION)
        users = [one.user for one in accounts_told(schedule)] if schedule else []
        _tell(users, f"report-month:{run.period}:{run.region_id or 'national'}", len(month), path)


def _tell(users: list[Any], reference: str, count: int, path: str) -> None:
    for user in users:
        if user.is_active and user.can(VIEW):
            link = f"{settings.SITE_ADDRESS}{path}"
            send(
                "report_ready",
                to=user,
                reference=reference,
                by=BY,
                context={"count": count, "link": link},
            )
