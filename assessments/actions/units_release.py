"""Release a signed-off unit, and unlock it again."""

from __future__ import annotations

from typing import Any

from assessments.actions.units_locks import refuse_claimed
from assessments.derived import progress
from assessments.facts.units_signing_off import still_needed
from assessments.models import UnitRelease, UnitSignoff
from assessments.models.holding import hold
from pqip.core.acting import acting_as
from pqip.core.clock import today
from pqip.core.errors import RuleBroken
from pqip.core.ledger import lock_live, void
from pqip.core.refusals import translate_db_errors
from workforce.models import Person

RELEASED = "Somebody else has just released this unit."
UNDONE = "The sign-off of this unit has been undone meanwhile. Nothing was saved."


def release_unit(*, signoff: UnitSignoff, released_by: Person, by: Any) -> UnitRelease:
    """Release a unit today and return the release.

    Raises RuleBroken for somebody who had a part in the unit or in the units it was carried over from, for somebody
    without authority, and for a unit that is not achieved or does not satisfy its own rule; Conflict where it was
    released, or its sign-off was undone, meanwhile.
    """
    with translate_db_errors(RELEASED), acting_as(by=by):
        hold(registrations=[signoff.registration_id], assessors=[released_by.pk])
        held = lock_live(signoff, UNDONE)
        release = UnitRelease.objects.create(
            signoff=held,
            registration=held.registration,
            released_by=released_by,
            effective_on=today(),
        )
        if wanted := still_needed(
            held.registration, held.unit
        ):  # a sign-off from a file has not been checked yet
            raise RuleBroken(f"Unit {held.unit.number} cannot be released: {'; '.join(wanted)}.")
    return release


def unlock_unit(*, signoff: UnitSignoff, reason: str, by: Any) -> None:
    """Undo the sign-off of a unit and its release, if any, with a reason, so that it can be decided again.

    Raises RuleBroken where the certificate is claimed; Conflict where the sign-off was undone meanwhile.
    """
    if not reason.strip():
        raise RuleBroken("Say why the unit is unlocked.", "reason")
    with translate_db_errors(UNDONE), acting_as(by=by, reason=reason):
        hold(registrations=[signoff.registration_id])
        held = lock_live(signoff, UNDONE)
        refuse_claimed(held.registration_id)
        void(UnitRelease.objects.live().filter(signoff=held), by=by, reason=reason)
        void([held], by=by, reason=reason)
        progress.refresh([held.registration_id])
