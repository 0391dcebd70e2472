"""Give a learner longer."""

from __future__ import annotations

import datetime as dt
from typing import Any

from learners.actions.changing import changing
from learners.models import Enrolment, Event
from learners.rules.history import check_extension


def extend(*, by: Any, enrolment: Enrolment, on: dt.date, extended_to: dt.date, note: str = "") -> Event:
    """Approve on that day that the learner may take until `extended_to`."""
    with changing(enrolment, by=by) as history:
        check_extension(history.standing(on).planned_end_on(on), extended_to)
        return history.add("extended", on, extended_to=extended_to, note=note)
