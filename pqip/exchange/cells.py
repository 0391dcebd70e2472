"""From cells to values: the dataset's widgets, required columns, and the same key twice."""

from __future__ import annotations

from typing import Any

from pqip.exchange.cleaning import Code
from pqip.exchange.datasets import Context, Dataset, Row

#: Values cleaned before are not cleaned again, up to so many different ones.
REMEMBERED = 50_000


class Cleaner:
    """Makes `Row`s of a file's cells. `places` says where in a row each column stands, `width` how many the header has."""

    def __init__(self, dataset: Dataset, places: dict[str, int], width: int, context: Context) -> None:
        self.places, self.width = places, width
        self.columns = dataset.columns
        self.missing = [name for name, column in self.columns.items() if column.required]
        self.sensitive = frozenset(name for name, column in self.columns.items() if column.sensitive)
        self.key = dataset.key
        self.seen: dict[int, int] = {}
        self.known: dict[tuple[str, str], Any] = {}
        for column in self.columns.values():
            for widget in (column.widget, getattr(column.widget, "widget", None)):
                if isinstance(widget, Code):
                    widget.codes = context.codes.get(widget.table)

    def row(self, number: int, cells: list[str]) -> Row:
        """The row with its cells cleaned, and every error of its own."""
        row = Row(number, cells, self.places, self.sensitive)
        for name, place in self.places.items():
            text = cells[place] if place < len(cells) else ""
            row.cells[name] = self._value(row, name, text) if text else None
        for name in self.missing:
            if not row.text(name):
                row.error(name, "this column must be filled in.", quote=False)
        if any(cells[self.width :]):
            row.error("", f"it has {len(cells)} cells but the header has {self.width}.", quote=False)
        self._twice(row)
        return row

    def _value(self, row: Row, name: str, text: str) -> Any:
        known = self.known.get((name, text), self)
        if known is not self:
            return known
        try:
            value = self.columns[name].widget.clean(text)
        except ValueError as error:
            row.error(name, str(error))
            return None
        if len(self.known) < REMEMBERED:
            self.known[name, text] = value
        return value

    def _twice(self, row: Row) -> None:
        if any(problem.column in self.key for problem in row.problems):
            return
        key = hash(tuple(str(row[name]) for name in self.key))
        first = self.seen.setdefault(key, row.number)
        if first != row.number:
            row.error("", f"it has the same {', '.join(self.key)} as row {first}.", quote=False)
