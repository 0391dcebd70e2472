"""An assessor's own countersigning figures: a summary for one person, a narrow table for several."""

from __future__ import annotations

from collections.abc import Sequence

from pqip.core.formats import upper_first
from pqip.govuk.pages import Empty, SummaryRow
from pqip.govuk.tables import Cell, Column, Table
from reports.catalogue.base import Rows
from reports.catalogue.countersigning import COLUMNS
from reports.figures.asking import Row
from reports.figures.names import Names
from reports.presenters.tables import shown

#: The columns for several assessors: a figure, and the one below it in the same cell.
PAIRS = (
    ("assessor", "assessor_status"),
    ("caseload", ""),
    ("decisions", ""),
    ("awaiting_countersignature", "oldest_waiting_days"),
    ("agreed", ""),
    ("returned", "return_rate"),
    ("median_days_to_countersign", ""),
)
BY_NAME = {one.name: one for one in COLUMNS}


def summary(row: Row, names: Names) -> list[SummaryRow]:
    """Return summary rows with every figure of one assessor."""
    return [
        SummaryRow(one.title, upper_first(shown(one, row, names)), empty="Not recorded")
        for one in COLUMNS
    ]


def of_several(rows: Rows, names: Names) -> Table:
    """Return the table with a row for each assessor."""
    columns = [
        Column(
            BY_NAME[one].title,
            numeric=BY_NAME[one].is_numeric,
            second=BY_NAME[two].title if two else "",
        )
        for one, two in PAIRS
    ]
    body: Sequence[list[Cell]] = [
        [
            Cell(shown(BY_NAME[one], row, names), second=_beneath(two, row, names))
            for one, two in PAIRS
        ]
        for row in rows
    ]
    return Table(
        "Countersigning",
        columns,
        body,
        caption_hidden=True,
        empty=Empty(
            "Nothing to count.", "You have decided nothing yet, and nobody is allocated to you."
        ),
    )


def _beneath(name: str, row: Row, names: Names) -> str:
    """Return the second figure of a cell, with its label."""
    if not name:
        return ""
    value = shown(BY_NAME[name], row, names)
    return (
        value
        if name == "assessor_status" or row[name] is None
        else f"{BY_NAME[name].title}: {value}"
    )
