"""Exceptions with which a handler reports that a job cannot go on."""

from __future__ import annotations

import datetime as dt


class GiveUp(Exception):
    """Trying again would not help: the job is parked at once, with this plain message."""


class NotYet(Exception):
    """The job cannot run at the moment, through no fault of its own: it waits `again_in` and no attempt is counted."""

    def __init__(self, message: str, again_in: dt.timedelta) -> None:
        super().__init__(message)
        self.again_in = again_in


class LeaseLost(Exception):
    """Another worker has taken over the job. Code that gets this must not commit."""
