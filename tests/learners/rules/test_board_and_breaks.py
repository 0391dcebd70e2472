"""By when a decision of the board may be appealed: the rules alone, without a database."""

from __future__ import annotations

import datetime as dt

import pytest

from learners.rules.board import check_appeal
from pqip.core.errors import RuleBroken

DAY = dt.timedelta(days=1)


@pytest.mark.parametrize(("days", "allowed"), [(-1, False), (0, True), (28, True), (29, False)])
def test_an_appeal_within_so_many_days(days: int, allowed: bool) -> None:
    decided = dt.date(2025, 5, 6)
    if allowed:
        return check_appeal(decided + days * DAY, decided, 28)
    with pytest.raises(RuleBroken):
        check_appeal(decided + days * DAY, decided, 28)
