"""The progression board: what may be decided, and by when a decision may be appealed."""

from __future__ import annotations

import datetime as dt

from pqip.core.errors import RuleBroken

#: Days after a decision within which a learner may appeal (assumed; not from the service).
APPEAL_DAYS = 28


def last_day_to_appeal(decided_on: dt.date, days: int) -> dt.date:
    """The last day on which an appeal may be made."""
    return decided_on + dt.timedelta(days=days)


def check_appeal(on: dt.date, decided_on: dt.date, days: int) -> None:
    """An appeal is made on or after the decision, and on or before the last day for it."""
    if on < decided_on:
        raise RuleBroken("An appeal cannot come before the decision.", "on")
    if on > last_day_to_appeal(decided_on, days):
        raise RuleBroken(f"An appeal is made within {days} days of the decision.", "on")
