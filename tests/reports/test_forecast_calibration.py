"""How often the forecast is right, in made-up services of which every chance is known (`forecast_world`).

The seeds are stated, so that every run sees the same; `make faults` looks at other worlds, and more of them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

import pytest

from reports.rules.forecast import forecast
from reports.rules.forecast_scoring import Range, Score, last_year_again, score, straight_line
from tests.reports.forecast_world import Truth, World

OFFICERS = (12, 18, 25, 30, 40, 50, 60, 75, 90, 130, 180, 250, 330, 420, 600, 900)
PLACES = tuple(max(1, round(officers / 23)) for officers in OFFICERS)
HORIZONS = (6, 12, 24)
SMALL = 9  # the first regions: at most 90 officers and 4 places an intake
HISTORY = 60
SEEDS, LONG_SEEDS = (1, 2, 3), range(200, 210)
ORIGINS = range(72, 228, 12)


@dataclass(frozen=True)
class Made:
    """A region's forecast made at a month, what came, and what anybody could have said."""

    region: int
    horizon: int
    forecast: Range
    actual: float
    again: Range
    line: Range


def made(world: World, at: int) -> Iterator[Made]:
    found = forecast(world.inputs(at, planned=max(HORIZONS)), runs=200, months=max(HORIZONS))
    for region, place in enumerate(found.regions):
        history = world.in_post[at - HISTORY + 1 : at + 1, region].tolist()
        for horizon in HORIZONS:
            month = place.months[horizon - 1]
            again, line = last_year_again(history, horizon), straight_line(history, horizon)
            assert again is not None
            assert line is not None
            yield Made(
                region,
                horizon,
                Range(month.in_post_p10, month.in_post_median, month.in_post_p90),
                float(world.in_post[at + horizon, region]),
                again,
                line,
            )


def all_made(seeds: Iterator[int], truth: Truth, origins: range) -> list[Made]:
    return [
        one
        for seed in seeds
        for at in origins
        for one in made(world(seed, truth), at)
    ]  # fmt: skip


@cache
def world(seed: int, truth: Truth) -> World:
    return World(seed, OFFICERS, PLACES, months=ORIGINS[-1] + max(HORIZONS) + 1, truth=truth)


@pytest.fixture(scope="module")
def rows() -> list[Made]:
    return all_made(iter(SEEDS), Truth(), ORIGINS)


def scored(rows: list[Made], horizon: int, small: bool, of: str = "forecast") -> Score:
    found = score(
        (getattr(one, of), one.actual)
        for one in rows
        if one.horizon == horizon and (one.region < SMALL or not small)
    )
    assert found is not None
    return found


@pytest.mark.parametrize("small", [False, True], ids=["all", "small"])
@pytest.mark.parametrize("horizon", HORIZONS)
def test_eight_of_ten_lie_within_the_range(rows: list[Made], horizon: int, small: bool) -> None:
    assert len(rows) >= 600
    found = scored(rows, horizon, small)
    assert 74 <= found.inside_percent <= 86, found


@pytest.mark.parametrize("naive", ["again", "line"])
@pytest.mark.parametrize("small", [False, True], ids=["all", "small"])
@pytest.mark.parametrize("horizon", HORIZONS)
def test_it_is_better_than_what_anybody_could_say(
    rows: list[Made], horizon: int, small: bool, naive: str
) -> None:
    ours, theirs = scored(rows, horizon, small), scored(rows, horizon, small, naive)
    assert ours.loss < theirs.loss


@pytest.mark.fault
@pytest.mark.parametrize(
    ("truth", "least", "most"),
    [
        (Truth(), 74, 86),
        (Truth(spread=0.35), 74, 86),
        (Truth(tempo=0.12, spread=0.3), 70, 86),
        (Truth(spread=0.0, tempo=0.0), 74, 92),
    ],
    ids=["usual", "regions far apart", "years far apart", "all alike"],
)
def test_it_holds_in_other_worlds(truth: Truth, least: int, most: int) -> None:
    found = all_made(iter(LONG_SEEDS), truth, ORIGINS)
    for horizon in HORIZONS:
        for small in (False, True):
            assert least <= scored(found, horizon, small).inside_percent <= most
