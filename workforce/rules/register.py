"""What an entry in the professional register may state, and which change may follow which (rule C4
71).

Renewal periods and hours of professional development are not published, so none are required: the
last declaration is shown.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from pqip.core.errors import RuleBroken

ACTIVE, LAPSED, REMOVED, CPD = "active", "lapsed", "removed", "cpd_declared"
WORDS = {ACTIVE: "active", LAPSED: "lapsed", REMOVED: "removed"}


@dataclass(frozen=True)
class Change:
    """A change of an entry's status, or a declaration, on a day."""

    kind: str
    on: dt.date


@dataclass(frozen=True)
class EntryState:
    """The status of an entry on a day and since when, and its last declaration."""

    status: str
    since: dt.date
    declared_on: dt.date | None


def check_entry(qualified_on: dt.date, entered_on: dt.date, today: dt.date) -> None:
    """Raise RuleBroken for an entry before the qualification, or on a day to come."""
    if entered_on < qualified_on:
        raise RuleBroken(
            "They can be entered in the register only once they are qualified.", "entered_on"
        )
    if entered_on > today:
        raise RuleBroken(
            "They cannot have been entered in the register on a day to come.", "entered_on"
        )


def check_changes(entered_on: dt.date, changes: Iterable[Change], today: dt.date) -> None:
    """Raise RuleBroken for a change before the entry or on a day to come, or to the status it
    already has.
    """
    ordered = sorted(changes, key=lambda one: one.on)
    for one in ordered:
        field = "cpd_declared_on" if one.kind == CPD else "status_on"
        if one.on < entered_on:
            raise RuleBroken("This cannot be before they were entered in the register.", field)
        if one.on > today:
            raise RuleBroken("This cannot be on a day to come.", field)
    status = ACTIVE
    for one in ordered:
        if one.kind == CPD:
            continue
        if one.kind == status:
            raise RuleBroken(f"Their entry is {WORDS[status]} on that day already.", "status_on")
        status = one.kind


def entry_state(entered_on: dt.date, changes: Sequence[Change], on: dt.date) -> EntryState:
    """Return the status of an entry on a day, which is not before the entry."""
    past = sorted((one for one in changes if one.on <= on), key=lambda one: one.on)
    statuses = [one for one in past if one.kind != CPD]
    declared = [one.on for one in past if one.kind == CPD]
    last = statuses[-1] if statuses else Change(ACTIVE, entered_on)
    return EntryState(last.kind, last.on, declared[-1] if declared else None)
