"""The estimates over time equal those of lifelines."""

from __future__ import annotations

import warnings

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reports.figures.survival import COMPLETED, WITHDRAWN, estimate

TIMES = np.array([30.4375 * month for month in range(0, 37, 3)])


def lifelines(durations: np.ndarray, endings: np.ndarray) -> tuple[np.ndarray, ...]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from lifelines import KaplanMeierFitter

        fitter = KaplanMeierFitter().fit(durations, endings == WITHDRAWN)
        limits = fitter.confidence_interval_survival_function_
    where = np.searchsorted(limits.index.to_numpy(), TIMES, side="right") - 1
    return (
        fitter.predict(TIMES).to_numpy(),
        limits.iloc[where, 0].to_numpy(),
        limits.iloc[where, 1].to_numpy(),
    )


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.tuples(st.integers(1, 1100), st.sampled_from([0, WITHDRAWN, COMPLETED])),
        min_size=3,
        max_size=120,
    )
)
def test_retained_and_its_limits_equal_lifelines(people: list[tuple[int, int]]) -> None:
    durations, endings = np.array(people).T
    ours = estimate(durations, endings, TIMES)
    retained, lower, upper = lifelines(durations, endings)
    np.testing.assert_allclose(ours.retained, retained, atol=1e-9)
    inside = (retained > 0) & (retained < 1)
    np.testing.assert_allclose(ours.lower[inside], lower[inside], atol=1e-6)
    np.testing.assert_allclose(ours.upper[inside], upper[inside], atol=1e-6)


@pytest.mark.parametrize("seed", range(5))
def test_incidence_equals_lifelines_where_no_two_end_on_one_day(seed: int) -> None:
    """Its Aalen–Johansen moves ties apart at random, so the comparison has none."""
    chance = np.random.default_rng(seed)
    durations = chance.permutation(np.arange(1, 1100))[:200]
    endings = chance.choice([0, WITHDRAWN, COMPLETED], size=200)
    ours = estimate(durations, endings, TIMES)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from lifelines import AalenJohansenFitter

        for kind, found in ((WITHDRAWN, ours.withdrawn), (COMPLETED, ours.completed)):
            density = AalenJohansenFitter(calculate_variance=False).fit(
                durations, endings, event_of_interest=kind
            )
            table = density.cumulative_density_
            where = np.searchsorted(table.index.to_numpy(), TIMES, side="right") - 1
            np.testing.assert_allclose(found, table.iloc[where, 0].to_numpy(), atol=1e-9)


def test_the_three_add_up_to_everybody() -> None:
    durations, endings = (
        np.array([100, 100, 200, 300]),
        np.array([WITHDRAWN, COMPLETED, COMPLETED, WITHDRAWN]),
    )
    ours = estimate(durations, endings, np.array([1000.0]))
    assert ours.withdrawn[0] + ours.completed[0] == pytest.approx(1)
