"""Facts that last: true from `effective_on` to `ended_on`, the last day; without one while they last."""

from __future__ import annotations

import datetime as dt
from typing import Self

from django.db import models
from django.db.models import Q

from pqip.core.scope import ScopedLedgerQuerySet


def in_force(on: dt.date, prefix: str = "") -> Q:
    """True on a day: begun by then and not ended before it."""
    return Q(**{f"{prefix}effective_on__lte": on}) & not_over(on, prefix)


def not_over(on: dt.date, prefix: str = "") -> Q:
    """Not ended before a day: true on it, or still to begin."""
    return Q(**{f"{prefix}ended_on": None}) | Q(**{f"{prefix}ended_on__gte": on})


class SpanMixin(models.QuerySet):
    def in_force(self, on: dt.date) -> Self:
        """What is true on a day."""
        return self.filter(in_force(on))

    def not_over(self, on: dt.date) -> Self:
        """What is true on a day or begins after it."""
        return self.filter(not_over(on))

    def within(self, first: dt.date, last: dt.date | None) -> Self:
        """What is true on any of the days from the first to the last; to the end of time where that is None."""
        found = self.filter(not_over(first))
        return found if last is None else found.filter(effective_on__lte=last)


class SpanQuerySet(SpanMixin, ScopedLedgerQuerySet):
    """For ledgers of facts that last, about people."""
