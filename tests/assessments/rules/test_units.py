"""What a unit lacks before it is signed off: the rules alone, without a database."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from assessments.rules.units_signing_off import lacking

NAMES = {"observation": "Observation", "questioning": "Questioning"}


@pytest.mark.parametrize(("rule", "methods", "said"), [
    ((1, 1, []), ["questioning"], 0), ((2, 1, []), ["questioning"], 1), ((2, 1, []), ["questioning"] * 2, 0),
    ((2, 2, []), ["questioning"] * 2, 1), ((2, 2, []), ["questioning", "observation"], 0),
    ((1, 1, ["observation"]), ["questioning"], 1), ((3, 2, ["observation"]), ["questioning"], 3),
])  # fmt: skip
def test_what_a_unit_lacks(rule: tuple[int, int, list[str]], methods: list[str], said: int) -> None:
    pieces, kinds, needed = rule
    asked = SimpleNamespace(least_pieces=pieces, least_methods=kinds, methods_needed=needed)
    assert len(lacking(asked, methods, NAMES)) == said
