"""Workbooks as people really make them, several sheets and formulas, and as nobody should."""

from __future__ import annotations

import io
import struct
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from pqip.exchange.reading import FileRefused, open_table
from tests.exchange.files import SHEET, ods_of, one_row, sheet, workbook_with, xlsx_of

FORMULA = '<table:table-row><table:table-cell table:formula="of:=1+1"{}><text:p>2</text:p></table:table-cell></table:table-row>'
HEAD = '<table:table-row><table:table-cell office:value-type="string"><text:p>code</text:p></table:table-cell></table:table-row>'


@pytest.fixture
def read(tmp_path: Path) -> Callable[..., list[tuple[int, list[str]]]]:
    def read(content: bytes, name: str = "a.xlsx") -> list[tuple[int, list[str]]]:
        path = tmp_path / name
        path.write_bytes(content)
        table = open_table(path)
        return [(1, table.header), *table.rows]

    return read


def book(*rows: tuple[Any, ...], second: tuple[Any, ...] = ()) -> bytes:
    made = openpyxl.Workbook()
    for row in rows:
        made.worksheets[0].append(row)
    if second:
        made.create_sheet("Second").append(second)
    file = io.BytesIO()
    made.save(file)
    return file.getvalue()


def test_a_formula_nobody_worked_out_is_the_text_that_was_typed(read: Any) -> None:
    assert read(book(("code", "title"), ("A", "=1+1"), ("B", '=HYPERLINK("x","a&b<c")')))[1:] == [
        (2, ["A", "=1+1"]),
        (3, ["B", '=HYPERLINK("x","a&b<c")']),
    ]


def test_a_formula_counts_by_its_result(read: Any) -> None:
    head = '<row r="1"><c r="A1" t="str"><f>"co"&amp;"de"</f><v>code</v></c></row>'
    row = '<row r="2"><c r="A2"><f>1+1</f><v>2</v></c></row>'
    assert read(workbook_with(SHEET, sheet(head + row))) == [(1, ["code"]), (2, ["2"])]
    assert read(
        ods_of(body=HEAD + FORMULA.format(' office:value-type="float" office:value="2"')), "a.ods"
    )[1] == (2, ["2"])


def test_a_formula_without_result_in_ods_is_never_lost(read: Any) -> None:
    with pytest.raises(FileRefused, match="formula without a result"):
        read(ods_of(body=HEAD + FORMULA.format("").replace("<text:p>2</text:p>", "")), "a.ods")


def test_only_the_first_sheet_counts(read: Any) -> None:
    assert read(book(("code",), ("A",), second=("#N/A",))) == [(1, ["code"]), (2, ["A"])]
    more = '</table:table><table:table table:name="B"><table:table-row>'
    lost = '<table:table-cell table:formula="of:=1+1"/></table:table-row>'
    assert read(ods_of(body=HEAD * 2 + more + lost), "a.ods") == [(1, ["code"]), (2, ["code"])]


def test_a_cell_of_megabytes_is_refused_by_the_child(read: Any) -> None:
    with pytest.raises(FileRefused, match=r"Row 2 has a cell of more than 32,767 characters\."):
        read(workbook_with(SHEET, sheet(one_row("x" * 40_000))))


def test_a_directory_of_many_entries_is_not_listed(read: Any) -> None:
    """Entries are counted before they are listed: a million of them would take half a gigabyte and 20 seconds."""
    entry = (
        struct.pack(
            "<4s4B4HL2L5H2L", b"PK\1\2", 20, 3, 20, 0, 0, 0, 0, 33, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0
        )
        + b"a"
    )
    listed = entry * 6_000
    end = struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, 5, 5, len(listed), 44, 0)
    with pytest.raises(FileRefused, match="too many parts"):
        read(b"PK\3\4" + b"\0" * 40 + listed + end)


@pytest.mark.parametrize(
    "value", ["Siân Ŵyn", "ŷ â ô", "O’Neill-Ó Briain", "=1+1", "-", "  two  ", "a\nb"]
)
def test_text_is_the_same_from_every_format(value: str, read: Any, tmp_path: Path) -> None:
    expected = value.strip()
    (tmp_path / "a.csv").write_text(f'code\n"{value}"\n', encoding="utf-8")
    assert next(open_table(tmp_path / "a.csv").rows) == (2, [expected])
    assert read(xlsx_of(("code",), (value,)))[1] == (2, [expected])
    if "\n" not in value and "  " not in value:
        assert read(ods_of(("code",), (value,)), "a.ods")[1] == (2, [expected])
