"""What would move if something happened: events that nobody has recorded, and milestones compared."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from learners.rules.milestones import Milestone


@dataclass(frozen=True)
class Supposed:
    """An event that is supposed and not recorded, with the attributes that the rules read."""

    kind: str
    effective_on: dt.date
    to_pathway_id: int | None = None
    to_region_id: int | None = None
    to_pdu_id: int | None = None
    to_cohort_id: int | None = None
    to_fte: Decimal | None = None
    expected_return: dt.date | None = None
    extended_to: dt.date | None = None
    id: int | None = None


@dataclass(frozen=True)
class Move:
    """A milestone before and after.

    `days` is the number of days by which it moves, positive for later; None if either date is not
    known.
    """

    title: str
    strand: str
    before: dt.date | None
    after: dt.date | None

    @property
    def days(self) -> int | None:
        """The number of days by which it moves, or None."""
        return (self.after - self.before).days if self.before and self.after else None


def a_break(on: dt.date, weeks: int) -> list[Supposed]:
    """Return the events of a break of that many whole weeks from a day."""
    return [Supposed("deferred", on), Supposed("resumed", on + dt.timedelta(weeks=weeks))]


def compare(before: Sequence[Milestone], after: Sequence[Milestone]) -> list[Move]:
    """Return the milestones of both sides in pairs, in the order of the dates they would have."""
    old, new = {each.code: each for each in before}, {each.code: each for each in after}
    moves = []
    for code in [*new, *(code for code in old if code not in new)]:
        shown = new.get(code) or old[code]
        dates = (old[code].on if code in old else None, new[code].on if code in new else None)
        moves.append(Move(shown.title, shown.strand, *dates))
    return moves
