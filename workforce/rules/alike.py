"""What people are told apart by, besides their staff numbers. Files and the pages that add one person ask the same of it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from pqip.core.words import folded

EMAIL, BORN = "e-mail address", "name and date of birth"
Mark = tuple[str, ...]


@dataclass(frozen=True)
class Told:
    """What is said of somebody that tells them from others."""

    email: str
    name: str
    born: dt.date | None

    @property
    def marks(self) -> list[Mark]:
        """An e-mail address, a name with a day of birth, or both."""
        found: list[Mark] = [(EMAIL, self.email.lower())] if self.email else []
        return [*found, (BORN, _plain(self.name), self.born.isoformat())] if self.born else found

    def may_be(self, other: Told) -> bool:
        """Whether somebody may say that the two are one: they share a mark or, without two days of birth, the name."""
        if not set(self.marks).isdisjoint(other.marks):
            return True
        return not (self.born and other.born) and _plain(self.name) == _plain(other.name)


def _plain(name: str) -> str:
    """Of a name case, accents, apostrophes, hyphens and spaces do not count."""
    return folded(name).replace(" ", "").replace("-", "")
