"""What the rules of workforce are given and give back cannot be changed; without a database."""

from __future__ import annotations

from tests.frozen import open_to_change, values_of

RULES = "workforce.rules"


def test_values_stay_as_they_were_made() -> None:
    assert list(values_of(RULES))
    assert open_to_change(RULES) == set()
