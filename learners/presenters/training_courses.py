"""Lists of courses, of people who owe one, of follow-ups and of requests for more time."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

from django.urls import reverse

from learners.models import Course, Enrolment, ExtensionRequest, FollowUp
from learners.presenters.statuses import ANSWERS
from learners.presenters.training import NOT_KNOWN, follow_up_tag
from pqip.core.formats import number, percent, short_date
from pqip.govuk.links import record_url
from pqip.govuk.pages import Tag
from pqip.govuk.tables import Cell, Column, Table
from workforce.models import Person

COUNTED = {
    "required": "Required",
    "due": "Due",
    "attended": "Attended",
    "overdue": "Overdue",
    "unbooked": "Due and not booked",
    "exempt": "Exempt",
}
COURSE_COLUMNS = [
    Column("Course", sort="course", second="Code and kind"),
    *(Column(label, numeric=True) for label in COUNTED.values()),
    Column("Due again after"),
]
OWING_COLUMNS = [
    Column("Name", sort="name", second="Staff number"),
    Column("Role"),
    Column("Region", sort="region", second="Probation delivery unit"),
    Column("Due"),
    Column("Booked for"),
]
TO_DO_COLUMNS = [
    Column("Name", sort="name", second="Staff number"),
    Column("Course", sort="course", second="Code"),
    Column("Attended"),
    Column("Due", sort="due"),
    Column("Status"),
]
REQUEST_COLUMNS = [
    Column("Learner", sort="name", second="Staff number"),
    Column("Module", sort="module", second="Code"),
    Column("Attempt", numeric=True),
    Column("Asked", sort="asked"),
    Column("Until"),
    Column("Answer", second="Answered"),
]


def course_row(row: Course, counted: Mapping[int, Mapping[str, Any]]) -> list[object]:
    """Return the row of a course: of how many within reach it is required, due and attended."""
    found = counted.get(row.pk, {})
    again = (
        row.get_recurs_months_display()
        if row.recurs_months
        else NOT_KNOWN
        if row.category == "mandatory"
        else ""
    )
    url = reverse("learners:course", args=[row.code])
    return [
        Cell(row.title, url, second=f"{row.code}, {row.category}"),
        *(found.get(name, 0) for name in COUNTED),
        again,
    ]


def owing_row(
    person: Person, owed: Mapping[str, Any], place: Enrolment | None, today: dt.date
) -> list[object]:
    """Return the row of somebody for whom a course is due."""
    late = [Tag("Overdue", "red")] if owed["due_on"] < today else [Tag("Due today", "yellow")]
    return [
        name_cell(person, place),
        "Learner" if place else "PSO",
        Cell(person.region, second=person.pdu or ""),
        Cell(short_date(owed["due_on"]), tags=late),
        short_date(owed["booked_for"]) or ("Nobody has booked it" if owed["is_unbooked"] else ""),
    ]


def name_cell(person: Person, place: Enrolment | None) -> Cell:
    """Return a cell with a name, linked to the training page of the learner or to the page of other
    staff.
    """
    if place is None:
        return Cell(
            person.name,
            record_url("workforce:person", person.public_id),
            second=person.staff_number,
        )
    return Cell(
        person.name, record_url("learners:training", place.public_id), second=person.staff_number
    )


def to_do_row(row: FollowUp, place: Enrolment | None, today: dt.date) -> list[object]:
    """Return the row of a follow-up that is not done."""
    course = Cell(row.course.title, second=row.course.code)
    return [
        name_cell(row.person, place),
        course,
        short_date(row.effective_on),
        short_date(row.due_on),
        follow_up_tag(row, today),
    ]


def request_row(row: ExtensionRequest) -> list[object]:
    """Return the row of a request for more time."""
    who = row.enrolment
    return [
        Cell(
            who.person.name,
            record_url("learners:academic", who.public_id),
            second=who.person.staff_number,
        ),
        Cell(row.module.title, second=row.module.code),
        row.attempt,
        short_date(row.effective_on),
        short_date(row.asked_until),
        Cell(tags=[ANSWERS[row.answer]], second=short_date(row.answered_on)),
    ]


def rates_table(rows: Iterable[Mapping[str, Any]]) -> Table:
    """Return a table of how many learners with an attempt at a module asked for more time at it."""
    columns = [
        Column("Region"),
        Column("Module"),
        *(
            Column(label, numeric=True)
            for label in ("Learners", "Asked", "Asked (%)", "Requests", "Agreed", "Refused")
        ),
    ]
    body = [
        [
            row["region"],
            row["module"],
            number(row["learners"]),
            number(row["asked"]),
            percent(100 * row["asked"] / row["learners"]),
            *(number(row[name]) for name in ("requests", "agreed", "refused")),
        ]
        for row in rows
    ]
    note = "Learners on the programme with an attempt recorded at the module."
    return Table("How many ask, by region and module", columns, body, note=note)
