"""The timeline of a learner: everything that happened, in every strand, in plain words.

Apps of higher floors register what they know:

    timeline.register("Vocational", entries, permission="assessments.view_assessment")

A source is asked about one learner at a time and answers in a fixed number of queries.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from learners.models import Enrolment
from pqip.core.ledger import LedgerModel


@dataclass(frozen=True)
class TimelineEntry:
    """Something that happened `on` a day, in a few words, and the ledger row that records it."""

    on: dt.date
    title: str
    row: LedgerModel
    detail: str = ""


Source = Callable[[Enrolment, Any], Iterable[TimelineEntry]]


@dataclass(frozen=True)
class Strand:
    """A strand of the timeline: the function that gives its entries, and the permission to read
    them.
    """

    name: str
    source: Source
    permission: str


_strands: list[Strand] = []


def register(name: str, source: Source, *, permission: str) -> None:
    """Register a source of entries for a strand. A strand may have several sources."""
    _strands.append(Strand(name, source, permission))


def strands_for(user: Any) -> list[str]:
    """Return the strands that this user may read, each once, in the order of registration."""
    return list(dict.fromkeys(one.name for one in _strands if user.can(one.permission)))


def entries_for(
    enrolment: Enrolment, user: Any, on: dt.date, strand: str = ""
) -> list[tuple[str, TimelineEntry]]:
    """Return pairs of strand and entry up to a day, the latest first.

    If `strand` is given, only its entries are returned.
    """
    entries = [
        (one.name, each)
        for one in _strands
        if user.can(one.permission) and strand in ("", one.name)
        for each in one.source(enrolment, user)
        if each.on <= on
    ]
    return sorted(
        entries,
        key=lambda pair: (pair[1].on, pair[1].row.recorded_at, pair[1].row.pk),
        reverse=True,
    )
