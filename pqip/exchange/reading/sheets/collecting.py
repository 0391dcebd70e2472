"""Collects the rows of one sheet, and anything that would prevent a person from seeing what is read.

In a file merged cells come after the rows, so no row is sent before the end: the reader learns of them first.
"""

from __future__ import annotations

import json
import shutil
from dataclasses import dataclass
from tempfile import SpooledTemporaryFile
from typing import BinaryIO

from .refused import DAMAGED, Refused, letters, listed, place, stretches

IN_MEMORY = 16 << 20


@dataclass(frozen=True)
class SheetLimits:
    """The limits: rows below the header, columns, characters in a cell, and bytes of all cells together."""

    rows: int
    columns: int
    cell: int
    whole: int


class Collector:
    """Takes rows in order.

    `hide_columns`, `merge`, `fault`, `unsettled` and `unseen` record what a person would not see as it is read.
    """

    def __init__(self, most: SheetLimits) -> None:
        self.most = most
        self.kept = SpooledTemporaryFile(IN_MEMORY)  # noqa: SIM115  (closed with the process)
        self.size = self.last = self.width = 0
        self.left = most.columns
        self.hidden_columns: set[int] = set()
        self.columns_found: set[int] = set()
        self.rows_found: list[int] = []
        self.merged: list[tuple[int, int, int, int]] = []
        self.faults: list[str] = []
        self.without_result: list[str] = []
        self.not_shown: list[str] = []

    def hide_columns(self, first: int, last: int) -> None:
        """Record that the columns from the first to the last are hidden."""
        self.hidden_columns.update(range(first, min(last, self.most.columns) + 1))

    def row(self, number: int, cells: list[str], *, hidden: bool = False) -> None:
        """Take a row's cells from the sheet's first column on; blank rows are skipped.

        Raises Refused where a limit is exceeded.
        """
        while cells and not cells[-1]:
            cells.pop()
        if not cells:
            return
        if number <= self.last:
            raise Refused(DAMAGED)
        if number > self.most.rows + 1:
            raise Refused(
                f"The file has more than {self.most.rows:,} rows. Split it into smaller files."
            )
        line = json.dumps([number, cells])
        if len(line) > self.most.cell and any(len(text) > self.most.cell for text in cells):
            raise Refused(f"Row {number} has a cell of more than {self.most.cell:,} characters.")
        self._note(number, cells, hidden)
        self.size += len(line)
        if self.size > self.most.whole:
            raise Refused(f"The file unpacks to more than {self.most.whole >> 20} MB. Split it.")
        self.kept.write(f"{line}\n".encode())

    def _note(self, number: int, cells: list[str], hidden: bool) -> None:
        if not self.last:
            self.width = len(cells)
        self.last = number
        if self.left and (self.left >= len(cells) or any(cells[: self.left])):
            self.left = next(column for column, text in enumerate(cells) if text)
        if hidden:
            self.rows_found.append(number)
        if self.hidden_columns:
            self.columns_found.update(
                column for column in self.hidden_columns if column < len(cells) and cells[column]
            )

    def too_wide(self, number: int) -> Refused:
        return Refused(f"Row {number} has more than {self.most.columns} columns.")

    def merge(self, row: int, column: int, last_row: int, last_column: int) -> None:
        """Record that cells are merged."""
        if (row, column) != (last_row, last_column):
            self.merged.append((row, column, last_row, last_column))

    def fault(self, row: int, column: int) -> None:
        """Record that a cell holds an error."""
        self.faults.append(place(row, column))

    def unsettled(self, row: int, column: int) -> None:
        """Record that a cell holds a formula without a computed value."""
        self.without_result.append(place(row, column))

    def unseen(self, row: int, column: int) -> None:
        """Record that a cell holds a value that its format hides."""
        self.not_shown.append(place(row, column))

    def finish(self, stream: BinaryIO) -> None:
        """Send the rows on. Raises Refused where a person would not see what is read."""
        if problems := [message for message in self._problems() if message]:
            raise Refused(" ".join(problems))
        self.kept.seek(0)
        if not 0 < self.left < self.most.columns:
            shutil.copyfileobj(self.kept, stream, 1 << 20)
            return
        for line in self.kept:
            number, cells = json.loads(line)
            stream.write(f"{json.dumps([number, cells[self.left :]])}\n".encode())

    def _problems(self) -> list[str]:
        merged = [
            f"{place(row, column)}:{place(last_row, last_column)}"
            for row, column, last_row, last_column in self.merged if row <= self.last and column < max(self.width, 1)
        ]  # fmt: skip
        columns = [
            (letters(first), letters(last)) for first, last in stretches(sorted(self.columns_found))
        ]
        return [
            _message(self.faults, "an error such as #N/A. Put a value there, or leave it blank."),
            _message(
                self.without_result,
                "a formula without a result. Open the file, save it and bring it again.",
            ),
            _message(
                self.not_shown, "a value that its format does not show. Show it, or clear the cell."
            ),
            f"Cells {listed(merged)} are merged. Unmerge them, and fill in every cell."
            if merged
            else "",
            _hidden("Column", columns, "Show what is hidden, or delete it."),
            _hidden(
                "Row",
                stretches(self.rows_found),
                "Take off any filter, and show or delete what is hidden.",
            ),
        ]


def _message(names: list[str], words: str) -> str:
    if not names:
        return ""
    return (
        f"Cell {names[0]} holds {words}"
        if len(names) == 1
        else f"Cells {listed(names)} hold {words}"
    )


def _hidden(noun: str, found: list[tuple[int, int]] | list[tuple[str, str]], words: str) -> str:
    if not found:
        return ""
    names = [str(first) if first == last else f"{first} to {last}" for first, last in found]
    is_one = len(found) == 1 and found[0][0] == found[0][1]
    return (
        f"{noun} {names[0]} is hidden. {words}"
        if is_one
        else f"{noun}s {listed(names)} are hidden. {words}"
    )
