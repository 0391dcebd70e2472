"""Nobody twice: who on record somebody new may already be. Asked by files (`imports/identity.py`), many at once, and by
whoever adds one person (`actions/people.py`).

Whoever is out of the asker's reach is never named: they are *somebody on record whom you do not look after*.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from django.db import connection
from django.db.models import Q
from django.db.models.functions import Upper

from pqip.core.expressions import Bare
from workforce.models import Person
from workforce.rules.alike import Mark, Told
from workforce.rules.numbers import bare

HIDDEN = "somebody on record whom you do not look after"
NOTHING_SHARED = (
    "is somebody with another e-mail address, and another name or date of birth. Check the number; "
    "if it is right, first put their record right on screen"
)
ASK_NATIONAL = "ask the national team who it is"


@dataclass(frozen=True)
class Known:
    """Somebody on record who shares something with somebody new."""

    number: str
    name: str
    is_reached: bool

    def __str__(self) -> str:
        return f"{self.name} ({self.number})" if self.is_reached else HIDDEN


@dataclass(frozen=True)
class Numbers:
    """What is on record of some staff numbers: those in reach as written, and by their bare form; bare ones out of reach."""

    inside: frozenset[str]
    like: Mapping[str, str]
    outside: frozenset[str]


def told_of(person: Person) -> Told:
    return Told(person.email, person.name, person.date_of_birth)


def one_at_a_time() -> None:
    """People are made one after another until the transaction ends, so that each is compared with all made before."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended('import:people', 0))")


def numbers_on_record(wanted: Iterable[str], reached: Q) -> Numbers:
    """What is on record of these numbers, whatever their case and leading zeros."""
    found = Person.objects.alias(bare=Bare("staff_number")).filter(bare__in={bare(number) for number in wanted})
    every = set(found.values_list("staff_number", flat=True))
    inside = set((found.filter(reached) if reached else found).standing().values_list("staff_number", flat=True))
    outside = frozenset(bare(number) for number in every - inside)
    return Numbers(frozenset(inside), {bare(number): number for number in inside}, outside)


def alike_on_record(new: Iterable[Told], reached: Q, but: Collection[str] = ()) -> dict[Mark, list[Known]]:
    """People on record by what they share with somebody new, but those with certain numbers."""
    new = list(new)
    emails = {one.email.upper() for one in new if one.email}
    days = {one.born for one in new if one.born}
    shared = ~Q(email="") & Q(address__in=emails) | Q(date_of_birth__in=days)
    people = Person.objects.standing().alias(address=Upper("email")).filter(shared)
    inside = set(people.filter(reached).values_list("staff_number", flat=True))
    found: dict[Mark, list[Known]] = {}
    for number, first, last, email, born in people.order_by("staff_number").values_list(
        "staff_number", "first_name", "last_name", "email", "date_of_birth"
    ):
        if number not in but:
            for mark in Told(email, f"{first} {last}", born).marks:
                found.setdefault(mark, []).append(Known(number, f"{first} {last}", number in inside))
    return found


def shared_with(told: Told, on_record: Mapping[Mark, list[Known]]) -> tuple[dict[str, list[str]], dict[str, str]]:
    """What somebody new shares with whom, in words, and who of them may be named, by their numbers."""
    shared: dict[str, list[str]] = {}
    choices: dict[str, str] = {}
    for mark in told.marks:
        for person in on_record.get(mark, ()):
            shared.setdefault(str(person), []).append(mark[0])
            if person.is_reached:
                choices[person.number] = person.name
    return shared, choices


def said_alike(shared: Mapping[str, Collection[str]]) -> list[str]:
    """A sentence for each of those who share something."""
    return [f"{who} has the same {' and the same '.join(dict.fromkeys(what))}" for who, what in shared.items()]


def withheld(numbers: Iterable[str]) -> str:
    """What is said, last of all, of numbers that somebody out of reach has."""
    listed = ", ".join(f"“{number}”" for number in sorted(set(numbers)))
    return f"Nothing was changed. {listed} may be the number of {HIDDEN}. Check it, or ask the national team."
