"""How many of each unit's learners are expected to qualify, worked out for all units together and kept as forecasts are."""

from __future__ import annotations

import hashlib
from dataclasses import asdict
from typing import Any

from pqip.core.snapshot import safe_known_at
from reports.derived.forecasts import (
    LastKept,
    answer_from,
    digest_of,
    inputs_of,
    kept_answer,
    last_kept,
    remember,
    runs,
)
from reports.figures.asking import Question
from reports.figures.forecast_learners import learners_of_units
from reports.rules.forecast_units import UnitQuarter, units_qualifying

UNITS = "units"
Kept = dict[str, list[dict[str, Any]]]


def keep_units(question: Question) -> None:
    """Work them out as at the question's day and as known at its instant, unless they are kept."""
    digest = digest_of(question, UNITS)
    if digest is not None and kept_answer(UNITS, digest, question.grade) is not None:
        return
    read_at = safe_known_at()
    made = inputs_of(question.as_at, question.known_at)
    units = [(one.code, one.region, one.learners) for one in learners_of_units(question)]
    digest = hashlib.sha256(f"{made.digest}{units!r}".encode()).hexdigest()

    def work() -> Kept:
        found = units_qualifying(made, units, runs=runs())
        return {code: [asdict(one) for one in quarters] for code, quarters in found.items()}

    answer_from(UNITS, digest, question.grade, work)
    remember(question, UNITS, digest, read_at=read_at)


def unit_last_kept(question: Question, code: str) -> tuple[LastKept, list[UnitQuarter]] | None:
    """A unit's quarters (none where it has no learners) as last kept; None where nothing is."""
    kept = last_kept(question, UNITS)
    if kept is None:
        return None
    return kept, [UnitQuarter(**one) for one in kept.answer.get(code, [])]
