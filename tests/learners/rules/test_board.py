"""The board: what follows what on which day, outcomes and appeals; the rules alone, without a database."""

from __future__ import annotations

import datetime as dt
from types import SimpleNamespace
from typing import Any

import pytest

from learners.rules.board import (
    APPEAL_DAYS,
    DECIDED,
    REFERRED,
    at_fault,
    check_appeal,
    check_outcome,
    last_day_to_appeal,
    walk,
)
from pqip.core.errors import RuleBroken

DAY, MONDAY = dt.timedelta(days=1), dt.date(2025, 5, 5)


def events(words: str) -> list[Any]:
    """R3 is a referral on day 3, D5 a decision on day 5, X1 something else on day 1."""
    kinds = {"R": REFERRED, "D": DECIDED, "X": "deferred"}
    return [
        SimpleNamespace(kind=kinds[word[0]], effective_on=MONDAY + int(word[1:]) * DAY)
        for word in words.split()
    ]


@pytest.mark.parametrize(("words", "wrong"), [
    ("", ""), ("X1 X2", ""), ("R0", ""), ("R0 D0", ""), ("D0 R0", ""), ("R0 D1", ""), ("R1 D0", "D0"), ("D0", "D0"),
    ("R0 R1", "R1"), ("R0 R0", "R0"), ("R0 D1 D2", "D2"), ("R0 D1 R2 D3", ""), ("R0 D2 R1", "R1"), ("R0 D1 R1", "R1"),
    ("R0 D1 R2", ""), ("R0 X1 D2", ""), ("R0 D0 R0", "R0"), ("R0 D1 R1 D1", "D1 R1"), ("R0 R1 D2 D3", "D3 R1"),
    ("D0 R1 D2", "D0"), ("R5 D9 R10 D10", ""),
])  # fmt: skip
def test_referrals_and_decisions_follow_each_other(words: str, wrong: str) -> None:
    assert at_fault(events(words)) == {(each.kind, each.effective_on) for each in events(wrong)}


@pytest.mark.parametrize(("words", "said"), [
    ("D0", "no referral to the board on or before"), ("R0 R1", "waits already"), ("R0 D1 R1", "The board decided on that date"),
])  # fmt: skip
def test_what_is_wrong_in_words(words: str, said: str) -> None:
    ((_event, broken),) = walk(events(words))
    assert said in broken.message
    assert broken.field == "effective_on"


def test_an_outcome_is_one_of_those_known() -> None:
    check_outcome("repeat", ["repeat", "leave"])
    with pytest.raises(RuleBroken) as refused:
        check_outcome("other", ["repeat", "leave"])
    assert refused.value.field == "board_outcome"


@pytest.mark.parametrize(("days", "words"), [
    (-1, "before the decision"), (0, ""), (1, ""), (27, ""), (28, ""), (29, "within 28 days"),
])  # fmt: skip
def test_an_appeal_from_the_day_decided_for_so_many_days(days: int, words: str) -> None:
    assert last_day_to_appeal(MONDAY, APPEAL_DAYS) == MONDAY + 28 * DAY
    if not words:
        check_appeal(MONDAY + days * DAY, MONDAY, 28)
        return
    with pytest.raises(RuleBroken, match=words) as refused:
        check_appeal(MONDAY + days * DAY, MONDAY, 28)
    assert refused.value.field == "on"
