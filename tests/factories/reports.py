"""Questions and answers for tests."""

from __future__ import annotations

import datetime as dt
from typing import Any

from pqip.core.snapshot import snapshot
from reports.catalogue import find
from reports.figures.asking import PlaceFilter, Question, Row
from reports.queries.answers import Answer, answer


def rows(name: str, as_at: dt.date, known_at: dt.datetime | None = None, **asked: Any) -> list[Row]:
    """Return a report's rows as a named operator gets them, without suppression."""
    with snapshot(known_at) as instant:
        return find(name).figure(
            Question(as_at, instant, asked.pop("place", PlaceFilter()), **asked)
        )


def row(name: str, as_at: dt.date, known_at: dt.datetime | None = None, **keys: Any) -> Row:
    """Return the one row with these keys."""
    found = [
        one
        for one in rows(name, as_at, known_at)
        if all(one[key] == value for key, value in keys.items())
    ]
    assert len(found) == 1, f"{len(found)} rows of {name} with {keys}"
    return found[0]


def answered(
    name: str, as_at: dt.date, known_at: dt.datetime | None = None, *, suppressed: bool = False
) -> Answer:
    """Return the complete answer, from which files are made."""
    with snapshot(known_at) as instant:
        return answer(
            find(name),
            Question(as_at, instant),
            place="All regions",
            by="test",
            suppressed=suppressed,
        )
