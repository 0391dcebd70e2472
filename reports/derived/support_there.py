"""What the forecast's demand is set against, kept until something that it is made from is recorded, undone or loaded."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Callable, Iterator
from dataclasses import asdict
from typing import Any

from assessments.facts.capacity_demand import VQ3_MONTHS, usual_caseload
from assessments.facts.caseload import AWARD, months_of
from assessments.rules.countersigning_capacity import RATE_WEEKS
from learners.facts.qualified import protected_months
from pqip.core.snapshot import once_a_snapshot, safe_known_at
from reports.derived.forecasts import (
    ASSESSING,
    SUPPORTING,
    answer_from,
    days_asked,
    digest_of,
    kept_answer,
    remember,
)
from reports.figures.asking import Question
from reports.figures.support_there import Recorded, assessing_of, supporting_of, together
from reports.rules.forecast_demand import Pace, There
from workforce.models import Region

Kept = dict[str, Any]
#: Kept each by itself: decisions are recorded all day long, and little of it rests on them.
PARTS: dict[str, Callable[[Question], Recorded]] = {
    ASSESSING: assessing_of,
    SUPPORTING: supporting_of,
}


def recorded_on(question: Question) -> Recorded:
    """What is recorded as at the question's day and known at its instant, of every region."""
    asked = (question.as_at, question.known_at, question.grade)
    return together(*(_read(_kept_on(part, *asked)) for part in PARTS))


@once_a_snapshot
def _kept_on(part: str, as_at: dt.date, known_at: dt.datetime | None, grade: str) -> Kept:
    question = Question(as_at, known_at, grade=grade)
    digest = digest_of(question, part, _more())
    kept: Kept | None = None if digest is None else kept_answer(part, digest, grade)
    if kept is not None:
        return kept
    read_at = safe_known_at()
    found = _written(PARTS[part](question))
    made = hashlib.sha256(json.dumps(found, sort_keys=True).encode()).hexdigest()
    kept = answer_from(part, made, grade, lambda: found)
    if digest is None:
        remember(question, part, made, _more(), read_at=read_at)
    return kept


def differing() -> Iterator[dt.date]:
    """The days of which something else is kept, and would be shown now, than the facts say."""
    known_at = safe_known_at()
    for part, worked_out in PARTS.items():
        for day in days_asked(part, _more()):
            question = Question(day, known_at)
            digest = digest_of(question, part, _more())
            kept = digest and kept_answer(part, digest, question.grade)
            if kept and _read(kept) != worked_out(question):
                yield day


@once_a_snapshot
def _more() -> str:
    """What it rests on beside facts: the regions, settings, and how long somebody counts."""
    settings = (usual_caseload(), protected_months(), months_of(AWARD), VQ3_MONTHS, RATE_WEEKS)
    said = (sorted(Region.objects.values_list("code", flat=True)), settings)
    return hashlib.sha256(repr(said).encode()).hexdigest()[:16]


def _written(found: Recorded) -> Kept:
    return {
        "there": [[code, str(day), asdict(one)] for (code, day), one in found.there.items()],
        "pace": {code: asdict(one) for code, one in found.pace.items()},
        "hours": {str(day): hours for day, hours in found.hours.items()},
    }


def _read(kept: Kept) -> Recorded:
    day = dt.date.fromisoformat
    return Recorded(
        {(code, day(on)): There(**one) for code, on, one in kept["there"]},
        {code: Pace(**one) for code, one in kept["pace"].items()},
        {day(on): hours for on, hours in kept["hours"].items()},
    )
