"""Settle who countersigns the decisions that still wait when an assessor qualifies, and until when."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from typing import Any

from assessments.models.holding import hold
from assessments.queries.open_work import countersigner_of, waiting_of
from learners.actions.allocations import allocate, end_allocation
from learners.actions.allocations_eligible import Nomination, refuse_ineligible
from learners.models import Allocation
from pqip.core.acting import acting_as
from pqip.core.clock import today
from pqip.core.errors import Conflict, RuleBroken
from workforce.models import Person

SETTLED = "Qualified: what waits is settled"
MEANWHILE = "What waits has changed since you opened this. Nothing was saved; open it anew."


def settle(
    *,
    person: Person,
    seen: Collection[int],
    last_day: dt.date,
    by: Any,
    taken_by: Person | None = None,
) -> Allocation:
    """Settle who countersigns the waiting decisions of a qualified assessor up to `last_day`, and return that
    allocation.

    Their present countersigner does, or `taken_by` from today on; the allocation ends on `last_day`. `seen` holds the
    keys of the decisions that the user was shown.

    Raises RuleBroken where nobody would countersign what waits, where `last_day` is in the past while something waits,
    and where the countersigner may not countersign up to that day; Conflict where the waiting decisions have changed
    meanwhile.
    """
    with acting_as(by=by, reason=SETTLED):
        keeps = countersigner_of(person.pk)
        others = [one.pk for one in (taken_by, keeps and keeps.other) if one]
        hold(redated=[person.pk], assessors=others, people=[person.pk, *others])
        waiting, current = (
            list(waiting_of(person.pk).values_list("pk", flat=True)),
            countersigner_of(person.pk),
        )
        if (keeps and keeps.pk) != (current and current.pk):
            raise Conflict(MEANWHILE)
        if set(waiting) != set(seen):
            raise Conflict(MEANWHILE)
        if waiting and last_day < today():
            raise RuleBroken(
                "The last day must be today or later: decisions wait to be countersigned.",
                "last_day",
            )
        if taken_by is not None and (current is None or current.other_id != taken_by.pk):
            return allocate(
                by=by,
                person=person,
                role="countersigner",
                other=taken_by,
                from_date=today(),
                to_date=last_day,
            )
        if current is None:
            raise RuleBroken(
                "Nobody countersigns for them. Give the staff number of who takes what waits.",
                "staff_number",
            )
        if last_day < current.effective_on:
            raise RuleBroken(
                "The last day must not be before the countersigner’s first.", "last_day"
            )
        if waiting:
            refuse_ineligible(
                "countersigner", [Nomination(current.other_id, person.pk, today(), last_day)]
            )
        return end_allocation(by=by, allocation=current, on=last_day, reason=SETTLED)
