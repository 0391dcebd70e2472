"""A trainee assessor's route to the award: by when it is due (rule C3 53), and what the portfolio must hold (rule C3 55)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from learners.rules.dates import add_months

#: How each part of the portfolio is stored. Files do not state a part: a reflective account is recognised by its
#: method.
REFLECTION, CPD = "reflection", "cpd"
METHOD_OF = {"reflective_account": REFLECTION}
#: The most hours one entry of professional development may have; a higher number is taken for a typing mistake.
MOST_HOURS = Decimal(60)


@dataclass(frozen=True)
class Way:
    """A person's route to the award: when they registered, are to achieve it, and did."""

    registered_on: dt.date | None = None
    target_on: dt.date | None = None
    achieved_on: dt.date | None = None
    months: int = 12

    @property
    def due_on(self) -> dt.date | None:
        """Return the target date, or the registration date plus the usual months; None without either."""
        if self.target_on or self.registered_on is None:
            return self.target_on
        return add_months(self.registered_on, self.months)

    def days_left(self, on: dt.date) -> int | None:
        """Return the days until it is due, negative once that has passed; None once achieved, or where there is no due
        date.
        """
        return None if self.achieved_on or self.due_on is None else (self.due_on - on).days


@dataclass(frozen=True)
class PortfolioPiece:
    """A piece of evidence in the portfolio: its part where it states one, its method, and whether it was decided."""

    part: str
    method: str
    is_decided: bool


@dataclass(frozen=True)
class PartContent:
    """What a part of the portfolio holds."""

    part: str
    pieces: int = 0
    decided: int = 0
    entries: int = 0

    @property
    def is_there(self) -> bool:
        return bool(self.pieces or self.entries)


def portfolio(
    parts: Iterable[str], pieces: Iterable[PortfolioPiece], entries: int
) -> list[PartContent]:
    """Return what each part holds, in order.

    `entries` is the number of entries in the record of professional development.
    """
    of_each: dict[str, list[PortfolioPiece]] = {part: [] for part in parts}
    for one in pieces:
        part = one.part or METHOD_OF.get(one.method, "")
        if part in of_each:
            of_each[part].append(one)
    return [
        PartContent(
            part, len(held), sum(one.is_decided for one in held), entries if part == CPD else 0
        )
        for part, held in of_each.items()
    ]
