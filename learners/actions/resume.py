"""End a break."""

from __future__ import annotations

import datetime as dt
from typing import Any

from learners.actions.changing import changing
from learners.models import Enrolment, Event


def resume(*, by: Any, enrolment: Enrolment, on: dt.date, note: str = "") -> Event:
    """The learner is back from that day on; every date ahead has moved by the days of the break."""
    with changing(enrolment, by=by) as history:
        return history.add("resumed", on, note=note)
