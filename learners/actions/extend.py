"""Give a learner longer: a record of its own, with its reason and who approved it. The date before it stays."""

from __future__ import annotations

import datetime as dt
from typing import Any

from learners.actions.changing import changing
from learners.models import Enrolment, Event
from learners.rules.history import check_extension
from pqip.core.errors import RuleBroken
from workforce.models import Person


def extend(
    *, by: Any, enrolment: Enrolment, on: dt.date, extended_to: dt.date, note: str, approved_by: Person | None = None
) -> Event:
    """Approved on that day, for the reason in `note`, that the learner may take until `extended_to`.

    `approved_by` is who recorded it unless another is named. Raises RuleBroken without a reason, for an end that is not
    later, and where learners approve their own.
    """
    if not note.strip():
        raise RuleBroken("Give the reason.", "note")
    approver = approved_by.pk if approved_by else getattr(by, "person_id", None)
    if approver == enrolment.person_id:
        raise RuleBroken("Nobody approves their own extension.", "approved_by")
    with changing(enrolment, by=by) as history:
        check_extension(history.standing(on).planned_end_on(on), extended_to)
        return history.add("extended", on, extended_to=extended_to, note=note, approved_by_id=approver)
