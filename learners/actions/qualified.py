"""After completion: the qualification as a probation officer, and the professional register."""

from __future__ import annotations

import datetime as dt
from typing import Any

from learners.actions.events import changing
from learners.models import Enrolment, Event


def qualify(*, by: Any, enrolment: Enrolment, on: dt.date, note: str = "") -> Event:
    """Record that the learner qualified on a day.

    Raises RuleBroken if they had not completed by then.
    """
    with changing(enrolment, by=by) as history:
        return history.add("qualified", on, note=note)


def register(*, by: Any, enrolment: Enrolment, on: dt.date, note: str = "") -> Event:
    """Record that they joined the professional register on a day.

    Raises RuleBroken if they had not qualified by then.
    """
    with changing(enrolment, by=by) as history:
        return history.add("registered", on, note=note)
