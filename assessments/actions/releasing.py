"""Release a unit that was signed off, and unlock it again."""

from __future__ import annotations

from typing import Any

from assessments.actions import derive
from assessments.actions.holding import hold
from assessments.actions.locking import refuse_claimed
from assessments.actions.refusals import refusals
from assessments.actions.signing_off import still_needed
from assessments.models import UnitRelease, UnitSignoff
from pqip.core.acting import act
from pqip.core.clock import today
from pqip.core.errors import RuleBroken
from pqip.core.ledger import take_hold, void
from workforce.models import Person

RELEASED = "Somebody else has just released this unit."
UNDONE = "The sign-off of this unit has been undone meanwhile. Nothing was saved."


def release_unit(*, signoff: UnitSignoff, released_by: Person, by: Any) -> UnitRelease:
    """Release a unit, today. Raises RuleBroken for whoever had a part in it, or in what it was carried from, or has no
    authority, and for a unit that is not achieved or does not keep its own rule; Conflict where it was released or its
    sign-off undone meanwhile."""
    with refusals(RELEASED), act(by=by):
        hold(registrations=[signoff.registration_id], assessors=[released_by.pk])
        held = take_hold(signoff, UNDONE)
        release = UnitRelease.objects.create(
            signoff=held, registration=held.registration, released_by=released_by, effective_on=today()
        )
        if wanted := still_needed(held.registration, held.unit):  # of a file's sign-off, nobody has asked yet
            raise RuleBroken(f"Unit {held.unit.number} cannot be released: {'; '.join(wanted)}.")
    return release


def unlock_unit(*, signoff: UnitSignoff, reason: str, by: Any) -> None:
    """Open a unit that was signed off, and perhaps released, for decisions again: both are undone, with a reason.

    Raises RuleBroken where the certificate is claimed, Conflict where the sign-off was undone meanwhile.
    """
    if not reason.strip():
        raise RuleBroken("Say why the unit is unlocked.", "reason")
    with refusals(UNDONE), act(by=by, reason=reason):
        hold(registrations=[signoff.registration_id])
        held = take_hold(signoff, UNDONE)
        refuse_claimed(held.registration_id)
        void(UnitRelease.objects.live().filter(signoff=held), by=by, reason=reason)
        void([held], by=by, reason=reason)
        derive.refresh([held.registration_id])
