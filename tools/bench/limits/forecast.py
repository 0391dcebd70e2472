"""What a forecast costs at least: the same runs of the same people by hand, for this one question.

One rate of leaving and of withdrawing for each region, drawn for each run; one way of completing for all. No pathways or bands of
service, no breaks, no moves, no years that differ, no nation behind the regions, no learners ahead, no assumptions told.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import numpy as np
from numpy.typing import NDArray

from reports.rules.forecast_inputs import EARLIEST, MONTHS, Experience, Inputs, Region

RUNS, WINDOW, READY = 10_000, 32, 4096
PERCENTS = (10, 50, 90)


def by_hand(inputs: Inputs) -> list[list[float]]:
    """Medians of FTE in post by region and month; ranges and the nation's are worked out with them."""
    with ThreadPoolExecutor(2) as pool:
        found = list(pool.map(_region, enumerate(inputs.regions)))
    np.percentile(sum(one[0] for one in found), PERCENTS, axis=1)
    return [one[1][1].tolist() for one in found]


def _region(numbered: tuple[int, Region]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    number, region = numbered
    chance = np.random.Generator(np.random.SFC64(number))
    grade = region.grade("PO")
    came = _qualifying(region, chance)
    left, promoted = (
        _drawn(chance, parts) for parts in (list(grade.left), [one for _, one in grade.promoted])
    )
    going = -np.expm1(-(left + promoted))
    joining = _drawn(chance, [grade.joined])
    people = np.full(RUNS, sum(grade.heads))
    in_post = np.empty((MONTHS, RUNS))
    for month in range(MONTHS):
        people = people - _binomial(chance, people, going) + chance.poisson(joining) + came[month]
        in_post[month] = people
    in_post *= sum(grade.fte) / sum(grade.heads)
    (in_post >= grade.targets[0].fte).mean(1)
    return in_post, np.percentile(in_post, PERCENTS, axis=1)


def _qualifying(region: Region, chance: np.random.Generator) -> NDArray[np.int64]:
    """By month and run. Each person is drawn, in all runs at a time: whether at all, and how many months after the first that is
    possible. A byte counts a group's people in a month of a run.
    """
    past = region.training
    found = np.zeros((MONTHS + WINDOW, RUNS), dtype=np.int64)
    gone = _drawn(chance, [one for path in past.pathways for one in path.withdrawn])
    accepted, filled = (_share(one) for one in (past.accepted, past.filled))
    begins = np.convolve(_spread(past.completed_late), _spread(past.months_to_post))[:WINDOW]
    groups = [
        (max(one.months_to_end + EARLIEST, 1), one.heads, one.months_to_end, 1.0)
        for one in region.learners
        if one.months_to_end is not None
    ]
    groups += [
        (one.starts_in + one.months + EARLIEST, one.places, one.months, filled)
        for one in region.intakes
    ]
    for first, heads, months, share in groups:
        if first > MONTHS:
            continue
        skipped = max(1 - (months + EARLIEST), 0) if first == 1 else 0
        chances = begins[skipped:] / begins[skipped:].sum()
        delays = np.searchsorted(chances.cumsum(), (np.arange(READY) + 0.5) / READY)
        rows = np.zeros((READY + 1, WINDOW), dtype=np.uint8)
        rows[np.arange(READY) + 1, delays] = 1
        staying = (accepted * share * np.exp(-gone * max(months, 1)) * 2**32).astype(np.uint32)
        drawn = chance.bit_generator.random_raw(heads * RUNS // 2).view(np.uint32)
        drawn = drawn.reshape(heads, RUNS)
        row = (drawn % READY + 1).astype(np.uint16)
        row *= drawn < staying
        counted = np.zeros(RUNS * WINDOW // 8, dtype=np.uint64)
        for one in row:
            counted += rows.view(f"V{WINDOW}").ravel().take(one).view(np.uint64)
        found[first - 1 : first - 1 + WINDOW] += counted.view(np.uint8).reshape(RUNS, WINDOW).T
    return found


def _binomial(
    chance: np.random.Generator, people: NDArray[np.int64], share: NDArray[np.float64]
) -> NDArray[np.int64]:
    """By inversion in all runs at a time, until the last is done."""
    left_over, odds = chance.random(RUNS), share / (1 - share)
    likely, found = (1 - share) ** people, np.zeros(RUNS, dtype=np.int64)
    for number in range(1, int(people.max()) + 1):
        left_over -= likely
        beyond = left_over >= 0
        if not beyond.any():
            break
        found += beyond
        likely *= odds * (people - number + 1) / number
    return found


def _drawn(chance: np.random.Generator, parts: list[Experience]) -> NDArray[np.float64]:
    events, exposure = (
        sum(sum(values) for values in row)
        for row in zip(*((one.events, one.exposure) for one in parts), strict=True)
    )
    return chance.gamma(events + 0.5, 1 / exposure, RUNS)


def _share(one: Experience) -> float:
    return sum(one.events) / sum(one.exposure)


def _spread(counts: tuple[int, ...]) -> NDArray[np.float64]:
    return np.array(counts) / sum(counts)
