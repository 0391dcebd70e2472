"""What units still need before sign-off: criteria not met, and what the version's rule for the unit requires."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from django.db import connection
from django.db.models import Q

from assessments.facts.worked_out import pieces_of
from assessments.models import Criterion, CriterionMet, Registration, Submission, Unit, VersionMove
from assessments.models.methods import Method
from assessments.rules.units import criteria_left
from assessments.rules.units_signing_off import lacking
from pqip.core.clock import today

#: The criteria on which a candidate's unit depends: its own, and those it was carried over from.
STANDS_ON = """
SELECT a.registration, a.unit,
    assessments_criteria_of(a.unit) || assessments_behind(a.registration, assessments_criteria_of(a.unit))
FROM unnest(%s::bigint[], %s::bigint[]) AS a (registration, unit)
"""


def not_yet_met(registration: Registration, unit: Unit, on: dt.date) -> list[str]:
    """Return the codes of the unit's criteria that were not met on the day, or are not met now, in order."""
    ended = (
        VersionMove.objects.live().filter(registration=registration).values("effective_on")
    )  # met until the version was left
    holding = CriterionMet.objects.filter(
        Q(to_on=None) | Q(to_on__gt=on, to_on__in=ended), registration=registration, from_on__lte=on
    )
    missing = Criterion.objects.filter(unit=unit).exclude(pk__in=holding.values("criterion"))
    return list(missing.order_by("order", "pk").values_list("code", flat=True))


def still_needed(registration: Registration, unit: Unit, on: dt.date | None = None) -> list[str]:
    """Return in words what the version's rule for the unit still requires as at a day (default: today)."""
    return needs({(registration.pk, unit.pk): on or today()})[registration.pk, unit.pk]


def needs(asked: Mapping[tuple[int, int], dt.date]) -> dict[tuple[int, int], list[str]]:
    """Return what the rules of units still require, by registration and unit (keys), each as at its own day; in a
    fixed number of queries.

    Evidence for criteria of an earlier version that this unit replaces counts for the unit.
    """
    if not asked:
        return {}
    registrations = {registration for registration, _unit in asked}
    units = {
        one.pk: one for one in Unit.objects.filter(pk__in={unit for _registration, unit in asked})
    }
    with connection.cursor() as cursor:
        cursor.execute(STANDS_ON, [list(pair) for pair in zip(*asked, strict=True)])
        own = {
            (registration, unit): set(criteria)
            for registration, unit, criteria in cursor.fetchall()
        }
    live = Submission.objects.live().filter(evidence__registration__in=registrations)
    methods, pieces = dict(live.values_list("evidence_id", "method")), pieces_of(registrations)
    found = {}
    for (registration, unit), on in asked.items():
        criteria = own[registration, unit]
        shown = [
            methods[one.key]
            for one in pieces[registration]
            if criteria & set(criteria_left(one.decisions, on)[0])
        ]
        found[registration, unit] = lacking(units[unit], shown, dict(Method.choices))
    return found
