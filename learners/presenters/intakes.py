"""Planned intakes as a table, and one of them as a summary."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.urls import reverse

from learners.models import PlannedIntake
from pqip.core.formats import date_gov, number, short_date
from pqip.govuk.pages import Action, Empty, SummaryRow
from pqip.govuk.tables import Cell, Column, Sorting, Table

COLUMNS = [
    Column("Cohort", sort="cohort"),
    Column("Region", sort="region"),
    Column("Pathway"),
    Column("First day", sort="start"),
    Column("Places planned", numeric=True),
    Column("Started", numeric=True),
    Column("Due to start", numeric=True),
    Column("Actions", hidden=True),
]
NOTE = (
    "Started counts whoever began in the cohort, region and pathway, wherever they are now; due to start, whoever is to begin "
    "there as things stand today."
)


def table(
    title: str,
    rows: Sequence[PlannedIntake],
    came: Mapping[int, tuple[int, int]],
    may_change: Mapping[int, bool],
    sorting: Sorting,
    *,
    is_filtered: bool,
) -> Table:
    """What is planned, beside what came of it."""
    body = [_row(row, came[row.pk], may_change[row.pk]) for row in rows]
    empty = (
        Empty("No planned intake matches.", "Remove a filter.")
        if is_filtered
        else Empty("No intake is planned in your regions yet.")
    )
    return Table(title, COLUMNS, body, caption_hidden=True, sorting=sorting, note=NOTE, empty=empty)


def _row(row: PlannedIntake, came: tuple[int, int], may_change: bool) -> list[Any]:
    started, due = came
    return [
        str(row.cohort),
        str(row.region),
        str(row.pathway),
        short_date(row.effective_on),
        number(row.places),
        number(started),
        number(due),
        Cell(actions=_actions(row) if may_change else []),
    ]


def _actions(row: PlannedIntake) -> list[Action]:
    hidden = f" {row.cohort}, {row.region}, {row.pathway}"
    names = {"Change": "change_intake", "Undo": "undo_intake"}
    return [
        Action(label, reverse(f"learners:{name}", args=[row.public_id]), "link", hidden)
        for label, name in names.items()
    ]


def words(row: PlannedIntake) -> str:
    """Which intake it is."""
    return f"{row.cohort}, {row.region}, {row.pathway}"


def summary(row: PlannedIntake) -> list[SummaryRow]:
    """What is planned."""
    return [
        SummaryRow("Cohort", str(row.cohort)),
        SummaryRow("Region", str(row.region)),
        SummaryRow("Pathway", str(row.pathway)),
        SummaryRow("First day", date_gov(row.effective_on)),
        SummaryRow("Places", number(row.places)),
    ]
