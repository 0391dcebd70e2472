"""Begin a break."""

from __future__ import annotations

import datetime as dt
from typing import Any

from learners.actions.changing import changing
from learners.models import Enrolment, Event


def defer(
    *, by: Any, enrolment: Enrolment, on: dt.date, expected_return: dt.date | None = None, reason: str = "", note: str = ""
) -> Event:
    """The learner is on a break from that day. The reason is shown only to those who may see reasons of breaks."""
    with changing(enrolment, by=by) as history:
        return history.add("deferred", on, expected_return=expected_return, reason=reason, note=note)
