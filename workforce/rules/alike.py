"""What tells people apart, besides their staff numbers.

Import files and the pages that add one person use the same rule. People out of the user's reach are
never named: they are *somebody on record whom you do not look after*.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from pqip.core.words import folded

EMAIL, BORN = "e-mail address", "name and date of birth"
Mark = tuple[str, ...]
HIDDEN = "somebody on record whom you do not look after"
HIDDEN_SHARES = f"{HIDDEN} has the same e-mail address, or the same name and date of birth"
NOTHING_SHARED = (
    "is somebody with another e-mail address, and another name or date of birth. Check the number; "
    "if it is right, first put their record right on screen"
)
ASK_NATIONAL = "ask the national team who it is"


@dataclass(frozen=True)
class PersonDetails:
    """What is stated about somebody that tells them from others."""

    email: str
    name: str
    born: dt.date | None

    @property
    def marks(self) -> list[Mark]:
        """Return their identifying marks: an e-mail address, and a name with a date of birth."""
        found: list[Mark] = [(EMAIL, self.email.lower())] if self.email else []
        return [*found, (BORN, _plain(self.name), self.born.isoformat())] if self.born else found

    def may_be(self, other: PersonDetails) -> bool:
        """Return True if a user may answer that the two are the same person.

        They share a mark, or the name if not both dates of birth are known.
        """
        if not set(self.marks).isdisjoint(other.marks):
            return True
        return not (self.born and other.born) and _plain(self.name) == _plain(other.name)


@dataclass(frozen=True)
class Known:
    """Somebody on record who shares something with a new person."""

    number: str
    name: str
    is_reached: bool

    def __str__(self) -> str:
        return f"{self.name} ({self.number})" if self.is_reached else HIDDEN


def shared_with(
    details: PersonDetails, on_record: Mapping[Mark, list[Known]]
) -> tuple[dict[str, list[str]], dict[str, str]]:
    """Return what a new person shares with whom, in words, and which of them may be named, by
    number.
    """
    shared: dict[str, list[str]] = {}
    choices: dict[str, str] = {}
    for mark in details.marks:
        for person in on_record.get(mark, ()):
            shared.setdefault(str(person), []).append(mark[0])
            if person.is_reached:
                choices[person.number] = person.name
    return shared, choices


def sentences_of(shared: Mapping[str, Collection[str]]) -> list[str]:
    """Return a sentence for each person who shares something.

    For people out of reach the sentence is always the same, whoever and wherever they are and
    whatever is shared.
    """
    sentences = [
        f"{who} has the same {' and the same '.join(dict.fromkeys(what))}"
        for who, what in shared.items()
        if who != HIDDEN
    ]
    return [*sentences, HIDDEN_SHARES, ASK_NATIONAL] if HIDDEN in shared else sentences


def withheld(numbers: Iterable[str]) -> str:
    """Return the final message about numbers that belong to somebody out of reach."""
    listed = ", ".join(f"“{number}”" for number in sorted(set(numbers)))
    return f"Nothing was changed. {listed} may be the number of {HIDDEN}. Check it, or ask the national team."


def _plain(name: str) -> str:
    """Return a name without case, accents, apostrophes, hyphens and spaces, for comparison."""
    return folded(name).replace(" ", "").replace("-", "")
