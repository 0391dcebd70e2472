"""Somebody out of reach is nobody: in every dataset, in every column that names a person or their work, in the same words."""

from __future__ import annotations

import csv
import datetime as dt
from pathlib import Path
from typing import Any

import pytest

from pqip.core.acting import Job
from pqip.exchange import engine
from pqip.exchange.datasets import DatasetResource, registry
from tests.exchange.contract import EVENT, WORLD
from tests.factories.workforce import user
from workforce.models import Person

pytestmark = pytest.mark.django_db
#: Somebody of Wales, and a number nobody has: of one length, so that nothing else differs.
THEIRS, NOBODYS = "W7", "Z7"
HIDDEN, UNKNOWN = "WALES7", "NOONE7"
#: A row of each dataset about people of the North East that stands but for the column that is changed.
ROWS: dict[str, dict[str, Any]] = {
    "absences": {"staff_number": "P1", "kind": "career_break", "start_date": "2025-06-02"},
    "register-entries": {"staff_number": "P1", "award_type": "PQF", "qualified_on": "2012-07-01", "entered_on": "2023-04-03"},
    "allocations": {"staff_number": "L1", "role": "mentor", "from_date": "2025-02-15", "other_staff_number": "C1"},
    "learner-events": EVENT | {"staff_number": "L1", "event": "withdrawn", "effective_date": "2025-09-01", "cohort": "Intake 14",
                               "reason": "leadership", "ended_by": "service", "destination": "left_service", "approved_by": "C1"},
    "learners": {name: value for name, value in WORLD["learners"][0].items() if value is not None} | {"level5_held": "yes"},
    "applications": {"application_number": "A1", "campaign": "Autumn", "region": "NE", "route": "external",
                     "applied_on": "2024-07-01", "started_on": "2025-01-15", "staff_number": "L1"},
    "module-results": {"staff_number": "L1", "module": "CJS", "attempt": 1, "due_date": "2025-06-01"},
    "university-awards": {"staff_number": "L1", "award": "BA", "awarded_on": "2025-09-01"},
    "protected-days": {"staff_number": "L1", "on": "2025-06-03", "kind": "university", "taken": "yes"},
    "reviews": {"staff_number": "L1", "due_on": "2025-06-03", "kind": "three_way"},
    "training": {"staff_number": "L1", "course": "FL1", "booked_for": "2025-02-01", "status": "booked"},
    "assessors": {"staff_number": "P1", "taqa_registered_on": "2024-06-01", "allowed_qualifications": "VQ5"},
    "decisions": {"evidence_reference": "0012", "assessor": "P1", "decided_on": "2025-08-10", "criteria_met": "1.1.1",
                  "feedback": "Good", "countersigner": "C1", "countersigned_on": "2025-08-12", "countersign_outcome": "agreed"},
    "evidence": {"reference": "0013", "staff_number": "L1", "qualification": "VQ5", "title": "Report", "method": "observation",
                 "submitted_on": "2025-08-01", "criteria": "1.1.1"},
    "registrations": {"staff_number": "P1", "qualification": "TAQA3", "registered_on": "2024-06-01"},
    "unit-signoffs": {"staff_number": "L1", "qualification": "VQ5", "unit": 1, "signed_off_on": "2025-09-01",
                      "signed_off_by": "C1"},
}  # fmt: skip
#: Columns that name somebody, or a piece of their work.
NAMES = {
    "staff_number",
    "pta",
    "line_manager",
    "other_staff_number",
    "approved_by",
    "assessor",
    "countersigner",
    "signed_off_by",
    "evidence_reference",
    "same_person_as",
}
#: Datasets of places, and columns in which a number nobody has is no error: it makes somebody, or is compared with others.
#: `test_nobody_twice.py` of learners and workforce holds what is said there of whoever is out of reach.
NOBODY_NAMED = {"intakes", "targets", "staffing", "records-complete", "criteria"}
MAKES = {
    ("staff", "staff_number"),
    ("learners", "staff_number"),
    ("staff", "same_person_as"),
    ("learners", "same_person_as"),
}
CASES = [(dataset, column) for dataset, row in ROWS.items() for column in row if column in NAMES]
CASES = [case for case in CASES if case not in MAKES]


def brought(dataset: str, rows: list[dict[str, Any]], folder: Path, by: Any) -> engine.Outcome:
    path = folder / f"{dataset}.csv"
    with path.open("w", newline="") as file:
        names = list(dict.fromkeys(name for row in rows for name in row))
        csv.writer(file).writerows(
            [names, *([_said(row.get(name)) for name in names] for row in rows)]
        )
    return (engine.apply if isinstance(by, Job) else engine.check)(registry[dataset], path, by=by)


def _said(cell: Any) -> Any:
    return f"{cell:%Y-%m-%d}" if isinstance(cell, dt.date) else cell


@pytest.fixture(scope="module")
def two_regions(
    django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory
) -> Any:
    """People and work of the North East; a learner, an assessor and a piece of evidence of Wales. Built once, then undone."""
    from django.db import transaction

    folder = tmp_path_factory.mktemp("reach")
    with django_db_blocker.unblock(), transaction.atomic():
        for dataset in ("staff", "learners", "assessors", "evidence"):
            outcome = brought(dataset, WORLD[dataset], folder, Job("import"))
            assert not outcome.is_wrong, outcome.problems
        theirs = {
            **WORLD["learners"][0],
            "staff_number": THEIRS,
            "email": "w7@example.com",
            "first_name": "Wyn",
            "region": "WAL",
            "pdu": None,
            "pta": None,
            "line_manager": None,
            "date_of_birth": dt.date(1990, 1, 1),
            "campaign": None,
        }
        outcome = brought("learners", [theirs], folder, Job("import"))
        assert not outcome.is_wrong, outcome.problems
        award = {**WORLD["assessors"][1], "staff_number": THEIRS}
        work = {**WORLD["evidence"][0], "staff_number": THEIRS, "reference": HIDDEN}
        for dataset, row in (("assessors", award), ("evidence", work)):
            outcome = brought(dataset, [row], folder, Job("import"))
            assert not outcome.is_wrong, outcome.problems
        yield user("learning_manager", in_region="NE", person=Person.objects.get(staff_number="C1"))
        transaction.set_rollback(True)


def test_every_dataset_and_column_is_here() -> None:
    assert set(registry) - NOBODY_NAMED - {"staff"} == set(ROWS)
    naming = {
        (name, column)
        for name, dataset in registry.items()
        for column in dataset.columns
        if column in NAMES
    }
    assert naming == set(CASES) | MAKES
    for name, dataset in registry.items():
        assert issubclass(dataset.resource, DatasetResource)
        by_number = {
            column
            for column, said in dataset.columns.items()
            if "staff number" in f"{said.help} {said.takes}".lower()
        }
        assert by_number <= NAMES | {"different_person"}, name


@pytest.mark.parametrize(("dataset", "column"), CASES)
def test_out_of_reach_is_told_as_what_does_not_exist(
    dataset: str, column: str, two_regions: Any, django_db_blocker: Any, tmp_path: Path
) -> None:
    hidden, unknown = (HIDDEN, UNKNOWN) if column == "evidence_reference" else (THEIRS, NOBODYS)
    told = []
    with django_db_blocker.unblock():
        for said in (hidden, unknown):
            outcome = brought(dataset, [ROWS[dataset] | {column: said}], tmp_path, two_regions)
            assert outcome.is_wrong, f"{said} was taken"
            problems = [
                (each.row, each.column, each.value, each.message) for each in outcome.problems
            ]
            told.append(
                str((problems, outcome.counts, outcome.news, outcome.note)).replace(said, "…")
            )
    assert told[0] == told[1]
    assert f"'{column}'" in told[0], "the column that names them is what is wrong"
