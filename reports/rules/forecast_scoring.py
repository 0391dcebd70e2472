"""How often we were right: forecasts made at earlier days beside what came, and beside two forecasts that anybody could make."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np

#: The parts of a range that are scored.
QUANTILES = (0.1, 0.5, 0.9)
YEAR = 12
#: Past errors of a naive forecast from which its range is told; fewer make it a point.
ENOUGH_ERRORS = 8
#: Months of the past to which a straight line is laid.
LINE = 36
SLACK = 1e-9


@dataclass(frozen=True)
class Range:
    """p10, median and p90 of what was forecast."""

    p10: float
    median: float
    p90: float

    def holds(self, actual: float) -> bool:
        return self.p10 - SLACK <= actual <= self.p90 + SLACK


@dataclass(frozen=True)
class Score:
    """Of some forecasts: how many, how many per cent of them held what came, and their mean pinball loss (0 is perfect)."""

    count: int
    inside_percent: float
    loss: float


def pinball(forecast: Range, actual: float) -> float:
    """Mean over the three quantiles of what being off costs: above a quantile by its share, below it by the rest."""
    given = (forecast.p10, forecast.median, forecast.p90)
    return sum(
        max(share * (actual - one), (share - 1) * (actual - one))
        for share, one in zip(QUANTILES, given, strict=True)
    ) / len(given)


def score(made: Iterable[tuple[Range, float]]) -> Score | None:
    """Of ranges with what came; None where there is none."""
    pairs = list(made)
    if not pairs:
        return None
    held = sum(one.holds(actual) for one, actual in pairs)
    loss = sum(pinball(one, actual) for one, actual in pairs)
    return Score(len(pairs), 100 * held / len(pairs), loss / len(pairs))


def last_year_again(history: Sequence[float], horizon: int) -> Range | None:
    """What the same months of the last year have brought comes again. `history`: in post at each month's end, the latest last.

    None where the history is too short. The range is that of its own past errors.
    """
    return _with_errors(_again, history, horizon, YEAR + 1)


def straight_line(history: Sequence[float], horizon: int) -> Range | None:
    """The line through the last three years goes on, from where it ends. As of `last_year_again`."""
    return _with_errors(_line, history, horizon, YEAR)


def _again(history: Sequence[float], horizon: int) -> float:
    years, months = divmod(horizon, YEAR)
    year = history[-1] - history[-1 - YEAR]
    begun = history[-1 - YEAR + months] - history[-1 - YEAR] if months else 0.0
    return history[-1] + years * year + begun


def _line(history: Sequence[float], horizon: int) -> float:
    recent = np.asarray(history[-LINE:])
    slope, start = np.polyfit(np.arange(len(recent)), recent, 1)
    return float(start + slope * (len(recent) - 1 + horizon))


def _with_errors(
    point: Callable[[Sequence[float], int], float],
    history: Sequence[float],
    horizon: int,
    least: int,
) -> Range | None:
    if len(history) < least:
        return None
    made = point(history, horizon)
    errors = [
        history[end + horizon - 1] - point(history[:end], horizon)
        for end in range(least, len(history) - horizon + 1)
    ]
    if len(errors) < ENOUGH_ERRORS:
        return Range(made, made, made)
    low, middle, high = np.percentile(errors, [100 * one for one in QUANTILES])
    return Range(made + float(low), made + float(middle), made + float(high))
