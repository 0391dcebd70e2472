"""Record that a learner left the programme."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from learners.actions.changing import changing
from learners.models import Enrolment, Event
from learners.rules.history import check_interviews


def withdraw(
    *,
    by: Any,
    enrolment: Enrolment,
    on: dt.date,
    reason: str = "",
    other_reasons: Sequence[str] = (),
    ended_by: str = "",
    destination: str = "",
    exit_interview_offered_on: dt.date | None = None,
    exit_interview_held_on: dt.date | None = None,
    note: str = "",
) -> Event:
    """The learner left on that day. One `reason` counts in reports; before the first day they count as not started."""
    check_interviews(exit_interview_offered_on, exit_interview_held_on)
    with changing(enrolment, by=by) as history:
        return history.add(
            "withdrawn", on, reason=reason, other_reasons=[code for code in other_reasons if code != reason],
            ended_by=ended_by, destination=destination, exit_interview_offered_on=exit_interview_offered_on,
            exit_interview_held_on=exit_interview_held_on, note=note,
        )
