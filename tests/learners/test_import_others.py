"""The datasets `module-results`, `training` and `allocations`."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest

from learners.actions.practice_days import record_day
from learners.models import Allocation, Enrolment, ModuleResult, ProtectedDay, TrainingRecord
from pqip.core.clock import today
from tests.factories import learners as make

from .files import bring_in, day, done, wrong
from .test_pages import somebody

pytestmark = pytest.mark.django_db


@pytest.fixture
def sam() -> Enrolment:
    make.module("CJS")
    make.course("FL1")
    make.person("P1"), make.person("P2")
    return make.enrolment(who=make.person("L1"))


def result(**cells: Any) -> dict[str, Any]:
    return {
        "staff_number": "L1",
        "module": "CJS",
        "attempt": "1",
        "due_date": "2025-05-01",
        **cells,
    }


def test_results_are_new_then_unchanged_then_changed(tmp_path: Path, sam: Enrolment) -> None:
    assert done(bring_in(tmp_path, "module-results", result())) == "1 new"
    assert done(bring_in(tmp_path, "module-results", result())) == "1 unchanged"
    passed = result(submitted_date="2025-04-30", mark="62", outcome="pass")
    assert done(bring_in(tmp_path, "module-results", passed)) == "1 changed"
    assert done(bring_in(tmp_path, "module-results", passed)) == "1 unchanged"
    row = ModuleResult.objects.live().get()
    assert (row.effective_on, row.outcome, ModuleResult.objects.count()) == (
        day("2025-04-30"),
        "pass",
        2,
    )


@pytest.mark.parametrize(
    ("cells", "column"),
    [
        ({"mark": "101", "outcome": "pass"}, "mark"),
        ({"mark": "50"}, "outcome"),
        ({"due_date": ""}, "due_date"),
        ({"extended_to": "2025-04-01"}, "extended_to"),
        ({"module": "XX"}, "module"),
        ({"attempt": "0"}, "attempt"),
        ({"staff_number": "L9"}, "staff_number"),
        ({"outcome": "merit"}, "outcome"),
    ],
)
def test_results_that_cannot_be(tmp_path: Path, sam: Enrolment, cells: dict, column: str) -> None:
    assert [
        problem.column for problem in bring_in(tmp_path, "module-results", result(**cells)).problems
    ] == [column]


@pytest.mark.parametrize("attempt", ["2", "3"])
def test_another_attempt_of_which_nothing_is_before(
    tmp_path: Path, sam: Enrolment, attempt: str
) -> None:
    passed = result(attempt=attempt, submitted_date="2025-04-30", mark="62", outcome="pass")
    before = int(attempt) - 1
    assert (
        f"needs attempt {before} to be recorded as a fail"
        in wrong(bring_in(tmp_path, "module-results", passed))[0]
    )
    failed = result(attempt=str(before), outcome="fail", mark="30")
    assert (
        "needs attempt 1" in str(wrong(bring_in(tmp_path, "module-results", passed, failed)))
    ) == (attempt == "3")


def training(**cells: Any) -> dict[str, Any]:
    return {
        "staff_number": "L1",
        "course": "FL1",
        "booked_for": "2025-05-01",
        "status": "booked",
        **cells,
    }


def test_training(tmp_path: Path, sam: Enrolment) -> None:
    assert done(bring_in(tmp_path, "training", training())) == "1 new"
    attended = training(status="attended", delivery="face_to_face")
    assert done(bring_in(tmp_path, "training", attended)) == "1 changed"
    assert done(bring_in(tmp_path, "training", attended)) == "1 unchanged"
    assert TrainingRecord.objects.live().get().delivery == "face_to_face"
    assert (
        "has not taken place"
        in wrong(
            bring_in(tmp_path, "training", training(booked_for="2190-01-01", status="attended"))
        )[0]
    )


def allocation(**cells: Any) -> dict[str, Any]:
    return {
        "staff_number": "L1",
        "role": "pta",
        "from_date": "2025-01-15",
        "to_date": "",
        "other_staff_number": "P1",
        **cells,
    }


def test_allocations(tmp_path: Path, sam: Enrolment) -> None:
    assert done(bring_in(tmp_path, "allocations", allocation())) == "1 new"
    sam.refresh_from_db()
    assert sam.pta.staff_number == "P1"
    over = [
        allocation(to_date="2025-02-28"),
        allocation(from_date="2025-03-01", other_staff_number="P2"),
    ]
    assert done(bring_in(tmp_path, "allocations", *over)) == "1 new, 1 changed"
    assert done(bring_in(tmp_path, "allocations", *over)) == "2 unchanged"
    sam.refresh_from_db()
    assert sam.pta.staff_number == "P2"
    assert Allocation.objects.live().count() == 2


def test_allocations_that_overlap(tmp_path: Path, sam: Enrolment) -> None:
    outcome = bring_in(
        tmp_path,
        "allocations",
        allocation(),
        allocation(from_date="2025-03-01", other_staff_number="P2"),
    )
    assert wrong(outcome) == [
        'row 3, from_date: "2025-03-01" overlaps: P1 has this role from 15 January 2025 on. End that first.'
    ]
    done(bring_in(tmp_path, "allocations", allocation()))
    outcome = bring_in(
        tmp_path,
        "allocations",
        allocation(from_date="2024-01-01", to_date="2025-01-15", other_staff_number="P2"),
    )
    assert [problem.row for problem in outcome.problems] == [2]
    unit = allocation(from_date="2025-02-01", other_staff_number="P2", unit="3")
    assert done(bring_in(tmp_path, "allocations", unit)) == "1 new"


@pytest.mark.parametrize(
    ("cells", "column"),
    [
        ({"other_staff_number": "L1"}, "other_staff_number"),
        ({"other_staff_number": "NIL"}, "other_staff_number"),
        ({"to_date": "2025-01-14"}, "to_date"),
        ({"role": "boss"}, "role"),
        ({"role": "mentor", "unit": "3"}, "unit"),
    ],
)
def test_allocations_that_cannot_be(
    tmp_path: Path, sam: Enrolment, cells: dict, column: str
) -> None:
    assert [
        problem.column
        for problem in bring_in(tmp_path, "allocations", allocation(**cells)).problems
    ] == [column]


def a_day(**cells: Any) -> dict[str, Any]:
    return {"staff_number": "L1", "on": "2025-05-06", "kind": "university", **cells}


def test_protected_days_are_new_then_unchanged_then_changed(tmp_path: Path, sam: Enrolment) -> None:
    make.lost_reason("case_work")
    assert done(bring_in(tmp_path, "protected-days", a_day())) == "1 new"
    assert done(bring_in(tmp_path, "protected-days", a_day())) == "1 unchanged"
    lost = a_day(taken="no", reason_lost="case_work")
    assert (
        done(bring_in(tmp_path, "protected-days", lost, a_day(kind="vocational", taken="yes")))
        == "1 new, 1 changed"
    )
    assert done(bring_in(tmp_path, "protected-days", lost)) == "1 unchanged"
    row = ProtectedDay.objects.live().get(kind="university")
    assert (row.effective_on, row.taken, row.reason_lost) == (day("2025-05-06"), False, "case_work")


@pytest.mark.parametrize(
    ("cells", "column"),
    [
        ({"kind": "other"}, "kind"),
        ({"taken": "yes", "reason_lost": "case_work"}, "reason_lost"),
        ({"staff_number": "L9"}, "staff_number"),
        ({"reason_lost": "none"}, "reason_lost"),
        ({"on": str(today() + dt.timedelta(days=1)), "taken": "yes"}, "taken"),
        ({"on": ""}, "on"),
    ],
)
def test_protected_days_that_cannot_be(
    tmp_path: Path, sam: Enrolment, cells: dict, column: str
) -> None:
    make.lost_reason("case_work")
    assert [
        problem.column for problem in bring_in(tmp_path, "protected-days", a_day(**cells)).problems
    ] == [column]
    assert not ProtectedDay.objects.exists()


def test_a_day_the_learner_recorded_as_lost_is_not_changed_by_a_file(
    tmp_path: Path, sam: Enrolment
) -> None:
    record_day(
        by=somebody("learner", person=sam.person),
        person=sam.person,
        on=day("2025-05-06"),
        kind="university",
        taken=False,
    )
    [problem] = bring_in(tmp_path, "protected-days", a_day(taken="yes")).problems
    assert (problem.column, "Only they" in problem.message) == ("on", True)
    assert done(bring_in(tmp_path, "protected-days", a_day(taken="no"))) == "1 unchanged"
