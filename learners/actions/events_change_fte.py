"""Change a learner's hours."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

from learners.actions.events import changing
from learners.models import Enrolment, Event


def change_fte(
    *, by: Any, enrolment: Enrolment, on: dt.date, to_fte: Decimal, note: str = ""
) -> Event:
    """Record that the learner works other hours from a day.

    What is left of the pathway becomes longer or shorter.
    """
    with changing(enrolment, by=by) as history:
        return history.add("changed_fte", on, to_fte=to_fte, note=note)
