"""Rates and shares learned from the past: each region's own, drawn towards the nation's as far as regions are alike.

Rates are Gamma–Poisson, shares Beta–binomial. How far regions and years differ is estimated from the counts by the method of
moments, weighed against an assumed spread by how much the counts can tell, and bounded (empirical Bayes).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from reports.rules import forecast_defaults as assumed
from reports.rules.forecast_inputs import Experience

Array = NDArray[np.float64]
#: People: whole ones in runs, parts of them where only what is expected is worked out.
Numbers = NDArray[Any]


@dataclass(frozen=True)
class Rates:
    """A family of rates, a cell for each band (or pathway and band), of all regions.

    `nation`, `known`: each cell's rate and the events it rests on. `between`, `within`, `years`, `own_years`: squared relative
    spreads between regions, between cells of a region beyond its level, and from year to year, of the nation and of a region
    beside it. `events`, `exposure`: by region and cell; crowded years count less, since a year's people share its circumstances.
    `plain_…`: as they were counted.
    """

    nation: Array
    known: Array
    between: float
    within: float
    years: float
    own_years: float
    years_seen: float
    events: Array
    exposure: Array
    plain_events: Array
    plain_exposure: Array


@dataclass(frozen=True)
class Shares:
    """A family of shares. `alike`, `alike_in_year`: correlations within a region and within a year; the rest as of `Rates`."""

    nation: Array
    known: Array
    alike: float
    alike_in_year: float
    events: Array
    exposure: Array
    plain_events: Array
    plain_exposure: Array


def stacked(past: Sequence[Sequence[Experience]]) -> tuple[Array, Array]:
    """Events and exposure by region, cell and year; years of which one knows less are without exposure there."""
    years = max((len(one.events) for row in past for one in row), default=0) or 1
    events = np.zeros((len(past), len(past[0]), years))
    exposure = np.zeros_like(events)
    for place, row in enumerate(past):
        for cell, one in enumerate(row):
            events[place, cell, : len(one.events)] = one.events
            exposure[place, cell, : len(one.exposure)] = one.exposure
    return events, exposure


def learn_rates(events: Array, exposure: Array, usual: Sequence[float] | Array) -> Rates:
    """From events and exposure by region, cell and year; `usual` is what is assumed of each cell."""
    nation = (events.sum((0, 2)) + assumed.WEIGHT) / (
        exposure.sum((0, 2)) + assumed.WEIGHT / np.asarray(usual)
    )
    expected = nation[None, :, None] * exposure
    own_years, years, seen = _years(events.sum(1), expected.sum(1))
    weight = 1 / (1 + own_years * expected.sum(1))[:, None, :]
    counted, chances = (events * weight).sum(2), (exposure * weight).sum(2)
    likely = nation * chances
    regions = len(events)
    between = spread(
        counted.sum(1), likely.sum(1), assumed.BETWEEN_REGIONS, left=(regions - 1) / regions
    )
    level = (1 / between + counted.sum(1)) / (1 / between + likely.sum(1))
    cells = events.shape[1]
    within = (
        spread(counted, level[:, None] * likely, assumed.BETWEEN_BANDS, left=(cells - 1) / cells)
        if cells > 1
        else 0.0
    )
    known = counted.sum(0) + assumed.WEIGHT
    plain = events.sum(2), exposure.sum(2)
    return Rates(nation, known, between, within, years, own_years, seen, counted, chances, *plain)


def _years(events: Array, expected: Array) -> tuple[float, float, float]:
    """Spread from year to year of a region beside the nation, of the nation, and the number of years that tell of it."""
    by_year, by_region = expected.sum(0), expected.sum(1)
    seen = float(by_year.sum() ** 2 / (by_year**2).sum()) if by_year.any() else 0.0
    regions, years = int((by_region > 0).sum()), int((by_year > 0).sum())
    tempo = _ratio(events.sum(0), by_year)
    fitted = expected * _ratio(events.sum(1), by_region)[:, None] * tempo
    left = (regions - 1) * (years - 1) / (regions * years) if regions and years else 0.0
    own = spread(events, fitted, assumed.REGIONAL_YEARS, left=left)
    noise = own * float((expected**2).sum())
    nation = spread(
        events.sum(0),
        by_year * _ratio(events.sum(), by_year.sum()),
        assumed.NATIONAL_YEARS,
        noise=noise,
        left=(years - 1) / years if years else 0.0,
    )
    return own, nation, seen


def _ratio(events: Array | float, expected: Array | float) -> Array:
    """Events ÷ expected; 1 where nothing was to be expected."""
    return np.where(
        np.asarray(expected) > 0, events / np.maximum(expected, np.finfo(float).tiny), 1.0
    )


def spread(
    events: Array, expected: Array, usual: float, *, noise: float = 0.0, left: float = 1.0
) -> float:
    """Squared relative spread of true rates around `expected`: what is left of the squares after chance.

    `noise` is a further variance to take off, `left` the share of freedom left after fitting. What is found is weighed against
    `usual` by its own uncertainty.
    """
    squares = float((expected**2).sum())
    if left <= 0 or squares <= 0:
        return usual
    found = (
        float(((events - expected) ** 2).sum()) / left - float(expected.sum()) - noise
    ) / squares
    doubt = float((2 * (expected + usual * expected**2) ** 2 + expected).sum()) / squares**2 / left
    return _weighed(found, doubt, usual, assumed.LEAST_SPREAD, assumed.MOST_SPREAD)


def _weighed(found: float, doubt: float, usual: float, least: float, most: float) -> float:
    trust = usual**2 / (usual**2 + doubt)
    return float(np.clip(usual + trust * (found - usual), least, most))


def learn_shares(events: Array, exposure: Array, usual: Sequence[float] | Array) -> Shares:
    """From events among exposure by region, cell and year; one year alone tells nothing of years."""
    usual = np.asarray(usual)
    nation = (events.sum((0, 2)) + assumed.WEIGHT * usual) / (exposure.sum((0, 2)) + assumed.WEIGHT)
    in_year = 0.0
    if events.shape[2] > 1:
        in_year = _alike(events, exposure, nation[None, :, None], assumed.ALIKE_IN_YEAR)
    weight = 1 / (1 + in_year * np.maximum(exposure - 1, 0))
    counted, chances = (events * weight).sum(2), (exposure * weight).sum(2)
    alike = _alike(counted, chances, nation[None, :], assumed.ALIKE_IN_REGION)
    known = chances.sum(0) + assumed.WEIGHT
    plain = events.sum(2), exposure.sum(2)
    return Shares(nation, known, alike, in_year, counted, chances, *plain)


def _alike(events: Array, exposure: Array, share: Array, usual: float) -> float:
    """Correlation within a group (of a region, or a year): what is left of the squares after chance.

    Groups by year are compared with their own region's share, groups of a region with the nation's.
    """
    groups = events.shape[-1] if events.ndim == 3 else events.shape[0]
    if events.ndim == 3:
        total = exposure.sum(2, keepdims=True)
        share = (events.sum(2, keepdims=True) + share) / (total + 1)
    chance = share * (1 - share) * np.ones_like(exposure)
    squares = float((exposure * np.maximum(exposure - 1, 0) * chance).sum())
    if groups < 2 or squares <= 0:
        return usual
    left = (groups - 1) / groups
    variance = exposure * chance
    found = (
        float(((events - exposure * share) ** 2).sum()) / left - float(variance.sum())
    ) / squares
    wider = variance * (1 + usual * np.maximum(exposure - 1, 0))
    doubt = float((2 * wider**2 + variance).sum()) / squares**2 / left
    return _weighed(found, doubt, usual, assumed.LEAST_ALIKE, assumed.MOST_ALIKE)
