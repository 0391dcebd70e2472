"""Two files of different datasets that would make one person twice, at the same moment: really committed."""

from __future__ import annotations

from pathlib import Path
from threading import Barrier, Thread

import pytest
from django.db import connections

from pqip.core.acting import Job
from pqip.exchange.datasets import registry
from pqip.exchange.engine import Outcome, apply
from tests.harness.database import RealDatabase
from workforce.models import Person

STAFF = (
    "staff_number,email,first_name,last_name,grade,region,fte,start_date\n"
    "{},one@example.com,Sam,Jones,PSO,NE,1.0,2024-03-01\n"
)
LEARNERS = (
    "staff_number,email,first_name,last_name,region,cohort,pathway,entry_route,fte,start_date,level5_held\n"
    "{},{},Sam,Jones,NE,Intake 14,PQIP15,external,1.0,2025-01-15,yes\n"
)


@pytest.mark.parametrize(
    ("staff", "learner", "address"),
    [("A1", "B1", "ONE@example.com"), ("q1", "Q1", "two@example.com")],
)
def test_one_is_taken_and_the_other_refused(
    real_db: RealDatabase, tmp_path: Path, staff: str, learner: str, address: str
) -> None:
    together, came = Barrier(2), dict[str, Outcome]()

    def bring(dataset: str, content: str) -> None:
        path = tmp_path / f"{dataset}.csv"
        path.write_text(content, encoding="utf-8")
        together.wait(30)
        try:
            came[dataset] = apply(registry[dataset], path, by=Job("import"))
        finally:
            connections.close_all()

    both = [
        Thread(target=bring, args=("staff", STAFF.format(staff))),
        Thread(target=bring, args=("learners", LEARNERS.format(learner, address))),
    ]
    for each in both:
        each.start()
    for each in both:
        each.join(60)
    taken = [name for name, outcome in came.items() if not outcome.is_wrong]
    assert len(taken) == 1
    assert Person.objects.count() == 1
    (other,) = [outcome for name, outcome in came.items() if name not in taken]
    assert "same person" in str(other.problems[0]) or "but for case" in str(other.problems[0])
