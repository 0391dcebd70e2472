"""Hand everybody an assessor or countersigner looks after over to somebody else, with a note to be accepted; undo
that.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from typing import Any

from django.db.models import QuerySet

from assessments.models import Handover, Wait
from assessments.models.holding import hold
from learners.actions.allocations import DAY
from learners.actions.allocations_eligible import Nomination, refuse_ineligible
from learners.derived.enrolments import refresh_standing
from learners.models import Allocation, Enrolment
from pqip.core.acting import acting_as
from pqip.core.clock import today
from pqip.core.errors import Conflict, RuleBroken
from pqip.core.formats import lower_first
from pqip.core.ledger import lock_live, supersede, supersede_all, void
from pqip.core.pii_check import refuse_case_identifiers
from pqip.core.refusals import translate_db_errors
from pqip.core.spans import is_over
from workforce.models import Person

MEANWHILE = "Somebody else has changed these allocations since you opened this. Nothing was saved; open it anew."
UNDONE = "Handover undone"


def looked_after(person: Person, role: str, on: dt.date) -> QuerySet[Allocation]:
    """Return the allocations in which a person has this role on or after a day."""
    rows = Allocation.objects.live().not_over(on).filter(other=person, role=role)
    return rows.select_related("person").order_by("person__sort_name", "pk")


def hand_over(
    *,
    person: Person,
    taken_by: Person,
    role: str,
    on: dt.date,
    why: str,
    note: str,
    seen: Collection[int],
    by: Any,
) -> Handover:
    """Give `taken_by` the role from a day on for everybody `person` has it for, and with it the open work; return the
    handover.

    `seen` holds the keys of the allocations that the user was shown. Raises RuleBroken where both are the same person,
    where there is nobody to hand over, where `taken_by` is among those handed over, and where `taken_by` may not have
    the role for as long as it lasts; Conflict where an allocation has changed meanwhile.
    """
    refuse_case_identifiers("note", note)
    with (
        translate_db_errors(MEANWHILE),
        acting_as(by=by, reason=f"Handed over: {lower_first(dict(Handover.Why.choices)[why])}"),
    ):
        hold(
            assessors=[taken_by.pk],
            people=[
                person.pk,
                taken_by.pk,
                *looked_after(person, role, on).values_list("person_id", flat=True),
            ],
        )
        rows = check(person, taken_by, role, on, note)
        if {row.pk for row in rows} != set(seen):
            raise Conflict(MEANWHILE)
        begun, ahead = (
            [row for row in rows if row.effective_on < on],
            [row for row in rows if row.effective_on >= on],
        )
        ended = supersede_all(begun, by=by, reason="Handed over", ended_on=on - DAY)
        void(ahead, by=by, reason="Handed over before it began")
        made = Allocation.objects.bulk_create(
            Allocation(
                person_id=row.person_id,
                role=role,
                other=taken_by,
                unit=row.unit,
                ended_on=row.ended_on,
                effective_on=max(row.effective_on, on),
            )
            for row in rows
        )
        _refresh(rows)
        return Handover.objects.create(
            person=person,
            taken_by=taken_by,
            role=role,
            why=why,
            note=note,
            effective_on=on,
            ended=[row.pk for row in ended],
            made=[row.pk for row in made],
        )


def accept_handover(*, handover: Handover, by: Any) -> Handover:
    """Record that the person who took over has read the note, today; return the handover.

    Accepting twice changes nothing. Raises RuleBroken for anybody else.
    """
    if by.person_id != handover.taken_by_id:
        raise RuleBroken("Only whoever takes over accepts the note.")
    with acting_as(by=by):
        held = lock_live(handover, "This handover has been undone.")
        return (
            held
            if held.accepted_on
            else supersede(held, by=by, reason="Accepted", accepted_on=today())
        )


def undo_handover(*, handover: Handover, reason: str, by: Any) -> None:
    """Undo a handover: the person who handed over has the role again.

    Raises Conflict where any of its allocations has changed since; RuleBroken where that person may not have the role
    from now on.
    """
    if not reason.strip():
        raise RuleBroken("Say why the handover is undone.", "reason")
    with acting_as(by=by, reason=reason):
        whose = Allocation.objects.filter(pk__in=[*handover.made, *handover.ended]).values_list(
            "person", flat=True
        )
        both = [handover.person_id, handover.taken_by_id]
        hold(assessors=both, people={*whose, *both})
        held = lock_live(handover, "This handover has been undone already.")
        rows = list(Allocation.objects.live().filter(pk__in=[*held.made, *held.ended]))
        if len(rows) != len(held.made) + len(held.ended):
            raise Conflict(
                "Some of these allocations have been changed since, so they cannot be undone as a whole."
            )
        made = [row for row in rows if row.pk in set(held.made)]
        ended = [row for row in rows if row.pk in set(held.ended)]
        refuse_ineligible(
            held.role,
            (
                Nomination(
                    held.person_id, row.person_id, max(row.effective_on, today()), row.ended_on
                )
                for row in made
                if not is_over(row.ended_on, today())
            ),
        )
        void([*made, *ended], by=by, reason=UNDONE)
        began = {(row.person_id, row.unit): row.effective_on for row in ended}
        Allocation.objects.bulk_create(
            Allocation(
                person_id=row.person_id,
                role=row.role,
                other_id=held.person_id,
                unit=row.unit,
                ended_on=row.ended_on,
                effective_on=_first(row, held, began),
            )
            for row in made
        )
        void([held], by=by, reason=reason)
        _refresh(made)


def check(person: Person, taken_by: Person, role: str, on: dt.date, note: str) -> list[Allocation]:
    """Return the allocations that would be handed over. Raises RuleBroken as `hand_over` does."""
    if person.pk == taken_by.pk:
        raise RuleBroken("Nobody hands over to themself.", "taken_by")
    if not note.strip():
        raise RuleBroken("Say what whoever takes over must know.", "note")
    rows = list(looked_after(person, role, on))
    if not rows:
        raise RuleBroken(f"{person} looks after nobody from that day.", "role")
    if taken_by.pk in {row.person_id for row in rows}:
        raise RuleBroken(
            f"{taken_by} is one of them. Hand that one over to somebody else first.", "taken_by"
        )
    refuse_ineligible(
        role,
        (
            Nomination(taken_by.pk, row.person_id, max(row.effective_on, on), row.ended_on)
            for row in rows
        ),
    )
    return rows


def open_work(person: Person, role: str, on: dt.date) -> tuple[int, int]:
    """Return how much is open for the people somebody looks after: pieces of evidence to decide, and decisions to
    countersign.
    """
    people = looked_after(person, role, on).values("person")
    waits = Wait.objects.filter(to_on=None)
    whose = "evidence__registration__person__in" if role == "pta" else "decision__assessor__in"
    mine = waits.filter(**{whose: people})
    return mine.filter(kind=Wait.Kind.DECISION).count(), mine.filter(
        kind=Wait.Kind.COUNTERSIGNATURE
    ).count()


def _first(
    row: Allocation, held: Handover, began: dict[tuple[int, int | None], dt.date]
) -> dt.date:
    """Return the first day that an undone handover gives back for one of its allocations.

    An allocation that had begun before the handover gets its own first day back (from `began`). One that was still in
    the future then kept its first day. Somebody may have two allocations of which the handover ended the first and
    moved the second.
    """
    had_begun = row.effective_on == held.effective_on
    return began.get((row.person_id, row.unit), row.effective_on) if had_begun else row.effective_on


def _refresh(rows: Collection[Allocation]) -> None:
    people = [row.person_id for row in rows]
    refresh_standing(list(Enrolment.objects.filter(person__in=people).values_list("pk", flat=True)))
