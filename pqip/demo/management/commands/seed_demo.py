"""`seed_demo`: write a coherent, made-up national data set."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from pqip.core.clock import today
from pqip.core.dates import parse_date
from pqip.core.errors import RuleBroken
from pqip.demo.seeding import seed
from workforce.models import Person


class Command(BaseCommand):
    help = "Fill an empty database with made-up people: scale 1 is about 1,700 active learners and ten years of history."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--scale", type=float, default=1.0, help="1 is the nation as published; 0.05 is quick"
        )
        parser.add_argument("--seed", type=int, default=1, help="the same seed gives the same data")
        parser.add_argument(
            "--as-at", metavar="DATE", help="the last day of the made-up history; default: today"
        )
        parser.add_argument(
            "--if-empty", action="store_true", help="do nothing where there are people already"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if options["if_empty"] and Person.objects.exists():
            self.stdout.write("  There already")
            return
        try:
            as_at = parse_date(options["as_at"]) if options["as_at"] else today()
            if as_at > today():
                raise RuleBroken("The made-up history cannot reach into the future.")
            seed(
                scale=options["scale"],
                number=options["seed"],
                as_at=as_at,
                say=lambda words: self.stdout.write(f"  {words}"),
            )
        except RuleBroken as broken:
            raise CommandError(str(broken)) from broken
        self.stdout.write(self.style.SUCCESS("  Made-up data is in place"))
