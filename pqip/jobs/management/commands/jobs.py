"""Show the state of background work, and restart jobs, from the command line."""

from __future__ import annotations

import sys
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from pqip.core.acting import Job as NamedJob
from pqip.core.background.registry import title_of
from pqip.core.errors import Conflict
from pqip.jobs.again import retry_parked
from pqip.jobs.health import worker_health
from pqip.jobs.models import Job
from pqip.jobs.scheduler import is_acting


class Command(BaseCommand):
    help = "List work that needs attention, start it again, or tell whether work goes round (--health, --scheduling)."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--retry", metavar="KEY", help="start the parked job with this key again; 'all' for all"
        )
        parser.add_argument(
            "--health", action="store_true",
            help="exit 1 unless a test job went round in the last 2 minutes and no work waits longer than its queue allows",
        )  # fmt: skip
        parser.add_argument(
            "--queues",
            metavar="NAMES",
            default="",
            help="with --health: only these queues, with commas",
        )
        parser.add_argument(
            "--scheduling", action="store_true", help="exit 1 unless a scheduler acts"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if options["health"]:
            self.tell_health([name for name in options["queues"].split(",") if name])
        elif options["scheduling"]:
            self.tell_scheduling()
        elif options["retry"]:
            self.retry(options["retry"])
        else:
            self.list_parked()

    def tell_health(self, queues: list[str]) -> None:
        if unknown := set(queues) - set(settings.JOB_QUEUES):
            raise CommandError(
                f"There is no queue called {', '.join(sorted(unknown))}. Use {', '.join(settings.JOB_QUEUES)}."
            )
        health = worker_health(queues)
        # A single queue is judged by the age of its oldest work: its test job waits behind work that takes long.
        works = not health.late if queues else health.is_working
        waiting = (
            f"{health.oldest_waiting.total_seconds():.0f} seconds"
            if health.oldest_waiting is not None
            else "nothing"
        )
        self.stdout.write(
            f"working: {'yes' if works else 'no'}; oldest waiting: {waiting}; parked: {health.parked}"
        )
        for queue in health.queues:
            oldest = (
                f"{queue.oldest.total_seconds():.0f} seconds"
                if queue.oldest is not None
                else "nothing"
            )
            limit = f"{queue.limit.total_seconds():.0f}"
            late = ", too long" if queue.is_late else ""
            self.stdout.write(
                f"{queue.name}: {queue.waiting} waiting, oldest {oldest} of {limit} allowed{late}"
            )
        if not works:
            sys.exit(1)

    def tell_scheduling(self) -> None:
        acting = is_acting()
        self.stdout.write(f"a scheduler acts: {'yes' if acting else 'no'}")
        if not acting:
            sys.exit(1)

    def list_parked(self) -> None:
        for job in Job.objects.parked().order_by("finished_at"):
            self.stdout.write(
                f"{job.key}: {title_of(job.kind)}, after {job.attempt} attempts. {job.last_error}"
            )

    def retry(self, key: str) -> None:
        parked = Job.objects.parked().order_by("finished_at")
        jobs = list(parked if key == "all" else parked.filter(key=key))
        if not jobs and key != "all":
            raise CommandError(
                f"No parked job has the key {key}. Run `manage.py jobs` to list them."
            )
        refusals = [refusal for job in jobs if (refusal := self.refusal_of(job))]
        for refusal in refusals:
            self.stderr.write(refusal)
        self.stdout.write(f"Started again: {len(jobs) - len(refusals)}")
        if refusals and key != "all":
            sys.exit(1)

    def refusal_of(self, job: Job) -> str:
        """Restart one job; return why not, where it was not restarted."""
        try:
            refusal = retry_parked(job, by=NamedJob("command"))
        except Conflict as faster:
            refusal = str(faster)
        return f"{job.key} was not started again. {refusal}" if refusal else ""
