"""When somebody completes and begins as an officer: chances by month, and ready-made outcomes that runs pick from.

A *delay* is counted from the first month that is possible. Delays of `WINDOW` − 1 months or more count as that many.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from reports.rules.forecast_draws import TrainingDraws
from reports.rules.forecast_inputs import LATE_PLACES, WAIT_PLACES
from reports.rules.forecast_learning import Array

#: Delays apart, two to a byte (`Ready`).
WINDOW = 32
HALF = WINDOW // 2
#: By delay, a row of bytes with a 1 in its half of its byte.
ONE_AT = np.concatenate((np.eye(HALF, dtype=np.uint8), np.eye(HALF, dtype=np.uint8) << 4))
#: Outcomes ready-made for each draw of the bank.
READY = 128
#: The places of which the chance of completing very late is the mean.
TAIL = slice(LATE_PLACES - 8, LATE_PLACES - 1)


@dataclass(frozen=True)
class Timing:
    """What decides somebody's delay: the place they have come to (0: 3 months before the planned end), months of the programme
    still to do, whether on a break; or the months waited since completing (None: not completed).
    """

    place: int = 0
    ahead: int = 0
    on_break: bool = False
    waited: int | None = None


def completing(timing: Timing, draws: TrainingDraws) -> Array:
    """Chances by draw of the bank and delay that somebody who does not withdraw completes."""
    if timing.waited is not None:
        return _at_once(len(draws.completing))
    hazards = np.repeat(
        draws.completing[:, TAIL].mean(1, keepdims=True), WINDOW + LATE_PLACES, axis=1
    )
    hazards[:, : LATE_PLACES - 1] = draws.completing[:, :-1]
    late = _chances(hazards[:, timing.place : timing.place + WINDOW])
    back = _chances(np.repeat(_monthly(draws.breaks_ended), WINDOW, axis=1))
    if timing.on_break:
        return _after(late, np.roll(back, 1, axis=1))
    taken = 1 - np.exp(-draws.breaks_begun[:, None] * timing.ahead)
    extra = taken * back
    return _after(late, (1 - taken) * _at_once(len(late)) + np.roll(extra, 1, axis=1))


def beginning(timing: Timing, draws: TrainingDraws, completed: Array) -> Array:
    """Chances by draw of the bank and delay that somebody who takes a post begins as an officer, from those of completing."""
    hazards = draws.beginning[:, min(timing.waited or 0, WAIT_PLACES - 1) :]
    return _after(completed, _chances(hazards))


@dataclass(frozen=True)
class Ready:
    """Outcomes ready-made, and their delays; the first is that of nobody.

    A row has a delay in each half of a byte, with a 1 at its own: delay d is in byte d of `HALF`, in the upper half from `HALF`
    on. So 15 rows are added up at once before a half runs over.
    """

    rows: NDArray[np.void]
    delays: NDArray[np.uint8]


def ready(chances: Array, chance: np.random.Generator) -> Ready:
    """For each draw of the bank `READY` outcomes.

    The outcomes of a draw are spread evenly over its chances from a point left to chance, so that they are right on the whole.
    """
    edges = np.floor(chances.cumsum(1) * READY + chance.random((len(chances), 1))).astype(int)
    edges[:, -1] = READY
    counts = np.diff(np.minimum(edges, READY), axis=1, prepend=0)
    delays = np.zeros(len(chances) * READY + 1, dtype=np.uint8)
    delays[1:] = np.repeat(np.tile(np.arange(WINDOW, dtype=np.uint8), len(chances)), counts.ravel())
    rows = ONE_AT[delays]
    rows[0] = 0
    return Ready(rows.view(f"V{HALF}").ravel(), delays)


def delays_counted(added: NDArray[np.uint8]) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    """Rows that were added up, by row and delay: the first `HALF` delays, and the others."""
    return added & np.uint8(15), added >> np.uint8(4)


def _chances(hazards: Array) -> Array:
    """Chances of each delay from the chance at each that it ends there; what is left ends at the last."""
    there = np.cumprod(1 - hazards[:, :-1], axis=1)
    before = np.concatenate((np.ones((len(hazards), 1)), there), axis=1)
    found = before * hazards
    found[:, -1] = before[:, -1]
    return found


def _at_once(rows: int) -> Array:
    found = np.zeros((rows, WINDOW))
    found[:, 0] = 1
    return found


def _monthly(rate: Array) -> Array:
    return 1 - np.exp(-rate[:, None])


def _after(one: Array, other: Array) -> Array:
    """Chances of the sum of two delays; the other may be told of its first months alone."""
    told = other[:, :WINDOW]
    before = np.concatenate((np.zeros((len(one), told.shape[1] - 1)), one), axis=1)
    windows = np.lib.stride_tricks.sliding_window_view(before, told.shape[1], axis=1)
    found: Array = np.einsum("bkd,bd->bk", windows, told[:, ::-1])
    found[:, -1] += 1 - found.sum(1)
    return found
