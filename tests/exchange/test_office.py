"""Sheets as LibreOffice saves them are read as LibreOffice shows them."""

from __future__ import annotations

import csv
from pathlib import Path

import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet

from pqip.exchange.reading import FileRefused, open_table
from tests.exchange.office import converted
from tests.exchange.test_sheets import BOOKS

pytestmark = pytest.mark.office
#: Not grouped by thousands, which are read without their commas; days and powers have tests of their own.
FORMATS = ["General", "0", "0.00", "0%", "0.0%", "00000", '"P"00000', "00-000", '0.0" FTE"', "[Red]0.0;[Blue]-0.0", "0.##",
           "0;(0)", '0;-0;"none"', '"day" 0', "000\\-0000", 'General" x"']  # fmt: skip
NUMBERS = [0, 1, 0.8, 731, 0.825, 45355, 45355.5, -5, 2.675, 99.995]


def saved(tmp_path: Path, fill: object) -> Path:
    book = openpyxl.Workbook()
    fill(book.active)  # type: ignore[operator]
    book.create_sheet("Second")
    book.save(tmp_path / "made.xlsx")
    return tmp_path / "made.xlsx"


@pytest.mark.parametrize("kind", ["xlsx", "ods"])
def test_numbers_are_read_as_they_are_shown(kind: str, tmp_path: Path) -> None:
    def fill(sheet: Worksheet) -> None:
        sheet.append([f"c{place}" for place in range(len(NUMBERS))])
        for format in FORMATS:
            sheet.append(NUMBERS)
            for cell in sheet[sheet.max_row]:
                cell.number_format = format

    path = converted(saved(tmp_path, fill), kind)
    ours = [cells for _, cells in open_table(path).rows]
    with converted(path, "csv").open(encoding="utf-8", newline="") as stream:
        theirs = [[cell.strip() for cell in row] for row in csv.reader(stream)][1:]
    assert dict(zip(FORMATS, ours, strict=True)) == dict(zip(FORMATS, theirs, strict=True))


def test_an_empty_result_is_blank_in_ods_too(tmp_path: Path) -> None:
    (tmp_path / "a.xlsx").write_bytes((BOOKS / "formula-with-empty-result.xlsx").read_bytes())
    other = open_table(converted(tmp_path / "a.xlsx", "ods"))
    table = open_table(tmp_path / "a.xlsx")
    assert (other.header, list(other.rows)) == (table.header, list(table.rows))


def _merge(sheet: Worksheet) -> None:
    sheet.merge_cells("B2:B3")


def _hide_row(sheet: Worksheet) -> None:
    sheet.row_dimensions[3].hidden = True


def _hide_column(sheet: Worksheet) -> None:
    sheet.column_dimensions["B"].hidden = True


def _filter(sheet: Worksheet) -> None:
    sheet.auto_filter.ref = "A1:B3"
    sheet.auto_filter.add_filter_column(0, ["one"])
    sheet.row_dimensions[3].hidden = True


def _fail(sheet: Worksheet) -> None:
    sheet["B3"] = "=VLOOKUP(1,D1:E2,2,0)"


def _hide(sheet: Worksheet) -> None:
    sheet.sheet_state = "hidden"
    sheet.parent.create_sheet("Shown")
    sheet.parent.active = 1


@pytest.mark.parametrize("kind", ["xlsx", "ods"])
@pytest.mark.parametrize(
    ("change", "words"),
    [(_merge, "Cells B2:B3 are merged"), (_hide_row, "Row 3 is hidden"), (_hide_column, "Column B is hidden"),
     (_filter, "Row 3 is hidden"), (_fail, "Cell B3 holds an error"), (_hide, 'The first sheet, "Sheet", is hidden')],
)  # fmt: skip
def test_what_stands_in_the_way_is_named(
    change: object, words: str, kind: str, tmp_path: Path
) -> None:
    def fill(sheet: Worksheet) -> None:
        for row in (("code", "title"), ("one", "a"), ("two", "b")):
            sheet.append(row)
        change(sheet)  # type: ignore[operator]

    path = converted(saved(tmp_path, fill), kind)
    with pytest.raises(FileRefused, match=words):
        list(open_table(path).rows)
