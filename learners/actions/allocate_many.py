"""One person takes a role for many at once, all or nothing, and one undo for the whole of it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from learners.actions.allocate import DAY, taken
from learners.actions.derive import refresh_standing
from learners.actions.eligible import Named, hold_named, refuse_ineligible
from learners.models import Allocation, Enrolment
from pqip.core.acting import act
from pqip.core.clock import today
from pqip.core.errors import Conflict, RuleBroken
from pqip.core.ledger import supersede_all, void
from pqip.govuk.formats import plural
from workforce.models import Person

UNDONE = "Allocation of many undone"
MEANWHILE = "Somebody else has allocated some of these people since you opened this. Nothing was saved; open it anew."
#: People at once.
MOST = 100


@dataclass(frozen=True)
class Batch:
    """Keys of the allocations made, and of those that ended the day before for them."""

    made: list[int]
    ended: list[int]


def in_the_way(
    people: Collection[int], role: str, from_date: dt.date, to_date: dt.date | None = None
) -> dict[int, Allocation]:
    """By person, who has the role on any of the days."""
    rows = Allocation.objects.live().within(from_date, to_date).filter(person__in=people, role=role, unit=None)
    return {row.person_id: row for row in rows.select_related("other", "person").order_by("-effective_on")}


def allocate_many(
    *, by: Any, people: Collection[int], role: str, other: Person, from_date: dt.date, seen: Mapping[int, int],
    to_date: dt.date | None = None,
) -> Batch:
    """`other` takes the role for each person (key) from that day; who has it without an end hands over the day before.

    Whom `other` looks after already is left alone. `seen` are the keys of the allocations that were shown. Raises
    RuleBroken as `planned` and where `other` may not have the role, Conflict where what would be ended is no longer what
    was seen.
    """
    with act(by=by):
        hold_named(people, [other.pk])
        held = in_the_way(people, role, from_date, to_date)
        moving = planned(people, held, other, from_date, to_date)
        refuse_ineligible(role, [Named(other.pk, key, from_date, to_date) for key in moving])
        if any(getattr(held.get(key), "pk", None) != seen.get(key) for key in moving):
            raise Conflict(MEANWHILE)
        before = [held[key] for key in moving if key in held]
        ended = supersede_all(before, by=by, reason="Handed over", ended_on=from_date - DAY)
        made = Allocation.objects.bulk_create(
            Allocation(person_id=key, role=role, other=other, effective_on=from_date, ended_on=to_date) for key in moving
        )
        _refresh(moving)
    return Batch([row.pk for row in made], [row.pk for row in ended])


def planned(
    people: Collection[int], held: Mapping[int, Allocation], other: Person, from_date: dt.date, to_date: dt.date | None = None
) -> list[int]:
    """Whom it would change. Raises RuleBroken for too many, for oneself, for dates the wrong way round, and where the role
    cannot be taken over on that day."""
    if to_date is not None and to_date < from_date:
        raise RuleBroken("The last day must not be before the first.", "to_date")
    if len(people) > MOST:
        raise RuleBroken(f"Choose up to {MOST} people at a time; you chose {len(people)}.", "people")
    if other.pk in people:
        raise RuleBroken("Nobody can be allocated to themself.", "staff_number")
    moving = [key for key in people if key not in held or held[key].other_id != other.pk]
    stuck = [held[key] for key in moving if key in held and (held[key].ended_on or held[key].effective_on >= from_date)]
    if stuck:
        more = f" And {plural(len(stuck) - 1, 'other')} more." if len(stuck) > 1 else ""
        raise RuleBroken(f"{stuck[0].person}: {taken(stuck[0])} End that first, or leave them out.{more}", "from_date")
    return moving


def undo_allocations(*, by: Any, batch: Batch) -> None:
    """Take back what was allocated at once; who handed over has the role again.

    Raises Conflict where any of it was changed since, RuleBroken where who handed over may not have the role now.
    """
    with act(by=by, reason=UNDONE):
        named = Allocation.objects.filter(pk__in=[*batch.made, *batch.ended])
        whose = named.values_list("person", "other")
        hold_named({person for person, _other in whose}, {other for _person, other in whose})
        rows = list(named.live())
        if len(rows) != len(batch.made) + len(batch.ended):
            raise Conflict("Some of these allocations have been changed since, so they cannot be undone as a whole.")
        back = [row for row in rows if row.pk in set(batch.ended)]
        for role in {row.role for row in back}:
            again = (Named(row.other_id, row.person_id, max(row.effective_on, today())) for row in back if row.role == role)
            refuse_ineligible(role, again)
        void([row for row in rows if row.pk in set(batch.made)], by=by, reason=UNDONE)
        supersede_all(back, by=by, reason=UNDONE, ended_on=None)
        _refresh([row.person_id for row in rows])


def _refresh(people: Collection[int]) -> None:
    refresh_standing(list(Enrolment.objects.filter(person__in=people).values_list("pk", flat=True)))
