"""Sign off a unit, and undo a sign-off."""

from __future__ import annotations

import datetime as dt
from typing import Any

from assessments.actions.options import refuse_not_chosen
from assessments.actions.units_locks import refuse_claimed
from assessments.derived import progress
from assessments.facts.units_signing_off import not_yet_met, still_needed
from assessments.models import Registration, Unit, UnitSignoff
from assessments.models.holding import hold
from assessments.rules.units_signing_off import check_signer
from pqip.core.acting import acting_as
from pqip.core.clock import today
from pqip.core.errors import Conflict, RuleBroken
from pqip.core.ledger import void
from pqip.core.refusals import translate_db_errors
from workforce.models import Person

SIGNED_ALREADY = "This unit has already been signed off."


def sign_off_unit(
    *,
    registration: Registration,
    unit: Unit,
    signed_off_by: Person,
    by: Any,
    on: dt.date | None = None,
) -> UnitSignoff:
    """Sign off a unit on a day (default: today) and return the sign-off.

    Every criterion must be met and the unit's own rule satisfied. Raises RuleBroken, naming what was missing on that
    day or is missing now, for one's own unit, and for an optional unit not chosen; Conflict where it is signed off
    already.
    """
    on = on or today()
    if on > today():
        raise RuleBroken("The date signed off must be today or in the past.", "signed_off_on")
    check_signer(signer=signed_off_by.pk, candidate=registration.person_id)
    with translate_db_errors(SIGNED_ALREADY), acting_as(by=by):
        hold(registrations=[registration.pk])
        if UnitSignoff.objects.live().filter(registration=registration, unit=unit).exists():
            raise Conflict(SIGNED_ALREADY)
        refuse_claimed(registration.pk)
        refuse_not_chosen(registration, unit)
        if missing := not_yet_met(registration, unit, on):
            raise RuleBroken(
                f"Unit {unit.number} cannot be signed off: {', '.join(missing)} not yet met."
            )
        if wanted := still_needed(registration, unit, on):
            raise RuleBroken(f"Unit {unit.number} cannot be signed off: {'; '.join(wanted)}.")
        signoff = UnitSignoff.objects.create(
            registration=registration, unit=unit, effective_on=on, signed_off_by=signed_off_by
        )
        progress.refresh([registration.pk])
    return signoff


def void_signoff(*, signoff: UnitSignoff, reason: str, by: Any) -> None:
    """Undo a sign-off, with a reason.

    Raises RuleBroken where quality assurance has released the unit, or the certificate is claimed.
    """
    if not reason.strip():
        raise RuleBroken("Say why the sign-off is undone.", "reason")
    with translate_db_errors(SIGNED_ALREADY), acting_as(by=by, reason=reason):
        hold(registrations=[signoff.registration_id])
        refuse_claimed(signoff.registration_id)
        void([signoff], by=by, reason=reason)
        progress.refresh([signoff.registration_id])
