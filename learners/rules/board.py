"""The progression board: the order of referrals and decisions, the outcomes, and the time to
appeal.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Iterator
from itertools import groupby
from typing import Any

from pqip.core.errors import RuleBroken

#: Days after a decision within which a learner may appeal (assumed; not from the service).
APPEAL_DAYS = 28
#: The kind of event that refers a learner, and the kind that answers it.
KINDS = REFERRED, DECIDED = "referred_to_board", "board_decision"
#: The permission of members of the national board, who hear cases. Regions refer learners and
#: decide nothing.
HEAR = "learners.hear_board"
Key = tuple[str, dt.date]


def walk(events: Iterable[Any]) -> Iterator[tuple[Any, RuleBroken]]:
    """Yield each event of the board that does not follow from those before it, with what is wrong.

    Only one referral waits at a time. A decision answers the referral that waits, on the same day
    or later, and the next referral comes on a day after the decision. On one day the decision comes
    first if a referral waits from an earlier day; otherwise the referral does. The order of
    recording does not matter, because either may be recorded late. An event that does not follow is
    left out of account.
    """
    in_order = sorted(
        (event for event in events if event.kind in KINDS), key=lambda event: event.effective_on
    )
    waits, decided_on = False, None
    for day, todays in groupby(in_order, key=lambda event: event.effective_on):
        first = DECIDED if waits else REFERRED
        for event in sorted(todays, key=lambda event: event.kind != first):
            broken = _broken(event, decided_on, waits=waits)
            if broken is not None:
                yield event, broken
            elif event.kind == REFERRED:
                waits = True
            else:
                waits, decided_on = False, day


def at_fault(events: Iterable[Any]) -> set[Key]:
    """Return the keys of recorded events of the board that do not follow.

    They do not prevent a later change that leaves them as they are.
    """
    return {key(event) for event, _ in walk(events)}


def key(event: Any) -> Key:
    """Return what identifies an event within its enrolment: its kind and its day."""
    return event.kind, event.effective_on


def _broken(event: Any, decided_on: dt.date | None, *, waits: bool) -> RuleBroken | None:
    if event.kind == DECIDED and not waits:
        return RuleBroken(
            "There is no referral to the board on or before that date that waits.", "effective_on"
        )
    if event.kind == REFERRED and waits:
        return RuleBroken(
            "A referral to the board waits already on that date. Record what else there is as a paper of it.",
            "effective_on",
        )
    if event.kind == REFERRED and event.effective_on == decided_on:
        return RuleBroken(
            "The board decided on that date. Another referral is made on a later one.",
            "effective_on",
        )
    return None


def check_outcome(outcome: str, known: Collection[str]) -> None:
    """Raise RuleBroken unless the outcome is one that the board may choose."""
    if outcome not in known:
        raise RuleBroken("Choose an outcome from the list.", "board_outcome")


def last_day_to_appeal(decided_on: dt.date, days: int) -> dt.date:
    """Return the last day on which the learner may appeal."""
    return decided_on + dt.timedelta(days=days)


def check_appeal(on: dt.date, decided_on: dt.date, days: int) -> None:
    """Raise RuleBroken for an appeal before the decision or after the last day to appeal."""
    if on < decided_on:
        raise RuleBroken("An appeal cannot come before the decision.", "on")
    if on > last_day_to_appeal(decided_on, days):
        raise RuleBroken(f"An appeal is made within {days} days of the decision.", "on")
