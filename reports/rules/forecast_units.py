"""How many of a unit's learners become officers, by quarter: its own people under what its region has learned.

A unit has no forecast of officers in post, since people of a unit move within the region. Its learners are known, and what
happens to them is drawn by the rates of their region, in the same way as for the region. Places planned belong to regions, so
that only who is on the programme already is counted; wherever they take up their first post.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

import numpy as np

from reports.rules.forecast_draws import Size, Training
from reports.rules.forecast_inputs import MONTHS, WAIT_PLACES, Inputs, Learners
from reports.rules.forecast_qualifying import Trainees
from reports.rules.forecast_summary import percentiles, quarters_of


@dataclass(frozen=True)
class UnitQuarter:
    """People of a unit who take up their first officer post in a calendar quarter, between two months after D (both in it)."""

    first_month: int
    last_month: int
    qualifying_p10: float
    qualifying_median: float
    qualifying_p90: float
    expected_qualifying: float


def units_qualifying(
    inputs: Inputs, units: Iterable[tuple[str, str, tuple[Learners, ...]]], *, runs: int
) -> Mapping[str, tuple[UnitQuarter, ...]]:
    """By unit (code), of units as (code, code of the region, learners). Raises KeyError for a region that is not known."""
    size = Size(runs, MONTHS, int(inputs.digest, 16))
    training = Training(inputs, size)
    places = {region.code: number for number, region in enumerate(inputs.regions)}
    draws = {code: training.region(number) for code, number in places.items()}
    found = {}
    for code, of_region, learners in units:
        region = inputs.regions[places[of_region]]
        own = replace(
            region,
            code=code,
            learners=learners,
            intakes=(),
            training=replace(region.training, waiting=(0,) * WAIT_PLACES),
        )
        trainees = Trainees(own, draws[of_region], size, np.zeros(runs))
        found[code] = tuple(_quarters(trainees.qualifying().all, inputs))
    return found


def _quarters(people: np.ndarray, inputs: Inputs) -> Iterable[UnitQuarter]:
    for first, last in quarters_of(inputs.as_at, people.shape[1]):
        sums = people[:, first - 1 : last].sum(1)
        low, middle, high = percentiles(sums).tolist()
        yield UnitQuarter(first, last, low, middle, high, float(sums.mean()))
