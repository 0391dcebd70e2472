"""The clock of background work: the database's, which every process shares, and which may be set back.

A host whose clock was fast leaves instants in the rows that its corrected clock reaches hours or years later. None of them
is believed: an instant further ahead than possible is corrected (`pqip/jobs/sweeping.py`, `pqip/jobs/schedules.py`).
"""

from __future__ import annotations

import datetime as dt
import time

from django.conf import settings
from django.db import connection

#: Seconds. A clock set back by less than this is under ordinary correction, and instants from before still count.
SLACK = dt.timedelta(minutes=15)

#: The longest time for which a job is put off at once; a later instant was written by a fast clock.
LONGEST_WAIT = dt.timedelta(hours=1)


def now() -> dt.datetime:
    """Return the present instant by the database's clock, aware, in UTC."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        return cursor.fetchone()[0]


class Steadiness:
    """Checks, in one process, whether the clock advances steadily.

    A clock that jumps ahead is doubted for `JOB_CLOCK_DOUBT_SECONDS`, or until it is set back. Otherwise an hour of
    schedules, or ten years of them, would be done at once, and files would be deleted early.
    """

    #: A jump of fewer seconds is ignored.
    LEAST = 60.0

    def __init__(self) -> None:
        self.seen: tuple[dt.datetime, float] | None = None
        self.doubted_until: float | None = None

    def jumped(self, instant: dt.datetime) -> float:
        """Return how many seconds the clock has advanced beyond real time since the last call; negative where it was set
        back.
        """
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
