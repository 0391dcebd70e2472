"""How background work does, and starting it again, without a browser."""

from __future__ import annotations

import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from pqip.core.acting import Job as NamedJob
from pqip.jobs.failing import retry_parked
from pqip.jobs.health import worker_health
from pqip.jobs.models import Job
from pqip.jobs.registry import title_of
from pqip.jobs.scheduler import is_acting


class Command(BaseCommand):
    help = "List work that needs attention, start it again, or tell whether work goes round (--health, --scheduling)."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--retry", metavar="KEY", help="start the parked job with this key again; 'all' for all")
        parser.add_argument("--health", action="store_true", help="exit 1 unless a test job went round in the last 2 minutes")
        parser.add_argument("--scheduling", action="store_true", help="exit 1 unless a scheduler acts")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["health"]:
            self.tell_health()
        elif options["scheduling"]:
            self.tell_scheduling()
        elif options["retry"]:
            self.retry(options["retry"])
        else:
            self.list_parked()

    def tell_health(self) -> None:
        health = worker_health()
        waiting = f"{health.oldest_waiting.total_seconds():.0f} seconds" if health.oldest_waiting else "nothing"
        self.stdout.write(f"working: {'yes' if health.is_working else 'no'}; oldest waiting: {waiting}; parked: {health.parked}")
        if not health.is_working:
            sys.exit(1)

    def tell_scheduling(self) -> None:
        acting = is_acting()
        self.stdout.write(f"a scheduler acts: {'yes' if acting else 'no'}")
        if not acting:
            sys.exit(1)

    def list_parked(self) -> None:
        for job in Job.objects.parked().order_by("finished_at"):
            self.stdout.write(f"{job.key}: {title_of(job.kind)}, after {job.attempt} attempts. {job.last_error}")

    def retry(self, key: str) -> None:
        parked = Job.objects.parked()
        jobs = list(parked if key == "all" else parked.filter(key=key))
        if not jobs and key != "all":
            raise CommandError(f"No parked job has the key {key}. Run `manage.py jobs` to list them.")
        started = sum(retry_parked(job, by=NamedJob("command")) for job in jobs)
        self.stdout.write(f"Started again: {started}")
