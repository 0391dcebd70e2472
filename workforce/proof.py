"""Proof that people are listed where their spells say."""

from __future__ import annotations

from collections.abc import Iterator

from pqip.core import proof
from workforce.actions.derive import differing_people
from workforce.models import Person


@proof.check("People's region, unit and grade")
def people() -> Iterator[str]:
    """Somebody whose own columns are not those of their current spell."""
    wrong = Person.objects.filter(pk__in=differing_people()).order_by("staff_number")
    for number in wrong.values_list("staff_number", flat=True):
        yield f"{number} is not listed under the post they hold"
