"""Long absences, career breaks and reductions of hours; never a medical reason."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

from pqip.core.acting import acting_as
from pqip.core.errors import RuleBroken
from pqip.core.ledger import supersede, void
from workforce.models import Absence, Person
from workforce.rules.absences import check_absence
from workforce.rules.posts import check_dates

#: What an absence states, apart from the person and the kind.
STATED = ("effective_on", "expected_end_date", "ended_on", "fte_lost")


def record_absence(
    *,
    by: Any,
    person: Person,
    kind: str,
    starts_on: dt.date,
    expected_end_date: dt.date | None = None,
    ended_on: dt.date | None = None,
    fte_lost: Decimal | None = None,
) -> Absence:
    """Record that somebody is absent, or works fewer hours, from a day.

    Raises RuleBroken if that is recorded already.
    """
    check_absence(kind, starts_on, expected_end_date, ended_on, fte_lost)
    with acting_as(by=by):
        Person.objects.select_for_update(no_key=True, of=("self",)).get(pk=person.pk)
        if Absence.objects.live().filter(person=person, kind=kind, effective_on=starts_on).exists():
            raise RuleBroken("This is already recorded from that day.", "starts_on")
        return Absence.objects.create(
            person=person,
            kind=kind,
            effective_on=starts_on,
            expected_end_date=expected_end_date,
            ended_on=ended_on,
            fte_lost=fte_lost,
        )


def end_absence(*, by: Any, absence: Absence, last_day: dt.date) -> Absence:
    """Record the last day of an absence."""
    check_dates(absence.effective_on, last_day)
    return supersede(absence, by=by, reason="Ended", ended_on=last_day)


def correct_absence(*, by: Any, absence: Absence, reason: str, **changes: Any) -> Absence:
    """Correct an absence.

    Raises RuleBroken for impossible dates and hours, and Conflict if it was corrected or undone in
    the meantime.
    """
    stated = {name: changes.get(name, getattr(absence, name)) for name in STATED}
    check_absence(absence.kind, *(stated[name] for name in STATED))
    with acting_as(by=by, reason=reason):
        Person.objects.select_for_update(no_key=True, of=("self",)).get(pk=absence.person_id)
        same = Absence.objects.live().filter(
            person=absence.person_id, kind=absence.kind, effective_on=stated["effective_on"]
        )
        if same.exclude(pk=absence.pk).exists():
            raise RuleBroken("This is already recorded from that day.", "effective_on")
        return supersede(absence, by=by, reason=reason, **changes)


def void_absence(*, by: Any, absence: Absence, reason: str) -> None:
    """Undo an absence recorded in error."""
    void([absence], by=by, reason=reason)
