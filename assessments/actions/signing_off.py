"""Sign off a unit, and undo it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.db import connection
from django.db.models import Q

from assessments.actions import derive
from assessments.actions.choosing import refuse_not_chosen
from assessments.actions.derive import pieces_of
from assessments.actions.holding import hold
from assessments.actions.locking import refuse_claimed
from assessments.actions.refusals import refusals
from assessments.models import Criterion, CriterionMet, Registration, Submission, Unit, UnitSignoff, VersionMove
from assessments.models.methods import Method
from assessments.rules.achievement import standing
from assessments.rules.signing_off import lacking
from pqip.core.acting import act
from pqip.core.clock import today
from pqip.core.errors import Conflict, RuleBroken
from pqip.core.ledger import void
from workforce.models import Person

SIGNED_ALREADY = "This unit has already been signed off."
#: The criteria that a candidate's unit stands on: its own, and those it was carried from.
STANDS_ON = """
SELECT a.registration, a.unit,
    assessments_criteria_of(a.unit) || assessments_behind(a.registration, assessments_criteria_of(a.unit))
FROM unnest(%s::bigint[], %s::bigint[]) AS a (registration, unit)
"""


def sign_off_unit(
    *, registration: Registration, unit: Unit, signed_off_by: Person, by: Any, on: dt.date | None = None,
) -> UnitSignoff:
    """Sign off a unit of which every criterion is met, and the unit's own rule kept, on the day (today where not said).

    Raises RuleBroken naming what was missing on that day or is by now, for one's own unit, or an optional one not
    chosen; Conflict where it is signed off already.
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
        refuse_claimed(registration.pk)
        refuse_not_chosen(registration, unit)
        if missing := not_yet_met(registration, unit, on):
            raise RuleBroken(f"Unit {unit.number} cannot be signed off: {', '.join(missing)} not yet met.")
        if wanted := still_needed(registration, unit, on):
            raise RuleBroken(f"Unit {unit.number} cannot be signed off: {'; '.join(wanted)}.")
        signoff = UnitSignoff.objects.create(registration=registration, unit=unit, effective_on=on, signed_off_by=signed_off_by)
        derive.refresh([registration.pk])
    return signoff


def not_yet_met(registration: Registration, unit: Unit, on: dt.date) -> list[str]:
    """Codes of the unit's criteria that are not met on the day, or no longer are by now, in order."""
    ended = VersionMove.objects.live().filter(registration=registration).values("effective_on")  # met until the version was left
    holding = CriterionMet.objects.filter(
        Q(to_on=None) | Q(to_on__gt=on, to_on__in=ended), registration=registration, from_on__lte=on
    )
    missing = Criterion.objects.filter(unit=unit).exclude(pk__in=holding.values("criterion"))
    return list(missing.order_by("order", "pk").values_list("code", flat=True))


def still_needed(registration: Registration, unit: Unit, on: dt.date | None = None) -> list[str]:
    """What the version's rule for the unit still asks for as at a day (today where not said), in words."""
    return needs({(registration.pk, unit.pk): on or today()})[registration.pk, unit.pk]


def needs(asked: Mapping[tuple[int, int], dt.date]) -> dict[tuple[int, int], list[str]]:
    """What the rules of units still ask for, by registration and unit (keys), each as at its day; in as many queries at any
    number. What showed the criteria that a unit took the place of, of any version before, shows the unit."""
    if not asked:
        return {}
    registrations = {registration for registration, _unit in asked}
    units = {one.pk: one for one in Unit.objects.filter(pk__in={unit for _registration, unit in asked})}
    with connection.cursor() as cursor:
        cursor.execute(STANDS_ON, [list(pair) for pair in zip(*asked, strict=True)])
        own = {(registration, unit): set(criteria) for registration, unit, criteria in cursor.fetchall()}
    live = Submission.objects.live().filter(evidence__registration__in=registrations)
    methods, pieces = dict(live.values_list("evidence_id", "method")), pieces_of(registrations)
    found = {}
    for (registration, unit), on in asked.items():
        criteria = own[registration, unit]
        shown = [methods[one.key] for one in pieces[registration] if criteria & set(standing(one.decisions, on)[0])]
        found[registration, unit] = lacking(units[unit], shown, dict(Method.choices))
    return found


def void_signoff(*, signoff: UnitSignoff, reason: str, by: Any) -> None:
    """Undo a sign-off, with a reason. Raises RuleBroken where quality assurance has released the unit, or the certificate is
    claimed."""
    if not reason.strip():
        raise RuleBroken("Say why the sign-off is undone.", "reason")
    with refusals(SIGNED_ALREADY), act(by=by, reason=reason):
        hold(registrations=[signoff.registration_id])
        refuse_claimed(signoff.registration_id)
        void([signoff], by=by, reason=reason)
        derive.refresh([signoff.registration_id])
