"""A file as a header and rows, with the row numbers that a spreadsheet shows (the header is row 1)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from pqip.core import words
from pqip.exchange.escaping import unescape
from pqip.exchange.limits import MIB, Limits, limits

KINDS = {".csv": "csv", ".xlsx": "xlsx", ".ods": "ods"}
#: Separators other than commas, and what to do about them. Semicolons separate the parts of a list within a cell.
SEPARATORS = {";": "semicolons", "\t": "tabs", "|": "upright lines"}
WORKBOOK = "Put each in a cell of its own: the program calls it text to columns."
#: The most rows of a sheet: programs also save blank rows that have a format. A CSV may have no more.
SHEET = 1_048_576
ONE_COLUMN = {
    "csv": "Save the file as CSV with commas, or as .xlsx.",
    "xlsx": WORKBOOK,
    "ods": WORKBOOK,
}


class FileRefused(Exception):
    """The file as a whole cannot be read; the message says why and what to do."""


@dataclass(frozen=True)
class Table:
    """A header, and an iterator of (row number, cells as text). Blank rows are left out.

    Reading raises FileRefused where a limit is exceeded or the file is damaged.
    """

    header: list[str]
    rows: Iterator[tuple[int, list[str]]]
    note: str = ""


def open_table(path: Path, name: str = "") -> Table:
    """Return the table in a file. `name` is its original name, which decides how it is read.

    Raises FileRefused for a file that is too large, of another kind, protected, damaged or empty.
    """
    from pqip.exchange.reading import delimited, workbooks

    kind, allowed = kind_of(name or path.name), limits()
    size = path.stat().st_size
    if size > allowed.uploaded:
        raise FileRefused(
            f"The file is larger than {allowed.uploaded // MIB} MB. Split it into smaller files."
        )
    if size == 0:
        raise FileRefused("The file is empty.")
    with path.open("rb") as file:
        _check_content(file.read(8), kind)
    if kind == "csv":
        lines, note = delimited.rows(path, allowed)
    else:
        lines, note = workbooks.rows(path, kind, allowed), ""
    return _table(lines, note, kind, allowed)


def kind_of(name: str) -> str:
    """Return `csv`, `xlsx` or `ods`, from a file's name."""
    ending = Path(name).suffix.lower()
    if ending in KINDS:
        return KINDS[ending]
    advice = {
        ".xls": "Old Excel files cannot be read. Save it as .xlsx or .csv.",
        ".xlsm": "Files with macros cannot be read. Save it as .xlsx.",
        ".xlsb": "Binary Excel files cannot be read. Save it as .xlsx.",
        ".numbers": "Numbers files cannot be read. Export it as .xlsx or .csv.",
    }
    raise FileRefused(advice.get(ending, "The file must be .csv, .xlsx or .ods."))


def _check_content(start: bytes, kind: str) -> None:
    if start.startswith(b"\xd0\xcf\x11\xe0"):
        raise FileRefused(
            "The file is password protected or in an old Excel format. Save it as .xlsx without a password."
        )
    if kind == "csv" and start.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise FileRefused("The file is UTF-16. Save it as CSV UTF-8.")
    if start.startswith(b"PK") and kind == "csv":
        raise FileRefused(
            "The file is named .csv but is a workbook. Name it .xlsx or .ods, or save it as CSV."
        )
    if not start.startswith(b"PK") and kind != "csv":
        raise FileRefused(
            f"The file is named .{kind} but is not one. Save it again as .{kind}, or as .csv."
        )


def _table(lines: Iterator[tuple[int, list[str]]], note: str, kind: str, allowed: Limits) -> Table:
    number, written = next(lines, (1, []))
    header = [tidy(cell) for cell in written] if number == 1 else []
    while header and not header[-1]:
        header.pop()
    if not any(header):
        raise FileRefused("The first row must hold the column names.")
    if len(header) > allowed.columns:
        raise FileRefused(f"The file has more than {allowed.columns} columns.")
    if len(header) == 1 and (
        name := next(
            (name for mark, name in SEPARATORS.items() if mark in "".join(written).strip()), ""
        )
    ):
        raise FileRefused(f"The columns are separated by {name}. {ONE_COLUMN[kind]}")
    return Table(header, _rows(lines, allowed), note)


def _rows(
    lines: Iterator[tuple[int, list[str]]], allowed: Limits
) -> Iterator[tuple[int, list[str]]]:
    count = 0
    for number, cells in lines:
        if number > max(allowed.rows + 1, SHEET):
            raise FileRefused(
                f"The file has more than {number - 1:,} rows, many of them blank. Delete the blank ones."
            )
        tidied = [tidy(cell) if cell else "" for cell in cells]
        if not any(tidied):
            continue
        count += 1
        if count > allowed.rows:
            raise FileRefused(
                f"The file has more than {allowed.rows:,} rows. Split it into smaller files."
            )
        if any(len(cell) > allowed.cell for cell in tidied):
            raise FileRefused(f"Row {number} has a cell of more than {allowed.cell:,} characters.")
        while len(tidied) > 1 and not tidied[-1]:
            tidied.pop()
        yield number, tidied


def tidy(text: str) -> str:
    """Return a cell as it is stored: tidied like typed text, and without the apostrophe that prevents a formula."""
    return unescape(words.tidy(text))
