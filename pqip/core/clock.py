"""The one clock. Instants are UTC; dates are those of Europe/London."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

from django.utils import timezone

LONDON = ZoneInfo("Europe/London")


def now() -> dt.datetime:
    """Return the present instant, aware, in UTC."""
    return timezone.now()


def today() -> dt.date:
    """Return today's date in London, as at which everything is shown by default."""
    return timezone.now().astimezone(LONDON).date()


def london(value: dt.datetime) -> dt.datetime:
    """Return `value` in London time; a naive value is taken to be London time already."""
    if timezone.is_naive(value):
        return value.replace(tzinfo=LONDON)
    return value.astimezone(LONDON)
