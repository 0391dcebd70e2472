"""The command: what is measured, in which order, and what status it ends with."""

from __future__ import annotations

import random
from types import SimpleNamespace
from typing import Any

import pytest

from tools.bench import __main__ as bench
from tools.bench import measuring, workloads
from tools.bench.measuring import Measured, Target, Workload, measure

LIMIT, OURS = 0.1, 0.25


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch) -> Any:
    """The command with workloads of these targets, each measured as two and a half times its limit."""

    def go(*targets: Target) -> int:
        built = {str(place): _builder(target) for place, target in enumerate(targets)}
        monkeypatch.setenv("DJANGO_SETTINGS_MODULE", "pqip.settings.test")
        monkeypatch.setattr("sys.argv", ["bench", "--scale", "10"])
        monkeypatch.setattr(bench, "prepare", lambda scale, say: SimpleNamespace(environment={}))
        monkeypatch.setattr(bench, "_set_up", lambda environment: None)
        monkeypatch.setattr(bench, "_memory", lambda scale, name: (90.0, 92.0))
        monkeypatch.setattr(workloads, "BUILDERS", built)
        monkeypatch.setattr(measuring, "measure", lambda workload, chance: Measured(OURS, OURS, LIMIT, OURS / LIMIT, 7))
        return bench.main()

    return go


def _builder(target: Target) -> Any:
    return lambda: Workload("W0 nothing", target, lambda: [1], lambda: [1])


def test_every_ratio_met_is_status_0(run: Any, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(Target(ratio=3)) == 0
    assert capsys.readouterr().out.rstrip().endswith("pass")


def test_a_missed_ratio_is_status_1(run: Any, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(Target(ratio=3), Target(ratio=2)) == 1
    passed, failed = capsys.readouterr().out.splitlines()[2:]
    assert passed.endswith("pass")
    assert failed.endswith("fail")


def test_missed_milliseconds_are_only_said(run: Any, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(Target(beyond_ms=8)) == 0
    assert capsys.readouterr().out.rstrip().endswith("missed")


@pytest.mark.django_db
def test_unequal_results_stop_it_before_anything_is_timed() -> None:
    called: list[str] = []

    def gives(who: str, rows: list[int]) -> Any:
        return lambda: called.append(who) or rows

    unequal = Workload("W0 nothing", Target(ratio=3), gives("ours", [1, 2]), gives("limit", [1, 3]))
    with pytest.raises(AssertionError, match="Row 1: 2 beside 3"):
        measure(unequal, random.Random(1))
    assert called == ["ours", "limit"]
