"""The programme's rules about what is published, at their boundaries (rules C5 83 and 84)."""

from __future__ import annotations

from typing import Any

import pytest

from reports.figures.settings import THRESHOLD
from reports.suppression.declared import declared
from reports.suppression.marks import is_small


@pytest.mark.parametrize(("stated", "published"), [(59, False), (60, False), (61, True)])
def test_c5_83_a_characteristic_is_published_when_more_than_60_percent_declared(
    stated: int, published: bool
) -> None:
    rows = [{"breakdown": "ethnicity", "group": "white", "starters": stated},
            {"breakdown": "ethnicity", "group": "not_stated", "starters": 100 - stated},
            {"breakdown": "region", "group": "NE", "starters": 100}]  # fmt: skip
    kept = {row["breakdown"] for row in declared(rows, lambda row: row["starters"])}
    assert ("ethnicity" in kept) is published
    assert "region" in kept


@pytest.mark.parametrize(("count", "small"), [(0, False), (1, True), (4, True), (5, False)])
def test_c5_84_counts_below_the_threshold_are_withheld(count: int, small: bool) -> None:
    assert is_small(count, int(THRESHOLD.value)) is small


def test_c5_84_the_threshold_is_a_setting(settings: Any) -> None:
    settings.PQIP_SUPPRESSION_THRESHOLD = 3
    assert [is_small(count, int(THRESHOLD.value)) for count in (2, 3)] == [True, False]
