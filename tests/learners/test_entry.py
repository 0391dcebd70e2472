"""Entry rules at their boundaries (FACTS C1 2 to 8)."""

from __future__ import annotations

import datetime as dt
from types import SimpleNamespace

import pytest

from learners.rules.entry import check_due, check_open, due_pathway
from pqip.core.errors import RuleBroken


@pytest.mark.parametrize(
    ("route", "level5", "modules", "expected"),
    [
        ("external", True, ["CJS", "UCCB", "PPP"], "PQIP15"),
        ("external", True, ["CJS", "UCCB", "PPP", "REHAB"], "PQIP15"),
        ("external", True, ["CJS", "UCCB"], "PQIP21"),
        ("external", True, ["CJS", "CJS", "UCCB"], "PQIP21"),
        ("external", True, ["CJS", "UCCB", "OTHER"], "PQIP21"),
        ("external", False, ["CJS", "UCCB", "PPP"], "PQIP27"),
        ("pso_progression", True, [], "PQIP15"),
        ("pso_progression", False, [], "PQIP27"),
        ("internal_moj", True, [], "PQIP21"),
    ],
)
def test_the_pathway_that_entry_facts_lead_to(route: str, level5: bool, modules: list[str], expected: str) -> None:
    assert due_pathway(entry_route=route, level5_held=level5, modules_held=modules) == expected


class Pathway(SimpleNamespace):
    def __str__(self) -> str:
        return "13 months"


PILOT = Pathway(code="PQIP13", opens_on=dt.date(2021, 1, 1), closes_on=dt.date(2022, 2, 28))


@pytest.mark.parametrize("day", [dt.date(2021, 1, 1), dt.date(2022, 2, 28)])
def test_a_pathway_is_open_on_its_first_and_last_day(day: dt.date) -> None:
    check_open(PILOT, day)


@pytest.mark.parametrize("day", [dt.date(2020, 12, 31), dt.date(2022, 3, 1)])
def test_and_closed_the_day_before_and_after(day: dt.date) -> None:
    with pytest.raises(RuleBroken, match="13 months takes starters 1 January 2021 to 28 February 2022 only"):
        check_open(PILOT, day)


def test_another_pathway_needs_a_reason() -> None:
    check_due(PILOT, "PQIP13", "")
    check_due(PILOT, "PQIP15", "Agreed by the pathways team")
    with pytest.raises(RuleBroken, match="lead to PQIP15"):
        check_due(PILOT, "PQIP15", " ")
