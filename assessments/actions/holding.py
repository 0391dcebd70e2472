"""One order in which writers wait for each other, so that two at once get one outcome and none waits for ever.

First the assessors concerned, whose award decides whether a decision needs a countersignature; then the candidates'
registrations, of which everything that follows is worked out anew. Each in the order of their keys.
"""

from __future__ import annotations

from collections.abc import Collection

from assessments.models import Registration
from workforce.models import Person


def hold(*, registrations: Collection[int], assessors: Collection[int] = ()) -> None:
    """Hold these rows until the transaction ends. What is read afterwards is what others have committed by now."""
    for model, keys in ((Person, assessors), (Registration, registrations)):
        held = model.objects.select_for_update(no_key=True).filter(pk__in=list(keys)).order_by("pk")
        list(held.values_list("pk", flat=True))
