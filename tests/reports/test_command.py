"""`manage.py report`: whole or not at all, the same bytes for the same question, plain words for what is wrong."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
from pathlib import Path

import openpyxl
import pytest
from django.core.management import CommandError, call_command

from pqip.core.snapshot import safe_known_at
from reports.catalogue import REPORTS
from reports.render.files import write
from tests.factories.learners import enrolment, event
from tests.factories.reports import answered

pytestmark = pytest.mark.django_db

END = dt.date(2025, 9, 30)


def run(name: str, *options: str, as_at: str = "2025-09-30") -> str:
    out = io.StringIO()
    call_command("report", name, "--as-at", as_at, *options, stdout=out)
    return out.getvalue()


@pytest.fixture
def some() -> None:
    for _ in range(6):
        enrolment()
    event(enrolment(), "withdrawn", dt.date(2025, 6, 1), destination="left_service")
    enrolment(in_region="WAL", on="PQIP21")


def table(text: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text.removeprefix("\ufeff"))))


@pytest.mark.parametrize("name", REPORTS)
def test_every_report_is_written(some: None, name: str) -> None:
    assert table(run(name))[0] == [
        one.name
        for one in REPORTS[name].columns
        if name != "workforce-position" or one.name != "pdu"
    ]


def test_csv_has_a_mark_iso_dates_and_empty_cells(some: None) -> None:
    text = run("progression")
    assert text.startswith("\ufeff")
    lines = [dict(zip(table(text)[0], line, strict=True)) for line in table(text)[1:]]
    assert lines[0]["start_date"] == "2025-01-15"
    assert next(one for one in lines if one["status"] == "withdrawn")["progress"] == ""


def test_json_has_the_same_rows_and_what_they_are(some: None) -> None:
    found = json.loads(run("monthly-status", "--format", "json"))
    assert found["metadata"]["report"] == "monthly-status"
    assert found["metadata"]["as_at"] == "2025-09-30"
    assert [one["starters"] for one in found["rows"]] == [7, 1]
    assert found["rows"][0]["median_turnaround_days"] is None


def test_json_says_nothing_where_nothing_is_known(some: None) -> None:
    event(enrolment(), "completed", dt.date(2025, 7, 1))
    ended = next(
        one
        for one in json.loads(run("progression", "--format", "json"))["rows"]
        if one["status"] == "completed"
    )
    assert (ended["pdu"], ended["progress"], ended["units_expected"]) == (None, None, None)


def test_one_region(some: None) -> None:
    assert [line[0] for line in table(run("monthly-status", "--region", "WAL"))[1:]] == ["WAL"]


def test_suppressed(some: None) -> None:
    header, north, wales = table(run("monthly-status", "--suppress"))
    assert wales[header.index("starters")] == "[c]"
    assert wales[header.index("withdrawal_rate")] == "[c]"
    assert north[header.index("units_achieved")] == "0"


@pytest.mark.parametrize("format", ["csv", "json", "xlsx", "ods"])
def test_the_same_day_and_instant_give_the_same_bytes(
    some: None, format: str, tmp_path: Path
) -> None:
    known_at = safe_known_at().isoformat()
    files = []
    for nth in range(2):
        path = tmp_path / f"{nth}.{format}"
        run("monthly-status", "--known-at", known_at, "--format", format, "-o", str(path))
        files.append(path.read_bytes())
        enrolment()  # recorded later, so known later
    assert files[0] == files[1]


def test_formats_carry_equal_tables(some: None) -> None:
    made = answered("cohort-outcomes", END, suppressed=True)
    books = {}
    for format in ("csv", "json", "xlsx"):
        stream = io.BytesIO()
        write(made, format, stream)
        books[format] = stream
    comma = table(books["csv"].getvalue().decode())[1:]
    header = table(books["csv"].getvalue().decode())[0]
    rows = [[one[name] for name in header] for one in json.loads(books["json"].getvalue())["rows"]]
    sheet = openpyxl.load_workbook(books["xlsx"])["cohort-outcomes"]
    cells = [[cell.value for cell in line] for line in sheet.iter_rows(min_row=3)]
    counts = slice(2, None)
    assert [["" if value is None else str(value) for value in line[counts]] for line in rows] == [
        line[counts] for line in comma
    ]
    said = [
        [{"[z]": "", None: ""}.get(value, str(value)) for value in line[counts]] for line in cells
    ]
    numbers = [[_number(value) for value in line] for line in said]
    assert numbers == [[_number(value) for value in line[counts]] for line in comma]


def _number(text: str) -> object:
    try:
        return float(text)
    except ValueError:
        return text


def test_workbooks_have_a_cover_notes_and_every_table(some: None, tmp_path: Path) -> None:
    path = tmp_path / "month.xlsx"
    run("monthly-status", "--format", "xlsx", "-o", str(path))
    book = openpyxl.load_workbook(path)
    assert {"monthly-status", "assessor-development", "month-issues"} <= set(book.sheetnames)
    cover = {
        line[0].value: line[1].value for line in book.worksheets[0].iter_rows(min_row=2, max_col=2)
    }
    assert cover["As at"] == "30 September 2025"
    assert cover["Classification"] == "OFFICIAL-SENSITIVE"


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["monthly"], '"monthly" is not a report. Use one of monthly-status'),
        (["monthly-status", "--region", "ZZ"], '"ZZ" is not a region. Use one of'),
        (["monthly-status", "--format", "doc"], '"doc" is not a format. Use one of csv'),
        (["monthly-status", "--format", "pdf"], "not made as PDF yet"),
        (["monthly-status", "--known-at", "yesterday"], '"yesterday" is not a date and time'),
        (["monthly-status", "--known-at", "2099-01-01T00:00"], "must not be in the future"),
        (["monthly-status", "-o", "/nowhere/at/all.csv"], "could not be written"),
    ],
)
def test_what_is_wrong_is_said_in_words(arguments: list[str], words: str) -> None:
    with pytest.raises(CommandError, match=words):
        run(*arguments)


def test_a_failed_report_leaves_the_old_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "month.csv"
    path.write_text("the file before")
    monkeypatch.setattr("reports.management.commands.report.write", _breaks)
    with pytest.raises(RuntimeError):
        run("monthly-status", "-o", str(path))
    assert path.read_text() == "the file before"
    assert [one.name for one in tmp_path.iterdir()] == ["month.csv"]


def _breaks(*arguments: object) -> None:
    raise RuntimeError("the disk is full")
