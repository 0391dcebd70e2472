"""What is said of a workbook that cannot be read, and how cells are named in it."""

from __future__ import annotations

from collections.abc import Sequence

DAMAGED = "The file is damaged. Save it again as .xlsx, or as .csv."
UNSAFE = "The file holds definitions that may not be used. Copy the table into a new file."
DDE = "The file takes data from other programs. Copy the table as values into a new file."
FAR = "The first sheet reaches too far. Copy the table on its own into a new file, or save it as CSV."
#: So many cells, rows or columns are named one by one.
NAMED = 10


class Refused(Exception):
    """What to say of the file."""


def letters(column: int) -> str:
    """The letters of a column; the first is 0."""
    said = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        said = chr(65 + rest) + said
    return said


def column_of(said: str) -> int:
    """The column that letters name."""
    number = 0
    for letter in said:
        number = number * 26 + ord(letter) - 64
    return number - 1


def place(row: int, column: int) -> str:
    """A cell as a spreadsheet names it."""
    return f"{letters(column)}{row}"


def listed(names: Sequence[str]) -> str:
    """*A, B and C*, with the first of very many."""
    shown = list(names[:NAMED])
    if len(names) > NAMED:
        shown.append(f"{len(names) - NAMED:,} more")
    return shown[0] if len(shown) == 1 else f"{', '.join(shown[:-1])} and {shown[-1]}"


def stretches(numbers: Sequence[int]) -> list[tuple[int, int]]:
    """Ascending numbers as stretches of neighbours."""
    found: list[tuple[int, int]] = []
    for number in numbers:
        if found and found[-1][1] == number - 1:
            found[-1] = (found[-1][0], number)
        else:
            found.append((number, number))
    return found
