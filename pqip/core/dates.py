"""Plausible dates, and dates and instants as typed on a command line."""

from __future__ import annotations

import datetime as dt

from pqip.core.clock import london
from pqip.core.errors import RuleBroken

#: No date of the programme and nobody's birth lies outside. Forms, files, addresses, commands and the database
#: (`core_dates` in guards.py) refuse other dates.
EARLIEST, LATEST = dt.date(1900, 1, 1), dt.date(2199, 12, 31)
BETWEEN = f"from {EARLIEST.year} to {LATEST.year}"


def is_plausible(date: dt.date) -> bool:
    """Return whether a date is plausible."""
    return EARLIEST <= date <= LATEST


def parse_date(text: str) -> dt.date:
    """Return the date of a text YYYY-MM-DD. Raises RuleBroken for any other text or an implausible date."""
    try:
        date = dt.date.fromisoformat(text)
    except ValueError:
        raise RuleBroken(f'"{text}" is not a date. Write it as YYYY-MM-DD.') from None
    if not is_plausible(date):
        raise RuleBroken(f'"{text}" is out of range. Use a date {BETWEEN}.')
    return date


def parse_instant(text: str) -> dt.datetime:
    """Return the instant of an ISO date-time, in London time where it has no zone.

    Raises RuleBroken as `parse_date` does.
    """
    try:
        typed = dt.datetime.fromisoformat(text)
    except ValueError:
        raise RuleBroken(
            f'"{text}" is not a date and time. Write it as YYYY-MM-DDTHH:MM.'
        ) from None
    if not is_plausible(typed.date()):
        raise RuleBroken(f'"{text}" is out of range. Use a date {BETWEEN}.')
    return london(typed)
