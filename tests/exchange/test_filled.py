"""Templates that come with what the records say now: brought back as they are, nothing changes."""

from __future__ import annotations

import csv
import io
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from learners.models import Allocation, Event
from pqip.core.acting import Job, acting_as
from pqip.core.ledger import void
from pqip.core.models import AccessEntry
from pqip.exchange.current import current_rows
from pqip.exchange.datasets import registry
from pqip.exchange.engine import context_for
from tests.exchange.contract import DATASETS, PAT, SPECS, WORLD, event
from tests.exchange.test_contract import NOTHING, Import, load, world  # noqa: F401  (fixtures)
from tests.factories.workforce import grant
from tests.personas import client_for, persona
from workforce.models import User

pytestmark = pytest.mark.django_db
FILLED = [name for name in DATASETS if registry[name].can_be_filled]
BY = Job("test")
STAFFING = {"targets", "staffing", "records-complete"}
EQUALITY = ("sex", "ethnicity", "disability", "age_band")


@pytest.fixture
def users() -> dict[str, User]:
    """Who imports what: the learning manager of the region, and the national team for staffing."""
    manager, national = persona("learning_manager"), persona("national")
    grant(manager, "learning_manager", in_region="YH")  # where one of the learners moves
    return {name: national if name in STAFFING else manager for name in DATASETS}


def downloaded(client: Client, dataset: str, format: str, name: str = "filled") -> bytes:
    answer = client.get(reverse(f"exchange:{name}", args=[dataset, format]))
    assert answer.status_code == 200, dataset
    return b"".join(answer.streaming_content)


def test_evidence_and_decisions_come_empty_only() -> None:
    assert {"evidence", "decisions"}.isdisjoint(FILLED)
    assert {
        "staff",
        "absences",
        "learners",
        "learner-events",
        "allocations",
        "registrations",
        "training",
    } <= set(FILLED)


@pytest.mark.parametrize("dataset", FILLED)
def test_brought_back_as_it_is_nothing_changes(
    load: Import,
    world: Any,
    users: dict[str, User],
    dataset: str,
    tmp_path: Path,
    capsys: pytest.CaptureFixture,
) -> None:
    world(dataset)
    assert "0 wrong." in load(dataset, WORLD[dataset])[-1]
    client = client_for(users[dataset])
    for format in ("csv", "xlsx"):
        path = tmp_path / f"{dataset}.{format}"
        path.write_bytes(downloaded(client, dataset, format))
        capsys.readouterr()
        call_command("import_data", dataset, str(path), "--by", users[dataset].email)
        said = capsys.readouterr().out.splitlines()
        assert said[-1] == NOTHING
        assert not said[-2].startswith("0 new, 0 changed, 0 unchanged")
    logged = AccessEntry.objects.filter(what=f"exchange:{dataset}", kind="export")
    assert [entry.detail["rows"] for entry in logged] == [len(rows_of(client, dataset))] * 2
    assert logged[0].detail["rows"] >= len(WORLD[dataset])


def rows_of(client: Client, dataset: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(downloaded(client, dataset, "csv").decode("utf-8-sig"))))


def test_equality_answers_are_never_filled_in(
    load: Import, world: Any, users: dict[str, User]
) -> None:
    world("absences")
    rows = rows_of(client_for(users["learners"]), "learners")
    assert [list(row) for row in rows] == [SPECS["learners"].replace("*", "").split()] * 2
    assert {row[name] for row in rows for name in EQUALITY if name in row} == {""}
    assert {row["staff_number"]: row["pta"] for row in rows} == {"L1": "P1", "L2": "P1"}


def test_others_regions_and_what_cannot_come_back_are_left_out(
    load: Import, world: Any, users: dict[str, User]
) -> None:
    world("absences")
    load("staff", [{**PAT, "staff_number": "W1", "region": "WAL", "pdu": None}])
    numbers = {row["staff_number"] for row in rows_of(client_for(users["staff"]), "staff")}
    assert {"P1", "C1", "L1", "L2"} <= numbers
    assert "W1" not in numbers
    whose = client_for(users["staff"]).get(reverse("exchange:filled", args=["targets", "csv"]))
    assert whose.status_code == 403
    with acting_as(by=BY):
        learner = Allocation.objects.filter(role="pta").first().person
        learner.email = ""
        learner.save()
    context = context_for(registry["staff"], users["staff"])
    found = current_rows(registry["staff"], context)
    assert found.left_out == 1
    assert learner.staff_number not in {row[0] for row in found.rows}


def test_notes_name_columns_formats_and_codes(users: dict[str, User]) -> None:
    client = client_for(users["staff"])
    for name in ("template", "filled"):
        book = openpyxl.load_workbook(io.BytesIO(downloaded(client, "staff", "xlsx", name)))
        assert [cell.value for cell in book.worksheets[0][1]] == SPECS["staff"].replace(
            "*", ""
        ).split()
        notes = {row[1]: row[3] for row in book["Notes"].iter_rows(values_only=True)}
        assert notes["fte"].startswith("Full-time equivalent, 0.1 to 1.0.")
        assert "YYYY-MM-DD" in notes["start_date"]
        assert notes["region: NE"] == "North East"
        assert notes["grade: PSO"]


def test_one_page_lists_every_template(users: dict[str, User]) -> None:
    client = client_for(users["staff"])
    page = client.get(reverse("exchange:templates")).content.decode()
    for dataset in DATASETS:
        for name, format in (
            ("template", "csv"),
            ("template", "xlsx"),
            ("filled", "csv"),
            ("filled", "xlsx"),
        ):
            wanted = dataset not in STAFFING and (name == "template" or dataset in FILLED)
            assert (reverse(f"exchange:{name}", args=[dataset, format]) in page) is wanted, (
                dataset,
                name,
            )
    assert client.get(reverse("exchange:filled", args=["evidence", "csv"])).status_code == 404
    assert client.get(reverse("exchange:filled", args=["staff", "json"])).status_code == 404
    assert reverse("exchange:templates") in client.get(reverse("exchange:list")).content.decode()


def test_a_file_of_events_leaves_a_break_s_reason(load: Import, world: Any) -> None:
    """A break takes no reason in a file: correcting the expected return keeps the one recorded on screen."""
    world("learner-events")
    load("learner-events", [event("L1", "deferred", date(2025, 6, 2))])
    held = Event.objects.live().get(kind="deferred")
    void([held], by=BY, reason="test")
    with acting_as(by=BY):
        Event.objects.create(
            enrolment=held.enrolment,
            kind="deferred",
            effective_on=held.effective_on,
            reason="health_and_wellbeing",
        )
    said = load(
        "learner-events",
        [event("L1", "deferred", date(2025, 6, 2), expected_return=date(2025, 9, 1))],
    )
    assert said[-1] == "0 new, 1 changed, 0 unchanged, 0 wrong."
    kept = Event.objects.live().get(kind="deferred")
    assert (kept.reason, kept.expected_return) == ("health_and_wellbeing", date(2025, 9, 1))
