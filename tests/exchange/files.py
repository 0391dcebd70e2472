"""Files for tests, good and hostile, made in memory."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterable, Sequence
from typing import Any

import openpyxl

ODS_TYPE = b"application/vnd.oasis.opendocument.spreadsheet"
SPACE = "urn:oasis:names:tc:opendocument:xmlns:"
NAMES = " ".join(f'xmlns:{name}="{SPACE}{name}:1.0"' for name in ("office", "table", "text"))
ODS_HEAD = (
    f'<?xml version="1.0" encoding="UTF-8"?><office:document-content {NAMES} office:version="1.3">'
    '<office:body><office:spreadsheet><table:table table:name="A">'
)
ODS_TAIL = "</table:table></office:spreadsheet></office:body></office:document-content>"
MANIFEST = (
    f'<?xml version="1.0"?><manifest:manifest xmlns:manifest="{SPACE}manifest:1.0"><manifest:file-entry manifest:full-path="/" '
    'manifest:media-type="application/vnd.oasis.opendocument.spreadsheet"/></manifest:manifest>'
)
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"


def csv_of(*rows: Sequence[Any], encoding: str = "utf-8") -> bytes:
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    return text.getvalue().encode(encoding)


def xlsx_of(*rows: Sequence[Any], first: int = 1) -> bytes:
    book = openpyxl.Workbook()
    for number, row in enumerate(rows, first):
        for place, value in enumerate(row, 1):
            book.active.cell(number, place, value)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def ods_of(*rows: Sequence[str], body: str | None = None) -> bytes:
    cell = '<table:table-cell office:value-type="string"><text:p>{}</text:p></table:table-cell>'
    made = "".join(
        f"<table:table-row>{''.join(cell.format(value) for value in row)}</table:table-row>"
        for row in rows
    )
    return zip_of(
        {
            "mimetype": ODS_TYPE,
            "content.xml": ODS_HEAD + (made if body is None else body) + ODS_TAIL,
            "META-INF/manifest.xml": MANIFEST,
        }
    )


def zip_of(parts: dict[str, bytes | str]) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return file.getvalue()


def with_parts(
    whole: bytes, changed: dict[str, bytes | str] | None = None, without: Iterable[str] = ()
) -> bytes:
    """A workbook with some of its parts put in, changed or left out."""
    with zipfile.ZipFile(io.BytesIO(whole)) as archive:
        parts: dict[str, bytes | str] = {
            name: archive.read(name) for name in archive.namelist() if name not in set(without)
        }
    return zip_of(parts | (changed or {}))


def sheet(cells: str, dimension: str = "", doctype: str = "") -> str:
    """The XML of a sheet."""
    said = f'<dimension ref="{dimension}"/>' if dimension else ""
    return f'<?xml version="1.0"?>{doctype}<worksheet xmlns="{MAIN}">{said}<sheetData>{cells}</sheetData></worksheet>'


def text_cell(at: str, value: str) -> str:
    return f'<c r="{at}" t="inlineStr"><is><t>{value}</t></is></c>'


SHEET = "xl/worksheets/sheet1.xml"
ENTITIES = '<!DOCTYPE w [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;">]>'
OUTSIDE = '<!DOCTYPE w [<!ENTITY c SYSTEM "file:///etc/hostname">]>'
GOOD = [("code", "count"), ("A", "1"), ("B", "2")]


def one_row(value: str) -> str:
    return f'<row r="1">{text_cell("A1", "code")}</row><row r="2">{text_cell("A2", value)}</row>'


def workbook_with(part: str, content: bytes | str, workbook: str = "") -> bytes:
    """A workbook with another part; `workbook` is the kind its book says it is."""
    whole = with_parts(xlsx_of(*GOOD), {part: content})
    with zipfile.ZipFile(io.BytesIO(whole)) as archive:
        types = archive.read("[Content_Types].xml").decode()
    said = types.replace(
        "openxmlformats-officedocument.spreadsheetml.sheet.main", f"ms-excel.sheet.{workbook}.main"
    )
    return with_parts(whole, {"[Content_Types].xml": said}) if workbook else whole


def related(whole: bytes, kind: str, target: str, *, outside: bool = False) -> bytes:
    """A workbook whose book leads to something more."""
    name = "xl/_rels/workbook.xml.rels"
    with zipfile.ZipFile(io.BytesIO(whole)) as archive:
        said = archive.read(name).decode()
    mode = ' TargetMode="External"' if outside else ""
    kind = f"http://schemas.openxmlformats.org/officeDocument/2006/relationships/{kind}"
    line = f'<Relationship Id="more" Type="{kind}" Target="{target}"{mode}/></Relationships>'
    return with_parts(whole, {name: said.replace("</Relationships>", line)})


def asking(formula: str) -> bytes:
    """A workbook with a formula and its result."""
    cell = f'<row r="2"><c r="A2"><f>{formula}</f><v>1</v></c></row>'
    return workbook_with(SHEET, sheet(f'<row r="1">{text_cell("A1", "code")}</row>{cell}'))


def with_link(whole: bytes) -> bytes:
    """A workbook with a symbolic link in it."""
    held = io.BytesIO(whole)
    with zipfile.ZipFile(held, "a") as archive:
        entry = zipfile.ZipInfo("xl/a.txt")
        entry.create_system, entry.external_attr = 3, 0o120777 << 16
        archive.writestr(entry, "/etc/passwd")
    return held.getvalue()


def encrypted(whole: bytes) -> bytes:
    """Its first entry is marked as encrypted in the directory."""
    made = bytearray(whole)
    made[made.find(b"PK\x01\x02") + 8] |= 1
    return bytes(made)


PROTECTED = MANIFEST.replace(
    'spreadsheet"/>', 'spreadsheet"><manifest:encryption-data/></manifest:file-entry>'
)
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)
ASKING = (
    '<table:table-row><table:table-cell office:value-type="string" table:formula="of:=DDE(&quot;soffice&quot;;&quot;a&quot;;'
    '&quot;b&quot;)"><text:p>code</text:p></table:table-cell></table:table-row>'
)


def hostile() -> dict[str, tuple[str, bytes, str]]:
    """What it is: a file name, its bytes, and words of the message it must get."""
    good, good_ods = xlsx_of(*GOOD), ods_of(*GOOD)
    cell = 'table:table-cell office:value-type="string"'
    repeat = f'<table:table-row table:number-rows-repeated="1048576"><{cell}><text:p>a</text:p>'
    end = "</table:table-cell></table:table-row>"
    wide = f'<table:table-row><{cell} table:number-columns-repeated="16384"><text:p>a</text:p>'
    far = f'<row r="1">{text_cell("A1", "code")}</row><row r="1048576">{text_cell("XFD1048576", "x")}</row>'
    return {
        "empty": ("a.csv", b"", "empty"),
        "blank": ("a.csv", b"\n\n\n", "column names"),
        "wrong extension": ("a.txt", b"code\nA\n", "must be .csv, .xlsx or .ods"),
        "old Excel by name": ("a.xls", b"\xd0\xcf\x11\xe0", "Old Excel"),
        "macros by name": ("a.xlsm", good, "macros"),
        "Numbers": ("a.numbers", good, "Numbers"),
        "encrypted xlsx": ("a.xlsx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "password"),
        "encrypted ods": ("a.ods", with_parts(good_ods, {"META-INF/manifest.xml": PROTECTED}), "password"),
        "csv named xlsx": ("a.xlsx", b"code,count\nA,1\n", "is not one"),
        "xlsx named csv": ("a.csv", good, "is a workbook"),
        "ods named xlsx": ("a.xlsx", good_ods, "is not one"),
        "xlsx named ods": ("a.ods", good, "is not one"),
        "truncated": ("a.xlsx", good[: len(good) // 2], "damaged"),
        "a zip of nothing": ("a.xlsx", zip_of({"a": "b"}), "is not one"),
        "macros": ("a.xlsx", workbook_with("xl/vbaProject.bin", b"x"), "macros"),
        "macros in ods": ("a.ods", with_parts(good_ods, {"Basic/Standard/a.xml": "x"}), "macros"),
        "links": ("a.xlsx", workbook_with("xl/externalLinks/externalLink1.xml", "x"), "other workbooks"),
        "macros by another name": ("a.xlsx", workbook_with("xl/a.bin", b"x", workbook="macroEnabled"), "macros"),
        "links by another name": ("a.xlsx", related(xlsx_of(*GOOD), "externalLink", "a.xml"), "other workbooks"),
        "data from elsewhere": ("a.xlsx", related(xlsx_of(*GOOD), "connections", "connections.xml"), "other workbooks"),
        "a picture elsewhere": ("a.xlsx", related(xlsx_of(*GOOD), "image", "http://a/b.png", outside=True), "other workbooks"),
        "another program": ("a.xlsx", asking("cmd|'/c calc'!A0"), "other programs"),
        "another program in ods": ("a.ods", ods_of(body=ASKING), "other programs"),
        "nested by another name": ("a.xlsx", workbook_with("xl/media/image1.png", good), "other files"),
        "an object by another name": ("a.xlsx", workbook_with("xl/media/image1.png", OLE), "other files"),
        "a program": ("a.xlsx", workbook_with("a.exe", b"x"), "other files"),
        "a path of another system": ("a.xlsx", workbook_with("..\\..\\a.xml", "<a/>"), "unsafe names"),
        "a link of a disk": ("a.xlsx", with_link(good), "unsafe names"),
        "something after": ("a.xlsx", good + b"%PDF-1.7", "two kinds"),
        "marked as encrypted": ("a.xlsx", encrypted(good), "password"),
        "nested": ("a.xlsx", workbook_with("xl/embeddings/inner.xlsx", good), "other files"),
        "unsafe name": ("a.xlsx", workbook_with("../../etc/passwd", b"x"), "unsafe names"),
        "zip bomb": ("a.xlsx", workbook_with(SHEET, b" " * (401 * 1024 * 1024)), "unpacks to"),
        "ratio": ("a.xlsx", workbook_with("xl/media/a.bin", b"\0" * (30 * 1024 * 1024)), "unpacks to"),
        "too many parts": ("a.xlsx", with_parts(good, {f"a/{n}": b"" for n in range(5001)}), "too many parts"),
        "entities": ("a.xlsx", workbook_with(SHEET, sheet(one_row("&c;"), doctype=ENTITIES)), "may not be used"),
        "outside entity": ("a.xlsx", workbook_with(SHEET, sheet(one_row("&c;"), doctype=OUTSIDE)), "may not be used"),
        "entities in ods": ("a.ods", with_parts(good_ods, {"content.xml": ENTITIES + ODS_HEAD + ODS_TAIL}), "may not be used"),
        "far by dimension": ("a.xlsx", workbook_with(SHEET, sheet(far, "A1:XFD1048576")), "more than 200 columns"),
        "far without dimension": ("a.xlsx", workbook_with(SHEET, sheet(far)), "more than 200 columns"),
        "repeated rows": ("a.ods", ods_of(body=repeat + "</table:table-cell></table:table-row>"), "reaches too far"),
        "rows alike": ("a.ods", ods_of(body=repeat.replace("1048576", "900000") + end), "Row 1 and the 899,999 beneath it"),
        "rows alike in lots": ("a.ods", ods_of(body=(repeat.replace("1048576", "900") + end) * 1000), "Row 901 and the 899"),
        "repeated columns": ("a.ods", ods_of(body=wide + "</table:table-cell></table:table-row>"), "reaches too far"),
        "other programs": ("a.ods", ods_of(body='<table:dde-links><table:dde-link/></table:dde-links>'), "other programs"),
        "failed formula": ("a.xlsx", xlsx_of(("code",), ("#N/A",)), "Cell A2 holds an error"),
        "utf-16": ("a.csv", "code\nA\n".encode("utf-16"), "UTF-16"),
        "NUL": ("a.csv", b"code\nA\nB\x00\n", "Row 3 is not text"),
        "neither encoding": ("a.csv", b"code\n\x81\xff\n", "neither UTF-8 nor Windows-1252"),
        "not what it begins as": ("a.csv", b"\xef\xbb\xbfcode\nZo\xeb\n", "neither UTF-8 nor Windows-1252"),
        "both encodings": ("a.csv", "code\nZoë\nBob\n".encode() + b"Zo\xeb\n", "Row 2 is UTF-8 and row 4 is not"),
        "a dash of UTF-8": ("a.csv", b"Zo\xeb\n" + "a \u2013 b\n".encode(), "Row 2 is UTF-8 and row 1 is not"),
        "open quote": ("a.csv", b'code\nA\n"B' + b"x\n" * 1_100_000, "Row 3 is longer"),
        "long row": ("a.csv", b"code\n" + b"," * 2_100_000, "Row 2 is longer"),
        "long cell": ("a.csv", b"code\n" + b"x" * 40_000, "Row 2 has a cell of more than 32,767"),
        "bad quotes": ("a.csv", b'code\n"A"x\n', "Row 2 cannot be read"),
        "many columns": ("a.csv", b",".join(b"c%d" % n for n in range(201)), "more than 200 columns"),
    }  # fmt: skip
