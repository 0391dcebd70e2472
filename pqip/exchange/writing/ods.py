"""ODS, written row by row, with the same sheets as XLSX."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import BinaryIO

from pqip.core.clock import london
from pqip.exchange.writing.model import Marker, Sheet, Workbook
from pqip.exchange.writing.parts import Archive, Lines, text, xml
from pqip.exchange.writing.xlsx import letter

HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'
SPACE = "urn:oasis:names:tc:opendocument:xmlns:"
NAMES = (
    " ".join(
        f'xmlns:{name}="{SPACE}{place}:1.0"'
        for name, place in {
            "office": "office",
            "table": "table",
            "text": "text",
            "style": "style",
            "meta": "meta",
            "number": "datastyle",
        }.items()
    )
    + f' xmlns:fo="{SPACE}xsl-fo-compatible:1.0" xmlns:dc="http://purl.org/dc/elements/1.1/"'
)
STYLES = (
    "<office:automatic-styles>"
    '<number:date-style style:name="day"><number:day/><number:text> </number:text><number:month number:textual="true"/>'
    '<number:text> </number:text><number:year number:style="long"/></number:date-style>'
    '<number:number-style style:name="one"><number:number number:decimal-places="1" number:min-decimal-places="1" '
    'number:min-integer-digits="1" number:grouping="true"/></number:number-style>'
    '<style:style style:name="title" style:family="table-cell"><style:text-properties fo:font-weight="bold" fo:font-size="15pt"/>'
    '</style:style><style:style style:name="heading" style:family="table-cell">'
    '<style:table-cell-properties fo:wrap-option="wrap"/><style:text-properties fo:font-weight="bold"/></style:style>'
    '<style:style style:name="wrapped" style:family="table-cell">'
    '<style:table-cell-properties fo:wrap-option="wrap"/></style:style><style:style style:name="date" style:family="table-cell" '
    'style:data-style-name="day"/><style:style style:name="decimal" style:family="table-cell" style:data-style-name="one"/>'
    '<style:style style:name="wide" style:family="table-column"><style:table-column-properties style:column-width="5cm"/>'
    "</style:style></office:automatic-styles>"
)


def write(workbook: Workbook, stream: BinaryIO) -> None:
    """Write the workbook as ODS. Memory does not grow with the number of rows."""
    archive = Archive(stream)
    archive.add("mimetype", "application/vnd.oasis.opendocument.spreadsheet", stored=True)
    sheets = [*workbook.sheets, workbook.definitions]
    ranges: list[str] = []
    with archive.part("content.xml") as part:
        part.add(
            f'{HEAD}<office:document-content {NAMES} office:version="1.3">{STYLES}<office:body><office:spreadsheet>'
        )
        if not workbook.plain:
            _cover(part, workbook)
        head = 1 if workbook.plain else 2
        for number, sheet in enumerate(sheets, 1):
            last = _sheet(part, sheet, head)
            name = sheet.name[:31].replace("'", "''")
            covers = xml(
                f"'{name}'.A{head}:'{name}'.{letter(len(sheet.columns) - 1)}{max(last, head + 1)}"
            )
            ranges.append(
                f'<table:database-range table:name="Table{number}" table:target-range-address="{covers}"/>'
            )
        part.add(f"<table:database-ranges>{''.join(ranges)}</table:database-ranges>")
        part.add("</office:spreadsheet></office:body></office:document-content>")
    _frame(archive, workbook)
    archive.close()


def _cover(part: Lines, workbook: Workbook) -> None:
    part.add(
        '<table:table table:name="Cover"><table:table-column table:style-name="wide" table:number-columns-repeated="2"/>'
    )
    part.add(f"<table:table-row>{_text(workbook.title, 'title')}</table:table-row>")
    for label, value in workbook.cover:
        part.add(
            f"<table:table-row>{_text(label, 'heading')}{_text(value, 'wrapped')}</table:table-row>"
        )
    part.add("</table:table>")


def _sheet(part: Lines, sheet: Sheet, head: int) -> int:
    """Write a sheet with its header in row `head`; return the number of its last row."""
    part.add(
        f'<table:table table:name="{xml(sheet.name[:31])}"><table:table-column table:style-name="wide" '
        f'table:number-columns-repeated="{len(sheet.columns)}"/>'
    )
    if head > 1:
        part.add(f"<table:table-row>{_text(sheet.title, 'title')}</table:table-row>")
    heads = "".join(_text(column.name, "heading") for column in sheet.columns)
    part.add(
        f"<table:table-header-rows><table:table-row>{heads}</table:table-row></table:table-header-rows>"
    )
    last = _rows(part, sheet.rows, head)
    part.add("</table:table>")
    return last


def _rows(part: Lines, rows: Iterable[Sequence[object]], head: int) -> int:
    number = head
    for number, row in enumerate(rows, head + 1):  # noqa: B007  (the last is returned)
        part.add(f"<table:table-row>{''.join(map(_cell, row))}</table:table-row>")
    return number


def _cell(value: object) -> str:
    if value is None or value == "":
        return "<table:table-cell/>"
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, bool):
        return _text("yes" if value else "no")
    if isinstance(value, int | float | Decimal):
        style = "" if isinstance(value, int) else ' table:style-name="decimal"'
        typed = f'{style} office:value-type="float" office:value="{value}"'
        return f"<table:table-cell{typed}><text:p>{value}</text:p></table:table-cell>"
    if isinstance(value, dt.datetime):
        text = london(value).replace(tzinfo=None).isoformat(timespec="seconds")
        return f'<table:table-cell office:value-type="date" office:date-value="{text}"><text:p>{text}</text:p></table:table-cell>'
    if isinstance(value, dt.date):
        text = value.isoformat()
        return (
            f'<table:table-cell table:style-name="date" office:value-type="date" office:date-value="{text}"><text:p>{text}'
            "</text:p></table:table-cell>"
        )
    return _text(value.value if isinstance(value, Marker) else str(value))


def _text(value: str, style: str = "") -> str:
    styled = f' table:style-name="{style}"' if style else ""
    lines = "</text:p><text:p>".join(text(value).split("\n"))
    return f'<table:table-cell{styled} office:value-type="string"><text:p>{lines}</text:p></table:table-cell>'


def _frame(archive: Archive, workbook: Workbook) -> None:
    made = workbook.made_at.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    archive.add("styles.xml", f'{HEAD}<office:document-styles {NAMES} office:version="1.3"/>')
    archive.add(
        "meta.xml",
        f'{HEAD}<office:document-meta {NAMES} office:version="1.3"><office:meta>'
        f"<dc:title>{xml(workbook.title)}</dc:title><dc:language>en-GB</dc:language><meta:creation-date>{made}</meta:creation-date></office:meta>"
        "</office:document-meta>",
    )
    files = {
        "/": "application/vnd.oasis.opendocument.spreadsheet",
        "content.xml": "text/xml",
        "styles.xml": "text/xml",
        "meta.xml": "text/xml",
    }
    entry = '<manifest:file-entry manifest:full-path="{}" manifest:media-type="{}"/>'
    entries = "".join(entry.format(path, kind) for path, kind in files.items())
    archive.add(
        "META-INF/manifest.xml",
        f'{HEAD}<manifest:manifest xmlns:manifest="{SPACE}manifest:1.0" manifest:version="1.3">'
        f"{entries}</manifest:manifest>",
    )
