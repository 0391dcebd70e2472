"""Facts with a duration: true from `effective_on` to the last day `ended_on`, or without an end."""

from __future__ import annotations

import datetime as dt
from typing import Protocol, Self

from django.db.models import Q

from pqip.core.scope import ScopedLedgerQuerySet


class Lasting(Protocol):
    """What holds from its first to its last day."""

    effective_on: dt.date
    ended_on: dt.date | None


def in_force(on: dt.date, prefix: str = "") -> Q:
    """Return the condition for facts that are true on a day."""
    return Q(**{f"{prefix}effective_on__lte": on}) & not_over(on, prefix)


def not_over(on: dt.date, prefix: str = "") -> Q:
    """Return the condition for facts that are true on a day or begin later."""
    return Q(**{f"{prefix}ended_on": None}) | Q(**{f"{prefix}ended_on__gte": on})


def over(on: dt.date) -> Q:
    """Ended before a day: its last day has gone by."""
    return Q(ended_on__lt=on)


def is_over(ended_on: dt.date | None, on: dt.date) -> bool:
    """Whether a last day, where there is one, has gone by on a day."""
    return ended_on is not None and ended_on < on


def holds(fact: Lasting, on: dt.date) -> bool:
    """Whether a fact that was fetched is true on a day: as `in_force`."""
    return fact.effective_on <= on and not is_over(fact.ended_on, on)


class SpanQuerySet(ScopedLedgerQuerySet):
    """Queryset of ledgers of facts with a duration, about people."""

    def in_force(self, on: dt.date) -> Self:
        """Return the facts that are true on a day."""
        return self.filter(in_force(on))

    def not_over(self, on: dt.date) -> Self:
        """Return the facts that are true on a day or begin later."""
        return self.filter(not_over(on))

    def within(self, first: dt.date, last: dt.date | None) -> Self:
        """Return the facts that are true on any day from the first to the last; with None, from the first on."""
        found = self.filter(not_over(first))
        return found if last is None else found.filter(effective_on__lte=last)
