"""By what clock background work goes: the database's, which every process shares, and which may be put back.

A host whose clock ran ahead leaves instants in the rows that its right clock reaches hours or years later. None of them
is believed: what lies further ahead than it can is put right (`pqip/jobs/sweeping.py`, `pqip/jobs/schedules.py`).
"""

from __future__ import annotations

import datetime as dt
import time

from django.conf import settings
from django.db import connection

#: A clock put back by less than this is being corrected as clocks are; what it has seen counts.
SLACK = dt.timedelta(minutes=15)

#: The longest a job is put off at a time; a later instant was written by a clock that ran ahead.
LONGEST_WAIT = dt.timedelta(hours=1)


def now() -> dt.datetime:
    """The present instant by the database's clock, aware, in UTC."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        return cursor.fetchone()[0]


class Steadiness:
    """Whether the clock goes as time does, asked again and again by one process.

    One that jumps ahead is doubted for `JOB_CLOCK_DOUBT_SECONDS`, or until it is put back: an hour of schedules, or ten years
    of them, would otherwise be done at once, and files deleted before their time.
    """

    #: A jump of fewer seconds is none.
    LEAST = 60.0

    def __init__(self) -> None:
        self.seen: tuple[dt.datetime, float] | None = None
        self.doubted_until: float | None = None

    def jumped(self, instant: dt.datetime) -> float:
        """By how many seconds the clock went ahead of time since it was last asked; negative where it was put back."""
        at = time.monotonic()
        jump = (instant - self.seen[0]).total_seconds() - (at - self.seen[1]) if self.seen else 0.0
        self.seen = (instant, at)
        if jump > self.LEAST:
            self.doubted_until = at + settings.JOB_CLOCK_DOUBT_SECONDS
        elif jump < -self.LEAST:
            self.doubted_until = None
        return jump if abs(jump) > self.LEAST else 0.0

    @property
    def is_doubted(self) -> bool:
        return self.doubted_until is not None and time.monotonic() < self.doubted_until
