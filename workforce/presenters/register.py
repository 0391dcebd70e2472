"""Somebody's entries in the professional register, in words and tables."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from django.urls import reverse

from pqip.core.formats import short_date
from pqip.govuk.pages import Action, Empty, Tag
from pqip.govuk.tables import Cell, Column, Table
from workforce.models import Person, RegisterChange
from workforce.rules.register import ACTIVE, LAPSED, REMOVED

if TYPE_CHECKING:
    from workforce.facts.register import EntryWithState

TAGS = {
    ACTIVE: Tag("Active", "green"),
    LAPSED: Tag("Lapsed", "yellow"),
    REMOVED: Tag("Removed", "grey"),
}
LACKS = "They hold a post that needs the qualification as a probation officer, and have no active entry in the register."


def entries_of(
    person: Person,
    entries: list[EntryWithState],
    history: Iterable[RegisterChange],
    *,
    lacks: bool,
    may_change: bool,
) -> dict[str, Any]:
    """Return what a person's page shows about the register."""
    changes = list(history)
    return {
        "register": register_table(person, entries, may_change=may_change),
        "lacks": LACKS if lacks else "",
        "register_history": history_table(person, changes, may_change=may_change)
        if changes
        else None,
    }


def declared(row: EntryWithState) -> Cell:
    """Return a cell with the day of the last declaration."""
    return Cell(short_date(row.declared_on) if row.declared_on else "", empty="Not recorded")


def register_table(person: Person, entries: list[EntryWithState], *, may_change: bool) -> Table:
    """Return a table of somebody's entries as they are today."""
    columns = [
        Column("Award"),
        Column("Qualified"),
        Column("Entered"),
        Column("Status"),
        Column("Development declared"),
        Column("Actions", hidden=True),
    ]
    rows = [
        [
            Cell(
                row.get_award_type_display(),
                second="by the programme" if row.from_programme else "",
            ),
            short_date(row.qualified_on),
            short_date(row.effective_on),
            Cell(f"Since {short_date(row.since)}", tags=[TAGS[row.status]]),
            declared(row),
            Cell(actions=_steps(person, row) if may_change else []),
        ]
        for row in entries
    ]
    return Table(
        "Professional register",
        columns,
        rows,
        empty=Empty("Not entered in the professional register."),
    )


def history_table(person: Person, changes: list[RegisterChange], *, may_change: bool) -> Table:
    """Return a table of the changes of their entries, the latest first."""
    columns = [
        Column("What happened"),
        Column("Award"),
        Column("On"),
        Column("Actions", hidden=True),
    ]
    rows = [
        [
            row.get_kind_display(),
            row.award_type,
            short_date(row.effective_on),
            Cell(
                actions=[
                    Action(
                        "Undo",
                        reverse(
                            "workforce:undo_register_change", args=[person.public_id, row.public_id]
                        ),
                        "link",
                        hidden=f"{row.get_kind_display()} of {short_date(row.effective_on)}",
                    )
                ]
                if may_change
                else []
            ),
        ]
        for row in changes
    ]
    return Table("What happened to the entries", columns, rows)


def _steps(person: Person, row: EntryWithState) -> list[Action]:
    named = {"Change status": "register_status", "Record a declaration": "declare_cpd"}
    named |= {} if row.from_programme else {"Correct": "correct_register", "Undo": "undo_register"}
    where = [person.public_id, row.award_type]
    about = row.award_type
    return [
        Action(label, reverse(f"workforce:{name}", args=where), "link", hidden=about)
        for label, name in named.items()
    ]
