"""What is learned of a region: its own, drawn towards the nation's; the more it has seen, the less."""

from __future__ import annotations

import numpy as np
import pytest

from reports.rules import forecast_defaults as assumed
from reports.rules.forecast import forecast
from reports.rules.forecast_draws import Posts, Size, Training
from reports.rules.forecast_inputs import (
    Experience,
    Grade,
    Inputs,
    Learners,
    PathwayPast,
    Region,
    TrainingPast,
)
from reports.rules.forecast_learning import learn_rates, learn_shares, spread, stacked
from tests.reports.forecast_world import World
from tests.reports.test_forecast import DAY

RATES = np.array([0.004, 0.006, 0.008, 0.010, 0.012])


def leaving(
    years: int, heads: int, seed: int = 1, rates: np.ndarray = RATES
) -> list[list[Experience]]:
    """Regions of equal size, each with a true rate of its own, in one band."""
    chance = np.random.default_rng(seed)
    return [
        [
            Experience(
                tuple(chance.poisson(rate * heads * 12, years).tolist()), (heads * 12.0,) * years
            )
        ]
        for rate in rates
    ]


def learned(past: list[list[Experience]], runs: int = 4000) -> np.ndarray:
    """By region, p10, median and p90 of its rate over the runs."""
    regions = tuple(
        Region(f"R{number}", grades=(Grade("PO", left=(one[0], *(Experience(),) * 4)),))
        for number, one in enumerate(past)
    )
    posts = Posts(Inputs(DAY, regions), "PO", Size(runs, 12, 5))
    return np.array(
        [np.percentile(posts.region(at).left[0], (10, 50, 90)) for at in range(len(past))]
    )


def test_what_is_learned_comes_to_the_truth_as_history_grows() -> None:
    off = [np.abs(learned(leaving(years, 300))[:, 1] / RATES - 1).mean() for years in (1, 4, 40)]
    assert off[0] > off[1] > off[2]
    assert off[2] < 0.05
    widths = [
        (found[:, 2] - found[:, 0]).mean()
        for found in (learned(leaving(years, 300)) for years in (1, 4, 40))
    ]
    assert widths[0] > widths[1] > widths[2]


def test_a_region_that_has_seen_little_is_told_by_the_nation() -> None:
    """Two leavers where 0.5 were to be expected: not four times the nation's rate, and less sure than where much was seen."""
    past = [*leaving(5, 300, rates=np.full(11, 0.008)), [Experience((2,), (62.5,))]]
    found = learned(past)
    assert found[-1, 1] < 1.4 * 0.008
    assert found[-1, 2] - found[-1, 0] > 1.3 * (found[:-1, 2] - found[:-1, 0]).mean()


def test_a_region_without_experience_takes_the_nations_with_its_spread() -> None:
    found = learned([*leaving(5, 1000), [Experience()]])
    assert found[-1, 1] == pytest.approx(RATES.mean(), rel=0.15)
    assert found[-1, 0] < 0.8 * found[-1, 1]


def test_regions_that_are_alike_are_found_alike_and_others_apart() -> None:
    alike, apart = (
        learn_rates(*stacked(leaving(8, 2000, rates=rates)), [0.0068])
        for rates in (np.full(12, 0.008), np.repeat([0.004, 0.012], 6))
    )
    assert alike.between < 0.01
    assert apart.between == pytest.approx(0.25, rel=0.25)  # ±50% of the mean


def test_years_that_differ_are_found_so() -> None:
    """Every other year twice the rate: a third more and less than the mean, squared."""
    tempo = np.array([2 / 3, 4 / 3] * 5)
    past = [
        [
            Experience(
                tuple(np.random.default_rng(at).poisson(100 * tempo).tolist()), (12000.0,) * 10
            )
        ]
        for at in range(8)
    ]
    found = learn_rates(*stacked(past), [0.0068])
    assert found.years == pytest.approx(1 / 9, rel=0.35)
    assert found.own_years < 0.01


def test_few_counts_leave_a_spread_where_it_was_assumed() -> None:
    found = spread(np.array([1.0, 0.0, 1.0]), np.array([0.7, 0.6, 0.7]), 0.01)
    assert found == pytest.approx(0.01, rel=0.02)


def test_a_spread_stays_within_bounds() -> None:
    assert spread(np.array([0.0, 5000.0]), np.array([1000.0, 1000.0]), 0.04) == assumed.MOST_SPREAD
    assert spread(np.full(5000, 1e5), np.full(5000, 1e5), 0.04) == assumed.LEAST_SPREAD


def test_shares_come_to_the_nations_and_to_the_truth() -> None:
    few, many = (
        learn_shares(
            *stacked(
                [
                    [Experience((round(n * share),) * 4, (float(n),) * 4)]
                    for share in (0.8, 0.9, 1.0)
                ]
            ),
            [0.9],
        )
        for n in (2, 2000)
    )
    assert many.nation[0] == pytest.approx(0.9, abs=0.001)
    assert many.alike > few.alike


def test_a_pathway_nobody_has_followed_is_told_by_the_others() -> None:
    """Ten withdrawals a hundred months in the first band of the only pathway seen; the new one in that band is near it."""
    bands = (Experience((100,), (1000.0,)), *(Experience((10,), (1000.0,)),) * 5)
    region = Region("NE", learners=(Learners("PQIP27", 1, 26, False, 4),))
    known = Region("NW", training=TrainingPast(pathways=(PathwayPast("PQIP15", bands),)))
    draws = Training(Inputs(DAY, (region, known)), Size(4000, 12, 1)).region(0)
    medians = np.median(draws.withdrawn["PQIP27"], axis=1)
    assert 0.05 < medians[0] < 0.12
    assert 0.005 < medians[1] < 0.015


def test_each_assumption_says_where_it_comes_from() -> None:
    world = World(21, (8, 900), (1, 40), months=100)
    found = forecast(world.inputs(90), runs=200)
    source = {(one.region, one.name): one.source for one in found.assumptions}
    assert source["R01", "left"] == "region"
    assert source["R00", "left"] == "nation"
    assert source["R00", "part_time"] == "assumed"
    assert set(assumed.USUAL) == {one.name for one in found.assumptions}
    for one in found.assumptions:
        assert one.p10 <= one.median <= one.p90


def test_experience_holds_what_it_must() -> None:
    with pytest.raises(ValueError, match="its events and its exposure"):
        Experience((1,), ())
    with pytest.raises(ValueError, match="less often than never"):
        Experience((-1,), (2.0,))
