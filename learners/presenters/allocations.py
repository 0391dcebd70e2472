"""Who looks after a learner, as a table."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

from django.urls import reverse

from learners.models import Allocation
from learners.models.allocations import AllocationRole
from pqip.core.formats import short_date
from pqip.core.spans import is_over
from pqip.govuk.pages import Action, Empty, Tag
from pqip.govuk.tables import Cell, Column, Table
from workforce.models import Person

#: The actions on an allocation, with the URL names of those of a learner.
STEPS = {
    "End": "learners:end_allocation",
    "Correct": "learners:correct_allocation",
    "Undo": "learners:undo_allocation",
}
#: The same actions, with the URL names of those of an external quality assurer.
EXTERNAL_STEPS = {
    "End": "learners:end_external",
    "Correct": "learners:correct_external",
    "Undo": "learners:undo_external",
}


def allocations_table(
    rows: Iterable[Allocation],
    today: dt.date,
    *,
    steps: Mapping[str, str],
    back: Any,
    external: Mapping[str, str] | None = None,
) -> Table:
    """Return a table of allocations role by role, the latest first.

    `steps` gives the URL name of each action, whose address is made of `back` and the allocation;
    `external` gives those for external quality assurers.
    """
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
            Cell(
                actions=_actions(
                    row, steps if row.role != AllocationRole.EQA else external or {}, back
                )
            ),
        ]
        for row in rows
    ]
    return Table(
        "People", columns, body, caption_hidden=True, empty=Empty("Nobody is allocated yet.")
    )


def handover_table(
    people: Iterable[Person], held: Mapping[int, Allocation], other: Person
) -> Table:
    """Return a table of people who get somebody else: who has the role now, and who would have it."""
    body = [
        [
            Cell(one.name, second=one.staff_number),
            Cell(held[one.pk].other.name if one.pk in held else "", empty="Nobody"),
            other.name,
        ]
        for one in people
    ]
    return Table("What changes", [Column("Name"), Column("Now"), Column("Then")], body)


def _actions(row: Allocation, steps: Mapping[str, str], back: Any) -> list[Action]:
    return [
        Action(
            label,
            reverse(name, args=[back, row.public_id]),
            "link",
            f" allocation of {row.other.name}",
        )
        for label, name in steps.items()
        if label != "End" or row.ended_on is None
    ]


def _state(row: Allocation, today: dt.date) -> Tag:
    if row.effective_on > today:
        return Tag("Planned", "blue")
    return Tag("Ended", "grey") if is_over(row.ended_on, today) else Tag("Current", "green")
