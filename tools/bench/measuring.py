"""Ours beside the limit: equal results first, then timed pairs, alternating and shuffled; memory in a process of its own."""

from __future__ import annotations

import random
import resource
import statistics
import time
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from math import inf
from typing import Any

from django.db import connection

from tools.bench.exact import whole_reads

PAIRS, PAIRS_OF_SHORT, SHORT_SECONDS = 7, 20, 0.005
KIB_IN_MIB = 1024


@dataclass(frozen=True)
class Target:
    """What a workload must reach. A ratio may fail the run; milliseconds, of queries beyond the limit or of all (`within_ms`),
    and MiB are only shown."""

    ratio: float | None = None
    beyond_ms: float | None = None
    memory_mib: float = inf
    within_ms: float = inf

    def __str__(self) -> str:
        memory = f", {self.memory_mib:g} MiB" if self.memory_mib < inf else ""
        within = f", {self.within_ms:,.0f} ms" if self.within_ms < inf else ""
        return (
            (f"{self.ratio:g} times" if self.ratio is not None else f"{self.beyond_ms:g} ms more")
            + within
            + memory
        )

    def is_met(self, measured: Measured) -> bool:
        if self.ratio is not None:
            return measured.ratio <= self.ratio
        return (measured.queries - measured.limit) * 1000 <= (self.beyond_ms or 0)


@dataclass(frozen=True)
class Workload:
    """Something people do, and the same done by hand in SQL.

    `ours` and `limit` are timed; `seen` and `known` turn what they gave into the same plain rows, untimed. `within` is
    entered around each call, untimed, and undoes what a write did. What only `reads` may read no large table whole.
    """

    name: str
    target: Target
    ours: Callable[[], Any]
    limit: Callable[[], Any]
    seen: Callable[[Any], Any] = lambda given: given
    known: Callable[[Any], Any] = lambda given: given
    within: Callable[[], AbstractContextManager[Any]] = field(default=nullcontext)
    reads: bool = True


@dataclass(frozen=True)
class Measured:
    """Medians in seconds, `queries` the part of `ours` spent waiting for the database; the median of the pairs' ratios."""

    ours: float
    queries: float
    limit: float
    ratio: float
    pairs: int


def measure(workload: Workload, chance: random.Random) -> Measured:
    """Time the pairs. Raises AssertionError where ours and the limit do not give the same, or a large table is read whole."""
    assert_equal(workload)
    if workload.reads and (found := whole_reads(workload.ours)):
        raise AssertionError(f"{workload.name}: a large table is read whole. {found[0]}.")
    shortest = min(_timed(workload, workload.ours)[0], _timed(workload, workload.limit)[0])
    pairs = PAIRS_OF_SHORT if shortest < SHORT_SECONDS else PAIRS
    timed = [_pair(workload, chance) for _ in range(pairs)]
    ours, queries, limit = (statistics.median(times) for times in zip(*timed, strict=True))
    return Measured(
        ours, queries, limit, statistics.median(one / other for one, _, other in timed), pairs
    )


def assert_equal(workload: Workload) -> None:
    """Nothing is timed before both are known to give the same."""
    with workload.within():
        seen = workload.seen(workload.ours())
    with workload.within():
        known = workload.known(workload.limit())
    if not seen:
        raise AssertionError(f"{workload.name}: there is nothing to measure.")
    if seen != known:
        raise AssertionError(
            f"{workload.name}: ours and the limit differ. {_first_difference(seen, known)}"
        )


def peak_memory() -> float:
    """The most this process has held at once, MiB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / KIB_IN_MIB


def _pair(workload: Workload, chance: random.Random) -> tuple[float, float, float]:
    """One of each, in an order left to chance; seconds of ours, of its queries, and of the limit."""
    if chance.random() < 0.5:
        return *_timed(workload, workload.ours), _timed(workload, workload.limit)[0]
    limit = _timed(workload, workload.limit)[0]
    return *_timed(workload, workload.ours), limit


def _timed(workload: Workload, work: Callable[[], Any]) -> tuple[float, float]:
    """Seconds of the work, and of the statements within it."""
    waited = 0.0

    def note(execute: Any, *asked: Any) -> Any:
        nonlocal waited
        begun = time.perf_counter()
        try:
            return execute(*asked)
        finally:
            waited += time.perf_counter() - begun

    with workload.within(), connection.execute_wrapper(note):
        begun = time.perf_counter()
        work()
        return time.perf_counter() - begun, waited


def _first_difference(seen: Any, known: Any) -> str:
    if isinstance(seen, list) and isinstance(known, list):
        if len(seen) != len(known):
            return f"{len(seen)} rows beside {len(known)}."
        pairs = enumerate(zip(seen, known, strict=True))
        return next(
            f"Row {place}: {one} beside {other}" for place, (one, other) in pairs if one != other
        )
    return f"{seen} beside {known}"
