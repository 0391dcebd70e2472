"""Who trained in one region and takes their first post as an officer in another."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from reports.rules.forecast_inputs import Region
from reports.rules.forecast_learning import Array, Numbers

PARTS = 2**16


def weights(regions: Sequence[Region]) -> Array:
    """The share of all who move that each region receives: by how many it has received, each one more than it has."""
    received = np.array([region.training.received + 1.0 for region in regions])
    return received / received.sum()


def sent(share: Array, weight: float) -> Array:
    """By run, the share of a region's people put among those who move, so that its usual share goes elsewhere.

    Those who move are drawn to the regions together, and some would draw their own. Nobody moves where no other region is known.
    """
    return np.minimum(share / (1 - weight), 1) if weight < 1 else np.zeros_like(share)


def arrived(moving: Numbers, weight: Array, chance: np.random.Generator) -> list[Numbers]:
    """By region, people by run and month who come to it: each of those who move goes to one region by chance.

    Weights are taken to the nearest of so many parts as a number of 16 bits tells apart.
    """
    by_month = np.ascontiguousarray(moving.T)
    found = np.zeros((len(weight), *by_month.shape), dtype=np.uint16)
    cells = np.repeat(np.arange(by_month.size), by_month.ravel())
    bounds = np.rint(weight.cumsum() * PARTS).astype(np.int64)
    begins = np.repeat(np.arange(len(weight)) * by_month.size, np.diff(bounds, prepend=0))
    cells += begins[chance.integers(0, PARTS, len(cells), dtype=np.uint16)]
    np.add.at(found.reshape(-1), cells, np.uint16(1))
    return [one.T for one in found]
