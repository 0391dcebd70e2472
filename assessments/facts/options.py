"""Optional units: what versions require, what candidates chose, and what is assessed of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable

from django.db import connection
from django.db.models import Q, QuerySet

from assessments.models import (
    Criterion,
    QualificationVersion,
    Registration,
    Unit,
    UnitChoice,
    UnitGroup,
    VersionMove,
)
from assessments.rules.options import Group, Requirements

NAMES = """
SELECT a.registration, u.id, u.number FROM unnest(%s::bigint[], %s::bigint[]) AS a (registration, unit)
JOIN assessments_unit u ON u.id = a.unit WHERE assessments_names_unit(a.registration, u.id) ORDER BY u.number
"""


def requirements_by_version(versions: Iterable[int]) -> dict[int, Requirements]:
    """Return the units that each of these versions (keys) requires: mandatory units, and groups of optional ones."""
    mandatory: dict[int, dict[int, int]] = defaultdict(dict)
    groups: dict[int, dict[int, tuple[UnitGroup, dict[int, int]]]] = defaultdict(dict)
    rows = (
        Unit.objects.filter(version__in=list(versions)).select_related("group").order_by("number")
    )
    for one in rows:
        if one.group is None:
            mandatory[one.version_id][one.pk] = one.number
        else:
            _group, units = groups[one.version_id].setdefault(one.group.pk, (one.group, {}))
            units[one.pk] = one.number
    optional = {
        key: [Group(group.name, group.choose, units) for group, units in of_version.values()]
        for key, of_version in groups.items()
    }
    return {
        key: Requirements(mandatory[key], optional.get(key, [])) for key in {*mandatory, *groups}
    }


def requirements_of(version: QualificationVersion) -> Requirements:
    """Return the units that a version requires: mandatory units, and groups of optional ones."""
    return requirements_by_version([version.pk]).get(version.pk, Requirements({}))


def chosen_by(registrations: Collection[int]) -> dict[int, set[int]]:
    """Return the optional units (keys) that each of these candidates has chosen, in any version."""
    found: dict[int, set[int]] = defaultdict(set)
    rows = UnitChoice.objects.live().filter(registration__in=registrations)
    for registration, unit in rows.values_list("registration_id", "unit_id"):
        found[registration].add(unit)
    return found


def open_units(registration: Registration) -> Q:
    """Return the condition for the units on which a candidate is assessed: mandatory ones, and optional ones they have
    chosen.
    """
    return Q(group=None) | Q(
        pk__in=UnitChoice.objects.live().filter(registration=registration).values("unit")
    )


def open_criteria(registration: Registration) -> QuerySet[Criterion]:
    """Return the criteria of the candidate's version on which they are assessed, in order."""
    units = Unit.objects.filter(open_units(registration), version=registration.current_version)
    return Criterion.objects.filter(unit__in=units).order_by("unit__number", "order", "pk")


def known_criteria(registration: Registration) -> QuerySet[Criterion]:
    """Return the criteria, in every version the candidate is or was on, of units on which they are assessed."""
    moved = VersionMove.objects.live().filter(registration=registration).values("version")
    units = Unit.objects.filter(
        open_units(registration), Q(version=registration.version_id) | Q(version__in=moved)
    )
    return Criterion.objects.filter(unit__in=units)


def named_units(pairs: Collection[tuple[int, int]]) -> dict[tuple[int, int], int]:
    """Return those of these registrations and units (keys) that have evidence, a decision or a sign-off, with the
    unit's number.
    """
    if not pairs:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(NAMES, [list(keys) for keys in zip(*sorted(pairs), strict=True)])
        return {(registration, unit): number for registration, unit, number in cursor.fetchall()}
