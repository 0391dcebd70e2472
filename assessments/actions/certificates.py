"""Claim a candidate's certificate of the awarding body, and take a claim back."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import connection
from django.db.models import Q

from assessments.actions.holding import hold
from assessments.actions.refusals import refusals
from assessments.models import CertificateClaim, Registration, Unit, UnitAchievement
from pqip.core.acting import act
from pqip.core.clock import today
from pqip.core.errors import RuleBroken
from pqip.core.ledger import take_hold, void

UNRELEASED = """
SELECT u.number FROM assessments_unit u WHERE NOT assessments_is_released(%s, u.id) AND u.version_id = %s ORDER BY u.number
"""
CLAIMED = "This certificate has been claimed already."


def claim_certificate(*, registration: Registration, by: Any, on: dt.date | None = None, reference: str = "") -> CertificateClaim:
    """Claim the certificate on a day (today where not said).

    Raises RuleBroken while a unit is not achieved or not released; Conflict where it was claimed already.
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
    missing = Unit.objects.filter(version=registration.current_version).exclude(pk__in=held.values("unit")).order_by("number")
    if numbers := [str(unit.number) for unit in missing]:
        raise RuleBroken(f"Not every unit is achieved on that day: {', '.join(numbers)}.")
    if numbers := [str(number) for number in _unreleased(registration)]:
        raise RuleBroken(f"Quality assurance has not released every unit: {', '.join(numbers)}.")


def _unreleased(registration: Registration) -> list[int]:
    """Numbers of the units of the candidate's version that are not released, by their own sign-off or those carried over."""
    with connection.cursor() as cursor:
        cursor.execute(UNRELEASED, [registration.pk, registration.current_version.pk])
        return [number for (number,) in cursor.fetchall()]
