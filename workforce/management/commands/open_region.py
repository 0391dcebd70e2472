"""`manage.py open_region CODE [--at DATETIME]`: from that moment the region's record is kept here."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from pqip.core.acting import Job
from pqip.core.dates import parse_instant
from pqip.core.errors import RuleBroken
from pqip.core.formats import datetime_gov
from workforce.actions.opening import open_region
from workforce.models import Region

BY = Job("open_region")


class Command(BaseCommand):
    help = "Open a region, once: from then on no time of recording may be stated for it, and what was known stays answerable."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("code", metavar="CODE", help="such as NE")
        parser.add_argument(
            "--at",
            metavar="DATETIME",
            help="since when; London time where no zone is given. None: now",
        )

    def handle(self, *args: Any, code: str, at: str | None, **options: Any) -> None:
        try:
            region = Region.objects.filter(code__iexact=code.strip()).first()
            if region is None:
                known = ", ".join(
                    Region.objects.exclude(code=Region.NATIONAL).values_list("code", flat=True)
                )
                raise RuleBroken(f"{code} is not a region. Use one of {known}.")
            opening = open_region(
                by=BY, region=region, at=parse_instant(at) if at is not None else None
            )
        except RuleBroken as broken:
            raise CommandError(broken.message) from broken
        self.stdout.write(
            f"{region} is open: its record has been kept here since {datetime_gov(opening.opened_at)}."
        )
