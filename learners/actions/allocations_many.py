"""One person takes a role for many at once: all or nothing, with one undo for everything."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from learners.actions.allocations import DAY, describe_allocation
from learners.actions.allocations_eligible import Nomination, hold_for_allocation, refuse_ineligible
from learners.derived.enrolments import refresh_standing
from learners.models import Allocation, Enrolment
from learners.rules.allocations import check_days, check_other
from pqip.core.acting import acting_as
from pqip.core.clock import today
from pqip.core.errors import Conflict, RuleBroken
from pqip.core.formats import plural
from pqip.core.ledger import supersede_all, void
from workforce.models import Person

UNDONE = "Allocation of many undone"
MEANWHILE = "Somebody else has allocated some of these people since you opened this. Nothing was saved; open it anew."
#: The most people at once.
MOST = 100


@dataclass(frozen=True)
class Batch:
    """The keys of the new allocations, and of those that ended the day before because of them."""

    made: list[int]
    ended: list[int]


def allocations_within(
    people: Collection[int], role: str, from_date: dt.date, to_date: dt.date | None = None
) -> dict[int, Allocation]:
    """Return, by person, the allocation that covers any of the days."""
    rows = (
        Allocation.objects.live()
        .within(from_date, to_date)
        .filter(person__in=people, role=role, unit=None)
    )
    return {
        row.person_id: row
        for row in rows.select_related("other", "person").order_by("-effective_on")
    }


def allocate_many(
    *,
    by: Any,
    people: Collection[int],
    role: str,
    other: Person,
    from_date: dt.date,
    seen: Mapping[int, int],
    to_date: dt.date | None = None,
) -> Batch:
    """Give `other` the role for each person (key) from a day.

    Whoever has it without a last day ends the day before. People whom `other` already looks after
    are left as they are. `seen` holds the keys of the allocations that the user was shown. Raises
    RuleBroken as `planned` does and if `other` may not have the role, and Conflict if an allocation
    that would end is not the one that was shown.
    """
    with acting_as(by=by):
        hold_for_allocation(people, [other.pk])
        held = allocations_within(people, role, from_date, to_date)
        moving = planned(people, held, other, from_date, to_date)
        refuse_ineligible(role, [Nomination(other.pk, key, from_date, to_date) for key in moving])
        if any(getattr(held.get(key), "pk", None) != seen.get(key) for key in moving):
            raise Conflict(MEANWHILE)
        before = [held[key] for key in moving if key in held]
        ended = supersede_all(before, by=by, reason="Handed over", ended_on=from_date - DAY)
        made = Allocation.objects.bulk_create(
            Allocation(
                person_id=key, role=role, other=other, effective_on=from_date, ended_on=to_date
            )
            for key in moving
        )
        _refresh(moving)
    return Batch([row.pk for row in made], [row.pk for row in ended])


def planned(
    people: Collection[int],
    held: Mapping[int, Allocation],
    other: Person,
    from_date: dt.date,
    to_date: dt.date | None = None,
) -> list[int]:
    """Return the people whose allocation would change.

    Raises RuleBroken for too many people, for `other` among them, for a last day before the first,
    and if the role cannot be taken over on that day.
    """
    check_days(from_date, to_date)
    if len(people) > MOST:
        raise RuleBroken(
            f"Choose up to {MOST} people at a time; you chose {len(people)}.", "people"
        )
    for key in people:
        check_other(person=key, other=other.pk, field="staff_number")
    moving = [key for key in people if key not in held or held[key].other_id != other.pk]
    stuck = [
        held[key]
        for key in moving
        if key in held and (held[key].ended_on or held[key].effective_on >= from_date)
    ]
    if stuck:
        more = f" And {plural(len(stuck) - 1, 'other')} more." if len(stuck) > 1 else ""
        raise RuleBroken(
            f"{stuck[0].person}: {describe_allocation(stuck[0])} End that first, or leave them out.{more}",
            "from_date",
        )
    return moving


def undo_allocations(*, by: Any, batch: Batch) -> None:
    """Undo allocations that were made at once. Whoever ended because of them has the role again.

    Raises Conflict if one of them was changed since, and RuleBroken if somebody may not have the
    role again now.
    """
    with acting_as(by=by, reason=UNDONE):
        named = Allocation.objects.filter(pk__in=[*batch.made, *batch.ended])
        whose = named.values_list("person", "other")
        hold_for_allocation(
            {person for person, _other in whose}, {other for _person, other in whose}
        )
        rows = list(named.live())
        if len(rows) != len(batch.made) + len(batch.ended):
            raise Conflict(
                "Some of these allocations have been changed since, so they cannot be undone as a whole."
            )
        back = [row for row in rows if row.pk in set(batch.ended)]
        for role in {row.role for row in back}:
            again = (
                Nomination(row.other_id, row.person_id, max(row.effective_on, today()))
                for row in back
                if row.role == role
            )
            refuse_ineligible(role, again)
        void([row for row in rows if row.pk in set(batch.made)], by=by, reason=UNDONE)
        supersede_all(back, by=by, reason=UNDONE, ended_on=None)
        _refresh([row.person_id for row in rows])


def _refresh(people: Collection[int]) -> None:
    refresh_standing(list(Enrolment.objects.filter(person__in=people).values_list("pk", flat=True)))
