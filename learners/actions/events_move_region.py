"""Move a learner to another region or delivery unit."""

from __future__ import annotations

import datetime as dt
from typing import Any

from learners.actions.events import changing
from learners.models import Enrolment, Event
from pqip.core.errors import RuleBroken
from workforce.models import Pdu, Region


def move_region(
    *,
    by: Any,
    enrolment: Enrolment,
    on: dt.date,
    to_region: Region,
    to_pdu: Pdu | None = None,
    note: str = "",
) -> Event:
    """Record that the learner belongs to another region or unit from a day."""
    if to_pdu is not None and to_pdu.region_id != to_region.pk:
        raise RuleBroken(f"{to_pdu} is not in {to_region}.", "to_pdu")
    with changing(enrolment, by=by) as history:
        return history.add("moved_region", on, to_region=to_region, to_pdu=to_pdu, note=note)
