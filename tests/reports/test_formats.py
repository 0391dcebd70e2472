"""Every report in every format, read back as others read it: the same cells, a cover, notes that define every column."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
import zipfile
from typing import Any

import openpyxl
import pytest
from python_calamine import CalamineWorkbook

from learners.actions.modules_results import record_module_result
from learners.actions.practice_days import record_day
from learners.models import LeaverWords, OfficerPost
from pqip.core.acting import acting_as
from pqip.core.snapshot import safe_known_at
from reports.catalogue import REPORTS
from reports.catalogue.base import DATE
from reports.figures.names import Names
from reports.queries.answers import Answer, Table
from reports.render.files import in_words, write
from tests.factories import assessments as a
from tests.factories import workforce as w
from tests.factories.applications import application
from tests.factories.development import pso
from tests.factories.learners import BY, course, enrolment, event, module, person, region
from tests.factories.reports import answered
from workforce.models import Target

pytestmark = pytest.mark.django_db

END = dt.date(2025, 9, 30)
BLANK = ("", None, "[z]")


@pytest.fixture(autouse=True)
def _world() -> None:
    """Something for every report to count, with cells of every kind: names, dates, halves, nothing, small numbers."""
    for _ in range(6):
        enrolment()
    enrolment(start=END, started=False)
    gone, officer = enrolment(in_region="WAL", on="PQIP27", fte="0.6"), enrolment()
    event(gone, "withdrawn", dt.date(2025, 6, 1), destination="left_service")
    for kind in ("completed", "qualified"):
        event(officer, kind, dt.date(2025, 7, 1))
    long_ago = enrolment(start=dt.date(2023, 1, 15))
    event(long_ago, "completed", dt.date(2024, 6, 3))
    w.spell(long_ago.person, dt.date(2024, 6, 3))
    event(
        enrolment(who=person(first_name="=Siân", last_name="O’Neill-Ŵyn")),
        "moved_region",
        dt.date(2025, 9, 2),
        to_region=region("WAL"),
    )
    trainee = a.trainee()
    w.spell(trainee, fte="0.5")
    pso(dt.date(2024, 9, 30))
    record_day(
        by=BY, person=enrolment().person, on=dt.date(2025, 9, 2), kind="university", taken=False
    )
    registered = a.registration(enrolment().person, of=a.qualification("VQ5"))
    code = registered.version.units.get(number=1).criteria.first().code
    a.decision(
        a.evidence(registered, dt.date(2025, 9, 1), code), trainee, dt.date(2025, 9, 3), met=(code,)
    )
    application(on=dt.date(2025, 6, 2), stages={"sifted": 3}, answers={"sex": "female"})
    course("DUE", due_months=1)
    for mark in (50, 61):
        record_module_result(
            by=BY,
            enrolment=enrolment(),
            module=module("REHAB"),
            attempt=1,
            mark=mark,
            outcome="pass",
            submitted_date=dt.date(2025, 6, 2),
        )
    with acting_as(by=BY):
        LeaverWords.objects.create(enrolment=gone, effective_on=END, reasons=["staffing"])
        day = dt.date(2025, 7, 1)
        OfficerPost.objects.create(
            enrolment=officer,
            effective_on=day,
            region=w.region("NE"),
            answer="accepted",
            answered_on=day,
        )
        Target.objects.create(
            region=w.region("NE"),
            grade=w.grade(),
            target_fte="2.75",
            effective_on=dt.date(2025, 1, 1),
        )


def made(answer: Answer, format: str) -> bytes:
    stream = io.BytesIO()
    write(answer, format, stream)
    return stream.getvalue()


def wanted(table: Table) -> list[list[Any]]:
    """The cells of a table as workbooks have them: names for codes."""
    names = Names()
    return [
        [in_words(one, row, names) if one.lookup else row[one.name] for one in table.columns]
        for row in table.rows
    ]


def same(cell: Any, value: Any) -> bool:
    """Whether a cell read back says what the figure does; nothing, and not applicable, are blank."""
    if value in BLANK:
        return cell in BLANK
    if isinstance(value, dt.date):
        return str(cell)[:10] == value.isoformat()
    if isinstance(value, str):
        return str(cell).removeprefix("'") == value
    return cell == "[c]" if getattr(value, "value", None) == "[c]" else float(cell) == float(value)


@pytest.mark.parametrize("suppressed", [False, True])
@pytest.mark.parametrize("name", REPORTS)
def test_every_format_says_the_same(name: str, suppressed: bool) -> None:
    answer = answered(name, END, suppressed=suppressed)
    assert answer.main.rows
    header, *lines = csv.reader(io.StringIO(made(answer, "csv").decode("utf-8-sig")))
    assert header == [one.name for one in answer.main.columns]
    found = json.loads(made(answer, "json"))
    for row, line, one in zip(answer.main.rows, lines, found["rows"], strict=True):
        assert all(same(cell, row[column]) for cell, column in zip(line, header, strict=True)), (
            line,
            row,
        )
        assert all(same(one[column], row[column]) for column in header)
    for format in ("xlsx", "ods"):
        book = CalamineWorkbook.from_filelike(io.BytesIO(made(answer, format)))
        for table in answer.tables:
            _title, heads, *cells = book.get_sheet_by_name(table.report.name).to_python(
                skip_empty_area=False
            )
            assert heads == [one.name for one in table.columns]
            for line, values in zip(cells, wanted(table), strict=True):
                assert all(same(cell, value) for cell, value in zip(line, values, strict=True)), (
                    format,
                    line,
                    values,
                )


@pytest.mark.parametrize("name", REPORTS)
def test_workbooks_have_a_cover_one_table_a_sheet_and_notes_on_every_column(name: str) -> None:
    answer = answered(name, END)
    for format in ("xlsx", "ods"):
        content = made(answer, format)
        book = CalamineWorkbook.from_filelike(io.BytesIO(content))
        assert book.sheet_names[0] == "Cover"
        assert set(book.sheet_names[1:-1]) == {table.report.name for table in answer.tables}
        cover = {
            line[0]: line[1]
            for line in book.get_sheet_by_name("Cover").to_python()
            if len(line) > 1
        }
        assert {"As at", "Known at", "Scope", "Produced by"} <= cover.keys()
        notes = {
            (line[0], line[1]): line[3]
            for line in book.get_sheet_by_name(book.sheet_names[-1]).to_python()
        }
        assert all(
            notes[table.report.name, one.name] == one.note
            for table in answer.tables
            for one in table.columns
        )
    assert not any(
        sheet.merged_cells.ranges
        for sheet in openpyxl.load_workbook(io.BytesIO(made(answer, "xlsx")))
    )
    assert b"-spanned" not in zipfile.ZipFile(io.BytesIO(made(answer, "ods"))).read("content.xml")


@pytest.mark.parametrize("name", REPORTS)
def test_what_is_recorded_later_changes_no_byte(name: str) -> None:
    known_at = safe_known_at()
    before = {
        format: made(answered(name, END, known_at), format)
        for format in ("csv", "json", "xlsx", "ods")
    }
    event(enrolment(), "withdrawn", dt.date(2025, 9, 5))
    w.spell(w.person())
    assert {format: made(answered(name, END, known_at), format) for format in before} == before


def test_dates_are_dates_in_workbooks() -> None:
    answer = answered("progression", END)
    place = next(nth for nth, one in enumerate(answer.main.columns) if one.kind == DATE)
    for format in ("xlsx", "ods"):
        book = CalamineWorkbook.from_filelike(io.BytesIO(made(answer, format)))
        cells = book.get_sheet_by_name("progression").to_python()[2:]
        assert all(isinstance(line[place], dt.date) for line in cells)
