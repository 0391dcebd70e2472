"""Allocations while a file is processed: who has a role when, and what each row changes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass

from learners.models import Allocation

DAY = dt.timedelta(days=1)


@dataclass
class HeldRole:
    """`other` has the role from `since` to `until` (None: no end).

    `id` is None until it is recorded.
    """

    id: int | None
    other: int
    since: dt.date
    until: dt.date | None

    def covers(self, day: dt.date) -> bool:
        """Return True if the role is held on a day."""
        return self.since <= day and (self.until is None or self.until >= day)


class Role:
    """Everybody who has one role for one person, and the keys of rows to void."""

    def __init__(self) -> None:
        self.rows: list[HeldRole] = []
        self.voided: list[int] = []

    def on(self, day: dt.date) -> HeldRole | None:
        """Return the allocation that covers a day, or None."""
        return next((row for row in self.rows if row.covers(day)), None)

    def ever(self, other: int) -> bool:
        """Return True if somebody has the role at any time."""
        return any(row.other == other for row in self.rows)

    def hand_over(self, other: int, day: dt.date) -> HeldRole:
        """Give `other` the role from `day` and return the new allocation.

        It lasts as long as the one it replaces, or until the next person has the role.
        """
        current = self.on(day)
        if current is None:
            later = min((row.since for row in self.rows if row.since > day), default=None)
            new = HeldRole(None, other, day, later - DAY if later else None)
        else:
            self._drop(current)
            if current.since < day:
                self.rows.append(HeldRole(None, current.other, current.since, day - DAY))
            new = HeldRole(None, other, day, current.until)
        self.rows.append(new)
        return new

    def _drop(self, row: HeldRole) -> None:
        self.rows.remove(row)
        if row.id is not None:
            self.voided.append(row.id)

    def take_new(self) -> list[HeldRole]:
        """Return the allocations to record. Each is returned once only."""
        new = [row for row in self.rows if row.id is None]
        for row in new:
            row.id = 0
        return new


def roles_of(people: Collection[int], roles: Collection[str]) -> dict[tuple[int, str], Role]:
    """Return live allocations by person and role, without those of a single unit."""
    found: dict[tuple[int, str], Role] = {}
    rows = Allocation.objects.live().filter(person_id__in=people, role__in=roles, unit=None)
    for person, role, key, other, since, until in rows.values_list(
        "person_id", "role", "id", "other_id", "effective_on", "ended_on"
    ):
        found.setdefault((person, role), Role()).rows.append(HeldRole(key, other, since, until))
    return found
