"""Staff as lists show them."""

from __future__ import annotations

from collections.abc import Iterable

from django.urls import reverse

from pqip.govuk.pages import Empty
from pqip.govuk.tables import Cell, Column, Sorting, Table
from workforce.models import Person

COLUMNS = [
    Column("Name", sort="name"),
    Column("Staff number"),
    Column("Grade", sort="grade"),
    Column("Region", sort="region"),
    Column("Probation delivery unit"),
]


def staff_table(caption: str, people: Iterable[Person], sorting: Sorting, empty: Empty) -> Table:
    """People with their place and grade, each name opening the person's page."""
    body = [
        [
            Cell(
                row.name, reverse("workforce:person", args=[row.public_id]), second=row.organisation
            ),
            row.staff_number,
            row.grade,
            row.region,
            row.pdu or "",
        ]
        for row in people
    ]
    return Table(caption, COLUMNS, body, caption_hidden=True, sorting=sorting, empty=empty)
