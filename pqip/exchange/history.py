"""Loading an older system's history: who may state when it was recorded, and of which places.

From its opening on a place's record is kept here, and nothing that concerns it may be recorded as of another time. Higher
floors register which places rows of a file concern (`Places`), the one that knows openings why one of them refuses.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from pqip.core.clock import now
from pqip.core.errors import RuleBroken
from pqip.exchange.datasets import CHANGED, Context, Dataset, Row
from pqip.govuk.formats import datetime_gov

MAY = "exchange.state_recording"
#: Rows of a file with the column that says so and the key of a place each concerns.
Places = Callable[[Sequence[Row], Context], Iterable[tuple[Row, str, int]]]
#: What is wrong with stating a time for a place; None where nothing is.
Refusal = Callable[[int], str | None]

_places: list[Places] = []
_refusals: list[Refusal] = []


def register_places(places: Places, *, refusal: Refusal | None = None) -> None:
    """Add an answer; the same one twice counts once."""
    if places not in _places:
        _places.append(places)
    if refusal is not None and refusal not in _refusals:
        _refusals.append(refusal)


def may_state(recorded_at: dt.datetime, by: Any) -> None:
    """Refuse a stated time in the future, and anybody but an administrator or a named job (docs/imports.md)."""
    if recorded_at > now():
        raise RuleBroken("The stated time of recording must not be in the future.", "recorded_at")
    if not (getattr(by, "is_job", False) or by.can(MAY)):
        raise RuleBroken(f"{by} may not state when something was recorded. An administrator may.", "recorded_at")


def refuse_stated(rows: Sequence[Row], context: Context, dataset: Dataset) -> None:
    """Say on its row what concerns a place whose record is kept here already, and what corrects something recorded later.

    Nothing where no time is stated.
    """
    if context.recorded_at is None:
        return
    for row in rows:
        if row.kind == CHANGED and not row.wrong:
            _refuse_later(row, dataset, context.recorded_at)
    said: dict[int, str | None] = {}
    told: set[tuple[int, str]] = set()
    for places in _places:
        for row, column, place in places(rows, context):
            if place not in said:
                said[place] = next((words for ask in _refusals if (words := ask(place)) is not None), None)
            words = said[place]
            if words is not None and (row.number, words) not in told:
                told.add((row.number, words))
                row.error(column, words)


def _refuse_later(row: Row, dataset: Dataset, stated: dt.datetime) -> None:
    recorded = max((one.recorded_at for one in dataset.corrects(row)), default=stated)
    if recorded > stated:
        row.error(next(iter(row.after), ""), (
            f"it corrects what was recorded on {datetime_gov(recorded)}, after the stated time of recording. "
            "State a later time, or none"
        ), quote=False)
