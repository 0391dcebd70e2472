"""Cells: what each kind of column takes, and what is said of the rest."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Callable
from contextlib import suppress
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from import_export.widgets import Widget
from openpyxl.utils.datetime import CALENDAR_MAC_1904

from learners.imports.common import Hours
from pqip.exchange import cleaning
from pqip.exchange.reading import open_table
from pqip.exchange.reading.tables import tidy
from tests.exchange.files import csv_of, ods_of, xlsx_of

D = dt.date
NOT, UNREAL, FAR = "is not a date", "is not a real date", "is out of range"
DATES: list[tuple[str, dt.date | str]] = [
    ("2024-03-01", D(2024, 3, 1)), ("01/03/2024", D(2024, 3, 1)), ("1/3/2024", D(2024, 3, 1)), ("31/12/2024", D(2024, 12, 31)),
    ("29/02/2024", D(2024, 2, 29)), ("2024-02-29", D(2024, 2, 29)), ("2024-03-01 00:00:00", D(2024, 3, 1)),
    ("2024-03-01T00:00", D(2024, 3, 1)), ("01/01/1900", D(1900, 1, 1)), ("2199-12-31", D(2199, 12, 31)),
    ("12/11/2024", D(2024, 11, 12)), ("13/11/2024", D(2024, 11, 13)), ("09/10/2024", D(2024, 10, 9)),
    ("29/02/2023", UNREAL), ("2023-02-29", UNREAL), ("31/04/2024", UNREAL), ("12/13/2024", UNREAL), ("03/31/2024", UNREAL),
    ("00/01/2024", UNREAL), ("2024-00-10", UNREAL), ("32/01/2024", UNREAL), ("31/12/1899", FAR), ("2200-01-01", FAR),
    ("0001-01-01", FAR), ("01/03/24", NOT), ("1-3-2024", NOT), ("2024/03/01", NOT), ("24-03-01", NOT), ("20240301", NOT),
    ("1 March 2024", NOT), ("March 2024", NOT), ("45352", NOT), ("2024", NOT), ("2024-3-1", NOT), ("01.03.2024", NOT),
    ("01/03/2024 10:30", NOT), ("2024-03-01 10:30:00", NOT), ("tomorrow", NOT), ("2024-W09-5", NOT), ("01/03/02024", NOT),
    ("//", NOT), ("-", NOT),
]  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), DATES)
def test_dates(text: str, expected: dt.date | str) -> None:
    assert cleaned(cleaning.Date(), text) == expected


def cleaned(widget: Widget, text: str) -> Any:
    """The value, or the beginning of what is said."""
    try:
        return widget.clean(text)
    except ValueError as error:
        return str(error).partition(".")[0]


@pytest.mark.parametrize(
    ("widget", "text", "expected"),
    [
        (cleaning.YesNo(), "YES", True), (cleaning.YesNo(), "n", False), (cleaning.YesNo(), "1", True),
        (cleaning.YesNo(), "False", False), (cleaning.YesNo(), "maybe", "is not yes or no"),
        (cleaning.Number("0.1", "1.0"), "0.6", Decimal("0.6")), (cleaning.Number(), "1,234.5", Decimal("1234.5")),
        (cleaning.Number(), "1,5", "is not a number"), (cleaning.Number(), "NaN", "is not a number"),
        (cleaning.Number(), "Infinity", "is not a number"), (cleaning.Number(), "1.234", "has more than 2 decimals"),
        (cleaning.Number(), "1e400", "is not a number"), (cleaning.Number("0"), "-1", "is out of range"),
        (cleaning.Whole(), "12", 12), (cleaning.Whole(), "1.5", "is not a whole number"),
        (cleaning.Words([("a", "Alpha")]), "ALPHA", "a"), (cleaning.Words(["a"]), "b", "is not known"),
        (cleaning.ListOf(cleaning.Words(["a", "b"])), "b; a;;b", ["b", "a"]),
        (cleaning.Email(), "Sam@Example.com", "sam@example.com"), (cleaning.Email(), "sam@", "is not an e-mail address"),
        (cleaning.Text(3), "abcd", "is longer than 3 characters"), (cleaning.Text(), "a\nb", "a b"),
        (cleaning.Text(), "a \n \n b", "a b"), (cleaning.Text(lines=True), "a\nb", "a\nb"),
        (Hours(), "60%", Decimal("0.6")), (Hours(), "100%", Decimal(1)), (Hours(), "90%", "is not hours a learner may work"),
        (Hours(), "1.5", "is out of range"),
    ],
)  # fmt: skip
def test_other_cells(widget: Widget, text: str, expected: object) -> None:
    assert cleaned(widget, text) == expected


def test_a_long_list_is_cut_short() -> None:
    assert cleaning.one_of(str(n) for n in range(20)).endswith("12, …")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("  a  ", "a"), ("W\u0302", "Ŵ"), ("ŵ ŷ â", "ŵ ŷ â"), ("a\u200bb", "ab"), ("a\x07b", "ab"), ("O’Neill", "O’Neill"),
        ("a\r\nb", "a\nb"), ("\ufeffa", "a"), ("'=1+1", "=1+1"), ("'quoted'", "'quoted'"), ("-", "-"), ("'-2", "'-2"),
    ],
)  # fmt: skip
def test_text_is_put_into_one_form(text: str, expected: str) -> None:
    assert tidy(text) == expected


def read(tmp_path: Path, name: str, content: bytes) -> list[tuple[int, list[str]]]:
    (tmp_path / name).write_bytes(content)
    return list(open_table(tmp_path / name).rows)


def test_row_numbers_are_those_a_spreadsheet_shows(tmp_path: Path) -> None:
    rows = (("code", "n"), (), ("A", "1"), (" ", ""), ("B", "2"))
    expected = [(3, ["A", "1"]), (5, ["B", "2"])]
    assert read(tmp_path, "a.csv", csv_of(*rows)) == expected
    assert read(tmp_path, "a.xlsx", xlsx_of(*rows)) == expected
    assert read(tmp_path, "a.ods", ods_of(*rows)) == expected


def test_real_cells_of_a_workbook(tmp_path: Path) -> None:
    cells = [
        ("date", D(2024, 3, 1), "2024-03-01"), ("whole", 12.0, "12"), ("decimal", 0.1 + 0.2, "0.3"), ("yes", True, "yes"),
        ("code", "007", "007"), ("number that is no date", 45352, "45352"), ("moment", dt.datetime(2024, 3, 1), "2024-03-01"),
        ("large", 12345678901234, "12345678901234"),
    ]  # fmt: skip
    rows = read(
        tmp_path, "a.xlsx", xlsx_of([name for name, *_ in cells], [value for _, value, _ in cells])
    )
    assert rows == [(2, [shown for *_, shown in cells])]


def test_a_workbook_that_counts_days_from_1904(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.epoch = CALENDAR_MAC_1904
    book.active.append(["on"])
    book.active.append([D(2024, 3, 1)])
    book.save(tmp_path / "a.xlsx")
    assert list(open_table(tmp_path / "a.xlsx").rows) == [(2, ["2024-03-01"])]


def test_an_ods_as_offices_save_it(tmp_path: Path) -> None:
    cell = '<table:table-cell office:value-type="string"><text:p>{}</text:p></table:table-cell>'
    date = '<table:table-cell office:value-type="date" office:date-value="2024-03-01"><text:p>1 Mar</text:p></table:table-cell>'
    body = (
        f'<table:table-row>{cell.format("a")}{cell.format("b")}<table:table-cell table:number-columns-repeated="16382"/>'
        '</table:table-row><table:table-row table:number-rows-repeated="3"><table:table-cell '
        f'table:number-columns-repeated="16384"/></table:table-row><table:table-row>{cell.format("x")}{date}</table:table-row>'
        f'<table:table-row table:number-rows-repeated="2">{cell.format("y")}</table:table-row>'
        '<table:table-row table:number-rows-repeated="1048569"><table:table-cell table:number-columns-repeated="16384"/>'
        "</table:table-row>"
    )
    assert read(tmp_path, "a.ods", ods_of(body=body)) == [
        (5, ["x", "2024-03-01"]),
        (6, ["y"]),
        (7, ["y"]),
    ]


@pytest.mark.parametrize(
    "clean", [cleaning.Date().clean, cleaning.Number().clean, cleaning.Email().clean, tidy]
)
@pytest.mark.parametrize(
    "text", ["1" * 100_000, "1,111" * 20_000, "=" * 100_000, " '" * 50_000 + "x", "a@" * 50_000]
)
def test_long_text_costs_no_time(clean: Callable[[str], Any], text: str) -> None:
    began = time.perf_counter()
    with suppress(ValueError):
        clean(text)
    assert time.perf_counter() - began < 0.5
