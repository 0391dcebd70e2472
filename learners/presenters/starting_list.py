"""Starters as a list and as a file."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from learners.facts.starting import Readiness
from learners.models import Enrolment
from learners.models.starting import Arrangement
from learners.presenters.starting import in_days
from learners.rules.starting import ArrangementState
from pqip.core.formats import short_date
from pqip.exchange.writing import Kind
from pqip.exchange.writing import SheetColumn as FileColumn
from pqip.govuk.links import record_url
from pqip.govuk.pages import Empty, Tag
from pqip.govuk.tables import Cell, Column, Sorting, Table

COLUMNS = [
    Column("Learner", sort="name", second="Staff number"),
    Column("Starts", sort="start"),
    Column("Office", sort="office"),
    Column("Still to be arranged"),
    Column("Read by their manager"),
    Column("Last contact"),
]
#: For each arrangement, what is missing, in a word or two.
SHORT = {
    Arrangement.PATHWAY_TOLD: "pathway",
    Arrangement.CHECKS: "checks",
    Arrangement.VETTING: "vetting",
    Arrangement.CONTRACT: "contract",
    Arrangement.OFFICE: "office",
    Arrangement.EQUIPMENT: "equipment",
    Arrangement.MENTOR: "mentor",
    Arrangement.ADJUSTMENTS: "adjustments",
    Arrangement.FAMILY_CONNECTION: "family check",
    Arrangement.CASES: "cases handed over",
}
FILE_COLUMNS = [
    FileColumn("staff_number", "Staff number"),
    FileColumn("first_name", "First name"),
    FileColumn("last_name", "Last name"),
    FileColumn("region", "Region"),
    FileColumn("pdu", "Probation delivery unit"),
    FileColumn("cohort", "Cohort"),
    FileColumn("pathway", "Pathway"),
    FileColumn("start_date", "Start date", kind=Kind.DATE),
    FileColumn("days_to_start", "Days to start", kind=Kind.WHOLE),
    *(FileColumn(each.value, each.label) for each in Arrangement),
    FileColumn("line_manager", "Line manager"),
    FileColumn("manager_read_on", "Read by their manager", kind=Kind.DATE),
    FileColumn("last_contact", "Last contact", kind=Kind.DATE),
]


def starters_table(
    rows: Sequence[Enrolment],
    ready: Mapping[int, Readiness],
    on: dt.date,
    sorting: Sorting,
    *,
    filtered: bool,
) -> Table:
    """Return a table of starters: what is missing, when they start, and whether their manager has
    read the brief.
    """
    body = [_row(row, ready[row.pk], on) for row in rows]
    empty = (
        Empty("No starters match.", "Remove a filter.")
        if filtered
        else Empty("Nobody starts in the next 8 weeks.")
    )
    return Table("Starters", COLUMNS, body, caption_hidden=True, sorting=sorting, empty=empty)


def _row(row: Enrolment, ready: Readiness, on: dt.date) -> list[object]:
    start = row.start_date or on
    missing = ", ".join(SHORT[Arrangement(key)] for key in ready.missing())
    return [
        Cell(
            row.person.name,
            record_url("learners:starting", row.public_id),
            second=row.person.staff_number,
        ),
        Cell(short_date(start), second=in_days(start, on)),
        Cell(row.pdu or row.region, second=row.region if row.pdu else ""),
        Cell(missing[:1].upper() + missing[1:], tags=[] if missing else [Tag("Nothing", "green")]),
        _read(row, ready),
        Cell(short_date(ready.last_contact), empty="Nobody yet"),
    ]


def _read(row: Enrolment, ready: Readiness) -> Cell:
    if row.line_manager is None:
        return Cell(tags=[Tag("No line manager", "yellow")])
    return Cell(
        short_date(ready.read_on),
        second=row.line_manager.name,
        tags=[] if ready.read_on else [Tag("Not yet", "yellow")],
    )


def file_row(row: Enrolment, ready: Mapping[int, Readiness], on: dt.date) -> tuple[object, ...]:
    """Return a starter's row in the file. What the user may not see is blank."""
    found = ready[row.pk]
    who, start = row.person, row.start_date
    return (
        who.staff_number,
        who.first_name,
        who.last_name,
        _code(row.region),
        _code(row.pdu),
        _code(row.cohort),
        _code(row.pathway),
        start,
        (start - on).days if start else None,
        *(_state(found.states.get(each.value)) for each in Arrangement),
        row.line_manager.staff_number if row.line_manager else "",
        found.read_on,
        found.last_contact,
    )


def _code(row: Any) -> str:
    return row.code if row else ""


def _state(found: ArrangementState | None) -> str:
    """Return the state as recorded, or an empty text if the user may not see it."""
    if found is None:
        return ""
    if found.told_before_change:
        return "tell_again"
    return found.state or "not_started"
