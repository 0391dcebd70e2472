"""The optional units a candidate takes. Nothing is assessed of the others; the database holds the same (`sql/1_options.sql`)."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable
from typing import Any

from django.db import connection
from django.db.models import Q, QuerySet

from assessments.actions.holding import hold
from assessments.actions.locking import refuse_claimed
from assessments.actions.refusals import refusals
from assessments.models import Criterion, QualificationVersion, Registration, RegistrationFact, Unit, UnitChoice, VersionMove
from assessments.rules.options import Asked, Group, check_chosen, check_given_up, check_taken
from pqip.core.acting import act
from pqip.core.clock import today
from pqip.core.errors import RuleBroken
from pqip.core.ledger import void

CHOSEN_MEANWHILE = "Somebody else has just chosen optional units for this candidate."
CHOSEN = "Optional units chosen"
NAMES = """
SELECT a.registration, u.id, u.number FROM unnest(%s::bigint[], %s::bigint[]) AS a (registration, unit)
JOIN assessments_unit u ON u.id = a.unit WHERE assessments_names_unit(a.registration, u.id) ORDER BY u.number
"""


def asked_by(versions: Iterable[int]) -> dict[int, Asked]:
    """What each of these versions (keys) asks for."""
    mandatory: dict[int, dict[int, int]] = defaultdict(dict)
    groups: dict[int, dict[int, Group]] = defaultdict(dict)
    rows = Unit.objects.filter(version__in=list(versions)).select_related("group").order_by("number")
    for one in rows:
        if one.group is None:
            mandatory[one.version_id][one.pk] = one.number
        else:
            group = groups[one.version_id].setdefault(one.group_id, Group(one.group.name, one.group.choose, {}))
            group.units[one.pk] = one.number  # type: ignore[index]
    return {key: Asked(mandatory[key], list(groups[key].values())) for key in {*mandatory, *groups}}


def asked_of(version: QualificationVersion) -> Asked:
    """What a version asks for."""
    return asked_by([version.pk]).get(version.pk, Asked({}))


def chosen_by(registrations: Collection[int]) -> dict[int, set[int]]:
    """The optional units (keys) that each of these candidates has chosen, of whatever version."""
    found: dict[int, set[int]] = defaultdict(set)
    rows = UnitChoice.objects.live().filter(registration__in=registrations)
    for registration, unit in rows.values_list("registration_id", "unit_id"):
        found[registration].add(unit)
    return found


def open_units(registration: Registration) -> Q:
    """The condition of the units that are assessed of a candidate: the mandatory ones, and those they have chosen."""
    return Q(group=None) | Q(pk__in=UnitChoice.objects.live().filter(registration=registration).values("unit"))


def open_criteria(registration: Registration) -> QuerySet[Criterion]:
    """Criteria of the candidate's version that are assessed of them, in order."""
    units = Unit.objects.filter(open_units(registration), version=registration.current_version)
    return Criterion.objects.filter(unit__in=units).order_by("unit__number", "order", "pk")


def known_criteria(registration: Registration) -> QuerySet[Criterion]:
    """Criteria of every version the candidate is or was assessed by, of the units that are assessed of them."""
    moved = VersionMove.objects.live().filter(registration=registration).values("version")
    units = Unit.objects.filter(open_units(registration), Q(version=registration.version_id) | Q(version__in=moved))
    return Criterion.objects.filter(unit__in=units)


def refuse_not_chosen(registration: Registration, unit: Unit) -> None:
    """Raise RuleBroken for an optional unit that the candidate has not chosen."""
    if unit.group_id:
        check_taken(unit.number, is_taken=unit.pk in chosen_by([registration.pk])[registration.pk])


def choose_units(*, registration: Registration, units: Collection[int], by: Any, on: dt.date | None = None) -> None:
    """The candidate takes these optional units (keys) of their version, from a day (today where not said), and no others.

    Raises RuleBroken for more of a group than it asks for, a unit that is not optional in it, a day in the future or before
    they registered, for giving up a unit that evidence, a decision or a sign-off names, and once the certificate is claimed.
    """
    on = on or today()
    if on > today():
        raise RuleBroken("The date they chose must be today or in the past.", "on")
    with refusals(CHOSEN_MEANWHILE), act(by=by, reason=CHOSEN):
        hold(registrations=[registration.pk])
        fact = RegistrationFact.objects.live().filter(registration=registration).first()
        if fact and on < fact.effective_on:
            raise RuleBroken("Units are chosen on or after the day the candidate registered.", "on")
        refuse_claimed(registration.pk)
        _choose(registration, asked_of(registration.current_version), set(units), on, by)


def _choose(registration: Registration, asked: Asked, wanted: set[int], on: dt.date, by: Any) -> None:
    check_chosen(asked.groups, wanted)
    optional = {key for group in asked.groups for key in group.units}
    held = {one.unit_id: one for one in UnitChoice.objects.live().filter(registration=registration, unit__in=optional)}
    given_up = [one for key, one in held.items() if key not in wanted]
    check_given_up(named_units([(registration.pk, one.unit_id) for one in given_up]).values())
    void(given_up, by=by, reason=CHOSEN)
    UnitChoice.objects.bulk_create(
        UnitChoice(registration=registration, unit_id=key, effective_on=on) for key in sorted(wanted - held.keys())
    )


def named_units(pairs: Collection[tuple[int, int]]) -> dict[tuple[int, int], int]:
    """Of these registrations and units (keys), those that evidence, a decision or a sign-off names, with the unit's number."""
    if not pairs:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(NAMES, [list(keys) for keys in zip(*sorted(pairs), strict=True)])
        return {(registration, unit): number for registration, unit, number in cursor.fetchall()}


def carry_choices(registration: Registration, version: QualificationVersion, on: dt.date) -> None:
    """On a move, optional units of the new version are chosen that replace units assessed of the candidate before, as many as a
    group asks for."""
    before = {*known_criteria(registration).values_list("pk", flat=True)}
    rows = Criterion.objects.filter(unit__version=version, unit__group__isnull=False).order_by("unit__number")
    replaced: dict[int, list[list[int]]] = defaultdict(list)
    for unit, replaces in rows.values_list("unit_id", "replaces"):
        replaced[unit].append(replaces)
    carried = [unit for unit, every in replaced.items() if all(keys and set(keys) <= before for keys in every)]
    for group in asked_of(version).groups:
        UnitChoice.objects.bulk_create(
            UnitChoice(registration=registration, unit_id=key, effective_on=on)
            for key in [one for one in carried if one in group.units][: group.choose]
        )


def drop_choices(registration: Registration, version: QualificationVersion, *, by: Any, reason: str) -> None:
    """What was chosen of a version goes with the move to it."""
    void(UnitChoice.objects.live().filter(registration=registration, unit__version=version), by=by, reason=reason)
