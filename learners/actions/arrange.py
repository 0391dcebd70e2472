"""Arrange what a starter needs: record a step of an arrangement, and undo the latest."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

from learners.models import Enrolment, StarterStep
from learners.models.starting import Arrangement
from learners.rules.moves import ENDED
from learners.rules.starting import DONE, Step, check_step
from pqip.core.acting import act
from pqip.core.clock import today
from pqip.core.errors import RuleBroken
from pqip.core.ledger import void
from workforce.models import Person


def arrange(
    *, by: Any, enrolment: Enrolment, arrangement: str, state: str, on: dt.date, owner: Person | None = None, note: str = ""
) -> StarterStep:
    """The arrangement reached that state on that day. Without an owner, whoever had it before keeps it.

    Raises RuleBroken for a step that may not follow the one before, and of a learner whose place has ended.
    """
    with act(by=by):
        held = Enrolment.objects.select_for_update(no_key=True, of=("self",)).get(pk=enrolment.pk)
        if held.status in ENDED:
            raise RuleBroken("Nothing more is arranged: their place on the programme has ended.")
        taken = _taken(held, arrangement)
        check_step(arrangement, [Step(row.effective_on, row.state) for row in taken], state, on, today(), note)
        owned = [row.owner for row in taken if row.owner is not None]
        return StarterStep.objects.create(
            enrolment=held, arrangement=arrangement, state=state, effective_on=on, note=note, owner=owner or (owned or [None])[-1]
        )


def arrange_all(*, by: Any, enrolment: Enrolment, arrangements: Iterable[str], on: dt.date) -> None:
    """Each of the arrangements was done by that day, all or none. Raises RuleBroken as one alone does, naming it."""
    with act(by=by):
        for arrangement in arrangements:
            try:
                arrange(by=by, enrolment=enrolment, arrangement=arrangement, state=DONE, on=on)
            except RuleBroken as broken:
                raise RuleBroken(f"{Arrangement(arrangement).label}: {broken.message}", broken.field) from broken


def undo_step(*, by: Any, enrolment: Enrolment, arrangement: str, reason: str) -> None:
    """Void the latest step of an arrangement. Raises RuleBroken where there is none."""
    with act(by=by, reason=reason):
        held = Enrolment.objects.select_for_update(no_key=True, of=("self",)).get(pk=enrolment.pk)
        taken = _taken(held, arrangement)
        if not taken:
            raise RuleBroken("There is nothing to undo.")
        void(taken[-1:], by=by, reason=reason)


def _taken(enrolment: Enrolment, arrangement: str) -> list[StarterStep]:
    rows = StarterStep.objects.live().filter(enrolment=enrolment, arrangement=arrangement)
    return list(rows.select_related("owner").order_by("effective_on", "id"))
