"""Delete files that no row refers to, and report rows whose file is missing."""

from __future__ import annotations

import datetime as dt
import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from pqip.core.clock import london
from pqip.core.files.stores import missing_files
from pqip.core.formats import plural
from pqip.files.actions.tidy import SAFE_AGE, left_over, tidy

HOURS = SAFE_AGE // dt.timedelta(hours=1)


class Command(BaseCommand):
    help = "Take away files that belong to nobody. Exit 1 where a file is gone that somebody's row still names."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--dry-run", action="store_true", help="name what would be taken away, and take nothing"
        )
        parser.add_argument(
            "--older-than",
            metavar="HOURS",
            type=float,
            default=HOURS,
            help=f"hours; {HOURS} unless told",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        age = dt.timedelta(hours=options["older_than"])
        if options["dry_run"]:
            for path in left_over(age):
                self.stdout.write(str(path))
        else:
            done = tidy(age)
            self.stdout.write(f"Taken away: {plural(done.files, 'file')}, {done.bytes:,} bytes.")
        missing = False
        for one in missing_files():
            missing = True
            self.stderr.write(
                f"gone: {one.what}, kept {london(one.kept_at):%Y-%m-%d %H:%M}. {one.instead}"
            )
        if missing:
            sys.exit(1)
