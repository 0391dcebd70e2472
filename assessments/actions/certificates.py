"""Claim a candidate's certificate of the awarding body, and take a claim back."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db.models import Q, Value

from assessments.actions.choosing import asked_of
from assessments.actions.holding import hold
from assessments.actions.refusals import refusals
from assessments.models import CertificateClaim, Registration, Unit, UnitAchievement
from assessments.models.signoffs import is_released
from pqip.core.acting import act
from pqip.core.clock import today
from pqip.core.errors import RuleBroken
from pqip.core.ledger import take_hold, void

CLAIMED = "This certificate has been claimed already."


def claim_certificate(*, registration: Registration, by: Any, on: dt.date | None = None, reference: str = "") -> CertificateClaim:
    """Claim the certificate on a day (today where not said).

    Raises RuleBroken while a unit that the version the candidate is on asks for is not achieved, or not released in it or in
    what it was carried from; Conflict where it was claimed already.
    """
    on = on or today()
    if on > today():
        raise RuleBroken("The date claimed must be today or in the past.", "on")
    with refusals(CLAIMED), act(by=by):
        hold(registrations=[registration.pk])
        _check(registration, on)
        return CertificateClaim.objects.create(registration=registration, effective_on=on, reference=reference)


def undo_claim(*, claim: CertificateClaim, reason: str, by: Any) -> None:
    """Take a claim back, with a reason."""
    if not reason.strip():
        raise RuleBroken("Say why the claim is undone.", "reason")
    with act(by=by, reason=reason):
        hold(registrations=[claim.registration_id])
        void([take_hold(claim, "This claim has been undone already.")], by=by, reason=reason)


def _check(registration: Registration, on: dt.date) -> None:
    held = UnitAchievement.objects.filter(Q(to_on=None) | Q(to_on__gt=on), registration=registration, from_on__lte=on)
    asked, achieved = asked_of(registration.current_version), set(held.values_list("unit", flat=True))
    if missing := asked.lacking(achieved):
        raise RuleBroken(f"Not every unit is achieved on that day: {', '.join(missing)}.")
    released = Unit.objects.filter(is_released(Value(registration.pk), "pk"), version=registration.current_version)
    if waiting := asked.lacking(achieved & set(released.values_list("pk", flat=True))):
        raise RuleBroken(f"Quality assurance has not released every unit: {', '.join(waiting)}.")
