"""Holding learners while what is recorded of them changes: people first, then their enrolments, each in order of their keys."""

from __future__ import annotations

from collections.abc import Collection

from learners.models import Enrolment
from workforce.actions.holding import hold_people


def hold(*, people: Collection[int] = (), enrolments: Collection[int] = ()) -> None:
    """Hold these rows until the transaction ends. What is read afterwards is what others have committed by now."""
    if people:
        hold_people(people)
    if enrolments:
        held = Enrolment.objects.select_for_update(no_key=True, of=("self",)).filter(pk__in=list(enrolments)).order_by("pk")
        list(held.values_list("pk", flat=True))


def hold_learners(people: Collection[int]) -> None:
    """Hold people, and every enrolment they have: whoever would enrol them waits for the people."""
    hold(people=people)
    hold(enrolments=list(Enrolment.objects.filter(person__in=list(people)).values_list("pk", flat=True)))
