"""Claim a candidate's certificate from the awarding body, and undo a claim."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db.models import Q, Value

from assessments.facts.options import requirements_of
from assessments.models import CertificateClaim, Registration, Unit, UnitAchievement
from assessments.models.holding import hold
from assessments.models.units_signing_off import is_released
from pqip.core.acting import acting_as
from pqip.core.clock import today
from pqip.core.errors import RuleBroken
from pqip.core.ledger import lock_live, void
from pqip.core.refusals import translate_db_errors

CLAIMED = "This certificate has been claimed already."


def claim_certificate(
    *, registration: Registration, by: Any, on: dt.date | None = None, reference: str = ""
) -> CertificateClaim:
    """Claim the certificate on a day (default: today) and return the claim.

    Raises RuleBroken while a unit required by the candidate's version is not achieved, or is not released (in that
    version or in the one it was carried over from); Conflict where the certificate has been claimed already.
    """
    on = on or today()
    if on > today():
        raise RuleBroken("The date claimed must be today or in the past.", "on")
    with translate_db_errors(CLAIMED), acting_as(by=by):
        hold(registrations=[registration.pk])
        _check(registration, on)
        return CertificateClaim.objects.create(
            registration=registration, effective_on=on, reference=reference
        )


def undo_claim(*, claim: CertificateClaim, reason: str, by: Any) -> None:
    """Undo a claim, with a reason."""
    if not reason.strip():
        raise RuleBroken("Say why the claim is undone.", "reason")
    with acting_as(by=by, reason=reason):
        hold(registrations=[claim.registration_id])
        void([lock_live(claim, "This claim has been undone already.")], by=by, reason=reason)


def _check(registration: Registration, on: dt.date) -> None:
    held = UnitAchievement.objects.filter(
        Q(to_on=None) | Q(to_on__gt=on), registration=registration, from_on__lte=on
    )
    asked, achieved = (
        requirements_of(registration.current_version),
        set(held.values_list("unit", flat=True)),
    )
    if missing := asked.lacking(achieved):
        raise RuleBroken(f"Not every unit is achieved on that day: {', '.join(missing)}.")
    released = Unit.objects.filter(
        is_released(Value(registration.pk), "pk"), version=registration.current_version
    )
    if waiting := asked.lacking(achieved & set(released.values_list("pk", flat=True))):
        raise RuleBroken(f"Quality assurance has not released every unit: {', '.join(waiting)}.")
