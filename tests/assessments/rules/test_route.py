"""A trainee assessor's route: by when the award is due, and what the portfolio holds: the rules alone, without a database."""

from __future__ import annotations

import datetime as dt

import pytest

from assessments.rules.assessors_route import PartContent, PortfolioPiece, Way, portfolio

PARTS = ("planning", "gathering", "assessment", "feedback", "reflection", "cpd")


@pytest.mark.parametrize(
    ("on", "left"),
    [(dt.date(2025, 8, 31), 181), (dt.date(2026, 2, 28), 0), (dt.date(2026, 3, 1), -1)],
)
def test_the_award_is_due_twelve_months_after_registering(on: dt.date, left: int) -> None:
    # Registered on 28 February 2025: due on 28 February 2026 (rule C3 53). From 31 August: 30 + 31 + 30 + 31 + 31 + 28 = 181.
    way = Way(registered_on=dt.date(2025, 2, 28))
    assert way.due_on == dt.date(2026, 2, 28)
    assert way.days_left(on) == left


def test_a_portfolio_holds_its_parts() -> None:
    pieces = [
        PortfolioPiece("planning", "work_product", True),
        PortfolioPiece("planning", "observation", False),
        PortfolioPiece("", "reflective_account", True),
        PortfolioPiece("", "observation", True),
    ]
    assert portfolio(PARTS, pieces, entries=3) == [
        PartContent("planning", 2, 1),
        PartContent("gathering"),
        PartContent("assessment"),
        PartContent("feedback"),
        PartContent("reflection", 1, 1),
        PartContent("cpd", entries=3),
    ]
    assert [one.part for one in portfolio(PARTS, pieces, 0) if not one.is_there] == [
        "gathering",
        "assessment",
        "feedback",
        "cpd",
    ]
