"""Notes on an answer, shown on its page and cover and never in its rows: what it leaves out, and on what it is based."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from learners.facts import status
from reports.catalogue.notes import before_opening, not_counted
from reports.figures.asking import PlaceFilter, Question
from workforce.models import Pdu


def notes_on(question: Question) -> list[str]:
    """Return sentences about an answer as known at its instant; empty where there is nothing to say."""
    assert question.known_at is not None  # noqa: S101  (an answer is always of an instant)
    return [*_before_opening(question.known_at, question.place), *_left_out(question.known_at)]


def _before_opening(known_at: dt.datetime, place: PlaceFilter) -> Iterable[str]:
    """Yield a sentence on regions whose records were kept elsewhere at the time and were loaded later, perhaps since then."""
    regions = (
        None
        if place.everywhere
        else place.regions
        | set(Pdu.objects.filter(pk__in=place.pdus).values_list("region", flat=True))
    )
    yield from before_opening(known_at, regions)


def _left_out(known_at: dt.datetime) -> Iterable[str]:
    """Yield a sentence on rows that state too little to be counted."""
    missing = len(status.left_out(known_at))
    if missing:
        yield not_counted(missing)
