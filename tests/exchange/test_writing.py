"""What is written: the same table in every format, nothing that runs, the same bytes every time."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
import re
import zipfile
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from odf.opendocument import load
from odf.table import Table as OdsTable
from odf.table import TableRow

from pqip.embedded.places import PROJECT
from pqip.exchange.escaping import begins_formula, escape, unescape
from pqip.exchange.reading import open_table
from pqip.exchange.reading.tables import tidy
from pqip.exchange.writing import (
    FORMATS,
    NOT_APPLICABLE,
    SUPPRESSED,
    Kind,
    Sheet,
    SheetColumn,
    Workbook,
    write,
)
from tests.exchange.office import converted

KNOWN_AT = dt.datetime(2026, 6, 4, 9, 30, tzinfo=dt.UTC)
COLUMNS = [
    SheetColumn("name", "Name", "What it is called."), SheetColumn("count", "Count", "How many.", Kind.WHOLE),
    SheetColumn("rate", "Rate (%)", "Per hundred.", Kind.DECIMAL), SheetColumn("on", "On", "The day.", Kind.DATE),
    SheetColumn("known", "Known", "The instant.", Kind.INSTANT), SheetColumn("told", "Told", "Whether.", Kind.YES_NO),
]  # fmt: skip
ROWS = [
    ("Siân Ŵyn ŷ â", 12, Decimal("12.5"), dt.date(2026, 6, 4), KNOWN_AT, True),
    ("=1+1", -2, NOT_APPLICABLE, None, None, False),
    ("@x <b>&\"'", SUPPRESSED, 0.5, dt.date(1999, 12, 31), KNOWN_AT, None),
    ("two\nlines", 0, None, None, None, None),
]
HOSTILE = [
    "=1+1", "+x", "-2+3", "@SUM(A1)", "\t=1", "\r=1", "＝1+1", "＋1", "－x", "＠x", " =1", "'=1", '"=1"', "\u00a0=1", "\u2003=1",
    "-", "-2", "+44 20",
]  # fmt: skip


def book(rows: Any = ROWS, **how: Any) -> Workbook:
    sheet = Sheet("learners", "Learners", COLUMNS, rows)
    cover = [("As at", "4 June 2026"), ("Classification", "OFFICIAL-SENSITIVE")]
    return Workbook("Status of the month", cover, [sheet], KNOWN_AT, **how)


def texts(values: list[str]) -> Workbook:
    return Workbook(
        "T",
        [],
        [Sheet("t", "T", [SheetColumn("value", "Value")], [(value,) for value in values])],
        KNOWN_AT,
        plain=True,
    )


def written(workbook: Workbook, format: str) -> bytes:
    stream = io.BytesIO()
    write(workbook, format, stream)
    return stream.getvalue()


@pytest.mark.parametrize("format", FORMATS)
def test_the_same_input_gives_the_same_bytes(format: str) -> None:
    assert written(book(), format) == written(book(), format)


def test_csv() -> None:
    content = written(book(), "csv")
    assert content.startswith(b"\xef\xbb\xbfname,count,rate,on,known,told\r\n")
    rows = list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))
    assert rows[1] == [
        "Siân Ŵyn ŷ â",
        "12",
        "12.5",
        "2026-06-04",
        "2026-06-04T10:30:00+01:00",
        "yes",
    ]
    assert rows[2] == ["'=1+1", "-2", "", "", "", "no"]
    assert rows[3][1] == "[c]"


def test_json() -> None:
    said = json.loads(written(book(), "json"))
    assert said["rows"][1] == {
        "name": "=1+1",
        "count": -2,
        "rate": None,
        "on": None,
        "known": None,
        "told": False,
    }
    assert said["rows"][0]["rate"] == 12.5


def test_xlsx_as_openpyxl_reads_it() -> None:
    workbook = openpyxl.load_workbook(io.BytesIO(written(book(), "xlsx")))
    assert workbook.sheetnames == ["Cover", "learners", "Notes"]
    assert [cell.value for cell in workbook["Cover"]["A"]] == [
        "Status of the month",
        "As at",
        "Classification",
    ]
    sheet = workbook["learners"]
    assert next(iter(sheet.tables.values())).ref == "A2:F6"
    assert not sheet.merged_cells.ranges
    first = [cell.value for cell in sheet[3]]
    assert first == [
        "Siân Ŵyn ŷ â",
        12,
        12.5,
        dt.datetime(2026, 6, 4),
        dt.datetime(2026, 6, 4, 10, 30),
        "yes",
    ]
    assert [sheet["A4"].value, sheet["C4"].value, sheet["B5"].value, sheet["A6"].value] == [
        "'=1+1",
        "[z]",
        "[c]",
        "two\nlines",
    ]
    assert sheet["A4"].data_type == "s"
    meanings = {row[1]: row[3] for row in workbook["Notes"].iter_rows(min_row=3, values_only=True)}
    assert meanings["rate"] == "Per hundred."
    assert "[z]" in meanings
    assert workbook.properties.created == dt.datetime(2026, 6, 4, 9, 30)
    assert b"creator" not in zipfile.ZipFile(io.BytesIO(written(book(), "xlsx"))).read(
        "docProps/core.xml"
    )


def test_ods_as_odfpy_reads_it() -> None:
    document = load(io.BytesIO(written(book(), "ods")))
    tables = document.spreadsheet.getElementsByType(OdsTable)
    assert [table.getAttribute("name") for table in tables] == ["Cover", "learners", "Notes"]
    first = tables[1].getElementsByType(TableRow)[2].childNodes
    assert [cell.getAttribute("valuetype") for cell in first] == [
        "string",
        "float",
        "float",
        "date",
        "date",
        "string",
    ]
    assert [first[1].getAttribute("value"), first[3].getAttribute("datevalue")] == [
        "12",
        "2026-06-04",
    ]
    assert "Siân Ŵyn ŷ â" in str(first[0])


@pytest.mark.parametrize("format", ["xlsx", "ods"])
def test_no_formula_link_or_path_in_a_workbook(format: str) -> None:
    with zipfile.ZipFile(
        io.BytesIO(written(texts([*HOSTILE, "http://example.com", "file:///etc"]), format))
    ) as archive:
        whole = b"".join(archive.read(name) for name in archive.namelist())
        assert archive.testzip() is None
    assert not re.search(
        rb"<f[ >]|table:formula|hyperlink|xlink:href|mergeCell|number-columns-spanned", whole
    )
    assert bytes(PROJECT) not in whole
    assert bytes(Path.home()) not in whole


@pytest.mark.parametrize("format", ["csv", "xlsx", "ods"])
@pytest.mark.parametrize("plain", [True, False])
def test_no_rows_at_all(format: str, plain: bool, tmp_path: Path) -> None:
    (tmp_path / f"a.{format}").write_bytes(written(book([], plain=plain), format))
    assert list(open_table(tmp_path / f"a.{format}").header)


@pytest.mark.parametrize("format", ["csv", "xlsx", "ods"])
def test_what_goes_out_comes_in_the_same(format: str, tmp_path: Path) -> None:
    plain = ["ŵ ŷ â", "O'Neill", "two\nlines", 'a,b;"c"', "007", "1.50", "'", "''=1", "<&>"]
    values = [tidy(value) for value in [*HOSTILE, *plain]]
    path = tmp_path / f"a.{format}"
    path.write_bytes(written(texts(values), format))
    assert [cells[0] for _number, cells in open_table(path).rows] == values


@given(text=st.text(max_size=20))
@example("\u2003=1")
@example("''-x")
def test_the_escape_goes_round_and_leaves_no_formula(text: str) -> None:
    escaped = escape(text)
    assert unescape(escaped) == text or text.startswith("'")
    assert unescape(escape(unescape(text))) == unescape(text)
    assert escaped == text or escaped == f"'{text}"
    assert escaped.startswith("'") or not begins_formula(escaped)


@given(rows=st.lists(st.text(st.characters(exclude_categories=["Cs"]), max_size=8), max_size=6))
def test_no_cell_of_a_csv_begins_a_formula(rows: list[str]) -> None:
    content = written(texts(rows), "csv").decode("utf-8-sig")
    for cells in csv.reader(io.StringIO(content, newline="")):
        assert not cells or not begins_formula(cells[0]) or cells[0].startswith("'")


def test_another_format_is_refused() -> None:
    with pytest.raises(ValueError, match="exe is not a format"):
        written(book(), "exe")


@pytest.mark.office
@pytest.mark.parametrize("format", ["xlsx", "ods"])
def test_libreoffice_opens_it(format: str, tmp_path: Path) -> None:
    (tmp_path / f"a.{format}").write_bytes(written(book(plain=True), format))
    rows = list(
        csv.reader(
            io.StringIO(converted(tmp_path / f"a.{format}", "csv").read_text(encoding="utf-8"))
        )
    )
    assert rows[0] == ["name", "count", "rate", "on", "known", "told"]
    assert [*rows[1][:3], rows[1][5]] == ["Siân Ŵyn ŷ â", "12", "12.5", "yes"]
    assert all(re.search(r"\b(20)?26\b", day) for day in rows[1][3:5]), (
        "how a day is written is the machine's own"
    )
    assert [row[0] for row in rows[2:]] == ["'=1+1", "'@x <b>&\"'", "two\nlines"]
