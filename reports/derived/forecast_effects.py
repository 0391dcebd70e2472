"""Which assumptions matter most to a place's forecast, each answer worked out once and kept beside the forecast that it is of."""

from __future__ import annotations

import hashlib
from dataclasses import asdict
from typing import Any

from reports.derived.forecasts import (
    SUPPLY,
    answer_from,
    digest_of,
    inputs_of,
    kept_answer,
    runs_at_once,
)
from reports.figures.asking import Question
from reports.rules.forecast_answers import Effect
from reports.rules.forecast_effects import effects

EFFECTS = "effects"
#: Months ahead at which it is said what matters most.
HORIZON = 36


def effects_on(question: Question, code: str) -> list[Effect]:
    """The assumptions that move the number of officers in post of a place (a region's code, or the nation's) most, so many months
    after the question's day, the largest first.
    """
    made_from = digest_of(question, SUPPLY) or inputs_of(question.as_at, question.known_at).digest

    def work() -> list[dict[str, Any]]:
        made = inputs_of(question.as_at, question.known_at)
        return [asdict(one) for one in effects(made, HORIZON, code)]

    kept = answer_from(EFFECTS, _digest(made_from, code), question.grade, work)
    return [Effect(**one) for one in kept]


def effects_at_once(question: Question, code: str) -> bool:
    """Whether a page may wait for them."""
    if runs_at_once():
        return True
    made_from = digest_of(question, SUPPLY)
    found = made_from and kept_answer(EFFECTS, _digest(made_from, code), question.grade)
    return found is not None


def _digest(made_from: str, code: str) -> str:
    return hashlib.sha256(f"{made_from}{code}{HORIZON}".encode()).hexdigest()
