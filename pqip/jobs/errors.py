"""How a handler says that a job cannot go on."""

from __future__ import annotations

import datetime as dt


class GiveUp(Exception):
    """Trying again would not help: the job is parked at once with this plain message."""


class NotYet(Exception):
    """Not possible at the moment, through no fault of the job: it waits `again_in` and loses no attempt."""

    def __init__(self, message: str, again_in: dt.timedelta) -> None:
        super().__init__(message)
        self.again_in = again_in


class LeaseLost(Exception):
    """Another worker has taken the job over. Whoever sees this must not commit."""
