"""Record that somebody with a place did not take it up."""

from __future__ import annotations

import datetime as dt
from typing import Any

from learners.actions.events import changing
from learners.models import Enrolment, Event


def did_not_start(
    *, by: Any, enrolment: Enrolment, on: dt.date, reason: str = "", note: str = ""
) -> Event:
    """Record that the place was given up on a day. A start recorded for a later day is voided."""
    with changing(enrolment, by=by) as history:
        return history.add("did_not_start", on, reason=reason, note=note)
