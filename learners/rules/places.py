"""One place at a time: nobody has a second place on the programme while one is open."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from learners.rules.events_moves import ENDED, STATUS_EVENTS, follow, in_order
from pqip.core.errors import RuleBroken
from pqip.core.formats import date_gov

#: Kinds of event that begin or end a place. Only these change the days on which it is held.
BOUNDS = frozenset({"enrolled", "started", "did_not_start", "withdrawn", "completed"})


@dataclass(frozen=True)
class PlacePeriod:
    """A place held on every day from `since` until the day before `until`; None means that it has
    no end.
    """

    since: dt.date
    until: dt.date | None

    def overlaps(self, other: PlacePeriod) -> bool:
        """Return True if both places are held on at least one day."""
        return self.since < (other.until or dt.date.max) and other.since < (
            self.until or dt.date.max
        )


def place_period(events: Iterable[Any]) -> PlacePeriod | None:
    """Return the days on which an enrolment holds a place, by its events.

    Return None if it ended before it began, or no event states when it begins.
    """
    ordered = in_order(events)
    bounds = {event.kind: event.effective_on for event in reversed(ordered)}
    since = bounds.get("started", bounds.get("enrolled"))
    until, status = None, "due_to_start"
    for event in ordered:
        if event.kind in STATUS_EVENTS and status not in ENDED:
            status = follow(status, event.kind) or status
            until = event.effective_on if status in ENDED else None
    if since is None or (until is not None and until <= since):
        return None
    return PlacePeriod(since, until)


def check_one_place(
    own: PlacePeriod | None, others: Iterable[PlacePeriod | None], field: str | None = None
) -> None:
    """Raise RuleBroken if a place would be held on a day on which the same person has another."""
    met = next(
        (each for each in others if each is not None and own is not None and own.overlaps(each)),
        None,
    )
    if met is None:
        return
    if met.until is None:
        raise RuleBroken("They are on the programme already. End that place first.", field)
    raise RuleBroken(
        f"They were on the programme already: another place of theirs ended on {date_gov(met.until)}. "
        "One place begins when the other has ended.",
        field,
    )
