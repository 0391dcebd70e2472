"""The order in which writers lock records, so that two at once get one outcome and neither waits for ever.

First the standing of the assessors concerned: their award and authority, which decide whether a decision needs a
countersignature and whether a countersignature, a sample or a release is allowed. Whoever acts by it shares the lock;
whoever changes its dates holds it alone. Then people and their enrolments; then the candidates' registrations, whose
derived rows are all recomputed; then the facts that belong to them. Each kind in the order of keys.

An assessor's standing is an advisory lock and not their row, because a file of staff may change every post while
decisions go on. The guards take the lock too (`assessments_hold_standing`), for writes that do not go through an
action.
"""

from __future__ import annotations

from collections.abc import Collection

from django.db import connection

from assessments.models import Registration
from learners.models.holding import hold_learners


def hold(
    *,
    registrations: Collection[int] = (),
    assessors: Collection[int] = (),
    redated: Collection[int] = (),
    people: Collection[int] = (),
) -> None:
    """Lock all these records (keys) until the transaction ends. What is read afterwards includes what others have
    committed.

    `assessors` act by their award or authority; `redated` have its dates changed; `people` are locked together with
    their enrolments.
    """
    if assessors or redated:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT assessments_hold_standing(%s::bigint[], %s::bigint[])",
                [list(assessors), list(redated)],
            )
    if people:
        hold_learners(people)
    if registrations:
        held = (
            Registration.objects.select_for_update(no_key=True)
            .filter(pk__in=list(registrations))
            .order_by("pk")
        )
        list(held.values_list("pk", flat=True))
