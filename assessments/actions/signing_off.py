"""Sign off a unit, and undo it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from typing import Any

from django.db.models import Q

from assessments.actions import derive
from assessments.actions.holding import hold
from assessments.actions.refusals import refusals
from assessments.actions.standing import standing_of
from assessments.models import Criterion, CriterionMet, Registration, Submission, Unit, UnitRelease, UnitSignoff
from assessments.models.methods import Method
from assessments.rules.signing_off import lacking
from pqip.core.acting import act
from pqip.core.clock import today
from pqip.core.errors import Conflict, RuleBroken
from pqip.core.ledger import void
from workforce.models import Person

SIGNED_ALREADY = "This unit has already been signed off."


def sign_off_unit(
    *, registration: Registration, unit: Unit, signed_off_by: Person, by: Any, on: dt.date | None = None,
) -> UnitSignoff:
    """Sign off a unit of which every criterion is met on the day (today where not said).

    Raises RuleBroken naming the criteria not yet met, or for one's own unit; Conflict where it is signed off already.
    """
    on = on or today()
    if on > today():
        raise RuleBroken("The date signed off must be today or in the past.", "signed_off_on")
    if signed_off_by.pk == registration.person_id:
        raise RuleBroken("Nobody signs off a unit of their own.")
    with refusals(SIGNED_ALREADY), act(by=by):
        hold(registrations=[registration.pk])
        if UnitSignoff.objects.live().filter(registration=registration, unit=unit).exists():
            raise Conflict(SIGNED_ALREADY)
        missing = not_yet_met(registration, unit, on)
        if missing:
            raise RuleBroken(f"Unit {unit.number} cannot be signed off: {', '.join(missing)} not yet met.")
        if needs := still_needed(registration, unit):
            raise RuleBroken(f"Unit {unit.number} cannot be signed off: {'; '.join(needs)}.")
        signoff = UnitSignoff.objects.create(registration=registration, unit=unit, effective_on=on, signed_off_by=signed_off_by)
        derive.refresh([registration.pk])
    return signoff


def not_yet_met(registration: Registration, unit: Unit, on: dt.date) -> list[str]:
    """Codes of the unit's criteria that are not met on the day, in order."""
    holding = CriterionMet.objects.filter(Q(to_on=None) | Q(to_on__gt=on), registration=registration, from_on__lte=on)
    missing = Criterion.objects.filter(unit=unit).exclude(pk__in=holding.values("criterion"))
    return list(missing.order_by("order", "pk").values_list("code", flat=True))


def still_needed(registration: Registration, unit: Unit) -> list[str]:
    """What the version's rule for the unit still asks for, in words."""
    own = set(Criterion.objects.filter(unit=unit).values_list("pk", flat=True))
    own |= {key for keys in Criterion.objects.filter(unit=unit).values_list("replaces", flat=True) for key in keys}
    methods = dict(
        Submission.objects.live().filter(evidence__registration=registration).values_list("evidence_id", "method")
    )
    shown = [method for key, method in methods.items() if own & set(standing_of(key)[0])]
    return lacking(unit, shown, dict(Method.choices))


def refuse_locked(registration: Registration, criteria: Collection[int]) -> None:
    """Raise RuleBroken where criteria (keys) are of a unit that is signed off: it is locked until that is undone."""
    locked = UnitSignoff.objects.live().filter(registration=registration, unit__criteria__in=list(criteria))
    held = locked.select_related("unit").order_by("unit__number").first()
    if held is None:
        return
    if UnitRelease.objects.live().filter(signoff=held).exists():
        raise RuleBroken(f"Unit {held.unit.number} is released. A quality assurer must unlock it first.")
    raise RuleBroken(f"Unit {held.unit.number} is signed off. Undo the sign-off first.")


def void_signoff(*, signoff: UnitSignoff, reason: str, by: Any) -> None:
    """Undo a sign-off, with a reason. Raises RuleBroken where quality assurance has released the unit."""
    if not reason.strip():
        raise RuleBroken("Say why the sign-off is undone.", "reason")
    with refusals(SIGNED_ALREADY), act(by=by, reason=reason):
        hold(registrations=[signoff.registration_id])
        void([signoff], by=by, reason=reason)
        derive.refresh([signoff.registration_id])
