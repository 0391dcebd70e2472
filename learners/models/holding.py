"""Locking learners while their records change.

People are locked first, then their enrolments, each in order of their keys.
"""

from __future__ import annotations

from collections.abc import Collection

from learners.models import Enrolment
from workforce.models.holding import hold_people


def hold(*, people: Collection[int] = (), enrolments: Collection[int] = ()) -> None:
    """Lock these rows until the transaction ends.

    Rows read afterwards include everything that other transactions have committed by now.
    """
    if people:
        hold_people(people)
    if enrolments:
        held = (
            Enrolment.objects.select_for_update(no_key=True, of=("self",))
            .filter(pk__in=list(enrolments))
            .order_by("pk")
        )
        list(held.values_list("pk", flat=True))


def hold_learners(people: Collection[int]) -> None:
    """Lock people and all their enrolments. Whoever would enrol one of them waits for the person."""
    hold(people=people)
    hold(
        enrolments=list(
            Enrolment.objects.filter(person__in=list(people)).values_list("pk", flat=True)
        )
    )
