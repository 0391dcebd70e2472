"""The child that reads a workbook: `child.py FILE KIND MEMORY CPU ROWS COLUMNS CELL`, a JSON line a row, `null` at the end.

Stands alone: no project, no network, limited memory and time. A JSON string in place of a row is a message: the file
is refused. The XML is looked through first, piece by piece, since the reader builds the whole sheet in memory.
"""

import datetime as dt
import html
import json
import re
import resource
import sys
import zipfile
from collections.abc import Iterator
from typing import Any

PIECE, OVERLAP = 1 << 20, 2_048
DIMENSION = re.compile(rb'<dimension ref="(?:[A-Z]+\d+:)?([A-Z]+)(\d+)"')
SHEET = re.compile(rb'<(?:\w+:)?sheet [^>]*?\b\w+:id="([^"]+)"')
RELATED = re.compile(rb'<Relationship (?=[^>]*?\bId="([^"]+)")[^>]*?\bTarget="/?(?:xl/)?([^"]+)"')
FORMULA = re.compile(rb'<c (?=[^>]*?\br="([A-Z]+)(\d+)")[^>]*><f[^>]*>([^<]*)</f>(?:<v ?/>|<v></v>)?</c>')
FAILED = re.compile(rb'<c (?=[^>]*\bt="e")[^>]*?\br="([A-Z]+\d+)"')
ODS_ROW = re.compile(rb'<table:table-row[^>]*?number-rows-repeated="(\d+)"[^>]*>(.*?)(?:</table:table-row>|\Z)', re.DOTALL)
ODS_CELL = re.compile(rb'<table:table-cell(?=[^>]*office:value-type)[^>]*?number-columns-repeated="(\d+)"')
UNCOUNTED = re.compile(rb"<table:table-cell(?=[^>]*table:formula=)(?![^>]*office:value-type=)")
#: What the reader takes for each cell between the first and the last, blank ones too.
BYTES_A_CELL = 32
FAR = "The first sheet reaches too far. Copy the table on its own into a new file, or save it as CSV."
FAULT = "holds an error such as #N/A. Put a value there, or leave it blank."
UNSAFE = "The file holds definitions that may not be used. Copy the table into a new file."
DAMAGED = "The file is damaged. Save it again as .xlsx, or as .csv."
DDE = "The file takes data from other programs. Copy the table as values into a new file."


#: Formulas without a result, by number of row and column: nobody works them out, they are the text that was typed.
Formulas = dict[int, dict[int, str]]


class Refused(Exception):
    """What to say of the file."""


def main() -> None:
    path, kind, *numbers = sys.argv[1:8]
    memory, cpu, rows, columns, cell = map(int, numbers)
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CPU, (cpu, cpu))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    try:
        formulas = look(path, kind, memory, rows, columns)
        send(path, formulas, rows, columns, cell)
    except Refused as refused:
        sys.stdout.write(json.dumps(str(refused)) + "\n")


def look(path: str, kind: str, memory: int, rows: int, columns: int) -> Formulas:
    """Refuse document types, links to programs, failed formulas and sheets that reach too far, before they are built.

    Returns the first sheet's formulas that have no result.
    """
    formulas: Formulas = {}
    with zipfile.ZipFile(path) as archive:
        names = [entry.filename for entry in archive.infolist() if entry.filename.endswith((".xml", ".rels"))]
        sheet = "content.xml" if kind == "ods" else first_sheet(archive)
        in_first = True
        for name in names:
            for piece in pieces(archive, name, whole=name == sheet or name.startswith("xl/sharedStrings")):
                if b"<!DOCTYPE" in piece or b"<!ENTITY" in piece:
                    raise Refused(UNSAFE)
                if name == sheet and kind == "ods":
                    look_at_ods(piece, rows, columns)
                    first, ended, _rest = piece.partition(b"</table:table>")
                    look_at_ods_cells(first if in_first else b"")
                    in_first = in_first and not ended
                elif name == sheet:
                    look_at_xlsx(piece, memory, formulas)
    return formulas


def first_sheet(archive: zipfile.ZipFile) -> str:
    """The name of the part that is the first sheet."""
    try:
        book = next(pieces(archive, "xl/workbook.xml", whole=False))
        relations = next(pieces(archive, "xl/_rels/workbook.xml.rels", whole=False))
    except (KeyError, StopIteration):
        raise Refused(DAMAGED) from None
    parts = {found[1]: found[2].decode() for found in RELATED.finditer(relations)}
    first = SHEET.search(book)
    if first is None or first[1] not in parts:
        raise Refused(DAMAGED)
    return f"xl/{parts[first[1]]}"


def pieces(archive: zipfile.ZipFile, name: str, *, whole: bool) -> Iterator[bytes]:
    """A part in overlapping pieces; its beginning only unless `whole`."""
    with archive.open(name) as part:
        held = b""
        while piece := part.read(PIECE):
            yield held + piece
            if not whole:
                return
            held = piece[-OVERLAP:]


def look_at_xlsx(piece: bytes, memory: int, formulas: Formulas) -> None:
    if (found := DIMENSION.search(piece)) and int(found[2]) * column_number(found[1]) * BYTES_A_CELL > memory:
        raise Refused(FAR)
    if b't="e"' in piece and (found := FAILED.search(piece)):
        raise Refused(f"Cell {found[1].decode()} {FAULT}")
    if b"<f" in piece:
        for column, row, formula in FORMULA.findall(piece):
            formulas.setdefault(int(row), {})[column_number(column)] = f"={html.unescape(formula.decode())}"


def look_at_ods(piece: bytes, rows: int, columns: int) -> None:
    if b"<table:dde-link" in piece:
        raise Refused(DDE)
    filled = (int(found[1]) for found in ODS_ROW.finditer(piece) if b"office:value-type" in found[2])
    if max(filled, default=0) > rows or max((int(found[1]) for found in ODS_CELL.finditer(piece)), default=0) > columns:
        raise Refused(FAR)


def look_at_ods_cells(piece: bytes) -> None:
    if b'calcext:value-type="error"' in piece:
        raise Refused(f"A cell {FAULT}")
    if b"table:formula" in piece and UNCOUNTED.search(piece):
        raise Refused("A cell holds a formula without a result. Open the file, save it and bring it again.")


def column_number(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number


def send(path: str, formulas: Formulas, rows: int, columns: int, cell: int) -> None:
    import python_calamine

    try:
        sheet = python_calamine.CalamineWorkbook.from_path(path).get_sheet_by_index(0)
    except Exception:
        return
    write = sys.stdout.write
    for number, cells in with_formulas(sheet, formulas):
        if any(len(said) > cell for said in cells):
            raise Refused(f"Row {number} has a cell of more than {cell:,} characters.")
        if any(cells[columns:]):
            raise Refused(f"Row {number} has more than {columns} columns.")
        if number > rows + 1 and any(cells):
            raise Refused(f"The file has more than {rows:,} rows. Split it into smaller files.")
        write(json.dumps([number, cells[: columns + 1]]) + "\n")
    write("null\n")


def with_formulas(sheet: Any, formulas: Formulas) -> Iterator[tuple[int, list[str]]]:
    """Rows with their numbers; the formulas that the reader leaves blank, or stops before, in their places."""
    left, number = (sheet.start or (0, 0))[1] + 1, 0
    for number, row in enumerate(sheet.iter_rows(), 1):
        cells = [text(value) for value in row]
        yield number, put(cells, formulas[number], left) if number in formulas else cells
    for beyond in sorted(row for row in formulas if row > number):
        yield beyond, put([], formulas[beyond], left)


def put(cells: list[str], formulas: dict[int, str], left: int) -> list[str]:
    for column, formula in formulas.items():
        if column >= left:
            cells += [""] * (column - left + 1 - len(cells))
            cells[column - left] = formula
    return cells


def text(value: object) -> str:
    """A cell as the person would write it: whole numbers without a point, dates as YYYY-MM-DD."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return f"{value:.15g}" if abs(value) < 1e15 else repr(value)
    if isinstance(value, dt.datetime):
        return value.date().isoformat() if value.time() == dt.time() else value.isoformat(sep=" ")
    return "" if value is None else str(value)


main()
