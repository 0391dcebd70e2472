"""A sheet is read as a person sees it: results, formats, and no word lost in what is merged, hidden or failed."""

from __future__ import annotations

import resource
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from pqip.exchange.reading import FileRefused, open_table
from tests.exchange.files import MAIN
from tests.exchange.sheets import HEAD, cell, line, ods, xlsx

BOOKS = Path(__file__).with_name("books")
Read = Callable[..., list[list[str]]]
TWO = '<row><c t="inlineStr"><is><t>A</t></is></c>{}</row>'
ROW = TWO.format('<c t="inlineStr"><is><t>one</t></is></c>')


@pytest.fixture
def read(tmp_path: Path) -> Read:
    """The cells of the rows beneath the header."""

    def read(content: bytes, name: str = "a.xlsx") -> list[list[str]]:
        (tmp_path / name).write_bytes(content)
        return [cells for _number, cells in open_table(tmp_path / name).rows]

    return read


def refusal(read: Read, content: bytes, name: str = "a.xlsx") -> str:
    with pytest.raises(FileRefused) as refused:
        read(content, name)
    return str(refused.value)


def test_a_formula_whose_result_is_empty_is_blank(read: Read) -> None:
    table = open_table(BOOKS / "formula-with-empty-result.xlsx")
    (row,) = [dict(zip(table.header, cells, strict=False)) for _, cells in table.rows]
    assert (row["staff_number"], row["organisation"], row["start_date"]) == (
        "T3001",
        "",
        "2024-03-04",
    )
    for empty in ("<v></v>", "<v/>", ""):
        assert read(xlsx(HEAD + TWO.format(f'<c t="str"><f>IF(1,"")</f>{empty}</c>'))) == [["A"]]
    formula = (
        '<table:table-cell table:formula="of:=IF(1;&quot;&quot;)"{}><text:p/></table:table-cell>'
    )
    for kind in ("", ' office:value-type="string" office:string-value=""'):
        assert read(ods(line(cell("A"), formula.format(kind))), "a.ods") == [["A"]]


FAILED = {
    "prefix": '<x:c r="B2" t="e"><x:f>1/0</x:f><x:v>#DIV/0!</x:v></x:c>', "no reference": '<x:c t="e"><x:v>#N/A</x:v></x:c>',
    "single quotes": "<x:c t='e' r='B2'><x:v>#N/A</x:v></x:c>", "cdata": '<x:c t="e"><x:v><![CDATA[#N/A]]></x:v></x:c>',
    "comment": '<x:c r="B2" t="e"><!-- <c r="B2"><v>1</v></c> --><x:v>#N/A</x:v></x:c>',
    "lines": '<x:c\n  s="0"\n  t="e"\n  r="B2"\n>\n<x:v>#REF!</x:v></x:c>', "entity": '<x:c t="&#101;"><x:v>#N/A</x:v></x:c>',
    "no value": '<x:c t="e"/>',
}  # fmt: skip


@pytest.mark.parametrize("how", FAILED)
def test_an_error_is_refused_however_it_is_written(read: Read, how: str) -> None:
    text = '<x:c t="inlineStr"><x:is><x:t>code</x:t></x:is></x:c>'
    first, row = f"<x:row>{text}{text}</x:row>", f"<x:row>{text}{FAILED[how]}</x:row>"
    whole = f'<x:worksheet xmlns:x="{MAIN}"><x:sheetData>{first}{row}</x:sheetData></x:worksheet>'
    assert (
        refusal(read, xlsx("", whole=whole))
        == "Cell B2 holds an error such as #N/A. Put a value there, or leave it blank."
    )


def test_errors_of_other_programs_too(read: Read) -> None:
    assert refusal(read, (BOOKS / "error-cell-with-prefix.xlsx").read_bytes()).startswith(
        "Cell K2 holds an error"
    )
    formula = 'table:formula="of:=NA()"'
    for said in ("#N/A", "Err:502"):
        assert "Cell B2 holds an error" in refusal(
            read, ods(line(cell("A"), cell(said, formula, "float"))), "a.ods"
        )
    more = 'office:string-value="" calcext:value-type="error"'
    many = refusal(read, ods(line(cell("A"), cell("x", more)) + line(cell("x", more))), "a.ods")
    assert (
        many == "Cells B2 and A3 hold an error such as #N/A. Put a value there, or leave it blank."
    )


def test_what_only_looks_like_an_error_is_text(read: Read) -> None:
    comment = '<!-- <c r="B2" t="e"/> -->'
    assert read(
        xlsx(HEAD + comment + TWO.format('<c t="inlineStr"><is><t>t="e"</t></is></c>'))
    ) == [["A", 't="e"']]


def test_a_formula_nobody_worked_out_is_said(read: Read) -> None:
    said = refusal(
        read, ods(line(cell("A"), '<table:table-cell table:formula="of:=1+1"/>')), "a.ods"
    )
    assert (
        said
        == "Cell B2 holds a formula without a result. Open the file, save it and bring it again."
    )
    assert "B2 holds a formula without" in refusal(
        read, xlsx(HEAD + TWO.format('<c><f t="shared" si="0"/></c>'))
    )


@pytest.mark.parametrize(
    ("where", "named"), [("B2:B3", "B2:B3"), ("A1:B1", "A1:B1"), ("B3:D9", "B3:D9")]
)
def test_merged_cells_are_named(read: Read, where: str, named: str) -> None:
    after = f'<mergeCells><mergeCell ref="{where}"/></mergeCells>'
    said = refusal(read, xlsx(HEAD + ROW + ROW, after=after))
    assert said == f"Cells {named} are merged. Unmerge them, and fill in every cell."
    beside = '<mergeCells><mergeCell ref="D1:E2"/><mergeCell ref="A7:B9"/><mergeCell ref="A1:A1"/></mergeCells>'
    assert read(xlsx(HEAD + ROW, after=beside)) == [["A", "one"]], (
        "what is merged beside the table is no part of it"
    )


def test_merged_cells_of_ods_are_named(read: Read) -> None:
    spanned = cell("one", 'table:number-columns-spanned="1" table:number-rows-spanned="2"')
    rows = line(cell("A"), spanned) + line(cell("B"), "<table:covered-table-cell/>")
    assert (
        refusal(read, ods(rows), "a.ods")
        == "Cells B2:B3 are merged. Unmerge them, and fill in every cell."
    )


@pytest.mark.parametrize("state", ["hidden", "veryHidden"])
def test_a_hidden_first_sheet_is_said(read: Read, state: str) -> None:
    said = 'The first sheet, "Old", is hidden. Show it, or move the sheet with the table to the first place.'
    assert refusal(read, xlsx(HEAD + ROW, state=state)) == said
    style = '<style:style style:name="t" style:family="table"><style:table-properties table:display="false"/></style:style>'
    assert (
        refusal(read, ods(line(cell("A")), table='table:style-name="t"', styles=style), "a.ods")
        == said
    )
    assert "is no table" in refusal(read, xlsx(HEAD + ROW, kind="chartsheet"))


def test_hidden_rows_and_columns_are_named(read: Read) -> None:
    hidden = ROW.replace("<row>", '<row hidden="1">')
    said = refusal(read, xlsx(HEAD + ROW + hidden * 2 + ROW + hidden))
    assert (
        said
        == "Rows 3 to 4 and 6 are hidden. Take off any filter, and show or delete what is hidden."
    )
    columns = '<cols><col min="2" max="2" hidden="1"/></cols>'
    assert (
        refusal(read, xlsx(HEAD + ROW, before=columns))
        == "Column B is hidden. Show what is hidden, or delete it."
    )
    empty = '<cols><col min="3" max="16384" hidden="1"/></cols>'
    blank = '<row r="9" hidden="1"><c r="A9"/></row>'
    assert read(xlsx(HEAD + ROW + blank, before=empty)) == [["A", "one"]], (
        "what holds nothing may be hidden"
    )


def test_hidden_rows_and_columns_of_ods_are_named(read: Read) -> None:
    for more in ('table:visibility="collapse"', 'table:visibility="filter"'):
        said = refusal(read, ods(line(cell("A"), more=more)), "a.ods")
        assert said == "Row 2 is hidden. Take off any filter, and show or delete what is hidden."
    group = (
        f'<table:table-row-group table:display="false">{line(cell("A"))}</table:table-row-group>'
    )
    assert "Row 2 is hidden" in refusal(read, ods(group), "a.ods")
    columns = '<table:table-column/><table:table-column table:visibility="collapse" table:number-columns-repeated="9"/>'
    assert "Column B is hidden" in refusal(read, ods(line(cell("A")), columns=columns), "a.ods")


def test_everything_in_the_way_is_said_at_once(read: Read) -> None:
    after = '<mergeCells><mergeCell ref="B2:B3"/></mergeCells>'
    said = refusal(
        read,
        xlsx(
            HEAD + TWO.format('<c t="e"/>') + ROW.replace("<row>", '<row hidden="1">'), after=after
        ),
    )
    assert all(
        words in said
        for words in ("Cell B2 holds an error", "Cells B2:B3 are merged", "Row 3 is hidden")
    )


SHOWN: list[tuple[str, Any, str]] = [
    ("00000", 731, "00731"), ('"P"00000', 731, "P00731"), ("00-000", 731, "00-731"), ("0%", 0.8, "80%"), ("0.0%", 0.825, "82.5%"),
    ("0.00", 0.6, "0.60"), ("0.0", 1 / 3, "0.3"), ("#,##0", 1234, "1234"), ("General", 0.1 + 0.2, "0.3"), ("@", 731, "731"),
    ("General", 123456789012, "123456789012"), ('0" hours"', 7, "7 hours"), ("0;-0;@", -5, "-5"), ("[Red](0);(0)", -5, "(5)"),
    ('_-* #,##0.00_-;-* #,##0.00_-;_-* "-"??_-;_-@_-', 0, "0"), ("0.00E+00", 12345, "12345"), ("# ?/?", 0.75, "0.75"),
    ("dd/mm/yyyy", 45355, "2024-03-04"), ("mmm-yy", 45355, "2024-03-04"), ("[$-809]dd mmmm yyyy;@", 45355, "2024-03-04"),
    ("[$-F800]dddd, mmmm dd, yyyy", 45355.5, "2024-03-04"), ("dd/mm/yyyy hh:mm", 45355.5, "2024-03-04 12:00:00"),
    ("yyyy-mm-dd hh:mm", 45355, "2024-03-04"), ("hh:mm", 0.4375, "10:30:00"), ('"D"@', "x", "Dx"), ("0;0;0;@", "x", "x"),
    ("d", 45355, "2024-03-04"), ("[h]:mm", 1.5, "1.5"), ('"day" 0', 3, "day 3"), ("yyyy", -5, "-5"), ("0.00", 2.675, "2.68"),
]  # fmt: skip


def test_values_are_as_shown(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    for column, (code, value, _) in enumerate(SHOWN, 1):
        book.active.cell(1, column, f"c{column}")
        book.active.cell(2, column, value).number_format = code
    book.save(tmp_path / "a.xlsx")
    ((_, cells),) = open_table(tmp_path / "a.xlsx").rows
    assert list(zip([code for code, *_ in SHOWN], cells, strict=True)) == [
        (code, said) for code, _, said in SHOWN
    ]


@pytest.mark.parametrize("code", [";;;", "0;-0;;@"])
def test_what_its_format_hides_is_said(read: Read, code: str) -> None:
    said = refusal(read, xlsx(HEAD + TWO.format('<c s="1"><v>0</v></c>'), formats=(code,)))
    assert (
        said == "Cell B2 holds a value that its format does not show. Show it, or clear the cell."
    )


def test_days_are_counted_from_1904_where_the_book_says_so(read: Read) -> None:
    content = xlsx(
        HEAD + TWO.format('<c s="1"><v>43893</v></c>'),
        formats=("dd/mm/yyyy",),
        book='<workbookPr date1904="1"/>',
    )
    assert read(content) == [["A", "2024-03-04"]]


@pytest.mark.parametrize(("written", "day"), [
    ("2024-03-04", "2024-03-04"), ("2024-03-04T00:00:00", "2024-03-04"), ("2024-03-04T00:00:00.000", "2024-03-04"),
    ("2024-03-04T00:00:00Z", "2024-03-04"), ("2024-03-04T00:00:00.000Z", "2024-03-04"),
    ("2024-03-04T23:00:00.000Z", "2024-03-04 23:00:00.000Z"), ("2024-03-04T00:00:00.500", "2024-03-04 00:00:00.500"),
])  # fmt: skip
def test_a_day_written_out_stands_without_the_time_it_begins(
    read: Read, written: str, day: str
) -> None:
    assert read(xlsx(HEAD + TWO.format(f'<c t="d"><v>{written}</v></c>'))) == [["A", day]]


def test_numbers_of_ods_are_as_shown(read: Read) -> None:
    numbers = [
        ("float", "731", "00731", "00731"), ("percentage", "0.8", "80%", "80%"), ("percentage", "0.8", "80,0 %", "80%"),
        ("float", "1234.5", "1,234.50", "1234.50"), ("float", "0.6", "0,6", "0.6"), ("float", "731", "P731", "P731"),
        ("float", "1.2E+11", "1.20E+11", "120000000000"), ("float", "12", "", "12"),
    ]  # fmt: skip
    cells = [
        f'<table:table-cell office:value-type="{kind}" office:value="{value}">{f"<text:p>{shown}</text:p>" if shown else ""}'
        "</table:table-cell>" for kind, value, shown, _ in numbers
    ]  # fmt: skip
    assert read(ods(line(*cells)), "a.ods") == [[said for *_, said in numbers]]


def test_notes_drawings_and_readings_are_no_part_of_a_cell(read: Read) -> None:
    note = "<office:annotation><text:p>see Ann</text:p></office:annotation>"
    text = "<text:span>on</text:span>e<text:s text:c='2'/>x<text:line-break/>y"
    assert read(ods(line(cell("A", before=note), cell(text))), "a.ods") == [["A", "one x\ny"]]
    rich = (
        "<si><r><t>on</t></r><r><rPr/><t xml:space='preserve'>e </t></r><rPh><t>wan</t></rPh></si>"
    )
    assert read(xlsx(HEAD + TWO.format('<c t="s"><v>0</v></c>'), strings=rich)) == [["A", "one"]]
    coded = "<si><t>a_x000D_\nb_x0041_</t></si>"
    assert read(xlsx(HEAD + TWO.format('<c t="s"><v>0</v></c>'), strings=coded)) == [["A", "a\nbA"]]


def test_where_cells_stand_is_said_or_counted(read: Read) -> None:
    rows = '<row r="4"><c r="A4"><v>1</v></c><c r="C4"><v>3</v></c><c><v>4</v></c></row><row><c><v>5</v></c></row>'
    head = HEAD.replace("</row>", "<c><v>3</v></c><c><v>4</v></c></row>")
    assert read(xlsx(head + rows)) == [["1", "", "3", "4"], ["5"]]
    for wrong in ('<row r="4"><c r="A5"><v>1</v></c></row>', '<row r="4"><c r="B4"><v>1</v></c><c r="A4"><v>1</v></c></row>',
                  '<row r="4"><c r="A4"><c r="B4"/></c></row>', '<row r="1"><c><v>1</v></c></row>', '<row r="4"><c r="-"/></row>',
                  '<row><c t="s"><v>7</v></c></row>', "<row><c><v>x</v></c></row>", "<row><c><v>nan</v></c></row>"):  # fmt: skip
        assert "damaged" in refusal(read, xlsx(head + wrong))


OPEN = "<c " * 340_000
HOSTILE = {
    "cells that never close": f'<worksheet xmlns="{MAIN}"><sheetData><row>{OPEN}',
    "cells within cells": f'<worksheet xmlns="{MAIN}"><sheetData><row>{"<c>" * 340_000}',
    "a tag without an end": f'<worksheet xmlns="{MAIN}"><sheetData><row><c {"x" * 30_000_000}',
    "a value without an end": f'<worksheet xmlns="{MAIN}"><sheetData><row><c r="{"A" * 30_000_000}',
    "a remark without an end": f'<worksheet xmlns="{MAIN}"><sheetData><!-- {"<c " * 10_000_000}',
    "a million levels": f'<worksheet xmlns="{MAIN}">{"<a>" * 1_000_000}',
    "attributes": f'<worksheet xmlns="{MAIN}"><sheetData><row {" ".join(f"a{n}=" + chr(39) * 2 for n in range(50_000))}/>',
    "a text of megabytes": f'<worksheet xmlns="{MAIN}"><sheetData><row><c t="str"><v>{"x" * 30_000_000}</v></c></row>'
                           "</sheetData></worksheet>",
}  # fmt: skip


@pytest.mark.parametrize("what", HOSTILE)
def test_reading_is_linear_whatever_is_left_open(read: Read, settings: Any, what: str) -> None:
    settings.PQIP_IMPORT_LIMITS = {"ratio": 1_000_000}
    before = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime
    assert refusal(read, xlsx("", whole=HOSTILE[what]))
    assert resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime - before < 5


def test_one_text_said_a_million_times_is_bounded(read: Read, settings: Any) -> None:
    settings.PQIP_IMPORT_LIMITS = {"unpacked": 3 << 20}
    rows = TWO.format('<c t="s"><v>0</v></c>') * 200
    assert "unpacks to more than 3 MB" in refusal(
        read, xlsx(HEAD + rows, strings=f"<si><t>{'x' * 30_000}</t></si>")
    )
