"""A list as a file: every row in the page's order and words, and a line in the log of exports."""

from __future__ import annotations

import csv
import io
from typing import Any

import pytest

from pqip.core.models import AccessEntry
from pqip.govuk.pages import Action, Tag
from pqip.govuk.tables import Cell, Column
from pqip.pages.generic import ListPage
from pqip.pages.lists import list_file
from tests.factories.workforce import person
from tests.personas import client_for, persona

pytestmark = pytest.mark.django_db


def lines(content: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))


def test_cells_are_written_as_they_are_read() -> None:
    columns = [
        Column("Learner", second="Staff number"),
        Column("Units", numeric=True),
        Column("State"),
        Column("Action", hidden=True),
    ]
    row = [
        Cell("Sam Jones", second="P1"),
        3,
        Cell("4\N{NO-BREAK SPACE}Jun", second="12 days", tags=[Tag("Overdue", "red")]),
        Cell(actions=[Action("End", "/")]),
    ]
    assert lines(list_file("mine", columns, [row]).content) == [
        ["learner", "staff_number", "units", "state"],
        ["Sam Jones", "P1", "3", "4 Jun, Overdue, 12 days"],
    ]


def test_what_would_begin_a_formula_does_not() -> None:
    ((_,), (cell,)) = lines(list_file("mine", [Column("Title")], [["=1+1"]]).content)
    assert not cell.startswith("=")


def test_every_row_of_every_page_is_in_it_and_it_is_logged(
    monkeypatch: pytest.MonkeyPatch, settings: Any
) -> None:
    monkeypatch.setattr("pqip.pages.generic.FILE_ROWS", 20)
    settings.PURPOSE_ROWS = 1_000  # what it is for is asked in tests/access/test_handing_out.py
    manager = persona("learning_manager")
    for number in range(ListPage.page_size + 5):
        person(f"N{number:03}")
    person("ELSEWHERE", in_region="WAL")
    page = client_for(manager).get("/staff/", {"region": "NE", "sort": "-name"})
    assert 'href="/staff/?region=NE&amp;sort=-name&amp;format=csv"' in page.content.decode()
    answer = client_for(manager).get("/staff/", {"region": "NE", "sort": "-name", "format": "csv"})
    assert answer["Content-Disposition"] == 'attachment; filename="staff.csv"'
    _, *rows = lines(answer.content)
    numbers = [row[1] for row in rows]
    assert {f"N{number:03}" for number in range(ListPage.page_size + 5)} <= set(numbers)
    assert "ELSEWHERE" not in numbers
    entry = AccessEntry.objects.get()
    assert (entry.user, entry.kind, entry.what) == (manager, "export", "workforce:staff")
    assert (entry.detail["filters"], entry.detail["rows"]) == (
        {"region": ["NE"], "sort": ["-name"]},
        len(rows),
    )


def test_the_file_of_a_kind_of_reference_data_has_its_name() -> None:
    client = client_for(persona("administrator"))
    page = client.get("/reference/grades/").content.decode()
    assert "format=csv" in page
    answer = client.get("/reference/grades/", {"format": "csv"})
    assert answer["Content-Disposition"] == 'attachment; filename="grades.csv"'
    assert any("PO" in row for row in lines(answer.content))


def test_a_list_of_nothing_is_a_header() -> None:
    answer = client_for(persona("data_protection")).get("/access-log/", {"format": "csv"})
    assert [row[0] for row in lines(answer.content)][:1] == ["when"]
