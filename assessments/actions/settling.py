"""Settle what still waits for a countersignature once an assessor has qualified: who countersigns it, and until when."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from typing import Any

from assessments.actions.holding import hold
from assessments.open_work_facts import countersigner_of, waiting_of
from learners.actions.allocate import allocate, end_allocation
from learners.actions.eligible import Named, refuse_ineligible
from learners.models import Allocation
from pqip.core.acting import act
from pqip.core.clock import today
from pqip.core.errors import Conflict, RuleBroken
from workforce.models import Person

SETTLED = "Qualified: what waits is settled"
MEANWHILE = "What waits has changed since you opened this. Nothing was saved; open it anew."


def settle(*, person: Person, seen: Collection[int], last_day: dt.date, by: Any, taken_by: Person | None = None) -> Allocation:
    """The countersigner of a qualified assessor, or `taken_by` from today, countersigns what waits until `last_day`, the last.

    `seen` are the keys of the decisions that were shown. Raises RuleBroken where nobody would countersign what waits, for a
    last day in the past while something waits, and where whoever takes or keeps it may not countersign up to that day;
    Conflict where it changed meanwhile.
    """
    with act(by=by, reason=SETTLED):
        keeps = countersigner_of(person.pk)
        others = [one.pk for one in (taken_by, keeps and keeps.other) if one]
        hold(redated=[person.pk], assessors=others, people=[person.pk, *others])
        waiting, current = list(waiting_of(person.pk).values_list("pk", flat=True)), countersigner_of(person.pk)
        if (keeps and keeps.pk) != (current and current.pk):
            raise Conflict(MEANWHILE)
        if set(waiting) != set(seen):
            raise Conflict(MEANWHILE)
        if waiting and last_day < today():
            raise RuleBroken("The last day must be today or later: decisions wait to be countersigned.", "last_day")
        if taken_by is not None and (current is None or current.other_id != taken_by.pk):
            return allocate(by=by, person=person, role="countersigner", other=taken_by, from_date=today(), to_date=last_day)
        if current is None:
            raise RuleBroken("Nobody countersigns for them. Give the staff number of who takes what waits.", "staff_number")
        if last_day < current.effective_on:
            raise RuleBroken("The last day must not be before the countersigner’s first.", "last_day")
        if waiting:
            refuse_ineligible("countersigner", [Named(current.other_id, person.pk, today(), last_day)])
        return end_allocation(by=by, allocation=current, on=last_day, reason=SETTLED)
