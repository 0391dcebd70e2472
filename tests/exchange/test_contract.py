"""The import files of the contract, held dataset by dataset from outside: files made by other tools, and the command."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from odf.opendocument import OpenDocumentSpreadsheet
from odf.table import Table, TableCell, TableRow
from odf.text import P

from pqip.core.snapshot import safe_known_at
from pqip.exchange import cleaning
from pqip.exchange.datasets import registry
from tests.exchange.contract import ANN, DATASETS, PAT, SPECS, WORLD, event
from tests.personas import persona
from workforce.models import Person

pytestmark = pytest.mark.django_db
Cells = dict[str, Any]
Import = Callable[..., list[str]]


def csv_file(path: Path, rows: list[list[Any]], encoding: str = "utf-8-sig") -> None:
    with path.open("w", encoding=encoding, newline="") as stream:
        csv.writer(stream).writerows(
            [
                [f"{cell:%d/%m/%Y}" if isinstance(cell, date) else cell for cell in row]
                for row in rows
            ]
        )


def xlsx_file(path: Path, rows: list[list[Any]]) -> None:
    book = openpyxl.Workbook()
    for number, row in enumerate(rows, 1):
        for place, value in enumerate(row, 1):
            cell = book.active.cell(number, place, value)
            if isinstance(value, str):
                cell.data_type = "s"  # as typed, where it begins like a formula too
    book.create_sheet("Not this one").append(["staff_number"])
    book.save(path)


def ods_file(path: Path, rows: list[list[Any]]) -> None:
    book, table = OpenDocumentSpreadsheet(), Table(name="First")
    for row in rows:
        line = TableRow()
        for value in row:
            line.addElement(ods_cell(value))
        table.addElement(line)
    book.spreadsheet.addElement(table)
    book.save(path)


def ods_cell(value: Any) -> Any:
    kinds = {
        bool: ("boolean", "booleanvalue"),
        int: ("float", "value"),
        float: ("float", "value"),
        date: ("date", "datevalue"),
    }
    if value is None:
        return TableCell()
    kind, attribute = kinds.get(type(value), ("string", ""))
    said = str(value).lower() if kind == "boolean" else str(value)
    cell = TableCell(valuetype=kind, **({attribute: said} if attribute else {}))
    cell.addElement(P(text=said))
    return cell


NOTHING = "Nothing to change: the records already say all of this."
WRITERS = {"csv": csv_file, "xlsx": xlsx_file, "ods": ods_file}


@pytest.fixture
def load(tmp_path: Path, capsys: pytest.CaptureFixture) -> Import:
    """Run the command over rows; what it printed, its errors too where it refused the file."""

    def load(
        dataset: str,
        rows: list[Cells],
        *options: str,
        kind: str = "csv",
        columns: list[str] | None = None,
    ) -> list[str]:
        path = tmp_path / f"{dataset}.{kind}"
        names = columns or list(dict.fromkeys(name for row in rows for name in row))
        WRITERS[kind](
            path, [names, *([row.get(name.strip().lower()) for name in names] for row in rows)]
        )
        capsys.readouterr()
        try:
            call_command("import_data", dataset, str(path), *options)
        except CommandError as error:
            return [*capsys.readouterr().err.splitlines(), str(error)]
        printed = capsys.readouterr()
        assert not printed.err
        return printed.out.splitlines()

    return load


@pytest.fixture
def world(load: Import) -> Callable[[str], None]:
    """Import all that a dataset stands on."""

    def build(until: str) -> None:
        for dataset in DATASETS[: DATASETS.index(until)]:
            assert "0 wrong." in load(dataset, WORLD[dataset])[-1]

    return build


def everything() -> dict[str, int]:
    """How many rows each table holds."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace "
            "AND has_table_privilege(oid, 'SELECT')"
        )
        tables = [name for (name,) in cursor.fetchall()]
        cursor.execute(
            " UNION ALL ".join(f"SELECT '{name}', count(*) FROM \"{name}\"" for name in tables)
        )
        return dict(cursor.fetchall())


def names_of(dataset: str) -> list[str]:
    return SPECS[dataset].replace("*", "").split()


@pytest.mark.parametrize("dataset", DATASETS)
def test_columns_keys_and_what_must_be_filled_in(dataset: str) -> None:
    columns = registry[dataset].columns
    assert list(columns) == names_of(dataset)
    assert (
        " ".join(
            f"{'**' if column.key else ''}{name}{'*' if column.required else ''}{'**' if column.key else ''}"
            for name, column in columns.items()
        )
        == SPECS[dataset]
    )


@pytest.mark.parametrize("kind", WRITERS)
@pytest.mark.parametrize("dataset", DATASETS)
def test_every_column_is_taken_from_every_kind_of_file_and_again_changes_nothing(
    load: Import, world: Callable[[str], None], dataset: str, kind: str
) -> None:
    world(dataset)
    assert [list(row) for row in WORLD[dataset]] == [names_of(dataset)] * len(WORLD[dataset])
    before, count = everything(), len(WORLD[dataset])
    assert load(dataset, WORLD[dataset], "--dry-run", kind=kind)[-1].startswith("Would be: ")
    assert everything() == before
    said = load(dataset, WORLD[dataset], kind=kind)
    assert said[-1] == f"{count} new, 0 changed, 0 unchanged, 0 wrong."
    after = everything()
    odd = [f"  {name.upper()} " for name in reversed(names_of(dataset))]
    for again in WRITERS:
        said = load(dataset, WORLD[dataset], kind=again, columns=odd)
        assert said == [f"0 new, 0 changed, {count} unchanged, 0 wrong.", NOTHING]
    assert everything() == after
    call_command("check_ledger")


def wrong(column: cleaning.ImportColumn) -> str:
    """A value that this kind of column cannot take."""
    bad = {
        cleaning.Date: "12/31/2024",
        cleaning.YesNo: "maybe",
        cleaning.Email: "nobody",
        cleaning.ListOf: "nonsense, nonsense",
    }
    for kind, value in bad.items():
        if isinstance(column.widget, kind):
            return value
    return "x" * 10_001 if type(column.widget) is cleaning.Text else "nonsense"


@pytest.mark.parametrize("dataset", DATASETS)
def test_every_bad_cell_is_told_at_once_and_nothing_is_changed(
    load: Import, world: Callable[[str], None], dataset: str
) -> None:
    world(dataset)
    good, columns = WORLD[dataset][0], registry[dataset].columns
    rows = [{**good, name: wrong(column)} for name, column in columns.items()]
    blank = [{**good, name: None} for name, column in columns.items() if column.required]
    before = everything()
    *errors, ending = load(dataset, rows + blank)
    for number, (name, column) in enumerate(columns.items(), 2):
        shown = "the value given" if column.sensitive else f'"{wrong(column)[:100]}'
        assert any(line.startswith(f"row {number}, {name}: {shown}") for line in errors), (
            name,
            errors,
        )
    for number, name in enumerate(
        (name for name, column in columns.items() if column.required), 2 + len(rows)
    ):
        assert f"row {number}, {name}: this column must be filled in." in errors
    assert ending == f"Nothing was changed. {len(errors)} errors to put right."
    assert everything() == before


@pytest.mark.parametrize("dataset", DATASETS)
def test_the_header_and_the_key(load: Import, world: Callable[[str], None], dataset: str) -> None:
    world(dataset)
    good, names = WORLD[dataset][0], names_of(dataset)
    required = [name for name, column in registry[dataset].columns.items() if column.required]
    before = everything()
    twice = load(dataset, [good, good])
    key = ", ".join(registry[dataset].key)
    assert twice == [
        f"row 3: it has the same {key} as row 2.",
        "Nothing was changed. 1 error to put right.",
    ]
    doubled = load(dataset, [good], columns=[*names, names[0].upper()])
    assert doubled[0] == f"row 1, {names[0]}: the column stands twice. Keep one."
    unknown = load(dataset, [good], columns=[*names, f"{names[-1]}s"])
    assert (
        unknown[0]
        == f'row 1, {names[-1]}s: "{names[-1]}s" is not a column of {dataset}. Did you mean {names[-1]}?'
    )
    missing = load(
        dataset, [good], columns=[name for name in names if name not in required] or ["note"]
    )
    assert [line.split(": ")[0] for line in missing if "the column is missing" in line] == [
        f"row 1, {name}" for name in required
    ]
    assert load(dataset, [], columns=names)[0] == "the file: it has no rows beneath the header."
    assert (
        load(dataset, [dict.fromkeys(names)], columns=names)[0]
        == "the file: it has no rows beneath the header."
    )
    assert everything() == before


#: Columns that name somebody who must be known already.
NAMED = {
    "staff": ["same_person_as"], "learners": ["pta", "line_manager", "same_person_as"],
    "assessors": ["staff_number"], "registrations": ["staff_number"],
    "allocations": ["staff_number", "other_staff_number"], "evidence": ["staff_number"],
    "decisions": ["assessor", "countersigner"], "unit-signoffs": ["staff_number", "signed_off_by"],
    "learner-events": ["staff_number"], "module-results": ["staff_number"],
    "training": ["staff_number"], "absences": ["staff_number"], "register-entries": ["staff_number"],
}  # fmt: skip


@pytest.mark.parametrize(
    ("dataset", "column"), [(dataset, column) for dataset in NAMED for column in NAMED[dataset]]
)
def test_somebody_out_of_reach_is_as_if_they_did_not_exist(
    load: Import, world: Callable[[str], None], dataset: str, column: str
) -> None:
    world(dataset)
    load(
        "staff",
        [{**PAT, "staff_number": "W1", "email": "wyn@example.com", "region": "WAL", "pdu": None}],
    )
    load(
        "learners",
        [
            {
                **ANN,
                "staff_number": "W2",
                "first_name": "Wyn",
                "email": "lew@example.com",
                "region": "WAL",
                "pdu": None,
                "pta": None,
                "line_manager": None,
            }
        ],
    )
    assert Person.objects.filter(staff_number__in=["W1", "W2"]).count() == 2
    by = ("--by", persona("learning_manager", region="NE").email)
    good = WORLD[dataset][0]
    before = everything()
    said = {who: load(dataset, [{**good, column: who}], *by) for who in ("W1", "W2", "NOBODY")}
    assert said["NOBODY"][0].startswith(f'row 2, {column}: "NOBODY" is not ')
    assert [line.replace("W1", "NOBODY") for line in said["W1"]] == said["NOBODY"]
    assert [line.replace("W2", "NOBODY") for line in said["W2"]] == said["NOBODY"]
    assert everything() == before


def test_an_accent_survives_windows_1252_and_says_so(
    tmp_path: Path, capsys: pytest.CaptureFixture
) -> None:
    row = {**PAT, "last_name": "Müller"}
    csv_file(tmp_path / "a.csv", [list(row), list(row.values())], "cp1252")
    call_command("import_data", "staff", str(tmp_path / "a.csv"))
    assert "it was read as Windows-1252" in capsys.readouterr().out
    assert Person.objects.get().last_name == "Müller"


def test_one_enrolment_written_two_ways_names_both_rows(
    load: Import, world: Callable[[str], None]
) -> None:
    world("learners")
    said = load("learners", [ANN, {**ANN, "cohort": "INTAKE 14"}])
    assert (
        said[0]
        == 'row 3, cohort: "INTAKE 14" is the cohort of row 2 for the same learner. Keep one of the two rows.'
    )


def test_a_required_list_of_nothing_is_not_filled_in(
    load: Import, world: Callable[[str], None]
) -> None:
    world("evidence")
    assert load("evidence", [{**WORLD["evidence"][0], "criteria": " ; "}])[0] == (
        'row 2, criteria: ";" holds nothing between its semicolons. Fill it in.'
    )


def test_a_refused_void_beside_a_new_ending_is_an_error_of_its_row(
    load: Import, world: Callable[[str], None]
) -> None:
    """The withdrawal cannot be undone while what is said of it is wrong, so the other ending cannot stand either."""
    world("module-results")
    left = event("L2", "withdrawn", date(2025, 9, 1), void="yes", to_fte=0.8)
    said = load("learner-events", [event("L2", "completed", date(2025, 9, 2)), left])
    assert [line.split(":")[0] for line in said[:-1]] == ["row 2, effective_date", "row 3, to_fte"]
    undone = event("L2", "withdrawn", date(2025, 9, 1), void="yes")
    back = event("L2", "resumed", date(2025, 9, 3))
    said = load("learner-events", [undone, event("L2", "completed", date(2025, 9, 2)), back])
    assert [line.split(":")[0] for line in said[:-1]] == ["row 4, effective_date"]
    assert (
        "0 wrong."
        in load("learner-events", [undone, event("L2", "completed", date(2025, 9, 2))])[-1]
    )


def test_what_was_known_before_a_late_import_stays_as_it_was(
    load: Import, world: Callable[[str], None]
) -> None:
    world("learner-events")
    known_at = safe_known_at().isoformat()

    def figures(*options: str) -> list[str]:
        stream = io.StringIO()
        call_command("report", "monthly-status", "--as-at", "2025-09-30", *options, stdout=stream)
        (row,) = csv.DictReader(stream.getvalue().removeprefix("\ufeff").splitlines())
        return [
            row[name]
            for name in ("starters", "active", "withdrawn", "withdrawn_in_month", "left_service")
        ]

    assert figures() == ["2", "2", "0", "0", "0"]
    load("learner-events", WORLD["learner-events"][:1])
    assert figures() == ["2", "1", "1", "1", "1"]
    assert figures("--known-at", known_at) == ["2", "2", "0", "0", "0"]
