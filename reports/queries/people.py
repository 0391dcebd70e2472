"""Who is behind a number of the monthly report: rows of the same figure, one for each learner or piece of evidence.

A number of people opens learners and a number of pieces opens pieces of evidence, so that the list counts the same as the
number.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from reports.catalogue.base import ReportColumn, Rows
from reports.catalogue.progression import REPORT as PROGRESSION
from reports.catalogue.progression import choose
from reports.catalogue.waiting_pieces import COLUMNS as OF_PIECES
from reports.figures.asking import Question, Row
from reports.figures.monthly import waiting_pieces
from reports.figures.progression import progression


@dataclass(frozen=True)
class RowsBehind:
    """What a number opens: the rows of a figure for which `holds` is true, with the columns of their list."""

    holds: Callable[[Row], bool]
    figure: Callable[[Question], Rows] = progression
    columns: Callable[[Question], Sequence[ReportColumn]] = PROGRESSION.columns_for


def _status(*wanted: str) -> RowsBehind:
    return RowsBehind(lambda row: row["status"] in wanted)


def _progress(wanted: str) -> RowsBehind:
    return RowsBehind(lambda row: row["progress"] == wanted)


def _pieces(holds: Callable[[Row], bool]) -> RowsBehind:
    return RowsBehind(holds, waiting_pieces, lambda question: choose(OF_PIECES, question))


#: The columns whose numbers open a list.
OPENS: dict[str, RowsBehind] = {
    "starters": RowsBehind(lambda row: True),
    "active": _status("active"),
    "deferred": _status("deferred"),
    "completed": _status("completed"),
    "withdrawn": _status("withdrawn"),
    "on_track": _progress("on_track"),
    "behind": _progress("behind"),
    "at_risk": _progress("at_risk"),
    "waiting_for_service": RowsBehind(lambda row: bool(row["waiting_for_service"])),
    "awaiting_decision": _pieces(lambda row: row["waits_for"] == "decision"),
    "awaiting_countersignature": _pieces(lambda row: row["waits_for"] == "countersignature"),
    "overdue": _pieces(lambda row: row["is_overdue"]),
}


def rows_behind(question: Question, column: str, keys: dict[str, str]) -> Rows:
    """Return the rows that a number counts: in the row's region, cohort and pathway, where the column's condition holds."""
    behind = OPENS[column]
    rows = [row for row in behind.figure(question) if behind.holds(row)]
    return [row for row in rows if all(row[name] == value for name, value in keys.items())]
