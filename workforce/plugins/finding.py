"""Finds staff by name or staff number from every page."""

from __future__ import annotations

from typing import Any

from django.urls import reverse

from workforce.models import Person
from workforce.ports.finding import Finder, Found, register
from workforce.queries import records


def find_staff(user: Any, words: str, limit: int) -> list[Found]:
    """Return staff by name or staff number.

    If nobody has the name, a number of a merged record finds the person who stayed.
    """
    people = records.for_lists(records.people(user)).order_by("sort_name", "pk")
    rows = list(people.matching(words)[:limit]) or list(people.numbered(words)[:limit])
    return [_found(person) for person in rows]


def _found(person: Person) -> Found:
    facts = ", ".join(str(fact) for fact in (person.grade, person.pdu or person.region) if fact)
    return Found(
        person.name,
        person.staff_number,
        facts,
        reverse("workforce:person", args=[person.public_id]),
    )


register(Finder(50, "Staff", records.VIEW, find_staff))
