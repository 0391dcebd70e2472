"""Exemptions: somebody need not take a course, because of earlier learning (rule F33)."""

from __future__ import annotations

import datetime as dt
from typing import Any

from learners.models import Course, TrainingExemption
from pqip.core.acting import acting_as
from pqip.core.clock import today
from pqip.core.errors import RuleBroken
from pqip.core.ledger import void
from workforce.models import Person


def exempt(
    *, by: Any, person: Person, course: Course, on: dt.date, reason: str
) -> TrainingExemption:
    """Exempt somebody from a course from a day on, for a reason.

    Raises RuleBroken without a reason, for a day to come, if they are exempt already, and for one's
    own course.
    """
    if not reason.strip():
        raise RuleBroken("Give what they have learned before.", "reason")
    if on > today():
        raise RuleBroken("An exemption cannot begin on a day to come.", "on")
    if getattr(by, "person_id", None) == person.pk:
        raise RuleBroken("Nobody exempts themselves.", "course")
    with acting_as(by=by):
        Person.objects.select_for_update(no_key=True, of=("self",)).get(pk=person.pk)
        if TrainingExemption.objects.live().filter(person=person, course=course).exists():
            raise RuleBroken("They are exempt from this course already.", "course")
        return TrainingExemption.objects.create(
            person=person, course=course, effective_on=on, reason=reason.strip()
        )


def end_exemption(*, by: Any, exemption: TrainingExemption, reason: str) -> None:
    """End an exemption recorded in error: the course counts as required again.

    Raises Conflict if somebody has ended it in the meantime.
    """
    if not reason.strip():
        raise RuleBroken("Give the reason.", "reason")
    void([exemption], by=by, reason=reason.strip())
