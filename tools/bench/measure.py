"""Pairs of ours and the limit, alternating in shuffled order; medians, and the median of the pairs' ratios."""

from __future__ import annotations

import gc
import random
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

PAIRS, PAIRS_WHEN_SHORT, SHORT = 7, 20, 0.005


@dataclass(frozen=True)
class Workload:
    """What is measured: ours and the limit, which must give equal results, and the target.

    `most_ratio` is the ratio not to be passed; with `most_more`, ours may also be that many seconds slower than the
    limit. `note` says what the limit is.
    """

    name: str
    ours: Callable[[], Any]
    limit: Callable[[], Any]
    note: str
    most_ratio: float = 0.0
    most_more: float = 0.0


@dataclass(frozen=True)
class Result:
    """Medians in seconds, the median of the ratios, and whether the target was met."""

    workload: Workload
    ours: float
    limit: float
    ratio: float

    @property
    def passed(self) -> bool:
        near = bool(self.workload.most_more) and self.ours - self.limit <= self.workload.most_more
        return near or (bool(self.workload.most_ratio) and self.ratio <= self.workload.most_ratio)


def measure(workload: Workload) -> Result:
    """Assert equal results, warm both, then time the pairs."""
    ours, limit = workload.ours(), workload.limit()
    if ours != limit:
        raise AssertionError(f"{workload.name}: ours and the limit differ:\n{_first_difference(ours, limit)}")
    short = _seconds(workload.limit) < SHORT
    order = random.Random(7)
    times: list[tuple[float, float]] = []
    for _pair in range(PAIRS_WHEN_SHORT if short else PAIRS):
        if order.random() < 0.5:
            times.append((_seconds(workload.ours), _seconds(workload.limit)))
        else:
            after = _seconds(workload.limit)
            times.append((_seconds(workload.ours), after))
    return Result(
        workload,
        statistics.median(ours for ours, _limit in times),
        statistics.median(limit for _ours, limit in times),
        statistics.median(ours / limit for ours, limit in times),
    )


def _seconds(work: Callable[[], Any]) -> float:
    gc.collect()
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def _first_difference(ours: Any, limit: Any) -> str:
    if isinstance(ours, list) and isinstance(limit, list):
        for one, other in zip(ours, limit, strict=False):
            if one != other:
                return f"{one}\n{other}"
        return f"{len(ours)} rows and {len(limit)} rows"
    return f"{ours}\n{limit}"
