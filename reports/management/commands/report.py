"""`manage.py report NAME --as-at DATE`: a report as a file or on standard output (docs/reports.md)."""

from __future__ import annotations

import argparse
import os
import shutil
import tempfile
from pathlib import Path
from typing import Any, BinaryIO

from django.core.management.base import BaseCommand, CommandError

from pqip.core.dates import parse_date, parse_instant
from pqip.core.errors import NotAllowed, RuleBroken
from pqip.core.scope import Scope
from pqip.core.snapshot import snapshot
from reports.actions.places import place_within
from reports.catalogue import find
from reports.figures.asking import OFFICER, PlaceFilter
from reports.queries.answers import answer
from reports.queries.places import (
    codes_of_places,
    find_grade,
    find_place,
    grades,
    unrestricted_question,
)
from reports.render.files import check_format, write

BY = "report command"
PLACES = {"region": "a region", "pdu": "a unit"}


class Command(BaseCommand):
    help = "Write a report: monthly-status, progression, attrition, … as at a day and as known at an instant."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("name", metavar="NAME", help="the report, such as monthly-status")
        parser.add_argument("--as-at", required=True, metavar="DATE", help="such as 2026-10-31")
        parser.add_argument(
            "--known-at",
            metavar="DATETIME",
            help="2026-11-02T09:00; London time where no zone is given",
        )
        parser.add_argument(
            "--region", metavar="CODE", help="one region only; without it every region's rows"
        )
        parser.add_argument("--pdu", metavar="CODE", help="one unit only")
        parser.add_argument(
            "--grade", metavar="CODE", help="of reports about one grade: another than PO"
        )
        parser.add_argument("--format", default="csv", help="csv, json, xlsx or ods")
        parser.add_argument(
            "--suppress",
            action="store_true",
            help="hide small counts of people and what would give them away",
        )
        parser.add_argument(
            "-o",
            "--output",
            default="-",
            metavar="FILE",
            help="the file to write; - or none for standard output",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            self._make(options)
        except (RuleBroken, NotAllowed) as wrong:
            raise CommandError(str(wrong)) from wrong
        except OSError as wrong:
            raise CommandError(
                f"The report could not be written: {wrong.strerror or wrong}."
            ) from wrong

    def _make(self, options: dict[str, Any]) -> None:
        report, format = find(options["name"]), check_format(options["format"])
        as_at = parse_date(options["as_at"])
        known_at = parse_instant(options["known_at"]) if options["known_at"] is not None else None
        place, words = self._place(options)
        if options["grade"] and not report.asks_grade:
            raise RuleBroken(f"{report.name} is not about one grade. Leave the grade out.", "grade")
        grade = _grade_named(options["grade"]) if options["grade"] else OFFICER
        with tempfile.TemporaryFile() as made:
            with snapshot(known_at) as instant:
                question = unrestricted_question(
                    as_at,
                    instant,
                    place,
                    by_pdu=bool(options["region"] or options["pdu"]),
                    grade=grade,
                )
                write(
                    answer(report, question, place=words, by=BY, suppressed=options["suppress"]),
                    format,
                    made,
                )
            made.seek(0)
            self._deliver(made, options["output"])

    def _place(self, options: dict[str, Any]) -> tuple[PlaceFilter, str]:
        everywhere = Scope(everywhere=True)
        region = _place_named("region", options["region"]) if options["region"] else None
        if options["pdu"]:
            pdu = _place_named("pdu", options["pdu"])
            if region and pdu[2] != region[0]:
                raise RuleBroken(f"{pdu[1]} is not a unit of {region[1]}.", "pdu")
            return place_within(everywhere, pdu=pdu[0], pdu_region=pdu[2]), pdu[1]
        if region:
            return place_within(everywhere, region=region[0]), region[1]
        return PlaceFilter(), "All regions"

    def _deliver(self, made: Any, output: str) -> None:
        """Write the finished file to its place, or to standard output."""
        if output != "-":
            deliver(made, Path(output))
            return
        stream: BinaryIO | None = getattr(getattr(self.stdout, "_out", None), "buffer", None)
        if stream is None:
            self.stdout.write(made.read().decode(), ending="")
            return
        shutil.copyfileobj(made, stream)
        stream.flush()


def _place_named(kind: str, text: str) -> tuple[int, str, int | None]:
    """Return key, name and region key of a region or unit, by code or exact name.

    Raises RuleBroken, naming those there are.
    """
    found = find_place(kind, text)
    if found is None:
        codes = codes_of_places(kind)
        known = ", ".join(codes[:20]) + (", …" if len(codes) > 20 else "")
        raise RuleBroken(f'"{text}" is not {PLACES[kind]}. Use one of {known}.', kind)
    return found


def _grade_named(text: str) -> str:
    """Return the code of a grade, by code or exact name. Raises RuleBroken, naming those there are."""
    found = find_grade(text)
    if found is None:
        known = ", ".join(code for code, _name in grades())
        raise RuleBroken(f'"{text}" is not a grade. Use one of {known}.', "grade")
    return found


def deliver(made: Any, path: Path) -> None:
    """Write beside `path`, sync, then rename, so that a reader finds either the complete file or the one before."""
    handle, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as target:
            shutil.copyfileobj(made, target)
            target.flush()
            os.fsync(target.fileno())
        os.replace(name, path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
