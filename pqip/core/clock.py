"""The one clock. Instants are UTC; dates are those of Europe/London."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

from django.utils import timezone

LONDON = ZoneInfo("Europe/London")


def now() -> dt.datetime:
    """The present instant, aware, in UTC."""
    return timezone.now()


def today() -> dt.date:
    """Today's date in London, which is the date everything is as at."""
    return timezone.now().astimezone(LONDON).date()


def london(value: dt.datetime) -> dt.datetime:
    """`value` as London clocks show it; a naive value is taken to be London time already."""
    if timezone.is_naive(value):
        return value.replace(tzinfo=LONDON)
    return value.astimezone(LONDON)
