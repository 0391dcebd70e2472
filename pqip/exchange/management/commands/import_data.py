"""`import_data DATASET FILE`: import a file from the command line."""

from __future__ import annotations

import datetime as dt
import time
from pathlib import Path
from typing import Any

from django.contrib.auth import get_user_model
from django.core.management.base import BaseCommand, CommandError, CommandParser, OutputWrapper

from pqip.core.acting import Job
from pqip.core.background.errors import NotYet
from pqip.core.dates import parse_instant
from pqip.core.errors import Conflict, NotAllowed, RuleBroken
from pqip.core.formats import plural
from pqip.core.scanning import refuse_infected
from pqip.exchange import engine, history
from pqip.exchange.datasets import (
    CHANGED,
    NEW,
    TO_CHECK,
    UNCHANGED,
    WRONG,
    Dataset,
    Problem,
    registry,
)
from pqip.exchange.outcome import Listener, Outcome

#: The number of tries for a file whose records are in use.
TRIES = 20


class _Aloud(Listener):
    """Prints every error as it is found."""

    def __init__(self, out: OutputWrapper) -> None:
        self.out = out

    def problem(self, problem: Problem) -> None:
        self.out.write(str(problem), style_func=str)


class Command(BaseCommand):
    help = (
        "Import a file (.csv, .xlsx or .ods) of one dataset: all of it, or nothing and every error."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "dataset", metavar="DATASET", help=f"one of {', '.join(sorted(registry))}"
        )
        parser.add_argument("file", metavar="FILE", type=Path)
        parser.add_argument(
            "--dry-run", action="store_true", help="say what would happen and change nothing"
        )
        parser.add_argument(
            "--by",
            metavar="EMAIL",
            help="who imports; none: the named job import, with national scope",
        )
        parser.add_argument(
            "--recorded-at",
            metavar="DATETIME",
            help="when these facts were recorded in an older system",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            dataset, by = _dataset(options["dataset"]), _importer(options["by"])
            recorded_at = (
                parse_instant(options["recorded_at"])
                if options["recorded_at"] is not None
                else None
            )
            outcome = self._run(dataset, options["file"], by, recorded_at, options["dry_run"])
        except (RuleBroken, NotAllowed, Conflict, NotYet) as error:
            raise CommandError(str(error)) from error
        if outcome.note:
            self.stdout.write(outcome.note)
        if outcome.is_wrong:
            raise CommandError(
                f"Nothing was changed. {plural(outcome.problem_count, 'error')} to put right."
            )
        self._report(outcome, options["dry_run"])

    def _run(
        self, dataset: Dataset, path: Path, by: Any, recorded_at: dt.datetime | None, dry_run: bool
    ) -> Outcome:
        if not path.is_file():
            raise RuleBroken(f"There is no file {path}.")
        with path.open("rb") as file:
            refuse_infected(file)
        if recorded_at is not None:
            history.may_state(recorded_at, by)
        run = engine.check if dry_run else engine.apply
        for _ in range(TRIES - 1):
            try:
                return run(
                    dataset, path, by=by, recorded_at=recorded_at, listener=_Aloud(self.stderr)
                )
            except NotYet as busy:
                time.sleep(busy.again_in.total_seconds())
        return run(dataset, path, by=by, recorded_at=recorded_at, listener=_Aloud(self.stderr))

    def _report(self, outcome: Outcome, dry_run: bool) -> None:
        for kind, names in outcome.news.items():
            for line in names if kind == TO_CHECK else [f"new {kind}: {', '.join(names)}"]:
                self.stdout.write(f"to check: {line}" if kind == TO_CHECK else line)
        counts = ", ".join(
            f"{outcome.counts[kind]} {kind}" for kind in (NEW, CHANGED, UNCHANGED, WRONG)
        )
        self.stdout.write(f"{'Would be: ' if dry_run else ''}{counts}.")
        if not outcome.writes:
            self.stdout.write("Nothing to change: the records already say all of this.")


def _dataset(name: str) -> Dataset:
    if name not in registry:
        raise RuleBroken(f"{name} is not a dataset. Use one of {', '.join(sorted(registry))}.")
    return registry[name]


def _importer(email: str | None) -> Any:
    if email is None:
        return Job("import")
    user = get_user_model()._default_manager.filter(email__iexact=email, is_active=True).first()
    if user is None:
        raise RuleBroken(f"{email} has no account here.")
    return user
