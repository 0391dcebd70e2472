"""Importing a file: read, clean, plan, write; every error at once, all or nothing.

A check is the same run rolled back, so that a preview cannot say other than what applying does, and every rule and
constraint has been met. Applying runs again and compares: what has changed since the preview stops it.
"""

from __future__ import annotations

import datetime as dt
import difflib
import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any

from django.db import transaction

from pqip.core.acting import act
from pqip.core.clock import today
from pqip.core.errors import Conflict, RuleBroken
from pqip.core.scope import Scope
from pqip.exchange.cleaning import Code, Column
from pqip.exchange.datasets import CHANGED, GIVEN, NEW, UNCHANGED, WRONG, Context, Dataset, Problem, Row
from pqip.exchange.reading import FileRefused, Table, open_table

SHOWN_CHANGES = 1_000
Progress = Callable[[int], None]


@dataclass(frozen=True)
class Change:
    """One changed cell, as the preview shows it."""

    row: int
    key: str
    column: str
    before: str
    after: str


@dataclass
class Outcome:
    """What a file comes to: counts by kind, what is wrong, what changes, and a digest of all that would be written."""

    counts: dict[str, int] = field(default_factory=lambda: dict.fromkeys((NEW, CHANGED, UNCHANGED, WRONG), 0))
    problems: list[Problem] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)
    news: dict[str, list[str]] = field(default_factory=dict)
    note: str = ""
    digest: str = ""

    @property
    def is_wrong(self) -> bool:
        return bool(self.problems)

    @property
    def writes(self) -> int:
        """Rows that are new or change something."""
        return self.counts[NEW] + self.counts[CHANGED]


class _RolledBack(Exception):
    """Ends a check; nothing it did remains."""


def check(dataset: Dataset, path: Path, *, by: Any, name: str = "", recorded_at: dt.datetime | None = None,
          progress: Progress | None = None, changes: Callable[[Change], None] | None = None) -> Outcome:
    """What importing the file would do. Changes nothing. Raises RuleBroken where the importer may not import this."""
    outcome = Outcome()
    try:
        with act(by=by, reason=f"Check of an import of {dataset.name}", recorded_at=recorded_at):
            _run(dataset, path, name, outcome, _context(dataset, by, recorded_at), progress, changes)
            raise _RolledBack
    except _RolledBack:
        return outcome


def apply(dataset: Dataset, path: Path, *, by: Any, name: str = "", recorded_at: dt.datetime | None = None,
          expected: str | None = None, progress: Progress | None = None) -> Outcome:
    """Import the file, all of it or nothing.

    `expected` is the digest of the preview. Raises Conflict where the file would now do something else.
    """
    outcome = Outcome()
    try:
        with act(by=by, reason=f"Import of {dataset.name}", recorded_at=recorded_at):
            _run(dataset, path, name, outcome, _context(dataset, by, recorded_at), progress, None)
            if expected is not None and outcome.digest != expected:
                raise Conflict("The records have changed since the preview. Check the file again.")
            if outcome.is_wrong:
                raise _RolledBack
    except _RolledBack:
        pass
    return outcome


def _context(dataset: Dataset, by: Any, recorded_at: dt.datetime | None) -> Context:
    if getattr(by, "is_job", False):
        scope = Scope(everywhere=True)
    elif not by.can(dataset.permission):
        raise RuleBroken(f"{by} may not import {dataset.name}.")
    else:
        scope = by.scope(dataset.permission)
    context = Context(by=by, scope=scope, today=today(), recorded_at=recorded_at)
    context.codes = dataset.codes(context)
    return context


def _run(dataset: Dataset, path: Path, name: str, outcome: Outcome, context: Context, progress: Progress | None,
         changes: Callable[[Change], None] | None) -> None:
    try:
        table = open_table(path, name)
        outcome.note = table.note
        outcome.problems += _header_problems(table, dataset)
        if outcome.problems:
            outcome.counts[WRONG] = 1
            return
        _rows(dataset, table, outcome, context, progress, changes)
    except FileRefused as refused:
        outcome.problems.append(Problem(0, "", "", str(refused)))
        return
    if not sum(outcome.counts.values()):
        outcome.problems.append(Problem(0, "", "", "it has no rows beneath the header."))
    outcome.problems.sort(key=lambda problem: problem.row)
    outcome.news = context.news


def _rows(dataset: Dataset, table: Table, outcome: Outcome, context: Context, progress: Progress | None,
          changes: Callable[[Change], None] | None) -> None:
    places = {column: table.header.index(found) for column, found in _matched(table.header, dataset).items()}
    cleaner = _Cleaner(dataset, places, len(table.header), context)
    digest, done = hashlib.sha256(), 0
    for batch in _batches((cleaner.row(number, cells) for number, cells in table.rows), dataset.batch):
        with transaction.atomic():
            dataset.plan(batch, context)
        writing = [row for row in batch if row.kind in (NEW, CHANGED) and not row.wrong]
        if writing:
            dataset.write(writing, context)
        for row in batch:
            _tell(row, dataset, outcome, digest, changes)
        done += len(batch)
        if progress:
            progress(done)
    if outcome.writes:
        dataset.finish(context)
    outcome.digest = digest.hexdigest()


def _tell(row: Row, dataset: Dataset, outcome: Outcome, digest: Any, changes: Callable[[Change], None] | None) -> None:
    kind = WRONG if row.wrong else row.kind
    outcome.counts[kind] += 1
    outcome.problems += row.problems
    digest.update(f"{row.number}{kind}{sorted(row.before.items(), key=str)}{sorted(row.after.items(), key=str)}".encode())
    if kind != CHANGED:
        return
    key = " ".join(row.text(column) for column in dataset.key)
    for column, after in row.after.items():
        change = Change(row.number, key, column, *_shown(dataset.columns.get(column), row.before.get(column), after))
        if len(outcome.changes) < SHOWN_CHANGES:
            outcome.changes.append(change)
        if changes:
            changes(change)


def _shown(column: Column | None, before: Any, after: Any) -> tuple[str, str]:
    """Before and after as people read them; of a sensitive column only that it was given or changed."""
    if column is not None and column.sensitive:
        return (GIVEN if before else "", "changed" if before else GIVEN)
    return _words(before), _words(after)


def _words(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list | tuple):
        return "; ".join(_words(part) for part in value)
    return value.isoformat() if isinstance(value, dt.date) else str(value)


class _Cleaner:
    """Turns cells into values, with the widgets of the dataset's columns."""

    def __init__(self, dataset: Dataset, places: dict[str, int], width: int, context: Context) -> None:
        self.places, self.width = places, width
        self.columns = dataset.columns
        self.missing = [name for name, column in self.columns.items() if column.required]
        self.key = dataset.key
        self.seen: dict[int, int] = {}
        self.cache: dict[tuple[str, str], Any] = {}
        for column in self.columns.values():
            for widget in (column.widget, getattr(column.widget, "widget", None)):
                if isinstance(widget, Code):
                    widget.codes = context.codes.get(widget.table)

    def row(self, number: int, cells: list[str]) -> Row:
        row = Row(number, cells, self.places)
        for name, place in self.places.items():
            text = cells[place] if place < len(cells) else ""
            row.cells[name] = self._value(row, name, text) if text else None
        for name in self.missing:
            if not row.text(name):
                row.error(name, "this column must be filled in.", quote=False)
        if len(cells) > self.width and any(cells[self.width :]):
            row.error("", f"it has {len(cells)} cells but the header has {self.width}.", quote=False)
        self._twice(row)
        return row

    def _value(self, row: Row, name: str, text: str) -> Any:
        known = self.cache.get((name, text), self)
        if known is not self:
            return known
        try:
            value = self.columns[name].widget.clean(text)
        except ValueError as error:
            row.error(name, str(error))
            return None
        if len(self.cache) < 50_000:
            self.cache[name, text] = value
        return value

    def _twice(self, row: Row) -> None:
        if any(problem.column in self.key for problem in row.problems):
            return
        key = hash(tuple(str(row[name]) for name in self.key))
        first = self.seen.setdefault(key, row.number)
        if first != row.number:
            row.error("", f"it has the same {', '.join(self.key)} as row {first}.", quote=False)


def _header_problems(table: Table, dataset: Dataset) -> list[Problem]:
    """Unknown, duplicated and missing columns, each with the nearest known name."""
    problems, known = [], list(dataset.columns)
    names = [_plain(cell) for cell in table.header]
    for place, name in enumerate(names):
        if name not in known:
            nearest = difflib.get_close_matches(name, known, 1, 0.6)
            meant = f" Did you mean {nearest[0]}?" if nearest else f" Use only {', '.join(known)}."
            problems.append(Problem(1, table.header[place], table.header[place], f"is not a column of {dataset.name}.{meant}"))
        elif name in names[:place]:
            problems.append(Problem(1, name, name, "the column stands twice. Keep one."))
    absent = [name for name, column in dataset.columns.items() if column.required and name not in names]
    problems += [Problem(1, name, "", f"the column is missing. {dataset.name} needs it.") for name in absent]
    return problems


def _matched(header: list[str], dataset: Dataset) -> dict[str, str]:
    by_name = {_plain(cell): cell for cell in header}
    return {name: by_name[name] for name in dataset.columns if name in by_name}


def _plain(cell: str) -> str:
    return cell.strip().lower()


def _batches(rows: Iterator[Row], size: int) -> Iterator[list[Row]]:
    while batch := list(islice(rows, size)):
        yield batch


__all__ = ["GIVEN", "Change", "Outcome", "apply", "check"]
