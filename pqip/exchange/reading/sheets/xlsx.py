"""XLSX: the parts of the book that say which sheet comes first and how it shows its cells, then the sheet itself.

Source: ECMA-376 Part 1, §18 (SpreadsheetML) and Part 2 (relationships); the strict form has other namespaces.
"""

from __future__ import annotations

import posixpath
import re
import zipfile
from functools import lru_cache
from typing import Any

from .collecting import Collector
from .refused import DAMAGED, Refused, column_of, letters
from .shown import BUILT_IN, Form, NotShown, form_of, plain
from .xml import Quiet, read

SHEETS = ("http://schemas.openxmlformats.org/spreadsheetml/2006/main", "http://purl.oclc.org/ooxml/spreadsheetml/main")
C, V, T, SI, SPOKEN = ((f"{SHEETS[0]} {name}", f"{SHEETS[1]} {name}") for name in ("c", "v", "t", "si", "rPh"))
TEXTS = (C[0][:-1] + "v", C[0][:-1] + "t", C[0][:-1] + "f", C[1][:-1] + "v", C[1][:-1] + "t", C[1][:-1] + "f")
LAST = 702
NAMES = [letters(column) for column in range(LAST + 1)]
YES = ("1", "true", "on")
REFERENCE = re.compile(r"([A-Z]{1,3})([1-9]\d{0,6})", re.ASCII)
ESCAPED = re.compile("_x([0-9A-Fa-f]{4})_")
REMEMBERED = 20_000


def read_xlsx(archive: zipfile.ZipFile, collector: Collector) -> None:
    """Give the rows of the first sheet to the collector."""
    parts = {name.lower(): name for name in archive.namelist()}
    main = next((target for kind, target in _relations(archive, parts, "").values() if kind == "officeDocument"), "")
    book = _Book()
    read(archive, _part(parts, main), book)
    related = _relations(archive, parts, main)
    kind, target = related.get(book.first, ("", ""))
    if kind != "worksheet":
        raise Refused(f'The first sheet, "{book.name}", is no table. Move the sheet with the table to the first place.')
    if book.is_hidden:
        raise Refused(
            f'The first sheet, "{book.name}", is hidden. Show it, or move the sheet with the table to the first place.'
        )
    named = dict(related.values())
    styles, strings = _Styles(), _Strings(collector.most.cell)
    if "styles" in named:
        read(archive, _part(parts, named["styles"]), styles)
    if "sharedStrings" in named:
        read(archive, _part(parts, named["sharedStrings"]), strings)
    read(archive, _part(parts, target), Worksheet(collector, strings.said, styles.forms(), book.since_1904))


def _part(parts: dict[str, str], target: str) -> str:
    if target.lower() not in parts:
        raise Refused(DAMAGED)
    return parts[target.lower()]


def _relations(archive: zipfile.ZipFile, parts: dict[str, str], of: str) -> dict[str, tuple[str, str]]:
    """By identifier, the last word of a relation's kind and the part it leads to."""
    folder, name = posixpath.split(of)
    reader = _Relations(folder)
    read(archive, _part(parts, posixpath.join(folder, "_rels", f"{name}.rels")), reader)
    return reader.found


class _Relations(Quiet):
    def __init__(self, folder: str) -> None:
        self.folder, self.found = folder, {}

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if name.endswith(" Relationship") and attributes.get("TargetMode") != "External":
            target = posixpath.normpath(posixpath.join("/", self.folder, attributes.get("Target", "")))
            self.found[attributes.get("Id", "")] = (attributes.get("Type", "").rpartition("/")[2], target.lstrip("/"))


class _Book(Quiet):
    """The first sheet's relation, name and whether it is hidden; from which day dates are counted."""

    def __init__(self) -> None:
        self.first = self.name = ""
        self.is_hidden = self.since_1904 = self.seen = False

    def start(self, name: str, attributes: dict[str, str]) -> None:
        space, _, local = name.partition(" ")
        if space not in SHEETS:
            return
        if local == "workbookPr":
            self.since_1904 = attributes.get("date1904") in YES
        elif local == "sheet" and not self.seen:
            self.seen, self.name = True, attributes.get("name", "")[:100]
            self.first = next((value for key, value in attributes.items() if key.endswith("/relationships id")), "")
            self.is_hidden = attributes.get("state", "visible") != "visible"


class _Styles(Quiet):
    """Number formats by number, and for each style of a cell which one it has."""

    def __init__(self) -> None:
        self.codes: dict[int, str] = dict(BUILT_IN)
        self.of_cells: list[int] = []
        self.within = False

    def start(self, name: str, attributes: dict[str, str]) -> None:
        local = name.partition(" ")[2]
        if local == "numFmt":
            self.codes[int(attributes.get("numFmtId", "0"))] = attributes.get("formatCode", "")
        elif local == "cellXfs":
            self.within = True
        elif local == "xf" and self.within:
            self.of_cells.append(int(attributes.get("numFmtId", "0")))

    def end(self, name: str) -> None:
        if name.endswith(" cellXfs"):
            self.within = False

    def forms(self) -> list[Form | None]:
        return [form_of(self.codes.get(number, "General")) for number in self.of_cells]


class _Text:
    """Gathers text, a list of pieces that is emptied where one begins; one longer than a cell may be is cut."""

    def __init__(self, longest: int) -> None:
        self.longest = longest
        self.pieces: list[str] = []
        self.runs: list[str] = []
        self.spoken = False

    def ready(self, parser: Any) -> None:
        parser.CharacterDataHandler = self.pieces.append

    def between(self) -> None:
        for held in (self.pieces, self.runs):
            if len(held) > 1:
                held[:] = ["".join(held)]
            if held and len(held[0]) > self.longest:
                held[:] = [held[0][: self.longest + 1]]

    def taken(self) -> str:
        """What has been gathered since the last beginning."""
        pieces = self.pieces
        said = pieces[0] if len(pieces) == 1 else "".join(pieces)
        return ESCAPED.sub(lambda found: chr(int(found[1], 16)), said) if "_x" in said else said

    def run(self) -> None:
        """A stretch of text has ended; not one that says how another is spoken (`rPh`)."""
        if not self.spoken:
            self.runs.append(self.taken())

    def whole(self) -> str:
        """All stretches since the last call."""
        said = self.runs[0] if len(self.runs) == 1 else "".join(self.runs)
        self.runs.clear()
        return said


class _Strings(_Text):
    """Texts that the sheet names by number."""

    def __init__(self, longest: int) -> None:
        super().__init__(longest)
        self.said: list[str] = []

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if name in T:
            self.pieces.clear()
        elif name in SPOKEN:
            self.spoken = True

    def end(self, name: str) -> None:
        if name in T:
            self.run()
        elif name in SPOKEN:
            self.spoken = False
        elif name in SI:
            self.said.append(self.whole())


class Worksheet(_Text):
    """The sheet: rows and cells with or without references, and what is hidden or merged."""

    def __init__(self, collector: Collector, strings: list[str], forms: list[Form | None], since_1904: bool) -> None:
        super().__init__(collector.most.cell)
        self.collector, self.strings, self.forms, self.since_1904 = collector, strings, forms, since_1904
        self.number, self.hidden, self.in_row, self.suffix = 0, False, False, "0"
        self.cells: list[str] = []
        self.cell: dict[str, str] | None = None
        self.value, self.formula, self.column = "", None, -1
        self.shown = lru_cache(REMEMBERED)(self._shown)
        self.starts = _each(row=self._row, col=self._col, mergeCell=self._merged, rPh=self._speaks)
        self.ends = _each(row=self._end_of_row, f=self._end_of_formula, t=self.run, rPh=self._spoken, **{"is": self._end_of_is})

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
            self.value = self.taken()
        elif (handle := self.ends.get(name)) is not None:
            handle()

    def _row(self, attributes: dict[str, str]) -> None:
        if self.in_row:
            raise Refused(DAMAGED)
        said = attributes.get("r")
        self.in_row, self.cells, self.column = True, [], -1
        self.number = int(said) if said else self.number + 1
        self.suffix = str(self.number)
        self.hidden = attributes.get("hidden") in YES or attributes.get("ht") == "0"

    def _end_of_row(self) -> None:
        self.in_row = False
        self.collector.row(self.number, self.cells, hidden=self.hidden)

    def _col(self, attributes: dict[str, str]) -> None:
        if attributes.get("hidden") in YES or attributes.get("width") == "0":
            self.collector.hide_columns(int(attributes.get("min", "1")) - 1, int(attributes.get("max", "1")) - 1)

    def _merged(self, attributes: dict[str, str]) -> None:
        first, _, last = attributes.get("ref", "").partition(":")
        column, row = _place(first)
        last_column, last_row = _place(last or first)
        self.collector.merge(row, column, last_row, last_column)

    def _speaks(self, attributes: dict[str, str]) -> None:
        self.spoken = True

    def _spoken(self) -> None:
        self.spoken = False

    def _end_of_formula(self) -> None:
        self.formula = self.taken()

    def _end_of_is(self) -> None:
        self.value = self.whole()

    def _end_of_cell(self) -> None:
        cell = self.cell
        if cell is None:
            return
        self.cell, column = None, self.column + 1
        said = cell.get("r")
        if said is not None and said != NAMES[min(column, LAST)] + self.suffix:
            before, (column, row) = column, _place(said)
            if row != self.number or column < before:
                raise Refused(DAMAGED)
        self.column = column
        value = self._said(cell)
        if not value:
            return
        cells = self.cells
        if column != len(cells):
            if column >= self.collector.most.columns:
                raise self.collector.too_wide(self.number)
            cells += [""] * (column - len(cells))
        cells.append(value)

    def _said(self, cell: dict[str, str]) -> str:
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
            return value.removesuffix("T00:00:00").replace("T", " ")
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
        """A formula that nobody worked out is the text that was typed."""
        if self.formula:
            return f"={self.formula}"
        self.collector.unsettled(self.number, self.column)
        return ""


def _place(said: str) -> tuple[int, int]:
    """The column and the row a reference names."""
    found = REFERENCE.fullmatch(said)
    if found is None:
        raise Refused(DAMAGED)
    return column_of(found[1]), int(found[2])


def _each(**handlers: Any) -> dict[str, Any]:
    return {f"{space} {name}": handle for space in SHEETS for name, handle in handlers.items()}
