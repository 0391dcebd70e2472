"""Record the first day."""

from __future__ import annotations

import datetime as dt
from typing import Any

from learners.actions.events import changing
from learners.models import Enrolment, Event
from learners.rules.entry import check_open


def start(*, by: Any, enrolment: Enrolment, on: dt.date, note: str = "") -> Event:
    """Record the learner's start. Raises RuleBroken if the pathway takes no starters on that day."""
    with changing(enrolment, by=by) as history:
        check_open(enrolment.pathway, on)
        return history.add("started", on, note=note)
