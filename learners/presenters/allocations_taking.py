"""Somebody who takes a role, in words: their name, their place, and their number of people."""

from __future__ import annotations

from collections.abc import Sequence

from learners.facts.allocations import Choice
from pqip.core.formats import plural
from pqip.govuk.pages import SummaryRow


def rows(choice: Choice) -> list[SummaryRow]:
    """Return the rows that show who it is, before anything is saved."""
    return [
        SummaryRow("Who takes it", f"{choice.person.name}, {choice.person.staff_number}"),
        SummaryRow("Where they are", place(choice), empty="Not recorded"),
        SummaryRow("Has the role now for", load(choice)),
    ]


def warning(choice: Choice, more: int, notes: Sequence[str]) -> str:
    """Return what the user should know about the choice; empty if there is nothing."""
    over = (
        f"{choice.person.name} would have {choice.load + more} where the target is {choice.target}."
    )
    return " ".join(([over] if choice.over(more) else []) + list(notes))


def option(choice: Choice) -> str:
    """Return the text for somebody in a list of choices."""
    return ", ".join(part for part in (choice.person.name, place(choice), load(choice)) if part)


def place(choice: Choice) -> str:
    """Return their unit, or else their region, or the organisation they come from."""
    person = choice.person
    return str(person.pdu or person.region or person.organisation or "")


def load(choice: Choice) -> str:
    """Return their number of people and their target, such as *12 people of 16*."""
    of = "" if choice.target is None else f" of {choice.target}"
    return f"{plural(choice.load, 'person', 'people')}{of}"
