"""The words the rules speak in: a piece of evidence and what was decided of it. Pure, and cheap to make by the thousand."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from typing import Any, NamedTuple

AGREED = "agreed"
RETURNED = "returned"
DISAGREED = "disagreed"


class Decided(NamedTuple):
    """A decision and what became of it. `met` and `not_met` hold keys of criteria."""

    key: int
    decided_on: dt.date
    number: int
    met: list[int]
    not_met: list[int]
    is_needed: bool
    outcome: str | None = None
    outcome_on: dt.date | None = None

    @property
    def order(self) -> tuple[dt.date, int, int]:
        """Later decisions on the same evidence take the place of earlier ones in this order."""
        return self.decided_on, self.number, self.key

    @property
    def final_on(self) -> dt.date | None:
        """The day it became final: the day decided, or, where it needs a countersignature, the day that was agreed.

        Disagreed makes it final too; what was disagreed with stands in `not_met` then.
        """
        if not self.is_needed:
            return self.decided_on
        return self.outcome_on if self.outcome in (AGREED, DISAGREED) else None


def decided(*stated: Any, disagreed: Collection[int] | None) -> Decided:
    """A decision as it counts: what its countersigner disagreed with is not yet met, where one was needed."""
    one = Decided(*stated)
    if not (disagreed and one.is_needed):
        return one
    against = set(disagreed)
    return one._replace(met=[key for key in one.met if key not in against], not_met=[*one.not_met, *disagreed])


class Piece(NamedTuple):
    """A piece of evidence as submitted, with its decisions in order."""

    key: int
    submitted_on: dt.date
    decisions: list[Decided]


class Stretch(NamedTuple):
    """A stretch of time in which something (a criterion, a unit) held: from a day up to, not including, another."""

    key: int
    from_on: dt.date
    to_on: dt.date | None
