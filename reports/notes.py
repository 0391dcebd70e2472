"""What stands beside an answer, on its page and cover and never in its rows: what it leaves out, and on what it rests."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from learners import facts
from pqip.govuk.formats import datetime_gov, plural
from reports.figures.asking import Place, Question
from workforce.models import Pdu
from workforce.opening import opened_after


def notes_on(question: Question) -> list[str]:
    """Sentences about an answer as known at its instant; none where there is nothing to say."""
    assert question.known_at is not None  # noqa: S101  (an answer is always of an instant)
    return [*_before_opening(question.known_at, question.place), *_left_out(question.known_at)]


def _before_opening(known_at: dt.datetime, place: Place) -> Iterable[str]:
    """Regions whose record was kept elsewhere at the time: it was loaded later, and may have been loaded since."""
    regions = None if place.everywhere else place.regions | set(
        Pdu.objects.filter(pk__in=place.pdus).values_list("region", flat=True)
    )
    since: dict[dt.datetime, list[str]] = {}
    for opening in opened_after(known_at, regions):
        since.setdefault(opening.opened_at, []).append(opening.region.name)
    for opened_at, names in since.items():
        yield (
            f"The record of {_listed(names)} has been kept here since {datetime_gov(opened_at)}. "
            "What was known there before that moment rests on history loaded from elsewhere."
        )


def _left_out(known_at: dt.datetime) -> Iterable[str]:
    """Rows that state too little to be counted."""
    missing = len(facts.left_out(known_at))
    if missing:
        yield f"{plural(missing, 'place')} on the programme (anywhere) not counted: nothing states their first terms."


def _listed(names: list[str]) -> str:
    return " and ".join(filter(None, [", ".join(names[:-1]), names[-1]]))
