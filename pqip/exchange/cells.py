"""Turns cells into values: the dataset's widgets, required columns, and duplicate keys."""

from __future__ import annotations

import re
from collections.abc import Sequence
from copy import copy
from typing import Any

from import_export.widgets import Widget

from pqip.exchange.cleaning import Code, ListOf, PartsWrong
from pqip.exchange.datasets import Context, Dataset, Row, shortened

#: The number of different values in a column whose cleaned form is remembered.
REMEMBERED = 5_000
NEVER_SEEN = object()
#: How programs show a failed formula. A workbook marks it as an error; in a CSV file only these words show it.
FAULT = re.compile(r"#(N/A|DIV/0!|REF!|NAME\?|VALUE!|NUM!|NULL!|SPILL!|CALC!)|Err:\d{3}")


class Cleaner:
    """Makes a `Row` of a row's cells.

    `places` says at which index each column is; `width` is the number of columns in the header.
    """

    def __init__(
        self, dataset: Dataset, places: dict[str, int], width: int, context: Context
    ) -> None:
        self.places, self.width = places, width
        self.columns = dataset.columns
        self.sensitive = frozenset(
            name for name, column in self.columns.items() if column.sensitive
        )
        self.key = dataset.key
        self.has_key = all(name in places or not self.columns[name].required for name in self.key)
        self.seen: dict[int, int] = {}
        self.widgets = {
            name: _knowing(column.widget, context) for name, column in self.columns.items()
        }
        self.steps = [(name, place, self._known(name)) for name, place in places.items()]

    def _known(self, name: str) -> dict[str, Any]:
        return {} if self.columns[name].required else {"": None}

    def row(self, number: int, cells: list[str]) -> Row:
        """Return the row with its cells cleaned, and with the errors of its own cells."""
        row, values, length = Row(number, cells, self.places, self.sensitive), {}, len(cells)
        for name, place, known in self.steps:
            text = cells[place] if place < length else ""
            value = known.get(text, NEVER_SEEN)
            values[name] = self._value(row, name, text, known) if value is NEVER_SEEN else value
        row.cells = values
        if length > self.width and any(cells[self.width :]):
            row.error("", f"it has {length} cells but the header has {self.width}.", quote=False)
        self._twice(row)
        return row

    def _value(self, row: Row, name: str, text: str, known: dict[str, Any]) -> Any:
        if not text:
            row.error(name, "this column must be filled in.", quote=False)
            return None
        if FAULT.fullmatch(text):
            row.error(name, "is an error of the spreadsheet. Put a value there, or leave it blank")
            return None
        try:
            value = self.widgets[name].clean(text)
        except PartsWrong as wrong:
            for part, message in wrong.parts:
                row.error(name, f'"{shortened(part)}" {message}', quote=False)
            return None
        except ValueError as error:
            row.error(name, str(error))
            return None
        if value == [] and self.columns[name].required:
            row.error(name, "holds nothing between its semicolons. Fill it in")
            return None
        if len(known) < REMEMBERED:
            known[text] = value
        return value

    def _twice(self, row: Row) -> None:
        if not self.has_key or (
            row.problems and any(problem.column in self.key for problem in row.problems)
        ):
            return
        key = hash(
            tuple([self.columns[name].folded(str(row.cells.get(name))) for name in self.key])
        )
        first = self.seen.setdefault(key, row.number)
        if first != row.number:
            row.error("", f"it has the same {', '.join(self.key)} as row {first}.", quote=False)


def recognise(rows: Sequence[Row], dataset: Dataset) -> list[tuple[Row, str, str]]:
    """Replace values that can be written in several ways by the way they are recorded, so that they are found there.

    Returns those recorded under another value by now: the row, the value in the file and the recorded value.
    """
    others: list[tuple[Row, str, str]] = []
    for name, column in dataset.columns.items():
        if column.on_record is None or not (
            values := {row.cells[name] for row in rows if row.cells.get(name)}
        ):
            continue
        written = column.on_record(values)
        for row in rows:
            value = row.cells.get(name)
            if value is not None:
                row.cells[name] = known = written.get(value, value)
                if column.folded(known) != column.folded(value):
                    others.append((row, value, known))
    return others


def _knowing(widget: Widget, context: Context) -> Widget:
    """Return a copy of the widget with this import's codes. A copy, since two imports at once may have different reach."""
    if isinstance(widget, Code):
        widget = copy(widget)
        widget.codes = context.codes.get(widget.table)
    elif isinstance(widget, ListOf):
        widget = copy(widget)
        widget.widget = _knowing(widget.widget, context)
    return widget
