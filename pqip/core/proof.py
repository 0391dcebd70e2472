"""Proof that tables kept for speed agree with the dated facts.

Each app registers its checks when it starts; `manage.py check_ledger` runs them all.

    @proof.check("Learners' segments")
    def segments() -> Iterator[str]:
        ...  # one sentence for each difference
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

Differences = Callable[[], Iterable[str]]


@dataclass(frozen=True)
class Check:
    """What is compared, in words, and a function that yields a sentence for each difference."""

    title: str
    differences: Differences


_checks: dict[str, Check] = {}


def check(title: str) -> Callable[[Differences], Differences]:
    """Decorate a check to register it. Raises ValueError for a title that another function has."""

    def declare(differences: Differences) -> Differences:
        known = _checks.get(title)
        if known and known.differences.__qualname__ != differences.__qualname__:
            raise ValueError(f"Two checks are called {title}.")
        _checks[title] = Check(title, differences)
        return differences

    return declare


def checks() -> list[Check]:
    """Return every registered check, by title."""
    return sorted(_checks.values(), key=lambda one: one.title)
