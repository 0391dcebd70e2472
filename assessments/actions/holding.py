"""One order in which writers wait for each other, so that two at once get one outcome and none waits for ever.

First the standing of the assessors concerned: their award and authority, by which a decision needs a countersignature or not
and a countersignature, a sample or a release is allowed. Whoever acts by it shares it; whoever re-dates it has it alone. Then
people and their enrolments; then the candidates' registrations, of which everything that follows is worked out anew; then the
facts that hang from them. Each in the order of their keys.

An assessor's standing is an advisory lock and not their row: a file of staff may change every post while decisions go on. The
guards take it too (`assessments_hold_standing`), for whoever writes without an action.
"""

from __future__ import annotations

from collections.abc import Collection

from django.db import connection

from assessments.models import Registration
from learners.actions.holding import hold_learners


def hold(
    *, registrations: Collection[int] = (), assessors: Collection[int] = (), redated: Collection[int] = (),
    people: Collection[int] = (),
) -> None:
    """Hold all this (keys) until the transaction ends. What is read afterwards is what others have committed by now.

    `assessors` act by their award or authority, `redated` have it changed, `people` (held with their enrolments) something else.
    """
    if assessors or redated:
        with connection.cursor() as cursor:
            cursor.execute("SELECT assessments_hold_standing(%s::bigint[], %s::bigint[])", [list(assessors), list(redated)])
    if people:
        hold_learners(people)
    if registrations:
        held = Registration.objects.select_for_update(no_key=True).filter(pk__in=list(registrations)).order_by("pk")
        list(held.values_list("pk", flat=True))
