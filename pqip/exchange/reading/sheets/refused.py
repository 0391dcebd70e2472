"""Error messages about a workbook that cannot be read, and how cells are named in them."""

from __future__ import annotations

from collections.abc import Sequence

DAMAGED = "The file is damaged. Save it again as .xlsx, or as .csv."
UNSAFE = "The file holds definitions that may not be used. Copy the table into a new file."
DDE = "The file takes data from other programs. Copy the table as values into a new file."
FAR = (
    "The first sheet reaches too far. Copy the table on its own into a new file, or save it as CSV."
)
#: The most cells, rows or columns that are named one by one.
NAMED = 10


class Refused(Exception):
    """The message about the file."""


def letters(column: int) -> str:
    """Return the letters of a column; the first is 0."""
    found = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        found = chr(65 + rest) + found
    return found


def column_of(name: str) -> int:
    """Return the index of the column with these letters."""
    number = 0
    for letter in name:
        number = number * 26 + ord(letter) - 64
    return number - 1


def place(row: int, column: int) -> str:
    """Return a cell's name, as a spreadsheet has it."""
    return f"{letters(column)}{row}"


def listed(names: Sequence[str]) -> str:
    """Return *A, B and C*, with only the first of very many."""
    shown = list(names[:NAMED])
    if len(names) > NAMED:
        shown.append(f"{len(names) - NAMED:,} more")
    return shown[0] if len(shown) == 1 else f"{', '.join(shown[:-1])} and {shown[-1]}"


def stretches(numbers: Sequence[int]) -> list[tuple[int, int]]:
    """Return ascending numbers as ranges of neighbours."""
    found: list[tuple[int, int]] = []
    for number in numbers:
        if found and found[-1][1] == number - 1:
            found[-1] = (found[-1][0], number)
        else:
            found.append((number, number))
    return found
