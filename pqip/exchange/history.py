"""Importing an older system's history: who may state when it was recorded, and for which places.

Once a place has opened its record is kept here, and nothing about it may be recorded as of another time. Higher floors
register which places rows of a file concern (`Places`); the one that knows openings registers why a place refuses.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from pqip.core.clock import now
from pqip.core.errors import RuleBroken
from pqip.core.formats import datetime_gov
from pqip.exchange.datasets import CHANGED, Context, Dataset, Row

MAY = "exchange.state_recording"
#: Yields rows of a file, each with the column that names a place and the place's key.
Places = Callable[[Sequence[Row], Context], Iterable[tuple[Row, str, int]]]
#: Returns why a time may not be stated for a place, or None.
Refusal = Callable[[int], str | None]

_places: list[Places] = []
_refusals: list[Refusal] = []


def register_places(places: Places, *, refusal: Refusal | None = None) -> None:
    """Register a function for places, and the refusal. Registering the same one twice has no effect."""
    if places not in _places:
        _places.append(places)
    if refusal is not None and refusal not in _refusals:
        _refusals.append(refusal)


def may_state(recorded_at: dt.datetime, by: Any) -> None:
    """Raise RuleBroken for a stated time in the future, and for anybody but an administrator or a named job
    (docs/imports.md).
    """
    if recorded_at > now():
        raise RuleBroken("The stated time of recording must not be in the future.", "recorded_at")
    if not (getattr(by, "is_job", False) or by.can(MAY)):
        raise RuleBroken(
            f"{by} may not state when something was recorded. An administrator may.", "recorded_at"
        )


def refuse_stated(rows: Sequence[Row], context: Context, dataset: Dataset) -> None:
    """Add an error to rows that concern a place whose record is already kept here, or that correct something recorded
    later.

    Does nothing where no time is stated.
    """
    if context.recorded_at is None:
        return
    for row in rows:
        if row.kind == CHANGED and not row.wrong:
            _refuse_later(row, dataset, context.recorded_at)
    refusals: dict[int, str | None] = {}
    reported: set[tuple[int, str]] = set()
    for places in _places:
        for row, column, place in places(rows, context):
            if place not in refusals:
                refusals[place] = next(
                    (words for ask in _refusals if (words := ask(place)) is not None), None
                )
            words = refusals[place]
            if words is not None and (row.number, words) not in reported:
                reported.add((row.number, words))
                row.error(column, words)


def _refuse_later(row: Row, dataset: Dataset, stated: dt.datetime) -> None:
    recorded = max((one.recorded_at for one in dataset.corrects(row)), default=stated)
    if recorded > stated:
        row.error(
            next(iter(row.after), ""),
            (
                f"it corrects what was recorded on {datetime_gov(recorded)}, after the stated time of recording. "
                "State a later time, or none"
            ),
            quote=False,
        )
