"""How high each assumption of a region lies in each run, as one number: what pages list and effects are measured by."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from reports.rules.forecast_answers import ASSUMED, OWN, SHARED, Assumption
from reports.rules.forecast_draws import SHARES, PostDraws, Posts, Training, TrainingDraws
from reports.rules.forecast_inputs import EARLIEST, PROGRAMME_BANDS
from reports.rules.forecast_learning import Array, Rates, Shares
from reports.rules.forecast_summary import percentiles
from reports.rules.forecast_timing import WINDOW, Timing, beginning, completing

#: Runs enough to tell the range of an assumption.
ENOUGH = 1000


@dataclass(frozen=True)
class Level:
    """`values` over the runs; `events` among `exposure` of the region's own; `source` as of `Assumption`."""

    name: str
    part: str
    values: Array
    events: float
    exposure: float
    source: str

    def said(self, region: str) -> Assumption:
        low, middle, high = percentiles(self.values).tolist()
        return Assumption(
            region,
            self.name,
            self.part,
            low,
            middle,
            high,
            round(self.events),
            self.exposure,
            self.source,
        )


def training_levels(learned: Training, draws: TrainingDraws, place: int) -> list[Level]:
    found = []
    rates, bands = learned.withdrawn.learned, len(PROGRAMME_BANDS)
    for number, pathway in enumerate(learned.pathways):
        if pathway in draws.withdrawn:
            cells = slice(number * bands, number * bands + bands)
            found.append(_rate("withdrawn", pathway, rates, draws.withdrawn[pathway], place, cells))
    for name, nation in learned.breaks.items():
        found.append(_rate(name, "", nation.learned, getattr(draws, name)[None, :], place))
    for name in SHARES:
        value = getattr(draws, name)
        values = value.mean(0) if name == "filled" else np.atleast_1d(value)
        found.append(_share(name, learned.shares[name], values, place))
    usual = Timing()
    completed, delays = completing(usual, draws), np.arange(float(WINDOW))
    late = completed @ delays
    both = beginning(usual, draws, completed) @ delays
    found.append(_share("completed_late", learned.completing, late + EARLIEST, place))
    found.append(_share("months_to_post", learned.beginning, both - late, place))
    return found


def post_levels(learned: Posts, draws: PostDraws, place: int) -> list[Level]:
    grade = learned.grade
    left = learned.nation["left"].learned
    found = [_rate("left", grade, left, draws.left, place)]
    for to, values in draws.promoted.items():
        found.append(_rate("promoted", to, learned.nation[to].learned, values[None, :], place))
    joined = draws.joined.mean(0, keepdims=True)
    found.append(_rate("joined", grade, learned.nation["joined"].learned, joined, place))
    return found


def _rate(
    name: str, part: str, rates: Rates, values: Array, place: int, cells: slice = slice(None)
) -> Level:
    """Bands together as the nation's experience is spread over them."""
    everywhere = rates.exposure.sum(0)[cells]
    weights = (
        everywhere / everywhere.sum() if everywhere.any() else np.full(len(values), 1 / len(values))
    )
    expected = float((rates.nation * rates.exposure[place])[cells].sum())
    return Level(
        name,
        part,
        weights @ values[:, :ENOUGH],
        float(rates.plain_events[place][cells].sum()),
        float(rates.plain_exposure[place][cells].sum()),
        _source(expected, 1 / rates.between, bool(everywhere.any())),
    )


def _share(name: str, shares: Shares, values: Array, place: int) -> Level:
    exposure = float(shares.plain_exposure[place].max())
    events = float(shares.plain_events[place].sum())
    own = float(shares.exposure[place].max())
    firm = 1 / shares.alike - 1
    return Level(
        name, "", values[:ENOUGH], events, exposure, _source(own, firm, bool(shares.exposure.any()))
    )


def _source(own: float, prior: float, seen: bool) -> str:
    if not seen:
        return ASSUMED
    return OWN if own >= prior else SHARED


def together(levels: Sequence[Sequence[Level]]) -> list[Level]:
    """The nation's: the mean of the regions that have an assumption, run by run."""
    found: dict[tuple[str, str], list[Level]] = {}
    for row in levels:
        for one in row:
            found.setdefault((one.name, one.part), []).append(one)
    return [
        Level(
            name,
            part,
            np.mean([one.values for one in alike], axis=0),
            sum(one.events for one in alike),
            sum(one.exposure for one in alike),
            min((one.source for one in alike), key=(OWN, SHARED, ASSUMED).index),
        )
        for (name, part), alike in found.items()
    ]
