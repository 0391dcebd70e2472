"""ODS: the first table of the document, with its cells as they are displayed.

Source: OpenDocument 1.3 Part 3, §9 (tables) and §19 (attributes).
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable
from typing import Any

from .collecting import Collector
from .refused import DDE, FAR, Refused
from .shown import plain
from .xml import read

OFFICE, TABLE, TEXT, STYLE = (
    f"urn:oasis:names:tc:opendocument:xmlns:{name}:1.0 "
    for name in ("office", "table", "text", "style")
)
ERROR = "urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0 value-type"
#: Strings in a formula, and references that load data from another program.
QUOTED, ASKS = re.compile(r"\"[^\"]*\""), re.compile(r"\bDDE\s*\(", re.IGNORECASE)
#: How programs show a failed formula where they do not mark it as an error.
FAULT = re.compile(r"#(N/A|DIV/0!|REF!|NAME\?|VALUE!|NUM!|NULL!)|Err:\d{3}")
DIGITS = re.compile(r"[+-]?\d+(\.\d+)?")
GROUPED = re.compile(r"[+-]?\d{1,3}(,\d{3})+(\.\d+)?")
#: Only digits, with any separators a language puts between them.
NUMBERLIKE = re.compile(r"[+\-−]?[\d\s.,'’]+([eE][+-]?\d+)?")
NUMBERS = ("float", "percentage", "currency")
#: The most rows that may be given once with a repeat count. No dataset accepts the same row twice, and a file of a few
#: bytes must not expand to a million rows.
ALIKE = 1_000


def read_ods(archive: zipfile.ZipFile, collector: Collector) -> None:
    """Pass the rows of the first table to the collector."""
    read(archive, "content.xml", Document(collector))


class Document:
    """The document as it is parsed: which elements are read, and what is kept of them."""

    def __init__(self, collector: Collector) -> None:
        self.collector = collector
        self.depth = self.skipped = self.tables = 0
        self.in_table = self.in_row = self.in_cell = self.in_line = False
        self.style = ""
        self.hidden_styles: set[str] = set()
        self.number = self.columns = self.column = 0
        self.cells: list[str] = []
        self.lines: list[str] = []
        self.pieces: list[str] = []
        self.hidden, self.rows, self.alike = False, 1, 0
        self.cell: dict[str, str] = {}
        self.starts: dict[str, Callable[[dict[str, str]], None]] = {
            f"{STYLE}style": self._style, f"{STYLE}table-properties": self._properties, f"{TABLE}table": self._table,
            f"{TABLE}dde-link": self._dde, f"{TABLE}table-column": self._column, f"{TABLE}table-row": self._row,
            f"{TABLE}table-cell": self._cell, f"{TABLE}covered-table-cell": self._cell,
            f"{TABLE}table-row-group": self._row_group, f"{TABLE}table-column-group": self._column_group,
        }  # fmt: skip
        self.ends: dict[str, Callable[[], None]] = {
            f"{TABLE}table": self._end_of_table, f"{TABLE}table-row": self._end_of_row, f"{TABLE}table-cell": self._end_of_cell,
            f"{TABLE}covered-table-cell": self._end_of_cell, f"{TABLE}table-row-group": self._end_of_row_group,
            f"{TABLE}table-column-group": self._end_of_column_group,
        }  # fmt: skip
        self.hidden_row_groups: list[bool] = []
        self.hidden_column_groups: list[bool] = []

    def ready(self, parser: Any) -> None:
        self.parser = parser

    def between(self) -> None:
        """Cut a cell's text to what a cell may hold."""
        if self.pieces:
            self.pieces[:] = ["".join(self.pieces)[: self.collector.most.cell + 1]]

    def start(self, name: str, attributes: dict[str, str]) -> None:
        self.depth += 1
        if self.skipped:
            return
        if self.in_cell:
            self._within(name, attributes)
        elif (handle := self.starts.get(name)) is not None:
            handle(attributes)
        elif self.in_table and not name.startswith(TABLE):
            self._skip()

    def end(self, name: str) -> None:
        self.depth -= 1
        if self.skipped:
            if self.depth < self.skipped:
                self.skipped = 0
                self.parser.CharacterDataHandler = self.pieces.append if self.in_line else None
        elif self.in_line and name == f"{TEXT}p":
            self.in_line, self.parser.CharacterDataHandler = False, None
            self.lines.append("".join(self.pieces))
            self.pieces.clear()
        elif (handle := self.ends.get(name)) is not None:
            handle()

    def _skip(self) -> None:
        """Ignore everything until this element ends: notes, drawings and forms are not part of a cell."""
        self.skipped, self.parser.CharacterDataHandler = self.depth, None

    def _style(self, attributes: dict[str, str]) -> None:
        self.style = (
            attributes.get(f"{STYLE}name", "")
            if attributes.get(f"{STYLE}family") == "table"
            else ""
        )

    def _properties(self, attributes: dict[str, str]) -> None:
        if self.style and attributes.get(f"{TABLE}display") == "false":
            self.hidden_styles.add(self.style)

    def _dde(self, attributes: dict[str, str]) -> None:
        raise Refused(DDE)

    def _table(self, attributes: dict[str, str]) -> None:
        self.tables += 1
        if self.tables > 1:
            self._skip()
            return
        self.in_table = True
        if attributes.get(f"{TABLE}style-name") in self.hidden_styles:
            name = attributes.get(f"{TABLE}name", "")[:100]
            raise Refused(
                f'The first sheet, "{name}", is hidden. Show it, or move the sheet with the table to the first place.'
            )

    def _end_of_table(self) -> None:
        self.in_table = False

    def _row_group(self, attributes: dict[str, str]) -> None:
        self.hidden_row_groups.append(attributes.get(f"{TABLE}display") == "false")

    def _end_of_row_group(self) -> None:
        self.hidden_row_groups.pop()

    def _column_group(self, attributes: dict[str, str]) -> None:
        self.hidden_column_groups.append(attributes.get(f"{TABLE}display") == "false")

    def _end_of_column_group(self) -> None:
        self.hidden_column_groups.pop()

    def _column(self, attributes: dict[str, str]) -> None:
        many = _repeated(attributes, "columns")
        if _is_hidden(attributes) or any(self.hidden_column_groups):
            self.collector.hide_columns(self.columns, self.columns + many - 1)
        self.columns += many

    def _row(self, attributes: dict[str, str]) -> None:
        self.in_row, self.column, self.cells = True, 0, []
        self.rows = _repeated(attributes, "rows")
        self.hidden = _is_hidden(attributes) or any(self.hidden_row_groups)

    def _end_of_row(self) -> None:
        self.in_row = False
        if any(self.cells):
            if self.rows > self.collector.most.rows + 1:
                raise Refused(FAR)
            self.alike += self.rows - 1
            if self.alike > ALIKE:
                raise Refused(
                    f"Row {self.number + 1} and the {self.rows - 1:,} beneath it are alike. Keep one of them."
                )
            for number in range(self.number + 1, self.number + self.rows + 1):
                self.collector.row(number, list(self.cells), hidden=self.hidden)
        self.number += self.rows

    def _cell(self, attributes: dict[str, str]) -> None:
        self.in_cell, self.cell = True, attributes
        self.lines.clear()

    def _within(self, name: str, attributes: dict[str, str]) -> None:
        if not self.in_line:
            if name != f"{TEXT}p":
                self._skip()
                return
            self.in_line, self.parser.CharacterDataHandler = True, self.pieces.append
        elif name == f"{TEXT}s":
            self.pieces.append(
                " " * min(int(attributes.get(f"{TEXT}c", "1")), self.collector.most.cell)
            )
        elif name in (f"{TEXT}line-break", f"{TEXT}tab"):
            self.pieces.append("\n" if name.endswith("break") else "\t")
        elif name not in (f"{TEXT}span", f"{TEXT}a", f"{TEXT}ruby", f"{TEXT}ruby-base"):
            self._skip()

    def _end_of_cell(self) -> None:
        self.in_cell = False
        cell, row, column = self.cell, self.number + 1, self.column
        many = _repeated(cell, "columns")
        self.column += many
        across = int(cell.get(f"{TABLE}number-columns-spanned", "1"))
        down = int(cell.get(f"{TABLE}number-rows-spanned", "1"))
        if across > 1 or down > 1:
            self.collector.merge(row, column, row + down - 1, column + across - 1)
        text = self._displayed_text(row, column)
        if not text:
            return
        if column + many > self.collector.most.columns:
            raise Refused(FAR) if many > 1 else self.collector.too_wide(row)
        self.cells += [""] * (column - len(self.cells))
        self.cells += [text] * many

    def _displayed_text(self, row: int, column: int) -> str:
        cell, shown = self.cell, "\n".join(self.lines)
        kind = cell.get(f"{OFFICE}value-type", "")
        is_formula = f"{TABLE}formula" in cell
        if (
            is_formula
            and "DDE" in cell[f"{TABLE}formula"].upper()
            and ASKS.search(QUOTED.sub("", cell[f"{TABLE}formula"]))
        ):
            raise Refused(DDE)
        if cell.get(ERROR) == "error" or (is_formula and FAULT.fullmatch(shown)):
            self.collector.fault(row, column)
            return ""
        if not kind:
            if is_formula and not self.lines:
                self.collector.unsettled(row, column)
            return shown
        if kind == "string":
            return shown if self.lines else cell.get(f"{OFFICE}string-value", "")
        if kind == "boolean":
            return "yes" if cell.get(f"{OFFICE}boolean-value") == "true" else "no"
        if self.lines and not shown.strip():
            self.collector.unseen(row, column)
            return ""
        if kind == "date":
            day, _, time = cell.get(f"{OFFICE}date-value", "").partition("T")
            return f"{day} {time}" if time.strip("0:.") and (":" in shown or not shown) else day
        if kind in NUMBERS:
            return _number(cell.get(f"{OFFICE}value", ""), shown, kind == "percentage")
        return shown


def _number(value: str, shown: str, is_percentage: bool) -> str:
    """Return a number as it is displayed, without thousands separators.

    Where its digits are displayed in another form, all digits of the value are given.
    """
    shown = shown.strip()
    if is_percentage:
        bare = shown.rstrip("% \u00a0\u202f")
        return f"{bare}%" if DIGITS.fullmatch(bare) else f"{plain(repr(float(value) * 100))}%"
    if not shown:
        return plain(value)
    if DIGITS.fullmatch(shown):
        return shown
    if GROUPED.fullmatch(shown) and abs(float(shown.replace(",", "")) - float(value)) < 1:
        return shown.replace(",", "")
    return plain(value) if NUMBERLIKE.fullmatch(shown) else shown


def _repeated(attributes: dict[str, str], what: str) -> int:
    return max(int(attributes.get(f"{TABLE}number-{what}-repeated", "1")), 1)


def _is_hidden(attributes: dict[str, str]) -> bool:
    return attributes.get(f"{TABLE}visibility", "visible") != "visible"
