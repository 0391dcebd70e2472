"""The professional register: what follows what: the rules alone, without a database."""

from __future__ import annotations

import datetime as dt

import pytest

from pqip.core.errors import RuleBroken
from workforce.rules.register import Change, check_changes, entry_state

ENTERED = dt.date(2023, 4, 3)
DAY = dt.timedelta(days=1)
LAPSED, RESTORED = dt.date(2024, 10, 1), dt.date(2025, 2, 1)


def test_the_rules_alone() -> None:
    changes = [
        Change("lapsed", LAPSED),
        Change("cpd_declared", RESTORED),
        Change("removed", RESTORED),
    ]
    check_changes(ENTERED, changes, RESTORED)
    stands = entry_state(ENTERED, changes, RESTORED)
    assert (stands.status, stands.since, stands.declared_on) == ("removed", RESTORED, RESTORED)
    assert entry_state(ENTERED, changes, RESTORED - DAY).declared_on is None
    with pytest.raises(RuleBroken, match="a day to come"):
        check_changes(ENTERED, changes, RESTORED - DAY)
