"""Give a learner longer: a record of its own, with its reason and who approved it. The date before it stays."""

from __future__ import annotations

import datetime as dt
from typing import Any

from learners.actions.changing import changing
from learners.actions.dispute_approval import tell_approvers
from learners.models import Enrolment, Event
from learners.rules.approvals import check_extender, check_said
from workforce.models import Person


def extend(
    *, by: Any, enrolment: Enrolment, on: dt.date, extended_to: dt.date, note: str, approved_by: Person | None = None
) -> Event:
    """Approved on that day, for the reason in `note`, that the learner may take until `extended_to`.

    `approved_by` is who recorded it unless another is named, who is told of it and may dispute it. Raises RuleBroken without
    a reason, for an end that is not later, and where learners approve their own.
    """
    check_said(note)
    own = getattr(by, "person_id", None)
    approver = approved_by.pk if approved_by else own
    check_extender(approver, enrolment.person_id)
    with changing(enrolment, by=by) as history:
        event = history.add("extended", on, extended_to=extended_to, note=note, approved_by_id=approver)
        if approver != own:
            tell_approvers([approver], by=by)
        return event
