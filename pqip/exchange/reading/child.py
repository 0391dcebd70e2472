"""The child that reads a workbook: `child.py FILE KIND MEMORY CPU ROWS COLUMNS`, a JSON line a row, `null` at the end.

Stands alone: no project, no network, limited memory and time. A JSON string in place of a row is a message: the file
is refused. The XML is looked through first, piece by piece, since the reader builds the whole sheet in memory.
"""

import datetime as dt
import json
import re
import resource
import sys
import zipfile
from collections.abc import Iterator

PIECE, OVERLAP = 1 << 20, 2_048
DIMENSION = re.compile(rb'<dimension ref="(?:[A-Z]+\d+:)?([A-Z]+)(\d+)"')
FAILED = re.compile(rb'<c (?=[^>]*\bt="e")[^>]*?\br="([A-Z]+\d+)"')
ODS_ROW = re.compile(rb'<table:table-row[^>]*?number-rows-repeated="(\d+)"[^>]*>(.*?)(?:</table:table-row>|\Z)', re.DOTALL)
ODS_CELL = re.compile(rb'<table:table-cell(?=[^>]*office:value-type)[^>]*?number-columns-repeated="(\d+)"')
#: What the reader takes for each cell between the first and the last, blank ones too.
BYTES_A_CELL = 32
FAR = "The first sheet reaches too far. Copy the table on its own into a new file, or save it as CSV."
FAULT = "holds an error such as #N/A. Put a value there, or leave it blank."
UNSAFE = "The file holds definitions that may not be used. Copy the table into a new file."
DDE = "The file takes data from other programs. Copy the table as values into a new file."


class Refused(Exception):
    """What to say of the file."""


def main() -> None:
    path, kind, *numbers = sys.argv[1:7]
    memory, cpu, rows, columns = map(int, numbers)
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CPU, (cpu, cpu))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    try:
        look(path, kind, memory, rows, columns)
        send(path, rows, columns)
    except Refused as refused:
        sys.stdout.write(json.dumps(str(refused)) + "\n")


def look(path: str, kind: str, memory: int, rows: int, columns: int) -> None:
    """Refuse document types, links to programs, failed formulas and sheets that reach too far, before they are built."""
    with zipfile.ZipFile(path) as archive:
        names = [entry.filename for entry in archive.infolist() if entry.filename.endswith((".xml", ".rels"))]
        for name in names:
            is_sheet = name == "content.xml" if kind == "ods" else name.startswith("xl/worksheets/")
            for piece in pieces(archive, name, whole=is_sheet or name.startswith("xl/sharedStrings")):
                if b"<!DOCTYPE" in piece or b"<!ENTITY" in piece:
                    raise Refused(UNSAFE)
                if is_sheet and kind == "ods":
                    look_at_ods(piece, rows, columns)
                elif is_sheet:
                    look_at_xlsx(piece, memory)


def pieces(archive: zipfile.ZipFile, name: str, *, whole: bool) -> Iterator[bytes]:
    """A part in overlapping pieces; its beginning only unless `whole`."""
    with archive.open(name) as part:
        held = b""
        while piece := part.read(PIECE):
            yield held + piece
            if not whole:
                return
            held = piece[-OVERLAP:]


def look_at_xlsx(piece: bytes, memory: int) -> None:
    if (found := DIMENSION.search(piece)) and int(found[2]) * column_number(found[1]) * BYTES_A_CELL > memory:
        raise Refused(FAR)
    if b't="e"' in piece and (found := FAILED.search(piece)):
        raise Refused(f"Cell {found[1].decode()} {FAULT}")


def look_at_ods(piece: bytes, rows: int, columns: int) -> None:
    if b"<table:dde-link" in piece:
        raise Refused(DDE)
    if b'calcext:value-type="error"' in piece:
        raise Refused(f"A cell {FAULT}")
    filled = (int(found[1]) for found in ODS_ROW.finditer(piece) if b"office:value-type" in found[2])
    if max(filled, default=0) > rows or max((int(found[1]) for found in ODS_CELL.finditer(piece)), default=0) > columns:
        raise Refused(FAR)


def column_number(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number


def send(path: str, rows: int, columns: int) -> None:
    import python_calamine

    try:
        sheet = python_calamine.CalamineWorkbook.from_path(path).get_sheet_by_index(0)
    except Exception:
        return
    write = sys.stdout.write
    for number, row in enumerate(sheet.iter_rows(), 1):
        cells = [text(cell) for cell in row]
        if any(cells[columns:]):
            raise Refused(f"Row {number} has more than {columns} columns.")
        if number > rows + 1 and any(cells):
            raise Refused(f"The file has more than {rows:,} rows. Split it into smaller files.")
        write(json.dumps([number, cells[: columns + 1]]) + "\n")
    write("null\n")


def text(cell: object) -> str:
    """A cell as the person would write it: whole numbers without a point, dates as YYYY-MM-DD."""
    if isinstance(cell, str):
        return cell
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    if isinstance(cell, float):
        return f"{cell:.15g}" if abs(cell) < 1e15 else repr(cell)
    if isinstance(cell, dt.datetime):
        return cell.date().isoformat() if cell.time() == dt.time() else cell.isoformat(sep=" ")
    return "" if cell is None else str(cell)


main()
