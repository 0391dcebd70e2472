"""Checks that people are listed by their spells, and that their current details are those recorded
last.
"""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Exists, OuterRef

from pqip.core import proof
from pqip.core.known import differing
from workforce.derived.people import differing_people
from workforce.models import (
    EqualityRecord,
    Person,
    PersonMerge,
    PersonRecord,
    RegisterChange,
    RegisterEntry,
)
from workforce.ports import merging
from workforce.ports.merging import How


@proof.check("People's region, unit and grade")
def people() -> Iterator[str]:
    """Yield people whose own columns differ from their current spell."""
    wrong = Person.objects.filter(pk__in=differing_people()).order_by("staff_number")
    for number in wrong.values_list("staff_number", flat=True):
        yield f"{number} is not listed under the post they hold"


@proof.check("People's names and numbers")
def records() -> Iterator[str]:
    """Yield people for whom the latest row of the ledger says something else."""
    wrong = Person.objects.filter(pk__in=differing(PersonRecord)).order_by("staff_number")
    for number in wrong.values_list("staff_number", flat=True):
        yield f"{number}: what they are called differs from what was recorded last"


@proof.check("Equality answers")
def answers() -> Iterator[str]:
    """Yield people for whom the latest row of the ledger has other answers, without saying which."""
    for key in differing(EqualityRecord):
        yield f"Person {key}: their equality answers differ from what was recorded last"


@proof.check("Merged records")
def merged() -> Iterator[str]:
    """Yield people whose record was merged into another and who still have a fact in force."""
    gone = dict(PersonMerge.objects.live().values_list("goes", "goes__staff_number"))
    for kind in merging.kinds() if gone else ():
        for how in (How.RECORDED, How.ANCHOR):
            for name in kind.fields(how):
                rows = kind.current().filter(**{f"{name}__in": gone}).order_by("pk")
                for key in rows.values_list(f"{name}_id", flat=True):
                    yield f"{gone[key]}: {kind.title} stand under the number that went"


@proof.check("Changes of the professional register")
def register() -> Iterator[str]:
    """Yield people with a change of a register entry that did not exist on that day."""
    entry = RegisterEntry.objects.live().filter(
        person=OuterRef("person"),
        award_type=OuterRef("award_type"),
        effective_on__lte=OuterRef("effective_on"),
    )
    for key in (
        RegisterChange.objects.live()
        .filter(~Exists(entry))
        .order_by("pk")
        .values_list("person", flat=True)
    ):
        yield f"Person {key}: something is recorded of an entry in the register that was not there on that day"
