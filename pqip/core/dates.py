"""Which dates can be meant at all, and dates and instants as people type them on a command line."""

from __future__ import annotations

import datetime as dt

from pqip.core.clock import london
from pqip.core.errors import RuleBroken

#: No date of the programme, and nobody's birth, lies outside. Forms, files, addresses and commands refuse one that does,
#: and so does the database (`core_dates` in guards.py).
EARLIEST, LATEST = dt.date(1900, 1, 1), dt.date(2199, 12, 31)
BETWEEN = f"from {EARLIEST.year} to {LATEST.year}"


def is_plausible(date: dt.date) -> bool:
    """Whether a date can be meant."""
    return EARLIEST <= date <= LATEST


def parse_date(text: str) -> dt.date:
    """YYYY-MM-DD. Raises RuleBroken saying so, also for a date that cannot be meant."""
    try:
        date = dt.date.fromisoformat(text)
    except ValueError:
        raise RuleBroken(f'"{text}" is not a date. Write it as YYYY-MM-DD.') from None
    if not is_plausible(date):
        raise RuleBroken(f'"{text}" is out of range. Use a date {BETWEEN}.')
    return date


def parse_instant(text: str) -> dt.datetime:
    """A date-time in ISO form; without a zone it is London time. Raises RuleBroken as `parse_date`."""
    try:
        typed = dt.datetime.fromisoformat(text)
    except ValueError:
        raise RuleBroken(f'"{text}" is not a date and time. Write it as YYYY-MM-DDTHH:MM.') from None
    if not is_plausible(typed.date()):
        raise RuleBroken(f'"{text}" is out of range. Use a date {BETWEEN}.')
    return london(typed)
