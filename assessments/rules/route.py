"""A trainee assessor's route to the award: by when it is due (rule C3 53), and what the portfolio must hold (rule C3 55)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from learners.rules.dates import add_months

#: What each part of the portfolio is kept as. Files do not say a part: the way it was gathered tells a reflective account.
REFLECTION, CPD = "reflection", "cpd"
METHOD_OF = {"reflective_account": REFLECTION}
#: Hours of one entry of professional development: more is a slip of the keyboard.
MOST_HOURS = Decimal(60)


@dataclass(frozen=True)
class Way:
    """When somebody registered for the award, by when they are to achieve it, and when they did."""

    registered_on: dt.date | None = None
    target_on: dt.date | None = None
    achieved_on: dt.date | None = None
    months: int = 12

    @property
    def due_on(self) -> dt.date | None:
        """The target set, or so many months after registering."""
        if self.target_on or self.registered_on is None:
            return self.target_on
        return add_months(self.registered_on, self.months)

    def days_left(self, on: dt.date) -> int | None:
        """Days until it is due, below 0 once that has passed; None once achieved, or where nothing is due."""
        return None if self.achieved_on or self.due_on is None else (self.due_on - on).days


@dataclass(frozen=True)
class Shown:
    """A piece of evidence in the portfolio: its part where it says one, how it was gathered, and whether it was decided."""

    part: str
    method: str
    is_decided: bool


@dataclass(frozen=True)
class Held:
    """What a part of the portfolio holds."""

    part: str
    pieces: int = 0
    decided: int = 0
    entries: int = 0

    @property
    def is_there(self) -> bool:
        return bool(self.pieces or self.entries)


def portfolio(parts: Iterable[str], pieces: Iterable[Shown], entries: int) -> list[Held]:
    """What each part holds, in order; `entries` of the record of professional development count for its part."""
    of_each: dict[str, list[Shown]] = {part: [] for part in parts}
    for one in pieces:
        part = one.part or METHOD_OF.get(one.method, "")
        if part in of_each:
            of_each[part].append(one)
    return [
        Held(part, len(held), sum(one.is_decided for one in held), entries if part == CPD else 0)
        for part, held in of_each.items()
    ]
