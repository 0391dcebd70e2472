"""Have ready what takes a page too long: the day's forecasts, what they ask for, how often they were right, and what changed of
those who need action.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from pqip.core.acting import acting_as
from pqip.core.background.queue import enqueue
from pqip.core.clock import london, today
from pqip.core.snapshot import snapshot
from reports.derived.changes import keep_progress
from reports.derived.forecasts import forecast_of
from reports.derived.forecasts_units import keep_units
from reports.derived.support_there import recorded_on
from reports.figures.asking import Question
from reports.figures.forecast_backtest import looks

MAKE = "reports.forecast"
#: After so long a forecast that something has been recorded since is made anew, when somebody looks at it.
RENEWED_AFTER = dt.timedelta(hours=1)


def make_forecasts() -> None:
    """Work out the forecast of officers as at today and as known now, what its demand is set against, how often it was right, how
    many of each unit's learners qualify, and what changed of those who need action.

    Safe to repeat: what is kept already is found again.
    """
    with snapshot() as instant:
        question = Question(today(), instant)
        forecast_of(question)
        recorded_on(question)
        keep_units(question)
        keep_progress(question)
        looks(question)


def ask_for_forecasts(*, by: Any, known_at: dt.datetime) -> None:
    """Have the worker make them: once in an hour at most, however many ask."""
    hour = london(known_at)
    with acting_as(by=by, reason="The forecast shown is not of now"):
        enqueue(MAKE, key=f"forecast:{hour:%Y-%m-%dT%H}", by=by, queue="reports")
