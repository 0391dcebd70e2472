"""Begin a break."""

from __future__ import annotations

import datetime as dt
from typing import Any

from learners.actions.events import changing
from learners.models import Enrolment, Event


def defer(
    *,
    by: Any,
    enrolment: Enrolment,
    on: dt.date,
    expected_return: dt.date | None = None,
    reason: str = "",
    note: str = "",
) -> Event:
    """Record that the learner is on a break from a day.

    The reason is shown only to users who may see the reasons for breaks.
    """
    with changing(enrolment, by=by) as history:
        return history.add(
            "deferred", on, expected_return=expected_return, reason=reason, note=note
        )
