"""Move a learner to another pathway."""

from __future__ import annotations

import datetime as dt
from typing import Any

from learners.actions.events import changing
from learners.models import Enrolment, Event, Pathway


def move_pathway(
    *, by: Any, enrolment: Enrolment, on: dt.date, to_pathway: Pathway, note: str = ""
) -> Event:
    """Record that the learner follows another pathway from a day.

    Its length counts from the original start.
    """
    with changing(enrolment, by=by) as history:
        return history.add("moved_pathway", on, to_pathway=to_pathway, note=note)
