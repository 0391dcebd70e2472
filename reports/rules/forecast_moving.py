"""Who trained in one region and takes their first post as an officer in another."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from reports.rules.forecast_inputs import Region
from reports.rules.forecast_learning import Array, Numbers


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
    """By region, people by run and month who come to it: each of those who move goes to one region by chance."""
    cells = np.repeat(np.arange(moving.size), moving.ravel())
    where = np.searchsorted(weight.cumsum()[:-1], chance.random(len(cells), dtype=np.float32))
    order = np.argsort(where.astype(np.uint8), kind="stable")
    bounds = np.searchsorted(where[order], np.arange(len(weight) + 1))
    return [
        np.bincount(cells[order[first:last]], minlength=moving.size).reshape(moving.shape)
        for first, last in pairwise(bounds)
    ]
