"""The people behind a number of those who left, or who were on the programme."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from pqip.core.formats import short_date
from pqip.govuk.links import record_url
from pqip.govuk.pages import Empty
from pqip.govuk.tables import Cell, Column, Sorting, Table
from reports.figures.asking import Row
from reports.figures.attrition_year import NOT_RECORDED
from reports.figures.names import Names

#: What a number counts, in words.
WHAT = {
    "left": "Left the programme",
    "on_programme": "On the programme at some time",
    "offered": "Left, and were offered an exit interview",
    "held": "Left, and had an exit interview",
}
COLUMNS = [
    Column("Learner", sort="name", second="Staff number"),
    Column("Where", second="Office (PDU)"),
    Column("Pathway"),
    Column("Started", sort="start"),
    Column("Left"),
    Column("Reason recorded", second="Destination"),
    Column("Time on the programme"),
]


def people_table(
    title: str,
    people: Sequence[Any],
    counted: Mapping[int, Row],
    sorting: Sorting,
    names: Names,
    leads: str,
) -> Table:
    """Return a row for each enrolment; `leads` is the address of the page that a name opens."""
    return Table(
        title,
        COLUMNS,
        [_row(one, counted[one.pk], names, leads) for one in people],
        sorting=sorting,
        caption_hidden=True,
        empty=Empty("Nobody you may see.", "The people this number counts are outside your reach."),
    )


def _row(one: Any, row: Row, names: Names, leads: str) -> list[object]:
    who = Cell(one.person.name, record_url(leads, one.public_id), second=one.person.staff_number)
    office = "" if row["pdu"] == NOT_RECORDED else names.of("pdu", row["pdu"])
    where = Cell(names.of("region", row["region"]), second=office)
    begun = [who, where, names.of("pathway", row["pathway"]), short_date(row["start_date"])]
    if not row["has_left"]:
        return [*begun, "", "", ""]
    reason = Cell(
        names.of("reason", row["reason"]), second=names.of("destination", row["destination"])
    )
    return [*begun, short_date(row["over_on"]), reason, names.of("band", row["band"])]
