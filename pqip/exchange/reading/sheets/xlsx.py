"""XLSX: the rows and cells of the first sheet.

Source: ECMA-376 Part 1, §18.3 (worksheets).
"""

from __future__ import annotations

import re
import zipfile
from functools import lru_cache
from typing import Any

from .books import Book, Styles, part_of, relations
from .collecting import Collector
from .refused import DAMAGED, DDE, Refused, column_of, letters
from .shown import Form, NotShown, plain
from .spaces import YES, named
from .texts import Strings, Text
from .xml import read

C, V, TEXTS = named("c"), named("v"), named("v", "t", "f")
LAST = 702
NAMES = [letters(column) for column in range(LAST + 1)]
REFERENCE = re.compile(r"([A-Z]{1,3})([1-9]\d{0,6})", re.ASCII)
REMEMBERED = 20_000
#: Strings and sheet names in a formula. A vertical bar outside them calls another program: `=program|'what'!where`.
QUOTED = re.compile(r"\"[^\"]*\"|'[^']*'")
#: Programs write a date with the time 00:00, some with milliseconds and a Z: no time is meant.
MIDNIGHT = re.compile(r"T00:00:00(\.0+)?Z?$", re.ASCII)


def read_xlsx(archive: zipfile.ZipFile, collector: Collector) -> None:
    """Pass the rows of the first sheet to the collector."""
    parts = {name.lower(): name for name in archive.namelist()}
    main = next(
        (
            target
            for kind, target in relations(archive, parts, "").values()
            if kind == "officeDocument"
        ),
        "",
    )
    book = Book()
    read(archive, part_of(parts, main), book)
    related = relations(archive, parts, main)
    kind, target = related.get(book.first, ("", ""))
    if kind != "worksheet":
        raise Refused(
            f'The first sheet, "{book.name}", is no table. Move the sheet with the table to the first place.'
        )
    if book.is_hidden:
        raise Refused(
            f'The first sheet, "{book.name}", is hidden. Show it, or move the sheet with the table to the first place.'
        )
    kinds = dict(related.values())
    styles, strings = Styles(), Strings(collector.most.cell)
    if "styles" in kinds:
        read(archive, part_of(parts, kinds["styles"]), styles)
    if "sharedStrings" in kinds:
        read(archive, part_of(parts, kinds["sharedStrings"]), strings)
    read(
        archive,
        part_of(parts, target),
        Worksheet(collector, strings.strings, styles.forms(), book.since_1904),
    )


class Worksheet(Text):
    """The sheet: rows and cells, with or without references, and what is hidden or merged."""

    def __init__(
        self, collector: Collector, strings: list[str], forms: list[Form | None], since_1904: bool
    ) -> None:
        super().__init__(collector.most.cell)
        self.collector, self.strings, self.forms, self.since_1904 = (
            collector,
            strings,
            forms,
            since_1904,
        )
        self.number, self.hidden, self.in_row, self.suffix = 0, False, False, "0"
        self.cells: list[str] = []
        self.cell: dict[str, str] | None = None
        self.value, self.column = "", -1
        self.formula: str | None = None
        self.shown = lru_cache(REMEMBERED)(self._shown)
        self.starts = _each(
            row=self._row, col=self._col, mergeCell=self._merged, rPh=self._begin_of_phonetic
        )
        self.ends = _each(
            row=self._end_of_row,
            f=self._end_of_formula,
            t=self.run,
            rPh=self._end_of_phonetic,
            **{"is": self._end_of_is},
        )

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if name in C:
            if self.cell is not None or not self.in_row:
                raise Refused(DAMAGED)
            self.cell, self.value, self.formula = attributes, "", None
        elif name in TEXTS:
            self.pieces.clear()
        elif (handle := self.starts.get(name)) is not None:
            handle(attributes)

    def end(self, name: str) -> None:
        if name in C:
            self._end_of_cell()
        elif name in V:
            self.value = self.collected()
        elif (handle := self.ends.get(name)) is not None:
            handle()

    def _row(self, attributes: dict[str, str]) -> None:
        if self.in_row:
            raise Refused(DAMAGED)
        reference = attributes.get("r")
        self.in_row, self.cells, self.column = True, [], -1
        self.number = int(reference) if reference else self.number + 1
        self.suffix = str(self.number)
        self.hidden = attributes.get("hidden") in YES or attributes.get("ht") == "0"

    def _end_of_row(self) -> None:
        self.in_row = False
        self.collector.row(self.number, self.cells, hidden=self.hidden)

    def _col(self, attributes: dict[str, str]) -> None:
        if attributes.get("hidden") in YES or attributes.get("width") == "0":
            self.collector.hide_columns(
                int(attributes.get("min", "1")) - 1, int(attributes.get("max", "1")) - 1
            )

    def _merged(self, attributes: dict[str, str]) -> None:
        first, _, last = attributes.get("ref", "").partition(":")
        column, row = _place(first)
        last_column, last_row = _place(last or first)
        self.collector.merge(row, column, last_row, last_column)

    def _begin_of_phonetic(self, attributes: dict[str, str]) -> None:
        self.is_phonetic = True

    def _end_of_phonetic(self) -> None:
        self.is_phonetic = False

    def _end_of_formula(self) -> None:
        self.formula = self.collected()
        if "|" in self.formula and "|" in QUOTED.sub("", self.formula):
            raise Refused(DDE)

    def _end_of_is(self) -> None:
        self.value = self.all_runs()

    def _end_of_cell(self) -> None:
        cell = self.cell
        if cell is None:
            return
        self.cell, column = None, self.column + 1
        reference = cell.get("r")
        if reference is not None and reference != NAMES[min(column, LAST)] + self.suffix:
            before, (column, row) = column, _place(reference)
            if row != self.number or column < before:
                raise Refused(DAMAGED)
        self.column = column
        value = self._displayed_text(cell)
        if not value:
            return
        cells = self.cells
        if column != len(cells):
            if column >= self.collector.most.columns:
                raise self.collector.too_wide(self.number)
            cells += [""] * (column - len(cells))
        cells.append(value)

    def _displayed_text(self, cell: dict[str, str]) -> str:
        kind, value = cell.get("t", "n"), self.value
        if kind == "e":
            self.collector.fault(self.number, self.column)
            return ""
        if not value:
            return self._typed() if self.formula is not None and kind != "str" else ""
        if kind == "s":
            value = self.strings[int(value)]
        elif kind == "b":
            return "yes" if value in YES else "no"
        elif kind == "d":
            return MIDNIGHT.sub("", value).replace("T", " ")
        style = int(cell.get("s", "0"))
        form = self.forms[style] if style < len(self.forms) else None
        is_number = kind == "n"
        if form is None or not (is_number or form.changes_text):
            return plain(value) if is_number else value
        try:
            return self.shown(style, value, is_number)
        except NotShown:
            self.collector.unseen(self.number, self.column)
            return ""

    def _shown(self, style: int, value: str, is_number: bool) -> str:
        form = self.forms[style]
        assert form is not None  # noqa: S101  (asked before)
        return form.number(value, since_1904=self.since_1904) if is_number else form.text(value)

    def _typed(self) -> str:
        """Return the text of a formula without a computed value, as it was typed."""
        if self.formula:
            return f"={self.formula}"
        self.collector.unsettled(self.number, self.column)
        return ""


def _place(reference: str) -> tuple[int, int]:
    """Return the column and the row that a reference names."""
    found = REFERENCE.fullmatch(reference)
    if found is None:
        raise Refused(DAMAGED)
    return column_of(found[1]), int(found[2])


def _each(**handlers: Any) -> dict[str, Any]:
    return {element: handle for name, handle in handlers.items() for element in named(name)}
