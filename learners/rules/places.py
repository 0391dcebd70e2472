"""One place at a time: nobody has a second place on the programme while one is open, whichever way it comes about."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from learners.rules.moves import ENDED, STATUS_EVENTS, follow, in_order
from pqip.core.errors import RuleBroken
from pqip.govuk.formats import date_gov

#: What a place begins and ends with: only these move its days.
BOUNDS = frozenset({"enrolled", "started", "did_not_start", "withdrawn", "completed"})


@dataclass(frozen=True)
class Held:
    """A place held on every day from `since` up to, not including, `until`; None: it lasts."""

    since: dt.date
    until: dt.date | None

    def meets(self, other: Held) -> bool:
        """Whether both are held on some day."""
        return self.since < (other.until or dt.date.max) and other.since < (self.until or dt.date.max)


def held(events: Iterable[Any]) -> Held | None:
    """The days an enrolment's events give its place; None where it ended before it began, or nothing states it."""
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
    return Held(since, until)


def check_one_place(own: Held | None, others: Iterable[Held | None], field: str | None = None) -> None:
    """Raise RuleBroken where a place would be held on a day on which the same person has another."""
    met = next((each for each in others if each is not None and own is not None and own.meets(each)), None)
    if met is None:
        return
    if met.until is None:
        raise RuleBroken("They are on the programme already. End that place first.", field)
    raise RuleBroken(
        f"They were on the programme already: another place of theirs ended on {date_gov(met.until)}. "
        "One place begins when the other has ended.", field
    )
