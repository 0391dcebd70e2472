"""Finds who on record a new person may already be, so that nobody is recorded twice.

Files (`workforce/imports/alike.py`) ask it for many people at once, and so does whoever adds one
person (`workforce/actions/people.py`). People out of the user's reach are never named
(`workforce/rules/alike.py`).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from django.db import connection
from django.db.models import Q
from django.db.models.functions import Upper

from pqip.core.expressions import Bare
from workforce.models import Person
from workforce.rules.alike import Known, Mark, PersonDetails
from workforce.rules.numbers import bare


@dataclass(frozen=True)
class Numbers:
    """What is recorded about some staff numbers.

    `inside` holds those within reach as written, `like` the same by their bare form, and `outside`
    the bare form of those out of reach.
    """

    inside: frozenset[str]
    like: Mapping[str, str]
    outside: frozenset[str]


def details_of(person: Person) -> PersonDetails:
    """Return the identifying details of a person on record."""
    return PersonDetails(person.email, person.name, person.date_of_birth)


def hold_creation_of_people() -> None:
    """Let only one transaction at a time create people, so that each new one is compared with all
    before it.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended('import:people', 0))")


def numbers_on_record(wanted: Iterable[str], reached: Q) -> Numbers:
    """Return what is recorded about these numbers, whatever their case and leading zeros."""
    found = Person.objects.alias(bare=Bare("staff_number")).filter(
        bare__in={bare(number) for number in wanted}
    )
    every = set(found.values_list("staff_number", flat=True))
    inside = set(
        (found.filter(reached) if reached else found)
        .not_merged()
        .values_list("staff_number", flat=True)
    )
    outside = frozenset(bare(number) for number in every - inside)
    return Numbers(frozenset(inside), {bare(number): number for number in inside}, outside)


def alike_on_record(
    new: Iterable[PersonDetails], reached: Q, but: Collection[str] = ()
) -> dict[Mark, list[Known]]:
    """Return, by shared mark, people on record who share it with a new person.

    People with a number in `but` are left out.
    """
    new = list(new)
    emails = {one.email.upper() for one in new if one.email}
    days = {one.born for one in new if one.born}
    shared = ~Q(email="") & Q(address__in=emails) | Q(date_of_birth__in=days)
    people = Person.objects.not_merged().alias(address=Upper("email")).filter(shared)
    inside = set(people.filter(reached).values_list("staff_number", flat=True))
    found: dict[Mark, list[Known]] = {}
    for number, first, last, email, born in people.order_by("staff_number").values_list(
        "staff_number", "first_name", "last_name", "email", "date_of_birth"
    ):
        if number not in but:
            for mark in PersonDetails(email, f"{first} {last}", born).marks:
                found.setdefault(mark, []).append(
                    Known(number, f"{first} {last}", number in inside)
                )
    return found
