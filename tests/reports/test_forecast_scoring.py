"""How often we were right, and what a naive forecast would have said: worked out by hand."""

from __future__ import annotations

import pytest

from reports.rules.forecast_scoring import (
    Range,
    Score,
    last_year_again,
    pinball,
    score,
    straight_line,
)


@pytest.mark.parametrize(
    ("actual", "held"), [(9.9, False), (10, True), (15, True), (20, True), (20.1, False)]
)
def test_a_range_holds_its_ends(actual: float, held: bool) -> None:
    assert Range(10, 14, 20).holds(actual) is held


def test_pinball_worked_out_by_hand() -> None:
    """22 came. p10 of 10: 0.1 · 12 = 1.2; median 14: 0.5 · 8 = 4; p90 of 20: 0.9 · 2 = 1.8; mean 7 ÷ 3. Of 8: 0.9 · 2 = 1.8,
    0.5 · 6 = 3, 0.1 · 12 = 1.2; mean 2.
    """
    assert pinball(Range(10, 14, 20), 22) == pytest.approx(7 / 3)
    assert pinball(Range(10, 14, 20), 8) == pytest.approx(2)
    assert pinball(Range(14, 14, 14), 14) == 0


def test_a_score_counts_and_averages() -> None:
    made = [(Range(10, 14, 20), 22.0), (Range(10, 14, 20), 8.0), (Range(14, 14, 14), 14.0)]
    found = score(made)
    assert found == Score(3, pytest.approx(100 / 3), pytest.approx((7 / 3 + 2) / 3))
    assert score([]) is None


def test_last_year_comes_again_month_by_month() -> None:
    """Thirteen month ends: 100, then 10 more in the third month. So 110 stays for two months and is 120 from the third on; a year
    and three months on, 130.
    """
    history = [100.0, 100, 100, *[110] * 10]
    for horizon, median in ((2, 110), (3, 120), (12, 120), (15, 130)):
        assert last_year_again(history, horizon) == Range(median, median, median)
    assert last_year_again(history[1:], 6) is None


def test_a_straight_line_goes_on() -> None:
    history = [100.0 + 2 * month for month in range(12)]
    found = straight_line(history, 6)
    assert found is not None
    assert found.median == pytest.approx(122 + 12)
    assert straight_line(history[1:], 6) is None


def test_a_naive_range_is_that_of_its_past_errors() -> None:
    """A year's growth of 12 that stops: the line's errors are all below 0, and its range with them lies below its point."""
    history = [100.0 + min(month, 24) for month in range(60)]
    found = straight_line(history, 6)
    assert found is not None
    assert found.p10 < found.median <= found.p90
    steady = last_year_again([100.0 + month for month in range(60)], 6)
    assert steady is not None
    assert (steady.p10, steady.median, steady.p90) == pytest.approx((165, 165, 165))
