"""What pages about reviews read."""

from __future__ import annotations

import datetime as dt
from typing import Any

from learners.models import Enrolment, Manageable


def manageable_of(user: Any, enrolment: Enrolment, due_on: dt.date) -> Manageable | None:
    """Return the learner's answer, for the three parties of the review; None for anybody else."""
    parties = {enrolment.person_id, enrolment.pta_id, enrolment.line_manager_id}
    if user.person_id is None or user.person_id not in parties:
        return None
    return Manageable.objects.live().filter(person=enrolment.person_id, due_on=due_on).first()
