"""Extensions of the planned end: each is an event with its reason and approver.

The earlier date stays in the record.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from learners.actions.approvals_dispute import tell_approvers
from learners.actions.events import changing
from learners.models import Enrolment, Event
from learners.rules.approvals import check_extender, check_reason_given
from workforce.models import Person


def extend(
    *,
    by: Any,
    enrolment: Enrolment,
    on: dt.date,
    extended_to: dt.date,
    note: str,
    approved_by: Person | None = None,
) -> Event:
    """Record the approval, on a day and for the reason in `note`, to take until `extended_to`.

    `approved_by` is the user who records it, unless another person is named, who is told and may
    dispute it. Raises RuleBroken without a reason, for an end that is not later, and if learners
    would approve their own.
    """
    check_reason_given(note)
    own = getattr(by, "person_id", None)
    approver = approved_by.pk if approved_by else own
    check_extender(approver, enrolment.person_id)
    with changing(enrolment, by=by) as history:
        event = history.add(
            "extended", on, extended_to=extended_to, note=note, approved_by_id=approver
        )
        if approved_by is not None and approver != own:
            tell_approvers([approved_by.pk], by=by)
        return event
