"""The progression board: what may be decided, and by when a decision may be appealed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable
from typing import Any

from pqip.core.errors import RuleBroken

#: Days after a decision within which a learner may appeal (assumed; not from the service).
APPEAL_DAYS = 28
#: A referral, and what closes it.
KINDS = ("referred_to_board", "board_decision")
#: Who hears cases: members of the national board. Regions refer, and may decide nothing.
HEAR = "learners.hear_board"


def open_referral(events: Iterable[Any], on: dt.date) -> Any | None:
    """The latest referral on or before a day, unless it was decided, on whatever day, before the next referral."""
    told = list(events)
    referred = sorted((event for event in told if event.kind == KINDS[0]), key=lambda event: event.effective_on)
    referral = next((event for event in reversed(referred) if event.effective_on <= on), None)
    if referral is None:
        return None
    following = next((event.effective_on for event in referred if event.effective_on > on), dt.date.max)
    decided = (event.effective_on for event in told if event.kind == KINDS[1])
    return None if any(referral.effective_on <= day < following for day in decided) else referral


def check_refers(events: Iterable[Any], on: dt.date) -> None:
    """One referral at a time: another is made once the board has decided, on a day after all that is on record of it."""
    told = list(events)
    if open_referral(told, on) is not None:
        raise RuleBroken("A referral to the board waits already. Record what else there is as a paper of it.", "effective_on")
    if any(event.kind in KINDS and event.effective_on >= on for event in told):
        raise RuleBroken(
            "A referral or a decision of the board is recorded on or after that day. Refer on a later one.", "effective_on"
        )


def check_referred(events: Iterable[Any], on: dt.date) -> None:
    """A decision answers a referral that waits."""
    if open_referral(events, on) is None:
        raise RuleBroken("There is no referral to the board on or before that date that waits.", "effective_on")


def check_outcome(outcome: str, known: Collection[str]) -> None:
    """The board decides one of what it may."""
    if outcome not in known:
        raise RuleBroken("Choose an outcome from the list.", "board_outcome")


def last_day_to_appeal(decided_on: dt.date, days: int) -> dt.date:
    """The last day on which an appeal may be made."""
    return decided_on + dt.timedelta(days=days)


def check_appeal(on: dt.date, decided_on: dt.date, days: int) -> None:
    """An appeal is made on or after the decision, and on or before the last day for it."""
    if on < decided_on:
        raise RuleBroken("An appeal cannot come before the decision.", "on")
    if on > last_day_to_appeal(decided_on, days):
        raise RuleBroken(f"An appeal is made within {days} days of the decision.", "on")
