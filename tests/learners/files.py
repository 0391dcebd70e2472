"""Import files of the test, and what importing them comes to."""

from __future__ import annotations

import csv
import datetime as dt
from pathlib import Path
from typing import Any

from pqip.core.acting import Job
from pqip.exchange import engine
from pqip.exchange.datasets import registry
from pqip.exchange.engine import Outcome

LEARNER = {
    "staff_number": "L1",
    "first_name": "Sam",
    "last_name": "Jones",
    "region": "NE",
    "cohort": "Intake 14",
    "pathway": "PQIP15",
    "entry_route": "external",
    "fte": "1.0",
    "start_date": "2025-01-15",
    "level5_held": "yes",
}


def bring_in(
    tmp_path: Path, dataset: str, *rows: dict[str, Any], by: Any = None, check: bool = False
) -> Outcome:
    """Import rows as a file with the columns they name."""
    path = tmp_path / "file.csv"
    columns = list(dict.fromkeys(column for row in rows for column in row))
    with path.open("w", newline="", encoding="utf-8") as stream:
        writer = csv.DictWriter(stream, columns, restval="")
        writer.writeheader()
        writer.writerows(rows)
    run = engine.check if check else engine.apply
    return run(registry[dataset], path, by=by or Job("import"))


def done(outcome: Outcome) -> str:
    """`1 new, 2 unchanged`; fails with what is wrong."""
    assert not outcome.problems, [str(problem) for problem in outcome.problems]
    return ", ".join(f"{number} {kind}" for kind, number in outcome.counts.items() if number)


def wrong(outcome: Outcome) -> list[str]:
    return [str(problem) for problem in outcome.problems]


def learner(**cells: Any) -> dict[str, Any]:
    return {**LEARNER, **cells}


def day(text: str) -> dt.date:
    return dt.date.fromisoformat(text)
