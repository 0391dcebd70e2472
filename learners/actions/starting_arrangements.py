"""Arrangements for a starter: record a step, and undo the latest."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

from learners.models import Enrolment, StarterStep
from learners.models.starting import Arrangement
from learners.rules.events_moves import ENDED
from learners.rules.starting import DONE, Step, check_step
from pqip.core.acting import acting_as
from pqip.core.clock import today
from pqip.core.errors import RuleBroken
from pqip.core.ledger import void
from workforce.models import Person


def arrange(
    *,
    by: Any,
    enrolment: Enrolment,
    arrangement: str,
    state: str,
    on: dt.date,
    owner: Person | None = None,
    note: str = "",
) -> StarterStep:
    """Record the state of an arrangement from a day. Without an owner, the earlier owner stays.

    Raises RuleBroken for a step that may not follow the one before, and if the learner's place has
    ended.
    """
    with acting_as(by=by):
        held = Enrolment.objects.select_for_update(no_key=True, of=("self",)).get(pk=enrolment.pk)
        if held.status in ENDED:
            raise RuleBroken("Nothing more is arranged: their place on the programme has ended.")
        steps = _steps(held, arrangement)
        check_step(
            arrangement,
            [Step(row.effective_on, row.state) for row in steps],
            state,
            on,
            today(),
            note,
        )
        before = next((row.owner for row in reversed(steps) if row.owner is not None), None)
        return StarterStep.objects.create(
            enrolment=held,
            arrangement=arrangement,
            state=state,
            effective_on=on,
            note=note,
            owner=owner or before,
        )


def arrange_all(*, by: Any, enrolment: Enrolment, arrangements: Iterable[str], on: dt.date) -> None:
    """Record that each of the arrangements was done by a day: all of them or none.

    Raises RuleBroken as `arrange` does, naming the arrangement.
    """
    with acting_as(by=by):
        for arrangement in arrangements:
            try:
                arrange(by=by, enrolment=enrolment, arrangement=arrangement, state=DONE, on=on)
            except RuleBroken as broken:
                raise RuleBroken(
                    f"{Arrangement(arrangement).label}: {broken.message}", broken.field
                ) from broken


def undo_step(*, by: Any, enrolment: Enrolment, arrangement: str, reason: str) -> None:
    """Undo the latest step of an arrangement. Raises RuleBroken if there is none."""
    with acting_as(by=by, reason=reason):
        held = Enrolment.objects.select_for_update(no_key=True, of=("self",)).get(pk=enrolment.pk)
        steps = _steps(held, arrangement)
        if not steps:
            raise RuleBroken("There is nothing to undo.")
        void(steps[-1:], by=by, reason=reason)


def _steps(enrolment: Enrolment, arrangement: str) -> list[StarterStep]:
    rows = StarterStep.objects.live().filter(enrolment=enrolment, arrangement=arrangement)
    return list(rows.select_related("owner").order_by("effective_on", "id"))
