"""W1: the month's status report of every region, as the page and the scheduled file ask it."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

from assessments.facts.progress import overdue_on
from pqip.core.clock import today
from pqip.core.snapshot import snapshot
from reports.catalogue import find
from reports.figures.asking import PlaceFilter
from reports.queries.places import unrestricted_question
from tools.bench.measuring import Target, Workload
from tools.bench.workloads.asking import limit_in_memory


def status_report() -> Workload:
    """The last complete month: as known at a safe instant, in a snapshot, with rates worked out."""
    last = today().replace(day=1) - dt.timedelta(days=1)
    parameters = {"first": last.replace(day=1), "day": last, "overdue": overdue_on(last)}
    report = find("monthly-status")
    columns = [column.name for column in report.columns]

    def ours() -> list[dict[str, Any]]:
        with snapshot() as known_at:
            return report.figure(unrestricted_question(last, known_at, PlaceFilter()))

    return Workload(
        "W1 month's status, all regions",
        Target(ratio=2),
        ours,
        lambda: limit_in_memory("month", parameters),
        seen=lambda rows: [[row[column] for column in columns] for row in rows],
        known=lambda rows: [_in_order(row, columns) for row in rows],
    )


#: The limit's columns after the counts, and where the report has them.
RATES = ("completion_rate", "withdrawal_rate", "median_turnaround_days", "p90_turnaround_days")


def _in_order(row: tuple[Any, ...], columns: list[str]) -> list[Any]:
    """The limit's row in the report's order; what has nobody to count is 0 there."""
    counted = [column for column in columns if column not in RATES]
    plain = [
        float(value) if isinstance(value, Decimal) and place >= len(counted) else value
        for place, value in enumerate(row)
    ]
    named = dict(zip([*counted, *RATES], plain, strict=True))
    return [named[column] if column in RATES else named[column] or 0 for column in columns]
