"""Move a learner to another cohort."""

from __future__ import annotations

import datetime as dt
from typing import Any

from learners.actions.events import changing
from learners.models import Cohort, Enrolment, Event


def move_cohort(
    *, by: Any, enrolment: Enrolment, on: dt.date, to_cohort: Cohort, note: str = ""
) -> Event:
    """Record that the learner studies with another cohort from a day."""
    with changing(enrolment, by=by) as history:
        return history.add("moved_cohort", on, to_cohort=to_cohort, note=note)
