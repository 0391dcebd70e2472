"""Allocations while a file is gone through: who holds a role when, and what a row makes of it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass

from learners.models import Allocation

DAY = dt.timedelta(days=1)


@dataclass
class Held:
    """`other` has the role from `since` to `until` (None: it lasts); `id` is None until it is recorded."""

    id: int | None
    other: int
    since: dt.date
    until: dt.date | None

    def covers(self, day: dt.date) -> bool:
        return self.since <= day and (self.until is None or self.until >= day)


class Role:
    """Everybody who has one role for one person, and what is to be voided of it."""

    def __init__(self) -> None:
        self.rows: list[Held] = []
        self.voided: list[int] = []

    def on(self, day: dt.date) -> Held | None:
        """Who has it on a day."""
        return next((row for row in self.rows if row.covers(day)), None)

    def ever(self, other: int) -> bool:
        """Whether somebody has it at any time."""
        return any(row.other == other for row in self.rows)

    def hand_over(self, other: int, day: dt.date) -> Held:
        """`other` has it from `day`, as long as whoever had it then, or until the next who has it. Returns what they have."""
        current = self.on(day)
        if current is None:
            later = min((row.since for row in self.rows if row.since > day), default=None)
            taken = Held(None, other, day, later - DAY if later else None)
        else:
            self._drop(current)
            if current.since < day:
                self.rows.append(Held(None, current.other, current.since, day - DAY))
            taken = Held(None, other, day, current.until)
        self.rows.append(taken)
        return taken

    def _drop(self, row: Held) -> None:
        self.rows.remove(row)
        if row.id is not None:
            self.voided.append(row.id)

    def take_new(self) -> list[Held]:
        """What is to be recorded; asked for once."""
        new = [row for row in self.rows if row.id is None]
        for row in new:
            row.id = 0
        return new


def roles_of(people: Collection[int], roles: Collection[str]) -> dict[tuple[int, str], Role]:
    """General (not one unit's) live allocations by person and role."""
    found: dict[tuple[int, str], Role] = {}
    rows = Allocation.objects.live().filter(person_id__in=people, role__in=roles, unit=None)
    for person, role, *values in rows.values_list("person_id", "role", "id", "other_id", "effective_on", "ended_on"):
        found.setdefault((person, role), Role()).rows.append(Held(*values))
    return found
