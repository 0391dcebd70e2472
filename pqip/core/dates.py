"""Dates and instants as people type them on a command line."""

from __future__ import annotations

import datetime as dt

from pqip.core.clock import london
from pqip.core.errors import RuleBroken


def parse_date(text: str) -> dt.date:
    """YYYY-MM-DD. Raises RuleBroken saying so."""
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        raise RuleBroken(f'"{text}" is not a date. Write it as YYYY-MM-DD.') from None


def parse_instant(text: str) -> dt.datetime:
    """A date-time in ISO form; without a zone it is London time. Raises RuleBroken saying so."""
    try:
        return london(dt.datetime.fromisoformat(text))
    except ValueError:
        raise RuleBroken(f'"{text}" is not a date and time. Write it as YYYY-MM-DDTHH:MM.') from None
