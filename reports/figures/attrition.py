"""Attrition: how many of those who started are still there after so many months, by cohort and group."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from reports.figures.asking import Question, Row
from reports.figures.numbers import DAYS_IN_MONTH, tenths
from reports.figures.starters import NOT_STATED, allowed, starters
from reports.figures.survival import COMPLETED, WITHDRAWN, estimate

#: The months on the programme for which there is a row.
MONTHS = list(range(0, 37, 3))
TIMES = np.array([float(DAYS_IN_MONTH) * month for month in MONTHS])
DEFERRED = 3
KINDS = {"withdrawn": WITHDRAWN, "completed": COMPLETED, "deferred": DEFERRED}

DURATIONS = """
SELECT coalesce(ended_on, %(as_at)s::date) - start_date, CASE status WHEN 'withdrawn' THEN 1 WHEN 'completed' THEN 2
    WHEN 'deferred' THEN 3 ELSE 0 END, region_order, pathway_order, start_date, {groups} FROM starters
"""


def attrition(question: Question, breakdowns: Iterable[str] | None = None) -> list[Row]:
    """Return a row for each breakdown, group and every third month, as long as anybody has been followed.

    `began` is the first day on which anybody of the group started.
    """
    names = allowed(question, breakdowns)
    query = starters(question, names)
    found = query.tuples(DURATIONS.format(groups=", ".join(f"by_{name}" for name in names)))
    if not found:
        return []
    days, endings, regions, pathways, starts, *columns = zip(*found, strict=True)
    duration, ending = np.array(days, dtype=np.int64), np.array(endings, dtype=np.int64)
    orders = {"region": regions, "pathway": pathways}
    return [
        {"breakdown": name, "group": group, "began": min(starts[nth] for nth in members), **row}
        for name, column in zip(names, columns, strict=True)
        for group, members in groups_of(column, orders.get(name))
        for row in curve(duration[members], ending[members])
    ]


def curve(duration: NDArray[np.int64], ending: NDArray[np.int64]) -> Iterator[Row]:
    """Yield the rows of one group, as long as anybody has been followed.

    `duration` is in days; `ending` says how each ended. `later` in a row counts what happened after it.
    """
    times = TIMES[: int(np.searchsorted(TIMES, duration.max(), side="right"))]
    known = estimate(duration, ending, times)
    starts = [-1.0, *times]
    for nth, (before, time) in enumerate(pairwise(starts)):
        within = ending[(duration > before) & (duration <= time)]
        yield {
            "month_on_programme": MONTHS[nth],
            "number_at_risk": int((duration >= time).sum()),
            "withdrawn": int((within == WITHDRAWN).sum()),
            "deferred": int((within == DEFERRED).sum()),
            "completed": int((within == COMPLETED).sum()),
            "retained_percent": _percent(known.retained[nth]),
            "lower": _percent(known.lower[nth]),
            "upper": _percent(known.upper[nth]),
            "withdrawn_incidence_percent": _percent(known.withdrawn[nth]),
            "completed_incidence_percent": _percent(known.completed[nth]),
            "later": {
                name: int((ending[duration > time] == kind).sum()) for name, kind in KINDS.items()
            },
        }


def groups_of(
    column: tuple[str, ...], order: tuple[int, ...] | None
) -> Iterator[tuple[str, NDArray[np.int64]]]:
    """Yield each group of a breakdown with its members' indexes, in the order of `cohort_outcomes`."""
    numbers: dict[str, int] = {}
    which = np.fromiter(
        (numbers.setdefault(value, len(numbers)) for value in column),
        dtype=np.int64,
        count=len(column),
    )
    places = np.split(np.argsort(which, kind="stable"), np.cumsum(np.bincount(which))[:-1])
    members = {value: places[number] for value, number in numbers.items()}
    first = {value: order[int(own[0])] if order else 0 for value, own in members.items()}
    for value in sorted(members, key=lambda value: (value == NOT_STATED, first[value], value)):
        yield value, members[value]


def _percent(share: float) -> float | None:
    return tenths(round(float(share) * 100, 9))
