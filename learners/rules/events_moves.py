"""The table of legal status changes: which event may follow which status."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Protocol, TypeVar

DUE_TO_START, DID_NOT_START = "due_to_start", "did_not_start"
ACTIVE, DEFERRED, WITHDRAWN, COMPLETED = "active", "deferred", "withdrawn", "completed"

#: For each status, the events that may follow and the status they lead to. A withdrawal before the
#: start means that the learner did not start. Nothing follows an ending.
MOVES: dict[str, dict[str, str]] = {
    DUE_TO_START: {"started": ACTIVE, "did_not_start": DID_NOT_START, "withdrawn": DID_NOT_START},
    ACTIVE: {"deferred": DEFERRED, "withdrawn": WITHDRAWN, "completed": COMPLETED},
    DEFERRED: {"resumed": ACTIVE, "withdrawn": WITHDRAWN},
    DID_NOT_START: {},
    WITHDRAWN: {},
    COMPLETED: {},
}

#: The order of events on one day.
RANK = {
    kind: rank
    for rank, kind in enumerate(
        ["started", "did_not_start", "deferred", "resumed", "withdrawn", "completed"]
    )
}
STATUS_EVENTS = frozenset(RANK)
ENDED = frozenset({DID_NOT_START, WITHDRAWN, COMPLETED})

WORDS = {
    DUE_TO_START: "due to start",
    DID_NOT_START: "recorded as not having started",
    ACTIVE: "on the programme",
    DEFERRED: "on a break",
    WITHDRAWN: "withdrawn",
    COMPLETED: "recorded as having completed",
}
EVENT_WORDS = {
    "started": "start",
    "did_not_start": "be recorded as not having started",
    "deferred": "go on a break",
    "resumed": "come back from a break",
    "withdrawn": "withdraw",
    "completed": "complete",
}


class StatusEvent(Protocol):
    """An event as the rules read it."""

    kind: str
    effective_on: dt.date
    id: int | None


Event = TypeVar("Event", bound=StatusEvent)


def in_order(events: Iterable[Event]) -> list[Event]:
    """Return events in order of date, then of `RANK`, then of recording.

    Events that are not recorded yet come last.
    """
    return sorted(
        events,
        key=lambda event: (
            event.effective_on,
            RANK.get(event.kind, -1),
            event.id is None,
            event.id or 0,
        ),
    )


def follow(status: str, kind: str) -> str | None:
    """Return the status that an event leads to from `status`, or None if it may not follow."""
    return MOVES[status].get(kind)


def first_illegal(events: Iterable[StatusEvent]) -> tuple[StatusEvent, str] | None:
    """Return the first status event that may not follow, with the status it met; None if all may."""
    status = DUE_TO_START
    for event in in_order(event for event in events if event.kind in STATUS_EVENTS):
        after = follow(status, event.kind)
        if after is None:
            return event, status
        status = after
    return None


def explain(kind: str, status: str) -> str:
    """Return a sentence that says why an event of that kind does not fit a learner of that status."""
    allowed = [
        EVENT_WORDS[move]
        for move in MOVES[status]
        if not (status == DUE_TO_START and move == "withdrawn")
    ]
    may = (
        f" They may only {' or '.join(allowed)}."
        if allowed
        else " Nothing may follow that, unless it is undone first."
    )
    return f"The learner is {WORDS[status]} on that date, so they cannot {EVENT_WORDS[kind]}.{may}"
