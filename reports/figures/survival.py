"""Estimates over time from durations: the probability of not having withdrawn, and of each ending.

Kaplan–Meier with log–log limits and Aalen–Johansen, in numpy; tested against `lifelines`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from reports.figures.numbers import Z95

Array = NDArray[np.floating]
CENSORED, WITHDRAWN, COMPLETED = 0, 1, 2


@dataclass(frozen=True)
class Estimates:
    """For each time: the share not withdrawn with its 95% limits, and the shares that had withdrawn and completed."""

    retained: Array
    lower: Array
    upper: Array
    withdrawn: Array
    completed: Array


def estimate(durations: NDArray[np.int64], endings: NDArray[np.int64], times: Array) -> Estimates:
    """Return the estimates at each of `times`, from durations (all in days) and endings (CENSORED, WITHDRAWN or COMPLETED)."""
    days, at_risk, left, finished = _table(durations, endings)
    survival = np.cumprod(1 - left / at_risk)
    hazard = _cumulated(left / np.where(at_risk > left, at_risk * (at_risk - left), np.inf))
    both_before = np.concatenate(([1.0], np.cumprod(1 - (left + finished) / at_risk)[:-1]))
    lower, upper = _limits(survival, hazard)
    where = np.searchsorted(days, times, side="right")
    return Estimates(
        *(
            np.concatenate(([first], values))[where]
            for first, values in (
                (1.0, survival),
                (1.0, lower),
                (1.0, upper),
                (0.0, _cumulated(both_before * left / at_risk)),
                (0.0, _cumulated(both_before * finished / at_risk)),
            )
        )
    )


def _table(
    durations: NDArray[np.int64], endings: NDArray[np.int64]
) -> tuple[Array, Array, Array, Array]:
    """Return the distinct days in order, with how many were at risk, withdrew and completed on each."""
    days, which = np.unique(durations, return_inverse=True)
    size = len(days)
    everyone = np.bincount(which, minlength=size).astype(float)
    at_risk = everyone[::-1].cumsum()[::-1]
    left = np.bincount(which[endings == WITHDRAWN], minlength=size).astype(float)
    finished = np.bincount(which[endings == COMPLETED], minlength=size).astype(float)
    return days.astype(float), at_risk, left, finished


def _cumulated(values: Array) -> Array:
    return np.cumsum(values)


def _limits(survival: Array, hazard: Array) -> tuple[Array, Array]:
    """Return log–log limits: 100% to 100% while nobody has withdrawn, 0% to 0% once everybody has."""
    with np.errstate(divide="ignore", invalid="ignore"):
        log = np.log(survival)
        spread = Z95 * np.sqrt(hazard) / log
        centre = np.log(-log)
        lower, upper = np.exp(-np.exp(centre - spread)), np.exp(-np.exp(centre + spread))
    known = (survival > 0) & (survival < 1)
    return np.where(known, np.minimum(lower, upper), survival), np.where(
        known, np.maximum(lower, upper), survival
    )
