"""Proof that people are listed where their spells say, and that what is known of them now is what was recorded last."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Exists, OuterRef

from pqip.core import proof
from pqip.core.known import differing
from workforce import merging
from workforce.actions.derive import differing_people
from workforce.merging import How
from workforce.models import EqualityRecord, Person, PersonMerge, PersonRecord, RegisterChange, RegisterEntry


@proof.check("People's region, unit and grade")
def people() -> Iterator[str]:
    """Somebody whose own columns are not those of their current spell."""
    wrong = Person.objects.filter(pk__in=differing_people()).order_by("staff_number")
    for number in wrong.values_list("staff_number", flat=True):
        yield f"{number} is not listed under the post they hold"


@proof.check("People's names and numbers")
def records() -> Iterator[str]:
    """Somebody of whom the ledger's latest says something else."""
    wrong = Person.objects.filter(pk__in=differing(PersonRecord)).order_by("staff_number")
    for number in wrong.values_list("staff_number", flat=True):
        yield f"{number}: what they are called differs from what was recorded last"


@proof.check("Equality answers")
def answers() -> Iterator[str]:
    """Somebody of whose answers the ledger's latest says something else; not which."""
    for key in differing(EqualityRecord):
        yield f"Person {key}: their equality answers differ from what was recorded last"


@proof.check("Merged records")
def merged() -> Iterator[str]:
    """Somebody whose record was merged into another, of whom a fact still stands."""
    gone = dict(PersonMerge.objects.live().values_list("goes", "goes__staff_number"))
    for kind in merging.kinds() if gone else ():
        for how in (How.RECORDED, How.ANCHOR):
            for name in kind.fields(how):
                rows = kind.standing().filter(**{f"{name}__in": gone}).order_by("pk")
                for key in rows.values_list(f"{name}_id", flat=True):
                    yield f"{gone[key]}: {kind.title} stand under the number that went"


@proof.check("Changes of the professional register")
def register() -> Iterator[str]:
    """Something recorded of an entry that is not there, or from before it was made."""
    entry = RegisterEntry.objects.live().filter(
        person=OuterRef("person"), award_type=OuterRef("award_type"), effective_on__lte=OuterRef("effective_on")
    )
    for key in RegisterChange.objects.live().filter(~Exists(entry)).order_by("pk").values_list("person", flat=True):
        yield f"Person {key}: something is recorded of an entry in the register that was not there on that day"
