"""Who looks after whom: allocate, end an allocation, and put right or undo one."""

from __future__ import annotations

import datetime as dt
from typing import Any

from learners.actions.derive import refresh_standing
from learners.actions.eligible import Named, hold_named, refuse_ineligible
from learners.models import Allocation, Enrolment
from learners.models.allocations import AllocationRole
from learners.rules.looking_after import Stretch
from pqip.core.acting import act
from pqip.core.errors import RuleBroken
from pqip.core.ledger import supersede, take_hold, void
from pqip.govuk.formats import date_gov
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
    """`other` takes the role for `person` from that day. Whoever has it now without an end hands over the day before.

    Raises RuleBroken for oneself, for dates the wrong way round, for an external quality assurer without a last day, for
    somebody who may not have the role on those days, and where somebody has it in that time already.
    """
    with act(by=by):
        hold_named([person.pk], [other.pk])
        stands = check_allocation(person=person, role=role, other=other, from_date=from_date, to_date=to_date, unit=unit)
        for held in stands:
            supersede(held, by=by, reason="Handed over", ended_on=from_date - DAY)
        allocation = Allocation.objects.create(
            person=person, role=role, other=other, unit=unit, effective_on=from_date, ended_on=to_date
        )
        _refresh(person)
    return allocation


def check_allocation(
    *, person: Person, role: str, other: Person, from_date: dt.date, to_date: dt.date | None = None, unit: int | None = None
) -> list[Allocation]:
    """Who would hand over the day before. Raises RuleBroken as `allocate`."""
    if person.pk == other.pk:
        raise RuleBroken("Nobody can be allocated to themself.", "other")
    if to_date is not None and to_date < from_date:
        raise RuleBroken("The last day must not be before the first.", "to_date")
    if role == AllocationRole.EQA and to_date is None:
        raise RuleBroken("Enter the last day: an external quality assurer reads for a limited time.", "to_date")
    refuse_ineligible(role, [Named(other.pk, person.pk, from_date, to_date)])
    stands = _in_the_way(person, role, unit, from_date, to_date)
    for held in stands:
        if held.ended_on is not None or held.effective_on >= from_date:
            raise RuleBroken(f"{taken(held)} End that first.", "from_date")
    return stands


def end_allocation(*, by: Any, allocation: Allocation, on: dt.date, reason: str = "") -> Allocation:
    """The allocation's last day is `on`.

    Raises RuleBroken where that makes it longer than whoever has the role may have it, Conflict where somebody has changed
    it meanwhile.
    """
    if on < allocation.effective_on:
        raise RuleBroken(f"It began on {date_gov(allocation.effective_on)}; its last day cannot be before.", "to_date")
    with act(by=by, reason=reason):
        hold_named([allocation.person_id], [allocation.other_id])
        held = take_hold(allocation, "Somebody else has changed this allocation.")
        if held.ended_on is not None and on > held.ended_on:
            _check_longer(held, held.effective_on, on)
        ended = supersede(held, by=by, reason=reason or "Ended", ended_on=on)
        _refresh(held.person)
    return ended


def correct_allocation(
    *, by: Any, allocation: Allocation, reason: str, from_date: dt.date, to_date: dt.date | None = None
) -> Allocation:
    """Put right the first and last day.

    Raises RuleBroken where somebody else has the role then, or whoever has it may not on days that are added; Conflict as
    `end_allocation`.
    """
    if to_date is not None and to_date < from_date:
        raise RuleBroken("The last day must not be before the first.", "to_date")
    with act(by=by, reason=reason):
        hold_named([allocation.person_id], [allocation.other_id])
        _check_longer(allocation, from_date, to_date)
        corrected = supersede(allocation, by=by, reason=reason, effective_on=from_date, ended_on=to_date)
        _refresh(allocation.person)
    return corrected


def void_allocation(*, by: Any, allocation: Allocation, reason: str) -> None:
    """Undo an allocation made in error. Whoever handed over for it keeps the last day they were given."""
    with act(by=by, reason=reason):
        hold_named([allocation.person_id], [])
        person = allocation.person
        void([allocation], by=by, reason=reason)
        _refresh(person)


def _check_longer(held: Allocation, from_date: dt.date, to_date: dt.date | None) -> None:
    """Raise RuleBroken where the days an allocation is to have are somebody else's, or more than its own and not allowed."""
    for other in _in_the_way(held.person, held.role, held.unit, from_date, to_date):
        if other.pk != held.pk:
            raise RuleBroken(taken(other), "from_date")
    if not Stretch(held.effective_on, held.ended_on).covers(Stretch(from_date, to_date)):
        refuse_ineligible(held.role, [Named(held.other_id, held.person_id, from_date, to_date)])


def _in_the_way(
    person: Person, role: str, unit: int | None, from_date: dt.date, to_date: dt.date | None
) -> list[Allocation]:
    rows = Allocation.objects.live().filter(person=person, role=role, unit=unit).exclude(ended_on__lt=from_date)
    return list(rows.filter(effective_on__lte=to_date) if to_date else rows)


def taken(held: Allocation) -> str:
    """Who has a role and until when, in words."""
    until = f"to {date_gov(held.ended_on)}" if held.ended_on else "on"
    return f"{held.other} has this role from {date_gov(held.effective_on)} {until}."


def _refresh(person: Person) -> None:
    refresh_standing(list(Enrolment.objects.filter(person=person).values_list("pk", flat=True)))
