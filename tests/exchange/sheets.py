"""Workbooks made part by part, as programs write them and as nobody should."""

from __future__ import annotations

from tests.exchange.files import MAIN, NAMES, zip_of

OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
HEAD = (
    '<row><c t="inlineStr"><is><t>code</t></is></c><c t="inlineStr"><is><t>title</t></is></c></row>'
)
TEXTS = "urn:oasis:names:tc:opendocument:xmlns:"


def relations(**targets: str) -> str:
    inner = "".join(
        f'<Relationship Id="{name}" Type="{OFFICE}/{name}" Target="{target}"/>'
        for name, target in targets.items()
    )
    return f'<Relationships xmlns="{PACKAGE}">{inner}</Relationships>'


def xlsx(
    rows: str,
    *,
    before: str = "",
    after: str = "",
    state: str = "visible",
    formats: tuple[str, ...] = (),
    strings: str = "",
    book: str = "",
    whole: str | bytes = "",
    kind: str = "worksheet",
) -> bytes:
    """A book of one sheet: its rows, what stands before and after them, formats of cells by number from 1."""
    named = "".join(
        f"<numFmt numFmtId='{200 + nth}' formatCode='{code}'/>" for nth, code in enumerate(formats)
    )
    styles = "<xf numFmtId='0'/>" + "".join(
        f"<xf numFmtId='{200 + nth}'/>" for nth in range(len(formats))
    )
    made = f'<worksheet xmlns="{MAIN}">{before}<sheetData>{rows}</sheetData>{after}</worksheet>'
    return zip_of({
        "_rels/.rels": relations(officeDocument="xl/book.xml"),
        "xl/book.xml": f'<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}">{book}<sheets><sheet name="Old" sheetId="1" state="{state}" '
                       f'r:id="{kind}"/></sheets></workbook>',
        "xl/_rels/book.xml.rels": relations(**{kind: "/xl/one.xml", "styles": "styles.xml", "sharedStrings": "./texts.xml"}),
        "xl/styles.xml": f'<styleSheet xmlns="{MAIN}"><numFmts>{named}</numFmts><cellXfs>{styles}</cellXfs></styleSheet>',
        "xl/texts.xml": f'<sst xmlns="{MAIN}">{strings}</sst>',
        "xl/one.xml": whole or made,
    })  # fmt: skip


def ods(rows: str, *, columns: str = "", table: str = "", styles: str = "") -> bytes:
    """A document of one table."""
    spaces = f'{NAMES} xmlns:style="{TEXTS}style:1.0" xmlns:draw="{TEXTS}drawing:1.0" xmlns:calcext="{CALC}"'
    return zip_of({"content.xml": (
        f"<office:document-content {spaces}><office:automatic-styles>{styles}</office:automatic-styles><office:body>"
        f'<office:spreadsheet><table:table table:name="Old" {table}>{columns}{ODS_HEAD}{rows}</table:table></office:spreadsheet>'
        "</office:body></office:document-content>"
    )})  # fmt: skip


CALC = "urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0"


def cell(said: str, more: str = "", kind: str = "string", before: str = "") -> str:
    return f'<table:table-cell office:value-type="{kind}" {more}>{before}<text:p>{said}</text:p></table:table-cell>'


def line(*cells: str, more: str = "") -> str:
    return f"<table:table-row {more}>{''.join(cells)}</table:table-row>"


ODS_HEAD = line(cell("code"), cell("title"))
