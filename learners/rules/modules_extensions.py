"""Rules for a request to the university for more time for a module attempt, and for its answer."""

from __future__ import annotations

import datetime as dt

from pqip.core.errors import RuleBroken


def check_asked(
    *,
    due: dt.date | None,
    handed_in: dt.date | None,
    outcome: str,
    asked_on: dt.date,
    asked_until: dt.date,
    today: dt.date,
) -> None:
    """Raise RuleBroken unless a learner may ask for more time for an attempt.

    Refused is a request for work that is not due or is handed in, and one that gains no time.
    """
    if asked_on > today:
        raise RuleBroken("They cannot have asked on a day to come.", "on")
    if outcome != "pending" or handed_in is not None:
        raise RuleBroken(
            "This attempt has been handed in. More time is asked for one that is still to come.",
            "attempt",
        )
    if due is None:
        raise RuleBroken("Record when the attempt is due first.", "attempt")
    if asked_until <= due:
        raise RuleBroken("The day asked for must be later than the day it is due.", "asked_until")


def check_answered(*, asked_on: dt.date, answered_on: dt.date, today: dt.date) -> None:
    """Raise RuleBroken for an answer before the request, or on a day to come."""
    if answered_on < asked_on:
        raise RuleBroken("The answer cannot come before the request.", "answered_on")
    if answered_on > today:
        raise RuleBroken("The answer cannot have come on a day to come.", "answered_on")
