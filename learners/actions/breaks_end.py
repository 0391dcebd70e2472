"""End a break."""

from __future__ import annotations

import datetime as dt
from typing import Any

from learners.actions.events import changing
from learners.models import Enrolment, Event


def resume(*, by: Any, enrolment: Enrolment, on: dt.date, note: str = "") -> Event:
    """Record that the learner is back from a day on.

    Every date ahead moves by the days of the break.
    """
    with changing(enrolment, by=by) as history:
        return history.add("resumed", on, note=note)
