"""What follows what before the board: the rules alone, without a database."""

from __future__ import annotations

import datetime as dt
from types import SimpleNamespace
from typing import Any

import pytest

from learners.rules.board import DECIDED, REFERRED
from learners.rules.events import check_history
from pqip.core.errors import RuleBroken

DAY, MONDAY = dt.timedelta(days=1), dt.date(2025, 5, 5)
KIND = {"R": REFERRED, "D": DECIDED}
NOTHING = "no referral to the board"


def day(number: int) -> dt.date:
    return MONDAY + number * DAY


def told(words: str) -> list[tuple[str, dt.date]]:
    return [(KIND[word[0]], day(int(word[1:]))) for word in words.split()]


def recorded(words: str) -> list[Any]:
    return [
        SimpleNamespace(kind=kind, effective_on=on, id=number)
        for number, (kind, on) in enumerate(told(words))
    ]


def test_what_was_wrong_before_is_excused_and_nothing_else() -> None:
    events = recorded("D0 R1 R2")
    with pytest.raises(RuleBroken, match=NOTHING):
        check_history(events)
    with pytest.raises(
        RuleBroken, match=r"recorded for 7 May 2025 \(referred to board\).*waits already"
    ):
        check_history(events, events[0], excused={(DECIDED, day(0))})
    check_history(events, excused={(DECIDED, day(0)), (REFERRED, day(2))})
