"""XLSX, written row by row: a cover, notes, and a table on each sheet. No formula, no link, no merged cell."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import BinaryIO

from pqip.core.clock import london
from pqip.exchange.writing.model import Kind, Marker, Sheet, SheetColumn, Workbook
from pqip.exchange.writing.parts import Archive, Lines, text, xml

HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"
SHEETS = "application/vnd.openxmlformats-officedocument.spreadsheetml"
EPOCH = dt.date(1899, 12, 30)
#: Indexes of the cell formats in STYLES.
TITLE, HEADING, WRAPPED, DATE, INSTANT, DECIMAL = 1, 2, 3, 4, 5, 6
STYLES = (
    f'{HEAD}<styleSheet xmlns="{MAIN}"><numFmts count="3"><numFmt numFmtId="164" formatCode="d mmm yyyy"/>'
    '<numFmt numFmtId="165" formatCode="d mmm yyyy hh:mm"/><numFmt numFmtId="166" formatCode="#,##0.0"/></numFmts>'
    '<fonts count="3"><font><sz val="11"/><name val="Arial"/></font><font><b/><sz val="11"/><name val="Arial"/></font>'
    '<font><b/><sz val="15"/><name val="Arial"/></font></fonts>'
    '<fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills>'
    '<borders count="1"><border/></borders><cellStyleXfs count="1"><xf/></cellStyleXfs><cellXfs count="7"><xf/>'
    '<xf fontId="2" applyFont="1"/><xf fontId="1" applyFont="1" applyAlignment="1"><alignment wrapText="1" vertical="top"/></xf>'
    '<xf applyAlignment="1"><alignment wrapText="1" vertical="top"/></xf><xf numFmtId="164" applyNumberFormat="1"/>'
    '<xf numFmtId="165" applyNumberFormat="1"/><xf numFmtId="166" applyNumberFormat="1"/></cellXfs>'
    '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>'
)


def write(workbook: Workbook, stream: BinaryIO) -> None:
    """Write the workbook as XLSX. Memory does not grow with the number of rows."""
    archive = Archive(stream)
    sheets = [*workbook.sheets, workbook.definitions]
    names = [sheet.name for sheet in sheets]
    if not workbook.plain:
        _cover(archive, workbook)
        names.insert(0, "Cover")
    for number, sheet in enumerate(sheets, len(names) - len(sheets) + 1):
        _sheet(archive, number, sheet, titled=not workbook.plain)
    _frame(archive, workbook, names)
    archive.close()


def _cover(archive: Archive, workbook: Workbook) -> None:
    with archive.part("xl/worksheets/sheet1.xml") as part:
        part.add(
            f'{HEAD}<worksheet xmlns="{MAIN}"><cols><col min="1" max="1" width="28" customWidth="1"/>'
            '<col min="2" max="2" width="90" customWidth="1"/></cols><sheetData>'
        )
        part.add(f'<row r="1">{_text("A1", workbook.title, TITLE)}</row>')
        for number, (label, value) in enumerate(workbook.cover, 2):
            part.add(
                f'<row r="{number}">{_text(f"A{number}", label, HEADING)}{_text(f"B{number}", value, WRAPPED)}</row>'
            )
        part.add("</sheetData></worksheet>")


def _sheet(archive: Archive, number: int, sheet: Sheet, *, titled: bool) -> None:
    head = 2 if titled else 1
    letters = [letter(place) for place in range(len(sheet.columns))]
    with archive.part(f"xl/worksheets/sheet{number}.xml") as part:
        part.add(
            f'{HEAD}<worksheet xmlns="{MAIN}" xmlns:r="{OFFICE}"><cols>{_widths(sheet.columns)}</cols><sheetData>'
        )
        if titled:
            part.add(f'<row r="1">{_text("A1", sheet.title, TITLE)}</row>')
        heads = "".join(
            _text(f"{at}{head}", column.name, HEADING)
            for at, column in zip(letters, sheet.columns, strict=True)
        )
        part.add(f'<row r="{head}">{heads}</row>')
        last = _rows(part, letters, sheet.rows, head)
        part.add(
            '</sheetData><tableParts count="1"><tablePart r:id="rId1"/></tableParts></worksheet>'
        )
    archive.add(
        f"xl/worksheets/_rels/sheet{number}.xml.rels",
        f'{HEAD}<Relationships xmlns="{PACKAGE}"><Relationship Id="rId1" Type="{OFFICE}/table" '
        f'Target="../tables/table{number}.xml"/></Relationships>',
    )
    _table(archive, number, sheet, f"A{head}:{letters[-1]}{max(last, head + 1)}")


def _rows(part: Lines, letters: Sequence[str], rows: Iterable[Sequence[object]], head: int) -> int:
    """Write the rows below the header; return the number of the last row."""
    number = head
    for number, row in enumerate(rows, head + 1):
        cells = "".join(
            _cell(f"{at}{number}", value)
            for at, value in zip(letters, row, strict=True)
            if value is not None
        )
        part.add(f'<row r="{number}">{cells}</row>')
    return number


def _table(archive: Archive, number: int, sheet: Sheet, reference: str) -> None:
    names = "".join(
        f'<tableColumn id="{place}" name="{xml(column.name)}"/>'
        for place, column in enumerate(sheet.columns, 1)
    )
    archive.add(
        f"xl/tables/table{number}.xml",
        f'{HEAD}<table xmlns="{MAIN}" id="{number}" name="Table{number}" displayName="Table{number}" ref="{reference}" '
        f'totalsRowShown="0"><tableColumns count="{len(sheet.columns)}">{names}</tableColumns></table>',
    )


def _cell(at: str, value: object) -> str:
    if isinstance(value, str):
        return _text(at, value) if value else ""
    if isinstance(value, bool):
        return _text(at, "yes" if value else "no")
    if isinstance(value, int):
        return f'<c r="{at}"><v>{value}</v></c>'
    if isinstance(value, float | Decimal):
        return f'<c r="{at}" s="{DECIMAL}"><v>{value}</v></c>'
    if isinstance(value, dt.datetime):
        moment = london(value)
        day = (moment.date() - EPOCH).days + (
            moment.hour * 3600 + moment.minute * 60 + moment.second
        ) / 86400
        return f'<c r="{at}" s="{INSTANT}"><v>{day}</v></c>'
    if isinstance(value, dt.date):
        return f'<c r="{at}" s="{DATE}"><v>{(value - EPOCH).days}</v></c>'
    return _text(at, value.value if isinstance(value, Marker) else str(value))


def _text(at: str, value: str, style: int = 0) -> str:
    return f'<c r="{at}" t="inlineStr" s="{style}"><is><t xml:space="preserve">{text(value)}</t></is></c>'


def _widths(columns: Sequence[SheetColumn]) -> str:
    wide = {Kind.TEXT: 24}
    return "".join(
        f'<col min="{place}" max="{place}" width="{max(wide.get(column.kind, 14), len(column.name) + 3)}" customWidth="1"/>'
        for place, column in enumerate(columns, 1)
    )


def letter(place: int) -> str:
    """Return the letters of a column: 0 is A, 26 is AA."""
    letters = ""
    place += 1
    while place:
        place, rest = divmod(place - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def _frame(archive: Archive, workbook: Workbook, names: list[str]) -> None:
    """Add the parts of the package that connect the sheets: workbook, styles, relationships, properties and content types."""
    numbers = range(1, len(names) + 1)
    tables = numbers if workbook.plain else numbers[1:]
    sheets = "".join(
        f'<sheet name="{xml(name[:31])}" sheetId="{n}" r:id="rId{n}"/>'
        for n, name in enumerate(names, 1)
    )
    worksheet = f'<Relationship Id="rId{{0}}" Type="{OFFICE}/worksheet" Target="worksheets/sheet{{0}}.xml"/>'
    relations = "".join(map(worksheet.format, numbers))
    override = f'<Override PartName="/xl/{{0}}{{1}}.xml" ContentType="{SHEETS}.{{2}}+xml"/>'
    parts = "".join(override.format("worksheets/sheet", n, "worksheet") for n in numbers)
    parts += "".join(override.format("tables/table", n, "table") for n in tables)
    made = workbook.made_at.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    archive.add("xl/styles.xml", STYLES)
    archive.add(
        "xl/workbook.xml",
        f'{HEAD}<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}"><sheets>{sheets}</sheets></workbook>',
    )
    archive.add(
        "xl/_rels/workbook.xml.rels",
        f'{HEAD}<Relationships xmlns="{PACKAGE}">{relations}<Relationship Id="rId0" '
        f'Type="{OFFICE}/styles" Target="styles.xml"/></Relationships>',
    )
    archive.add(
        "_rels/.rels",
        f'{HEAD}<Relationships xmlns="{PACKAGE}"><Relationship Id="rId1" Type="{OFFICE}/officeDocument" '
        f'Target="xl/workbook.xml"/><Relationship Id="rId2" Type="{PACKAGE}/metadata/core-properties" '
        'Target="docProps/core.xml"/></Relationships>',
    )
    archive.add(
        "docProps/core.xml",
        f"{HEAD}<cp:coreProperties "
        'xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties" '
        'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/" '
        f'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><dc:title>{xml(workbook.title)}</dc:title>'
        f'<dc:language>en-GB</dc:language><dcterms:created xsi:type="dcterms:W3CDTF">{made}</dcterms:created>'
        "</cp:coreProperties>",
    )
    archive.add(
        "[Content_Types].xml",
        f'{HEAD}<Types xmlns="{TYPES}"><Default Extension="rels" '
        'ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" '
        f'ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="{SHEETS}.sheet.main+xml"/>'
        f'<Override PartName="/xl/styles.xml" ContentType="{SHEETS}.styles+xml"/><Override PartName="/docProps/core.xml" '
        f'ContentType="application/vnd.openxmlformats-package.core-properties+xml"/>{parts}</Types>',
    )
