"""Everything that happened to a learner, of every strand, in plain words. Higher floors register what they know.

    chronicle.register("Vocational", happenings, permission="assessments.view_assessment")

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
class Happening:
    """Something that happened `on` a day, in a few words, and the row of the ledger that says so."""

    on: dt.date
    title: str
    row: LedgerModel
    detail: str = ""


Source = Callable[[Enrolment, Any], Iterable[Happening]]


@dataclass(frozen=True)
class Strand:
    """Who tells of a strand, and what somebody needs to be told."""

    name: str
    source: Source
    permission: str


_strands: list[Strand] = []


def register(name: str, source: Source, *, permission: str) -> None:
    """Add what is told of a strand; several sources may tell of one."""
    _strands.append(Strand(name, source, permission))


def strands_for(user: Any) -> list[str]:
    """The strands this person may read about, each once, in the order they were registered."""
    return list(dict.fromkeys(one.name for one in _strands if user.can(one.permission)))


def chronicle(enrolment: Enrolment, user: Any, on: dt.date, strand: str = "") -> list[tuple[str, Happening]]:
    """Strand and happening, up to a day, latest first; of one strand only where it is named."""
    told = [
        (one.name, each)
        for one in _strands
        if user.can(one.permission) and strand in ("", one.name)
        for each in one.source(enrolment, user)
        if each.on <= on
    ]
    return sorted(told, key=lambda pair: (pair[1].on, pair[1].row.recorded_at, pair[1].row.pk), reverse=True)
