"""Courses planned for intakes, as tables."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.urls import reverse

from learners.models import CoursePlan
from learners.models.training import Delivery
from learners.queries.intakes_courses import Intake
from pqip.core.formats import date_gov, number, short_date
from pqip.govuk.pages import Action, Empty, SummaryRow
from pqip.govuk.tables import Cell, Column, Table
from workforce.models import Person


def intakes_table(rows: Iterable[Intake]) -> Table:
    """Return a table of intakes, the latest first."""
    columns = [
        Column("Intake"),
        Column("Region"),
        Column("First start"),
        Column("Learners", numeric=True),
        Column("Days planned", numeric=True),
    ]
    body = [
        [
            Cell(
                str(row.cohort), reverse("learners:intake", args=[row.region.code, row.cohort.code])
            ),
            row.region,
            short_date(row.starts_on),
            number(row.learners),
            number(row.planned),
        ]
        for row in rows
    ]
    empty = Empty("No intake of yours has learners on the programme or due to start.")
    return Table("Courses planned for intakes", columns, body, caption_hidden=True, empty=empty)


def plans_table(
    rows: Sequence[CoursePlan], booked: Mapping[int, int], learners: int, today: dt.date
) -> Table:
    """Return a table of the days planned for an intake.

    It shows how many of its learners are booked or have attended.
    """
    columns = [
        Column("Course", second="Code"),
        Column("Day"),
        Column("Delivery"),
        Column("Booked or recorded", numeric=True),
        Column("Actions", hidden=True),
    ]
    body = [
        [
            Cell(row.course.title, second=row.course.code),
            short_date(row.effective_on),
            row.get_delivery_display(),
            f"{booked[row.pk]} of {learners}",
            Cell(actions=_actions(row, today)),
        ]
        for row in rows
    ]
    note = (
        "A planned day books nobody by itself. When a course is due does not follow from the plan."
    )
    return Table(
        "Planned courses",
        columns,
        body,
        caption_hidden=True,
        note=note,
        empty=Empty("No course is planned yet."),
    )


def _actions(row: CoursePlan, today: dt.date) -> list[Action]:
    hidden = f" {row.course.title}, {short_date(row.effective_on)}"
    names = {"Book everybody": "book_intake"} if row.effective_on >= today else {}
    names |= {"Take out": "drop_plan"}
    return [
        Action(label, reverse(f"learners:{name}", args=[row.public_id]), "link", hidden)
        for label, name in names.items()
    ]


def plan_rows(plan: CoursePlan) -> list[SummaryRow]:
    """Return the rows that describe a planned day."""
    return [
        SummaryRow("Intake", f"{plan.cohort}, {plan.region}"),
        SummaryRow("Course", str(plan.course)),
        SummaryRow("Day", date_gov(plan.effective_on)),
        SummaryRow(
            "Delivery", Delivery(plan.delivery).label if plan.delivery else "", empty="Not said"
        ),
    ]


def booking_rows(plan: CoursePlan, chosen: Sequence[Person], learners: int) -> list[SummaryRow]:
    """Return what booking everybody would do: who is booked, and how many are left as they are."""
    names: Any = ", ".join(f"{person.name} ({person.staff_number})" for person in chosen)
    return [
        *plan_rows(plan),
        SummaryRow("To be booked", number(len(chosen))),
        SummaryRow("Who", names, empty="Nobody"),
        SummaryRow("Left as they are", number(learners - len(chosen))),
    ]
