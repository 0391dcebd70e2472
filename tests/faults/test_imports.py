"""An import whose worker is killed in the middle: nothing of it, and then all of it, once. And files of a nation at noon."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from pqip.exchange import engine, kept
from pqip.exchange.actions.confirm_import import confirm_import
from pqip.exchange.actions.start_import import start_import
from pqip.exchange.datasets import registry
from pqip.exchange.models import ImportRun
from pqip.jobs.models import Job
from tests.exchange.going_on import Nation
from tests.faults.machines import PATIENCE
from tests.faults.plant import Plant
from tests.personas import persona
from workforce.models import Person, Spell, User

HEAD = (
    "staff_number,email,first_name,last_name,grade,region,pdu,function,fte,contract,start_date,end_date,leave_reason,"
    "effective_from"
)
ROWS = 50


def bring(manager: User) -> ImportRun:
    """A file of new staff."""
    line = "D{0:04},d{0}@example.com,Sam,Jones,PSO,NE,N54DUR,court,1.0,,2024-03-01,,,"
    lines = [HEAD, *(line.format(number) for number in range(ROWS))]
    file = SimpleUploadedFile("staff.csv", "\n".join(lines).encode())
    return start_import(by=manager, dataset=registry["staff"], file=file)


@pytest.fixture
def checked(plant: Plant) -> ImportRun:
    """A file of new staff, checked by a worker."""
    run = bring(persona("learning_manager"))
    plant.wait_for(run.job_key, "done")
    run.refresh_from_db()
    assert (run.state, run.new) == ("ready", ROWS), kept.errors(run.public_id, 3)
    return run


@pytest.fixture
def first(plant: Plant) -> Any:
    plant.scheduler()
    return plant.worker()


def written() -> tuple[int, int]:
    """People and spells of the file."""
    theirs = {"staff_number__startswith": "D"}
    return Person.objects.filter(**theirs).count(), Spell.objects.filter(
        person__in=Person.objects.filter(**theirs)
    ).count()


def test_a_worker_killed_while_it_checks(plant: Plant, first: Any) -> None:
    manager = persona("learning_manager")
    with plant.holding("workforce_spell", "ACCESS EXCLUSIVE"):
        run = bring(manager)
        plant.wait_until(plant.somebody_waits, PATIENCE, "the rows are compared, and wait")
        first.kill()
    run.refresh_from_db()
    assert run.state == "checking"
    plant.worker()
    plant.wait_for(run.job_key, "done")
    assert Job.objects.get(key=run.job_key).attempt == 2
    run.refresh_from_db()
    assert (run.state, run.new) == ("ready", ROWS)


def test_a_worker_killed_while_it_writes(plant: Plant, first: Any, checked: ImportRun) -> None:
    with plant.holding("workforce_spell", "SHARE"):
        run = confirm_import(by=checked.requested_by, run=checked)
        key = run.job_key
        plant.wait_until(
            plant.somebody_waits, PATIENCE, "people are written, and their spells wait"
        )
        first.kill()
        assert written() == (0, 0)
    plant.worker()
    plant.wait_for(key, "done")
    run.refresh_from_db()
    assert (run.state, written()) == ("done", (ROWS, ROWS))
    assert Job.objects.get(key=key).attempt == 2


@pytest.mark.fault
def test_decisions_go_on_while_files_of_a_nation_are_checked_and_applied(
    real_db: Any, tmp_path: Path
) -> None:
    """24,000 rows of each: 95% of the decisions made meanwhile take less than a second, work and waiting together."""
    nation = Nation(24_000, tmp_path, pieces_each=200)
    for dataset, rows in nation.files():
        for run in (engine.check, engine.apply):
            with nation.deciding() as went:
                nation.bring(dataset, rows, run)
            print(f"{dataset}, {run.__name__}: {went}")
            assert went.is_fine, f"{run.__name__} of {dataset}: {went}"
            assert 0 < went.late < 1, f"{run.__name__} of {dataset}: {went}"
