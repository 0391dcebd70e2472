"""The development of PSOs, whether or not they are learners: induction and observations.

Mentors are allocations.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from typing import Any

from learners.models import InductionRecord, PracticeObservation
from pqip.core.acting import acting_as
from pqip.core.clock import today
from pqip.core.errors import Conflict, RuleBroken
from pqip.core.ledger import supersede, void
from workforce.models import Person

NOT_THEIR_OWN = "Nobody records their own development."


def show_items(
    *, by: Any, person: Person, items: Collection[str], on: dt.date
) -> list[InductionRecord]:
    """Record that a person was shown these items (codes) of the induction on a day.

    Raises RuleBroken for a day to come, and for an item that is recorded already.
    """
    _check(by, person, on, "on")
    with acting_as(by=by):
        _hold(person)
        if InductionRecord.objects.live().filter(person=person, item__in=items).exists():
            raise RuleBroken(
                "Somebody has recorded one of these already. Look at what is left.", "items"
            )
        return InductionRecord.objects.bulk_create(
            InductionRecord(person=person, item=code, effective_on=on)
            for code in dict.fromkeys(items)
        )


def void_item(*, by: Any, record: InductionRecord, reason: str) -> None:
    """Undo an item recorded in error."""
    void([record], by=by, reason=reason)


def plan_observation(
    *, by: Any, person: Person, on: dt.date, observer: Person | None = None
) -> PracticeObservation:
    """Plan an observation of somebody's practice on a day.

    Raises RuleBroken if they would observe themselves, and if one is recorded for that day.
    """
    _check(by, person)
    _check_observer(person, observer)
    with acting_as(by=by):
        _hold(person)
        if PracticeObservation.objects.live().filter(person=person, effective_on=on).exists():
            raise RuleBroken("An observation is recorded for that day already.", "on")
        return PracticeObservation.objects.create(person=person, effective_on=on, observer=observer)


def hold_observation(
    *,
    by: Any,
    observation: PracticeObservation,
    held_on: dt.date,
    observer: Person,
    feedback_given: bool,
) -> PracticeObservation:
    """Record that an observation was held, and whether feedback was given.

    Raises RuleBroken for a day to come, and Conflict if it is recorded already.
    """
    person = observation.person
    _check(by, person, held_on, "held_on")
    _check_observer(person, observer)
    if observation.held_on is not None:
        raise Conflict("This observation has been recorded already.")
    content = {"held_on": held_on, "observer": observer, "feedback_given": feedback_given}
    return supersede(observation, by=by, reason="Held", **content)


def void_observation(*, by: Any, observation: PracticeObservation, reason: str) -> None:
    """Void an observation that was recorded in error or is cancelled."""
    void([observation], by=by, reason=reason)


def _hold(person: Person) -> None:
    Person.objects.select_for_update(no_key=True, of=("self",)).get(pk=person.pk)


def _check(by: Any, person: Person, on: dt.date | None = None, field: str = "") -> None:
    if getattr(by, "person_id", None) == person.pk:
        raise RuleBroken(NOT_THEIR_OWN)
    if on is not None and on > today():
        raise RuleBroken("The day cannot be to come.", field)


def _check_observer(person: Person, observer: Person | None) -> None:
    if observer is not None and observer.pk == person.pk:
        raise RuleBroken("Nobody observes themselves.", "observer")
