"""Allocations: who looks after whom.

This module allocates, ends an allocation, and corrects or undoes one.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from learners.actions.allocations_eligible import Nomination, hold_for_allocation, refuse_ineligible
from learners.derived.enrolments import refresh_standing
from learners.models import Allocation, Enrolment
from learners.models.allocations import AllocationRole
from learners.rules.allocations import Stretch, check_days, check_end, check_other
from pqip.core.acting import acting_as
from pqip.core.errors import RuleBroken
from pqip.core.formats import date_gov
from pqip.core.ledger import lock_live, supersede, void
from pqip.core.spans import is_over
from workforce.models import Person

DAY = dt.timedelta(days=1)


def allocate(
    *,
    by: Any,
    person: Person,
    role: str,
    other: Person,
    from_date: dt.date,
    to_date: dt.date | None = None,
    unit: int | None = None,
) -> Allocation:
    """Give `other` the role for `person` from a day.

    Whoever has it now without a last day ends the day before. Raises RuleBroken if the two are the
    same person, if the last day is before the first, if an external quality assurer has no last
    day, if `other` may not have the role on those days, and if somebody else has it in that time.
    """
    with acting_as(by=by):
        hold_for_allocation([person.pk], [other.pk])
        overlapping = check_allocation(
            person=person, role=role, other=other, from_date=from_date, to_date=to_date, unit=unit
        )
        for held in overlapping:
            supersede(held, by=by, reason="Handed over", ended_on=from_date - DAY)
        allocation = Allocation.objects.create(
            person=person,
            role=role,
            other=other,
            unit=unit,
            effective_on=from_date,
            ended_on=to_date,
        )
        _refresh(person)
    return allocation


def check_allocation(
    *,
    person: Person,
    role: str,
    other: Person,
    from_date: dt.date,
    to_date: dt.date | None = None,
    unit: int | None = None,
) -> list[Allocation]:
    """Return the allocations that would end the day before. Raises RuleBroken as `allocate` does."""
    check_other(person=person.pk, other=other.pk)
    check_days(from_date, to_date)
    if role == AllocationRole.EQA and to_date is None:
        raise RuleBroken(
            "Enter the last day: an external quality assurer reads for a limited time.", "to_date"
        )
    refuse_ineligible(role, [Nomination(other.pk, person.pk, from_date, to_date)])
    overlapping = _overlapping(person, role, unit, from_date, to_date)
    for held in overlapping:
        if held.ended_on is not None or held.effective_on >= from_date:
            raise RuleBroken(f"{describe_allocation(held)} End that first.", "from_date")
    return overlapping


def end_allocation(*, by: Any, allocation: Allocation, on: dt.date, reason: str = "") -> Allocation:
    """End an allocation with `on` as its last day.

    Raises RuleBroken if that makes it longer than the person may have the role, and Conflict if it
    was changed in the meantime.
    """
    check_end(allocation.effective_on, on)
    with acting_as(by=by, reason=reason):
        hold_for_allocation([allocation.person_id], [allocation.other_id])
        held = lock_live(allocation, "Somebody else has changed this allocation.")
        if is_over(held.ended_on, on):
            _check_longer(held, held.effective_on, on)
        ended = supersede(held, by=by, reason=reason or "Ended", ended_on=on)
        _refresh(held.person)
    return ended


def correct_allocation(
    *,
    by: Any,
    allocation: Allocation,
    reason: str,
    from_date: dt.date,
    to_date: dt.date | None = None,
) -> Allocation:
    """Correct the first and last day.

    Raises RuleBroken if somebody else has the role then, or if the person may not have it on the
    added days. Raises Conflict as `end_allocation` does.
    """
    check_days(from_date, to_date)
    with acting_as(by=by, reason=reason):
        hold_for_allocation([allocation.person_id], [allocation.other_id])
        _check_longer(allocation, from_date, to_date)
        corrected = supersede(
            allocation, by=by, reason=reason, effective_on=from_date, ended_on=to_date
        )
        _refresh(allocation.person)
    return corrected


def void_allocation(*, by: Any, allocation: Allocation, reason: str) -> None:
    """Undo an allocation made in error.

    Whoever ended the day before because of it keeps that last day.
    """
    with acting_as(by=by, reason=reason):
        hold_for_allocation([allocation.person_id], [])
        person = allocation.person
        void([allocation], by=by, reason=reason)
        _refresh(person)


def _check_longer(held: Allocation, from_date: dt.date, to_date: dt.date | None) -> None:
    """Raise RuleBroken unless an allocation may have these days.

    Nobody else may have the role then, and the person must be eligible on days that are added.
    """
    for other in _overlapping(held.person, held.role, held.unit, from_date, to_date):
        if other.pk != held.pk:
            raise RuleBroken(describe_allocation(other), "from_date")
    if not Stretch(held.effective_on, held.ended_on).covers(Stretch(from_date, to_date)):
        refuse_ineligible(
            held.role, [Nomination(held.other_id, held.person_id, from_date, to_date)]
        )


def _overlapping(
    person: Person, role: str, unit: int | None, from_date: dt.date, to_date: dt.date | None
) -> list[Allocation]:
    rows = Allocation.objects.live().filter(person=person, role=role, unit=unit)
    return list(rows.within(from_date, to_date))


def describe_allocation(held: Allocation) -> str:
    """Return a sentence that says who has a role and until when."""
    until = f"to {date_gov(held.ended_on)}" if held.ended_on else "on"
    return f"{held.other} has this role from {date_gov(held.effective_on)} {until}."


def _refresh(person: Person) -> None:
    refresh_standing(list(Enrolment.objects.filter(person=person).values_list("pk", flat=True)))
