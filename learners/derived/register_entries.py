"""Keeps the register entries of people who joined the professional register through the programme.

The entry is made with the event and undone with it. Everything that writes events calls it
(`learners.derived.enrolments.refresh`), within its transaction.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection

from learners.models import Event
from workforce.actions.register import Joined, follow_programme
from workforce.models import Person

QUALIFIED, REGISTERED = "qualified", "registered"


def follow_register(enrolment_ids: Collection[int]) -> None:
    """Change the register entries of the learners of these enrolments to what their events say."""
    people = set(
        Person.objects.filter(enrolments__in=list(enrolment_ids)).values_list("pk", flat=True)
    )
    follow_programme(people=people, registered=joined(people))


def joined(people: Collection[int] | None = None) -> dict[int, Joined]:
    """Return, by person, when they qualified and joined the register, as the programme says.

    Without `people`, everybody is included.
    """
    rows = Event.objects.live().filter(kind__in=(QUALIFIED, REGISTERED))
    if people is not None:
        rows = rows.filter(enrolment__person__in=people)
    qualified: dict[int, dt.date] = {}
    found: dict[int, Joined] = {}
    columns = ("enrolment_id", "enrolment__person_id", "kind", "effective_on", "recorded_at")
    for enrolment, person, kind, on, recorded_at in rows.order_by("effective_on", "id").values_list(
        *columns
    ):
        if kind == QUALIFIED:
            qualified[enrolment] = on
        elif person not in found:
            found[person] = Joined(qualified.get(enrolment, on), on, recorded_at)
    return found
