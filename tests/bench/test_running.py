"""The command: what is measured, in which order, and what status it ends with."""

from __future__ import annotations

import random
from types import SimpleNamespace
from typing import Any

import pytest

from reports.catalogue import REPORTS
from tools.bench import __main__ as bench
from tools.bench import load, measuring, then, workloads
from tools.bench.measuring import Measured, Target, Workload, measure

LIMIT, OURS = 0.1, 0.25


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch) -> Any:
    """The command with workloads of these targets, each measured as two and a half times its limit."""

    def go(*targets: Target) -> int:
        built = {str(place): _builder(target) for place, target in enumerate(targets)}
        monkeypatch.setenv("DJANGO_SETTINGS_MODULE", "pqip.settings.test")
        monkeypatch.setattr("sys.argv", ["bench", "--scale", "10"])
        monkeypatch.setattr(
            bench, "prepare", lambda scale, say, **_asked: SimpleNamespace(environment={})
        )
        monkeypatch.setattr(bench, "_set_up", lambda environment: None)
        monkeypatch.setattr(bench, "_memory", lambda scale, name: (90.0, 92.0))
        monkeypatch.setattr(workloads, "BUILDERS", built)
        monkeypatch.setattr(bench, "_whole", lambda environment, only: False)
        monkeypatch.setattr(bench, "_reports", lambda: False)
        monkeypatch.setattr(
            measuring,
            "measure",
            lambda workload, chance: Measured(OURS, OURS, LIMIT, OURS / LIMIT, 7),
        )
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


@pytest.mark.parametrize(
    ("seconds", "is_met"),
    [
        ((1.0, 1.0, 2.0, 0.1), True),
        ((1.0, 1.0, 2.1, 0.1), False),
        ((0.02, 0.02, 0.25, 0.2), True),
        ((0.1, 0.3, 0.1, 0.1), False),
    ],
)
def test_a_report_at_an_earlier_moment_takes_at_most_twice_its_usual_time(
    seconds: tuple[float, ...], is_met: bool
) -> None:
    timed = then.Timed("monthly-status", seconds, 659)
    assert timed.is_met is is_met
    assert timed.cells[-1] == ("pass" if is_met else "fail")


def turn(heavy: bool, light: float, health: float = 0.1, failed: tuple[str, ...] = ()) -> load.Turn:
    return load.Turn(heavy, [light] * 40, [health], 3, list(failed), 1.0)


@pytest.mark.parametrize(
    ("busy", "is_met"),
    [
        (turn(True, 0.1), True),
        (turn(True, 0.11), False),
        (turn(True, 0.05, health=1.0), False),
        (turn(True, 0.05, failed=("/: 0",)), False),
    ],
)
def test_the_load_is_met_by_light_pages_health_and_no_failure(
    busy: load.Turn, is_met: bool
) -> None:
    found = load.Measured([turn(False, 0.05), busy])
    assert found.is_met is is_met
    assert ("pass" if is_met else "fail") in load.table(found)


@pytest.mark.django_db
def test_every_report_is_asked_at_every_moment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(then, "TIMES", 1)
    found = then.measured(lambda said: None)
    assert [one.name for one in found] == [*REPORTS]
    assert {len(one.seconds) for one in found} == {len(then.MOMENTS)}


@pytest.mark.django_db
def test_unequal_results_stop_it_before_anything_is_timed() -> None:
    called: list[str] = []

    def gives(who: str, rows: list[int]) -> Any:
        return lambda: called.append(who) or rows

    unequal = Workload("W0 nothing", Target(ratio=3), gives("ours", [1, 2]), gives("limit", [1, 3]))
    with pytest.raises(AssertionError, match="Row 1: 2 beside 3"):
        measure(unequal, random.Random(1))
    assert called == ["ours", "limit"]
