"""A trainee assessor's route to the award: dates, who supports them, the portfolio's parts, professional development."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from django.urls import reverse

from assessments.models import CpdEntry
from assessments.models.evidence import Part
from assessments.rules.assessors_route import PartContent, Way
from learners.models import Allocation, PracticeObservation
from pqip.core.formats import date_gov, number, plural, short_date
from pqip.govuk.pages import Action, Empty, SummaryRow, Tag
from pqip.govuk.tables import Cell, Column, Table

ROLES = {
    "pta": "Assesses their portfolio",
    "mentor": "Mentor",
    "countersigner": "Countersigns their decisions",
    "iqa": "Quality assures their decisions",
}


def rows(
    way: Way,
    supporters: Iterable[Allocation],
    hours: Decimal,
    sessions: Mapping[str, int],
    on: dt.date,
) -> list[SummaryRow]:
    """Return summary rows for the due date, supporters, sessions attended and hours of professional development."""
    named: dict[str, list[str]] = {role: [] for role in ROLES}
    for one in supporters:
        named[one.role].append(one.other.name)
    return [
        SummaryRow("Registered for the award", date_gov(way.registered_on), empty="Not registered"),
        SummaryRow("Award due", date_gov(way.due_on), empty="Not known"),
        SummaryRow("Time left", time_left(way, on), empty="Nothing is due"),
        *(
            SummaryRow(words, ", ".join(named[role]), empty="Nobody is named")
            for role, words in ROLES.items()
        ),
        SummaryRow("Induction sessions attended", sessions.get("induction", 0)),
        SummaryRow("Workshops attended", sessions.get("workshop", 0)),
        SummaryRow("Professional development in the last 12 months", f"{number(hours, 1)} hours"),
    ]


def time_left(way: Way, on: dt.date) -> str:
    """Return the time left, such as *132 days*, *Due today* or *5 days past*; or that the award was achieved."""
    if way.achieved_on:
        return f"Achieved on {date_gov(way.achieved_on)}"
    left = way.days_left(on)
    if left is None:
        return ""
    return (
        "Due today"
        if left == 0
        else f"{plural(left, 'day')} left"
        if left > 0
        else f"{plural(-left, 'day')} past"
    )


def portfolio_table(held: Iterable[PartContent]) -> Table:
    """Return a table of what each part of the portfolio holds and what is missing."""
    body = [
        [
            Part(one.part).label,
            one.pieces,
            one.decided,
            Cell(one.entries or "", empty="None") if one.part == Part.CPD else "",
            Tag("There", "green") if one.is_there else Tag("Missing", "orange"),
        ]
        for one in held
    ]
    columns = [
        Column("Part of the portfolio"),
        Column("Evidence", numeric=True),
        Column("Decided", numeric=True),
        Column("Entries in the record", numeric=True),
        Column("State"),
    ]
    return Table(
        "Portfolio",
        columns,
        body,
        note="A reflective account from a file counts as one. A record of professional "
        "development is there once it has an entry or evidence.",
    )


def observations_table(found: Iterable[PracticeObservation]) -> Table:
    """Return a table of observations outside formal assessment."""
    body = [
        [
            short_date(row.effective_on),
            Cell(row.observer.name if row.observer else "", empty="Not settled"),
            Cell(short_date(row.held_on), empty="Not held yet"),
        ]
        for row in found
    ]
    return Table(
        "Observations by the mentor",
        [Column("Planned for"), Column("Observer"), Column("Held")],
        body,
        empty=Empty("No observation is planned."),
    )


CPD_COLUMNS = [
    Column("Day", sort="day"),
    Column("What", second="What was learned"),
    Column("Hours", numeric=True, sort="hours"),
]


def cpd_row(entry: CpdEntry) -> list[Any]:
    """Return the cells of an entry in the record of professional development."""
    return [short_date(entry.effective_on), Cell(entry.what, second=entry.learned), entry.hours]


def cpd_actions(entry: CpdEntry) -> Cell:
    """Return the actions that the owner may take on an entry."""
    hidden = f"{entry.what}, {short_date(entry.effective_on)}"
    steps = {"Correct": "correct_cpd", "Undo": "undo_cpd"}
    return Cell(
        actions=[
            Action(label, reverse(f"assessments:{name}", args=[entry.public_id]), "link", hidden)
            for label, name in steps.items()
        ]
    )


def cpd_table(entries: Iterable[CpdEntry]) -> Table:
    """Return a read-only table of the latest entries."""
    columns = [Column("Day"), *CPD_COLUMNS[1:2], Column("Hours", numeric=True)]
    return Table(
        "Professional development",
        columns,
        [cpd_row(one) for one in entries],
        empty=Empty("Nothing is recorded."),
    )
