"""The values on which the rules work: a piece of evidence and the decisions on it.

Immutable, and cheap to create by the thousand.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from typing import Any, NamedTuple

from pqip.core.errors import RuleBroken

AGREED = "agreed"
RETURNED = "returned"
DISAGREED = "disagreed"


def check_registered(submitted_on: dt.date, registered_on: dt.date | None) -> None:
    """Raise RuleBroken for evidence submitted before its candidate was registered."""
    if registered_on is not None and submitted_on < registered_on:
        raise RuleBroken(
            "Evidence cannot be submitted before the candidate was registered.", "submitted_on"
        )


def may_show(methods: Collection[str], method: str) -> bool:
    """Return True if evidence by `method` may show a criterion; `methods` are those it names, empty where any will do."""
    return not methods or method in methods


class Decided(NamedTuple):
    """A decision and its outcome. `met` and `not_met` hold keys of criteria."""

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
        """Return the sort key of decisions on the same evidence; a later decision replaces earlier ones."""
        return self.decided_on, self.number, self.key

    @property
    def final_on(self) -> dt.date | None:
        """Return the day it became final: the day decided or, where it needs a countersignature, the day of the
        outcome.

        None while it waits, and where it was returned. After a disagreement, the criteria disagreed with are in
        `not_met`.
        """
        if not self.is_needed:
            return self.decided_on
        return self.outcome_on if self.outcome in (AGREED, DISAGREED) else None


def decided(*stated: Any, disagreed: Collection[int] | None) -> Decided:
    """Return a decision as it counts: where a countersignature was needed, what the countersigner disagreed with is
    not yet met.
    """
    one = Decided(*stated)
    if not (disagreed and one.is_needed):
        return one
    against = set(disagreed)
    return one._replace(
        met=[key for key in one.met if key not in against], not_met=[*one.not_met, *disagreed]
    )


class Piece(NamedTuple):
    """A piece of evidence as submitted, with its decisions in order."""

    key: int
    submitted_on: dt.date
    decisions: list[Decided]


class Stretch(NamedTuple):
    """An interval in which a criterion was met or a unit achieved: from a day up to, but not including, another."""

    key: int
    from_on: dt.date
    to_on: dt.date | None
