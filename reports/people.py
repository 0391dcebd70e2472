"""The people behind a number of the monthly report: the same figure, one learner at a time."""

from __future__ import annotations

from collections.abc import Callable

from reports.catalogue.base import Rows
from reports.figures.asking import Question, Row
from reports.figures.progression import progression


def _status(*wanted: str) -> Callable[[Row], bool]:
    return lambda row: row["status"] in wanted


def _progress(wanted: str) -> Callable[[Row], bool]:
    return lambda row: row["progress"] == wanted


#: Columns that open, with what holds for the learners behind them.
OPENS: dict[str, Callable[[Row], bool]] = {
    "starters": lambda row: True,
    "active": _status("active"),
    "deferred": _status("deferred"),
    "completed": _status("completed"),
    "withdrawn": _status("withdrawn"),
    "on_track": _progress("on_track"),
    "behind": _progress("behind"),
    "at_risk": _progress("at_risk"),
    "waiting_for_service": lambda row: bool(row["waiting_for_service"]),
    "awaiting_decision": lambda row: row["awaiting_decision"],
    "awaiting_countersignature": lambda row: row["awaiting_countersignature"],
}


def people_behind(question: Question, column: str, keys: dict[str, str]) -> Rows:
    """Learners a number counts: those of the row's region, cohort and pathway for which the column holds."""
    holds = OPENS[column]
    return [row for row in progression(question) if holds(row) and all(row[name] == value for name, value in keys.items())]
