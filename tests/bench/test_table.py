"""The benchmark cannot lie: unequal results stop it, a ratio missed fails it, milliseconds and memory are only shown."""

from __future__ import annotations

import random
from typing import Any

import pytest

from tools.bench.measuring import PAIRS_OF_SHORT, Measured, Target, Workload, measure
from tools.bench.table import HEADINGS, Line, shown


def workload(target: Target, ours: Any = (1,), limit: Any = (1,)) -> Workload:
    return Workload("W0 nothing", target, lambda: list(ours), lambda: list(limit))


def line(target: Target, *, ours: float, limit: float, grown: float = 1) -> Line:
    return Line(
        workload(target), 1, Measured(ours + 1, ours, limit, ours / limit, 20), 90, 90 + grown
    )


def test_equal_results_are_timed_in_pairs(db: None) -> None:
    measured = measure(workload(Target(ratio=1000)), random.Random(1))
    assert measured.pairs == PAIRS_OF_SHORT
    assert measured.ratio > 0


@pytest.mark.parametrize(("ours", "limit"), [((1, 2), (1, 3)), ((1,), (1, 2)), ((), ())])
def test_unequal_or_empty_results_are_not_timed(
    db: None, ours: tuple[int, ...], limit: tuple[int, ...]
) -> None:
    with pytest.raises(AssertionError, match="W0 nothing"):
        measure(workload(Target(ratio=1000), ours, limit), random.Random(1))


@pytest.mark.parametrize(
    ("found", "said", "fails"),
    [
        (line(Target(ratio=2), ours=0.19, limit=0.1), "pass", False),
        (line(Target(ratio=2), ours=0.21, limit=0.1), "fail", True),
        (line(Target(beyond_ms=8), ours=0.009, limit=0.002), "pass", False),
        (line(Target(beyond_ms=8), ours=0.011, limit=0.002), "missed", False),
        (line(Target(ratio=2, within_ms=1250), ours=0.25, limit=1), "pass", False),
        (line(Target(ratio=2, within_ms=1249), ours=0.25, limit=1), "missed", False),
        (line(Target(ratio=10, memory_mib=100), ours=0.2, limit=0.1, grown=101), "missed", False),
    ],
)
def test_only_a_ratio_fails_the_run(found: Line, said: str, fails: bool) -> None:
    assert found.cells[-1] == said
    assert found.fails is fails


def test_one_table_with_everything_the_contract_names() -> None:
    text = shown(HEADINGS, [line(Target(ratio=2), ours=1.5, limit=1).cells])
    named = (
        "workload",
        "scale",
        "median ours",
        "in queries",
        "median limit",
        "ratio",
        "peak memory",
    )
    for part in (*named, "2,500.0 ms", "1,500.0 ms", "1.50", "91 MiB (+1)"):
        assert part in text
