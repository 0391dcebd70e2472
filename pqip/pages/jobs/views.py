"""Pages of work that needs a person: see it, restart it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404
from django.urls import reverse, reverse_lazy

from pqip.core.background.registry import title_of
from pqip.core.background.signals import QueueHealth
from pqip.core.formats import datetime_gov, lower_first, number, short_datetime
from pqip.govuk.pages import Action, Empty, SummaryRow
from pqip.govuk.tables import Cell, Column, Sorting, Table
from pqip.jobs.again import job_to_retry, retry_parked
from pqip.jobs.health import WorkerHealth, worker_health
from pqip.jobs.models import Job
from pqip.jobs.models.job import JobQuerySet
from pqip.jobs.permissions import MANAGE
from pqip.pages.generic import ConfirmPage, ListPage


class AttentionPage(ListPage):
    """Parked jobs, newest first, below the state of the workers."""

    permission = MANAGE.code
    page_title = "Background work that needs attention"
    of_people = False
    sorts = {"parked": ("finished_at",)}
    default_sort = "-parked"

    def rows(self) -> JobQuerySet:
        return Job.objects.parked()

    def table(self, rows: list[Any], sorting: Sorting) -> Table:
        columns = [
            Column("Work"),
            Column("Set aside", sort="parked"),
            Column("What went wrong"),
            Column("Action", hidden=True),
        ]
        empty = Empty("No work has been set aside.")
        return Table(
            "Work set aside",
            columns,
            [_cells(job) for job in rows],
            sorting=sorting,
            empty=empty,
            caption_hidden=True,
        )

    def shown(self) -> dict[str, Any]:
        return {"lead": in_sentences(worker_health())}


class RetryPage(ConfirmPage):
    """Restart one parked job."""

    permission = MANAGE.code
    page_title = "Start this work again"
    submit = "Start again"
    success_url = reverse_lazy("jobs:attention")

    @property
    def job(self) -> Job:
        """Return the parked job. Raises Conflict where it is not parked any more."""
        job = job_to_retry(self.kwargs["public_id"])
        if job is None:
            raise Http404
        return job

    def perform(self, form: Any) -> str:
        refusal = retry_parked(self.job, by=self.request.user)
        if refusal:
            messages.warning(
                self.request, f"It was not started again, and is no longer on this list. {refusal}"
            )
            return ""
        return "The work has been started again."

    def shown(self) -> dict[str, Any]:
        job = self.job
        rows = [
            SummaryRow("Work", title_of(job.kind)),
            SummaryRow("Set aside", datetime_gov(job.finished_at)),
            SummaryRow("What went wrong", job.last_error),
        ]
        return {"rows": rows}


def in_sentences(health: WorkerHealth) -> str:
    """Return in sentences how the workers are doing, for the top of the page."""
    late = " ".join(_how_late(queue) for queue in health.late)
    if health.is_alive:
        return late or "The workers are running."
    if health.last_canary is None:
        return f"No worker has been seen yet. {late}".strip()
    since = datetime_gov(health.last_canary)
    return f"No worker has been seen since {since}. Work is kept and will be done when one is back. {late}".strip()


def _how_late(queue: QueueHealth) -> str:
    """Return how long a queue has waited, such as *Work for the queue “mail” has waited 12 minutes; 5 are allowed*."""
    oldest, limit = (
        number(int(span.total_seconds() // 60))
        for span in (queue.oldest, queue.limit)
        if span is not None
    )
    return (
        f"Work for the queue “{queue.name}” has waited {oldest} minutes; {limit} are allowed."
        " Check that a worker takes from it, or start another."
    )


def _cells(job: Job) -> list[object]:
    title = title_of(job.kind)
    again = Action(
        "Start again",
        reverse("jobs:retry", args=[job.public_id]),
        kind="link",
        hidden=lower_first(title),
    )
    return [
        Cell(title, second=job.key),
        short_datetime(job.finished_at),
        job.last_error,
        Cell(actions=[again]),
    ]
