"""The next thing due of each of many learners, across all strands, in as many queries at any number."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterator

from learners import ports
from learners.models import Enrolment, ModuleResult, Review, TrainingRecord
from learners.module_facts import states_of
from pqip.govuk.pages import Due


def next_due_of(rows: Collection[Enrolment], on: dt.date) -> dict[int, Due]:
    """By enrolment, what is due first: a module, a course booked, a review, or a step of the vocational strand."""
    found: dict[int, Due] = {}
    places = {row.person_id: row.pk for row in rows}
    for key, due in (*_modules(rows, on), *_of_people(places, on)):
        if due.on is not None and (key not in found or due.on < (found[key].on or due.on)):
            found[key] = due
    return found


def _modules(rows: Collection[Enrolment], on: dt.date) -> Iterator[tuple[int, Due]]:
    open_ = ModuleResult.objects.live().filter(enrolment__in=[row.pk for row in rows], outcome="pending", submitted_date=None)
    for row in open_.select_related("module"):
        day = row.extended_to or row.due_date
        yield row.enrolment_id, Due(f"{row.module.title}: hand in", day, "University", overdue=day is not None and day < on)
    for state in states_of([row.pk for row in rows], on):
        if not state["is_attempted"] and state["due_on"]:
            late = state["due_on"] < on
            title = f"{state['title']}: result not recorded" if late and state["plan_on"] is None else state["title"]
            yield state["enrolment_id"], Due(title, state["due_on"], "University", overdue=late)


def _of_people(places: dict[int, int], on: dt.date) -> Iterator[tuple[int, Due]]:
    booked = TrainingRecord.objects.live().filter(person__in=places, status="booked", effective_on__gte=on)
    for course in booked.select_related("course"):
        yield places[course.person_id], Due(course.course.title, course.effective_on, "Role training")
    for review in Review.objects.live().filter(person__in=places, held_on=None):
        kind = f"{review.get_kind_display()} review"  # type: ignore[attr-defined]
        yield places[review.person_id], Due(kind, review.effective_on, "Review", overdue=review.effective_on < on)
    for person, steps in ports.vocational().due_next(list(places), on).items():
        for step in steps:
            yield places[person], Due(step.title, step.on, "Vocational", overdue=step.overdue)
