"""What a version with optional units asks for, and what is lacking: the rules alone, without a database."""

from __future__ import annotations

from assessments.rules.options import Group, Requirements


def test_what_is_asked_and_what_is_lacking() -> None:
    asked = Requirements({11: 1, 12: 2}, [Group("Options", 2, {13: 3, 14: 4, 15: 5})])
    assert asked.total == 4
    assert asked.lacking([]) == ["1", "2", "2 more of Options"]
    assert asked.lacking([11, 13]) == ["2", "1 more of Options"]
    assert asked.lacking([11, 12, 13, 14]) == asked.lacking([11, 12, 13, 14, 15]) == []
