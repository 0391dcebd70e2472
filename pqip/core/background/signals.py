"""Signals about background work: `pqip.jobs` sends them, and `pqip.messages.telling` writes to administrators."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.dispatch import Signal


@dataclass(frozen=True)
class QueueHealth:
    """How long the oldest due work of a queue has waited for a worker, how much waits, and how long it may wait."""

    name: str
    oldest: dt.timedelta | None
    waiting: int
    limit: dt.timedelta

    @property
    def is_late(self) -> bool:
        return self.oldest is not None and self.oldest > self.limit


#: Sent when a job is set aside (`job`), within the same transaction.
set_aside = Signal()

#: Sent when the oldest work of a queue has waited too long (`queue`, a `QueueHealth`); only once until the queue has
#: recovered.
fell_behind = Signal()

#: Sent when the clock has jumped ahead (`seconds`), so that schedules wait.
clock_jumped = Signal()
