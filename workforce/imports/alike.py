"""What people are told apart by, besides their staff numbers."""

from __future__ import annotations

import datetime as dt

from pqip.core.words import folded
from pqip.exchange.datasets import Row
from workforce.models import Person

EMAIL, BORN = "e-mail address", "name and date of birth"
Mark = tuple[str, ...]


def marks_of(row: Row) -> list[Mark]:
    return marks(row["email"], _named(row), row["date_of_birth"])


def marks(email: str | None, name: str, born: dt.date | None) -> list[Mark]:
    """An e-mail address, a name with a day of birth, or both."""
    found: list[Mark] = [(EMAIL, email.lower())] if email else []
    return [*found, (BORN, _plain(name), born.isoformat())] if born else found


def is_alike(row: Row, person: Person) -> bool:
    """Whether a row may say that it is about this person: one of the marks is theirs, or, without two days of birth, the name."""
    name = f"{person.first_name} {person.last_name}"
    if not set(marks_of(row)).isdisjoint(marks(person.email, name, person.date_of_birth)):
        return True
    return not (row["date_of_birth"] and person.date_of_birth) and _plain(_named(row)) == _plain(name)


def _named(row: Row) -> str:
    return f"{row['first_name']} {row['last_name']}"


def _plain(name: str) -> str:
    """Of a name case, accents, apostrophes, hyphens and spaces do not count."""
    return folded(name).replace(" ", "").replace("-", "")
