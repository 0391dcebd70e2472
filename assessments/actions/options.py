"""Record which optional units a candidate takes.

The others are not assessed; the database enforces this too (`sql/2_options.sql`).
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection
from typing import Any

from assessments.actions.units_locks import refuse_claimed
from assessments.facts.options import chosen_by, known_criteria, named_units, requirements_of
from assessments.models import (
    Criterion,
    QualificationVersion,
    Registration,
    RegistrationFact,
    Unit,
    UnitChoice,
)
from assessments.models.holding import hold
from assessments.rules.options import Requirements, check_chosen, check_given_up, check_is_chosen
from pqip.core.acting import acting_as
from pqip.core.clock import today
from pqip.core.errors import RuleBroken
from pqip.core.ledger import void
from pqip.core.refusals import translate_db_errors

CHOSEN_MEANWHILE = "Somebody else has just chosen optional units for this candidate."
CHOSEN = "Optional units chosen"


def refuse_not_chosen(registration: Registration, unit: Unit) -> None:
    """Raise RuleBroken for an optional unit that the candidate has not chosen."""
    if unit.group_id:
        check_is_chosen(
            unit.number, is_chosen=unit.pk in chosen_by([registration.pk])[registration.pk]
        )


def choose_units(
    *, registration: Registration, units: Collection[int], by: Any, on: dt.date | None = None
) -> None:
    """Record that the candidate takes exactly these optional units (keys) of their version from a day on (default:
    today).

    Raises RuleBroken for more units of a group than it requires, a unit that is not optional in the version, a day in
    the future or before registration, giving up a unit that has evidence, a decision or a sign-off, and once the
    certificate is claimed.
    """
    on = on or today()
    if on > today():
        raise RuleBroken("The date they chose must be today or in the past.", "on")
    with translate_db_errors(CHOSEN_MEANWHILE), acting_as(by=by, reason=CHOSEN):
        hold(registrations=[registration.pk])
        fact = RegistrationFact.objects.live().filter(registration=registration).first()
        if fact and on < fact.effective_on:
            raise RuleBroken("Units are chosen on or after the day the candidate registered.", "on")
        refuse_claimed(registration.pk)
        _choose(registration, requirements_of(registration.current_version), set(units), on, by)


def _choose(
    registration: Registration, asked: Requirements, wanted: set[int], on: dt.date, by: Any
) -> None:
    check_chosen(asked.groups, wanted)
    optional = {key for group in asked.groups for key in group.units}
    held = {
        one.unit_id: one
        for one in UnitChoice.objects.live().filter(registration=registration, unit__in=optional)
    }
    given_up = [one for key, one in held.items() if key not in wanted]
    check_given_up(named_units([(registration.pk, one.unit_id) for one in given_up]).values())
    void(given_up, by=by, reason=CHOSEN)
    UnitChoice.objects.bulk_create(
        UnitChoice(registration=registration, unit_id=key, effective_on=on)
        for key in sorted(wanted - held.keys())
    )


def carry_choices(registration: Registration, version: QualificationVersion, on: dt.date) -> None:
    """Choose optional units of the new version on a move: those that replace units already assessed, up to the number
    each group requires.
    """
    before = {*known_criteria(registration).values_list("pk", flat=True)}
    rows = Criterion.objects.filter(unit__version=version, unit__group__isnull=False).order_by(
        "unit__number"
    )
    replaced: dict[int, list[list[int]]] = defaultdict(list)
    for unit, replaces in rows.values_list("unit_id", "replaces"):
        replaced[unit].append(replaces)
    carried = [
        unit
        for unit, every in replaced.items()
        if all(keys and set(keys) <= before for keys in every)
    ]
    for group in requirements_of(version).groups:
        UnitChoice.objects.bulk_create(
            UnitChoice(registration=registration, unit_id=key, effective_on=on)
            for key in [one for one in carried if one in group.units][: group.choose]
        )


def drop_choices(
    registration: Registration, version: QualificationVersion, *, by: Any, reason: str
) -> None:
    """Undo the candidate's choices of a version's optional units, when the move to that version is undone."""
    void(
        UnitChoice.objects.live().filter(registration=registration, unit__version=version),
        by=by,
        reason=reason,
    )
