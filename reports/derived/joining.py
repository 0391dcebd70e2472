"""How many PSOs join each region, learned once from what a forecast is made from, and kept beside it."""

from __future__ import annotations

from collections.abc import Callable

from reports.derived.forecasts import answer_from
from reports.rules.forecast_demand import joining
from reports.rules.forecast_inputs import TRAINEE, Inputs

JOINING = "joining"


def joining_of(made_from: str, inputs: Callable[[], Inputs]) -> dict[str, float]:
    """By region (code), people a month who join as PSOs from elsewhere.

    `made_from` is the digest of the forecast's inputs; `inputs` gathers them where the answer is not kept.
    """
    found: dict[str, float] = answer_from(JOINING, made_from, TRAINEE, lambda: joining(inputs()))
    return found
