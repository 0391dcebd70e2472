"""After completion: the qualification as a probation officer, and the professional register."""

from __future__ import annotations

import datetime as dt
from typing import Any

from learners.actions.changing import History, changing
from learners.models import Enrolment, Event
from pqip.core.errors import RuleBroken


def qualify(*, by: Any, enrolment: Enrolment, on: dt.date, note: str = "") -> Event:
    """The learner qualified on that day. Raises RuleBroken where they had not completed by then."""
    with changing(enrolment, by=by) as history:
        _needs(history, "completed", on, "They have not completed by that date.")
        return history.add("qualified", on, note=note)


def register(*, by: Any, enrolment: Enrolment, on: dt.date, note: str = "") -> Event:
    """They joined the professional register on that day. Raises RuleBroken where they had not qualified by then."""
    with changing(enrolment, by=by) as history:
        _needs(history, "qualified", on, "They have not qualified by that date.")
        return history.add("registered", on, note=note)


def _needs(history: History, kind: str, on: dt.date, otherwise: str) -> None:
    if not any(event.kind == kind and event.effective_on <= on for event in history.events):
        raise RuleBroken(otherwise, "effective_on")
