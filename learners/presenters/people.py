"""Who looks after a learner, as a table."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

from django.urls import reverse

from learners.models import Allocation, Enrolment
from pqip.govuk.formats import short_date
from pqip.govuk.pages import Action, Empty, Tag
from pqip.govuk.tables import Cell, Column, Table
from workforce.models import Person


def allocations_table(rows: Iterable[Allocation], today: dt.date, *, may_end: bool, back: Any) -> Table:
    """Role by role, latest first; those who may end, correct or undo them."""
    columns = [
        Column("Role"),
        Column("Who"),
        Column("From"),
        Column("Last day"),
        Column("Status"),
        Column("Actions", hidden=True),
    ]
    body = [
        [
            Cell(row.get_role_display(), second=f"unit {row.unit}" if row.unit else ""),
            Cell(row.other.name, second=row.other.staff_number),
            short_date(row.effective_on),
            short_date(row.ended_on),
            _state(row, today),
            Cell(actions=_actions(row, back) if may_end else ()),
        ]
        for row in rows
    ]
    return Table("People", columns, body, caption_hidden=True, empty=Empty("Nobody is allocated yet."))


def handover_table(rows: Iterable[Enrolment], held: Mapping[int, Allocation], other: Person) -> Table:
    """Learners who get somebody else: who has the role now, and who would."""
    body = [
        [Cell(row.person.name, second=row.person.staff_number),
         Cell(held[row.person_id].other.name if row.person_id in held else "", empty="Nobody"), other.name]
        for row in rows
    ]
    return Table("What changes", [Column("Learner"), Column("Now"), Column("Then")], body)


def _actions(row: Allocation, back: Any) -> list[Action]:
    end = {"End": "end_allocation"} if row.ended_on is None else {}
    return [
        Action(label, reverse(f"learners:{name}", args=[back, row.public_id]), "link", f" allocation of {row.other.name}")
        for label, name in {**end, "Correct": "correct_allocation", "Undo": "undo_allocation"}.items()
    ]


def _state(row: Allocation, today: dt.date) -> Tag:
    if row.effective_on > today:
        return Tag("Planned", "blue")
    return Tag("Ended", "grey") if row.ended_on and row.ended_on < today else Tag("Current", "green")
