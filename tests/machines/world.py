"""What both machines stand on: one transaction for a sequence, files, questions that keep their answers, days to choose from."""

from __future__ import annotations

import csv
import datetime as dt
import io
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.apps import apps
from django.db import connection, models, transaction

from pqip.core import proof
from pqip.core.acting import Job
from pqip.core.clock import today
from pqip.core.guards import is_ledger
from pqip.core.snapshot import safe_known_at
from pqip.exchange import engine
from pqip.exchange.datasets import registry
from reports.catalogue import REPORTS
from reports.figures.asking import PlaceFilter, Question
from reports.queries.answers import answer
from reports.render.files import write
from tests.machines.driver import Broken, Draw, Nothing, Refused
from workforce.models import Person, Region, User

LEDGERS = sorted(
    (model for model in apps.get_models() if is_ledger(model)),
    key=lambda model: model._meta.db_table,
)
#: The rows that each ledger got and gave up since an instant: the table and when.
TOUCHED = " UNION ALL ".join(
    f"SELECT '{model._meta.db_table}', 'recorded', recorded_at, id FROM {model._meta.db_table} WHERE recorded_at > %(since)s "
    f"UNION ALL SELECT '{model._meta.db_table}', 'voided', voided_at, id FROM {model._meta.db_table} WHERE voided_at > %(since)s"
    for model in LEDGERS
)
#: Every table that a report has, by its name.
TABLES = {table.name: table for report in REPORTS.values() for table in (report, *report.more)}
#: Words by which the database, and not the service, speaks of a row.
RAW = (
    "violates",
    "duplicate key",
    "out of range",
    "null value",
    "invalid input",
    "syntax error",
    "does not exist",
)


class World:
    """The people and records of one machine, and what is remembered while a sequence is played."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.people: dict[str, Person] = {}
        self.users: dict[str, User] = {}
        self.said, self.changed = "", True
        self.asked: list[tuple[str, dt.date, dt.datetime, PlaceFilter, bytes]] = []
        self.since = database_clock()
        self.counter = 0
        #: Keys of sign-offs that a file brought, and of those that count: both are told apart from the rest.
        self.by_file: set[int] = set()
        self.counted: set[int] = set()

    def begin(self) -> None:
        """Forget what an earlier sequence left in memory."""
        self.asked, self.counter, self.by_file, self.counted = [], 0, set(), set()

    def say(self, words: str) -> None:
        self.said = words

    def next(self) -> int:
        self.counter += 1
        return self.counter

    def name(self, person: int | Person | None) -> str:
        key = person.pk if isinstance(person, Person) else person
        return next((name for name, one in self.people.items() if one.pk == key), f"person {key}")

    def person(self, draw: Draw, *usual: str, percent: int = 85) -> Person:
        """Mostly one of those named; now and then anybody at all."""
        names = list(usual) if usual and draw.often(percent) else list(self.people)
        return self.people[draw.one(names)]

    @contextmanager
    def one_step(self) -> Iterator[None]:
        """What fails in a step leaves nothing behind; each outermost change within is settled as at its commit."""
        self.since = database_clock()
        saved = transaction.savepoint()
        try:
            yield
        except BaseException:
            transaction.savepoint_rollback(saved)
            transaction.set_rollback(False)
            raise
        transaction.savepoint_commit(saved)

    def bring_in(self, dataset: str, *rows: dict[str, Any], by: Any = None) -> None:
        """Import rows as a CSV file. Raises Refused with what the file is told, Broken where that is the database's own words."""
        path = self.folder / "file.csv"
        columns = list(dict.fromkeys(column for row in rows for column in row))
        with path.open("w", newline="", encoding="utf-8") as stream:
            writer = csv.DictWriter(stream, columns, restval="")
            writer.writeheader()
            writer.writerows({key: cell(value) for key, value in row.items()} for row in rows)
        outcome = engine.apply(registry[dataset], path, by=by or Job("import"))
        if outcome.problems:
            words = "; ".join(str(problem) for problem in outcome.problems)
            if any(raw in words for raw in RAW):
                raise Broken(f"a {dataset} file is refused in the database's words", words)
            raise Refused(words)
        self.say(
            f"{self.said} ({', '.join(f'{count} {kind}' for kind, count in outcome.counts.items() if count)})"
        )

    def next_change(self) -> None:
        """What a step did so far is one change, with one instant; what it does from here on is another."""
        for broken in one_instant(self):
            raise broken
        self.since = database_clock()

    # Questions ------------------------------------------------------------------------------------------------------

    def ask(self, name: str, as_at: dt.date, place: PlaceFilter) -> None:
        known_at = safe_known_at()
        self.asked.append((name, as_at, known_at, place, answer_of(name, as_at, known_at, place)))

    def ask_again(self, which: Sequence[int] | None = None) -> Iterator[Broken]:
        """The same question at its own day and instant has the same answer, byte for byte."""
        for number, (name, as_at, known_at, place, before) in enumerate(self.asked):
            if which is None or number in which:
                after = answer_of(name, as_at, known_at, place)
                if after != before:
                    column, words = difference(before, after)
                    where = f"question {number + 1}, as at {as_at}"
                    yield Broken(
                        f"{name} answers otherwise of the past ({column})", f"{where}: {words}"
                    )

    def at_the_end(self) -> Iterator[Broken]:
        yield from ledger_proved(self)
        yield from self.ask_again()


def answer_of(name: str, as_at: dt.date, known_at: dt.datetime, place: PlaceFilter) -> bytes:
    stream = io.BytesIO()
    question = Question(as_at, known_at, place)
    write(answer(TABLES[name], question, place="", by="", with_more=False), "csv", stream)
    return stream.getvalue()


def difference(before: bytes, after: bytes) -> tuple[str, str]:
    """The first column that differs, and how."""
    one, other = (
        list(csv.DictReader(io.StringIO(text.decode("utf-8-sig")))) for text in (before, after)
    )
    for was, now in zip(one, other, strict=False):
        for column in was:
            if was[column] != now.get(column):
                return column, f"{column} was {was[column]!r}, is {now.get(column)!r}, in {was}"
    if len(one) != len(other):
        more = (one if len(one) > len(other) else other)[min(len(one), len(other))]
        return "rows", f"{len(one)} rows, then {len(other)}: {more}"
    return "bytes", "the bytes differ"


def database_clock() -> dt.datetime:
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        return cursor.fetchone()[0]


def one_instant(world: World) -> Iterator[Broken]:
    """What a step voids and what takes its place carry the same instant, so that at every instant exactly one is known."""
    with connection.cursor() as cursor:
        cursor.execute(TOUCHED, {"since": world.since})
        instants: dict[str, dict[str, set[dt.datetime]]] = {}
        for table, what, at, _key in cursor.fetchall():
            instants.setdefault(table, {}).setdefault(what, set()).add(at)
    for table, by_what in instants.items():
        if len(by_what) == 2 and by_what["recorded"] != by_what["voided"]:
            yield Broken("voided at one instant, replaced at another", f"{table}: {by_what}")


def ledger_proved(_world: World, app: str = "") -> Iterator[Broken]:
    """`check_ledger` finds nothing, of one app or of all."""
    for check in proof.checks():
        if check.differences.__module__.startswith(app):
            for words in check.differences():
                yield Broken(f"check_ledger: {check.title}", words)


def live(model: Any, **conditions: Any) -> list[Any]:
    return list(model.objects.live().filter(**conditions).order_by("pk"))


def latest(model: Any, draw: Draw, **conditions: Any) -> Any:
    """One of the rows that stand, the newest where numbers are lowered."""
    return draw.one(live(model, **conditions)[::-1])


def any_row(model: Any, draw: Draw, **conditions: Any) -> Any:
    """Mostly one that stands, now and then one that was voided, as somebody has it open who is late."""
    rows = (
        list(model.objects.filter(**conditions).order_by("-pk"))
        if draw.number(100) >= 95
        else live(model, **conditions)[::-1]
    )
    return draw.one(rows)


def cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list | tuple):
        return ";".join(str(each) for each in value)
    return str(value)


def place_of(draw: Draw) -> PlaceFilter:
    """The whole country, or one region."""
    if draw.often(80):
        return PlaceFilter()
    return PlaceFilter(
        False,
        frozenset(
            {
                draw.one(
                    list(Region.objects.filter(code__in=("NE", "WAL")).values_list("pk", flat=True))
                )
            }
        ),
    )


def ask_step(reports: Sequence[str], days: Sequence[dt.date]) -> Any:
    """The step that asks one of the reports as at one of the days."""

    def ask(world: World, draw: Draw) -> None:
        name, as_at, place = draw.one(reports), draw.one(days), place_of(draw)
        world.changed = False
        world.say(
            f"question {len(world.asked) + 1}: {name} as at {as_at}{'' if place.everywhere else ', one region'}"
        )
        world.ask(name, as_at, place)

    return ask


def ask_again(world: World, draw: Draw) -> None:
    """One question is asked again at its own day and instant."""
    if not world.asked:
        raise Nothing
    world.changed, which = False, draw.number(len(world.asked))
    world.say(f"question {which + 1} again")
    for broken in world.ask_again([which]):
        raise broken


@contextmanager
def settled_as_committed() -> Iterator[None]:
    """A sequence is one transaction, taken back at its end. What the database puts off until commit, it checks as each
    outermost change closes, where a commit would be."""
    usual = connection.savepoint_commit

    def commit(sid: str) -> None:
        if not connection.savepoint_ids:
            with connection.cursor() as cursor:
                cursor.execute("SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED")
        usual(sid)

    with transaction.atomic():
        connection.savepoint_commit = commit
        try:
            yield
        finally:
            del connection.savepoint_commit
            transaction.set_rollback(True)


@contextmanager
def folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as name:
        yield Path(name)


__all__ = ["REPORTS", "World", "models", "today"]
