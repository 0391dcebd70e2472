"""Who may countersign a decision, when, and with what words (rule C3 52); the rules alone, without a database."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

import pytest

from assessments.rules.countersigning import check_countersigner, check_outcome
from pqip.core.errors import RuleBroken

ON, DAY = dt.date(2026, 3, 10), dt.timedelta(days=1)


@dataclass(frozen=True)
class Stated:
    """An authority from a day to another, for one qualification."""

    first: dt.date = ON - 9 * DAY
    last: dt.date = ON + 9 * DAY
    qualified: bool = True

    def is_qualified(self, on: dt.date) -> bool:
        return self.qualified

    def may_countersign(self, qualification: str, on: dt.date) -> bool:
        return qualification == "VQ5" and self.first <= on <= self.last


def refused(**changes: Any) -> tuple[str, str | None]:
    """Words and field of the refusal; empty where somebody may."""
    usual: dict[str, Any] = {
        "countersigner": 3, "assessor": 1, "candidate": 2, "qualification": "VQ5", "decided_on": ON, "on": ON, "today": ON,
    }  # fmt: skip
    authority = changes.pop("authority", Stated())
    try:
        check_countersigner(authority, **usual | changes)
    except RuleBroken as broken:
        return broken.message, broken.field
    return "", None


@pytest.mark.parametrize(("changes", "words", "field"), [
    ({}, "", None), ({"countersigner": 0}, "", None), ({"countersigner": 9}, "", None),
    ({"countersigner": 1}, "a decision of their own", "countersigner"),
    ({"countersigner": 2}, "on their own evidence", "countersigner"),
    ({"on": ON + DAY, "today": ON + DAY}, "", None), ({"on": ON + DAY, "today": ON + 2 * DAY}, "", None),
    ({"on": ON + 2 * DAY, "today": ON + DAY}, "today or in the past", "countersigned_on"),
    ({"on": ON - DAY}, "before the day it was made", "countersigned_on"),
    ({"authority": None}, "not a qualified assessor", "countersigner"),
    ({"authority": Stated(qualified=False)}, "not a qualified assessor", "countersigner"),
    ({"authority": Stated(first=ON + DAY)}, "no authority to countersign VQ5", "countersigner"),
    ({"qualification": "VQ3"}, "no authority to countersign VQ3", "countersigner"),
])  # fmt: skip
def test_who_may_countersign(changes: dict[str, Any], words: str, field: str | None) -> None:
    said, where = refused(**changes)
    assert (bool(said), where) == (bool(words), field)
    assert words in said


@pytest.mark.parametrize(("said", "field"), [
    (("agreed", ""), None), (("returned", "More of it"), None), (("returned", " "), "feedback"),
    (("disagreed", "", [1], [1, 2]), "feedback"), (("disagreed", "Why", [1], [1, 2]), None),
    (("disagreed", "Why", [1, 2], [1, 2]), None), (("disagreed", "Why", [], [1, 2]), "disagreed"),
    (("disagreed", "Why", [3], [1, 2]), "disagreed"), (("disagreed", "Why", [1, 3], [1, 2]), "disagreed"),
    (("agreed", "", [1], [1]), "disagreed"), (("returned", "More of it", [1], [1]), "disagreed"),
    (("agreed", "", [], [1]), None), (("zz", "", [], []), None), (("", "", [], []), None),
])  # fmt: skip
def test_an_outcome_gives_its_reasons(said: tuple[Any, ...], field: str | None) -> None:
    if field is None:
        check_outcome(*said)
        return
    with pytest.raises(RuleBroken) as broken:
        check_outcome(*said)
    assert broken.value.field == field
