"""What an attendance sheet would record."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from learners.models import Course, TrainingRecord
from learners.models.training import Delivery
from learners.presenters.statuses import TRAINING
from pqip.core.formats import date_gov, number
from pqip.govuk.pages import SummaryRow
from pqip.govuk.tables import Cell, Column, Table
from workforce.models import Person


@dataclass(frozen=True)
class Change:
    """What is recorded for somebody now (empty if nothing is), and what would be."""

    person: Person
    now: str
    then: str


def changes(
    people: Iterable[Person],
    recorded: Mapping[int, TrainingRecord],
    marks: Mapping[int, str],
    delivery: str,
) -> list[Change]:
    """Return the people for whom something would change."""
    found = []
    for person in people:
        held, mark = recorded.get(person.pk), marks.get(person.pk)
        if mark and (
            held is None or held.status != mark or (delivery and held.delivery != delivery)
        ):
            found.append(Change(person, held.status if held else "", mark))
    return found


def sheet_rows(
    course: Course, on: dt.date, delivery: str, marks: Mapping[int, str], people: int
) -> list[SummaryRow]:
    """Return the sheet in numbers."""
    statuses: Collection[str] = list(marks.values())
    return [
        SummaryRow("Course", str(course)),
        SummaryRow("Day", date_gov(on)),
        SummaryRow(
            "Delivery", Delivery(delivery).label if delivery else "", empty="As each booking says"
        ),
        SummaryRow("Attended", number(sum(mark == "attended" for mark in statuses))),
        SummaryRow("Did not attend", number(sum(mark == "did_not_attend" for mark in statuses))),
        SummaryRow("Left as they are", number(people - len(statuses))),
    ]


def sheet_table(found: Iterable[Change]) -> Table:
    """Return a table of everybody for whom something would change, now and then."""
    body = [
        [
            Cell(row.person.name, second=row.person.staff_number),
            TRAINING.get(row.now, "Not booked"),
            TRAINING[row.then],
        ]
        for row in found
    ]
    return Table("What changes", [Column("Person"), Column("Now"), Column("Then")], body)
