"""Sampling: levels at their boundaries, what is missing, what would fill it: the rules alone, without a database."""

from __future__ import annotations

import datetime as dt
from types import SimpleNamespace
from typing import Any

from assessments.rules.sampling import Gap, Level, Work, gap, level_of, propose

D = dt.date
POLICY = SimpleNamespace(
    standard_share=20,
    raised_share=50,
    trainee_share=100,
    new_months=6,
    often_percent=20,
    every_unit=True,
    every_method=True,
    first_of_unit=True,
)
ON = D(2026, 6, 1)


def level(**changes: Any) -> Level:
    usual = {
        "achieved_on": D(2020, 1, 1),
        "lapsed_on": None,
        "returned": 0,
        "outcomes": 0,
        "least": 10,
        "on": ON,
        "new_until": D(2020, 6, 30),
    }
    return level_of(POLICY, **{**usual, **changes})


def test_levels_at_their_boundaries() -> None:
    assert level() == ("standard", 20, ["Experienced, and rarely returned"])
    assert level(achieved_on=None)[:2] == ("trainee", 100)
    assert level(achieved_on=ON + dt.timedelta(days=1)).name == "trainee"
    assert level(achieved_on=ON, new_until=ON).name == "raised"
    assert level(new_until=ON - dt.timedelta(days=1)).name == "standard"
    assert level(lapsed_on=ON).reasons == ["The award has lapsed"]
    assert level(lapsed_on=ON + dt.timedelta(days=1)).name == "standard"
    assert level(returned=2, outcomes=10).name == "standard", "20% is not above 20%"
    assert level(returned=3, outcomes=10).reasons == [
        "3 of 10 decisions returned, disagreed with or not supported"
    ]
    assert level(returned=9, outcomes=9).name == "standard", "too few to count"


def work(key: int, candidate: int = 1, unit: int = 1, **changes: Any) -> Work:
    usual = {
        "decision": key,
        "candidate": candidate,
        "units": frozenset({("TQ", unit)}),
        "method": "observation",
        "decided_on": D(2026, 1, key),
        "stage": "interim",
        "people": frozenset({100}),
    }
    return Work(**{**usual, **changes})


STANDARD, TRAINEE = Level("standard", 20, []), Level("trainee", 100, [])


def test_what_is_missing_by_hand() -> None:
    """Six candidates: a fifth is 1.2, so two. Two units, two methods and both stages; one of them sampled."""
    works = [work(key, candidate=key) for key in range(1, 6)]
    works += [work(6, 6, 2, method="questioning", stage="summative"), work(7, 1, is_sampled=True)]
    assert gap(POLICY, STANDARD, works) == Gap(1, [("TQ", 2)], ["questioning"], ["summative"], 0)
    assert (
        gap(POLICY, STANDARD, [*works[:5], works[5]._replace(is_sampled=True), works[6]]) == Gap()
    )
    assert gap(POLICY, STANDARD, [work(1)]) == Gap(1, [("TQ", 1)], ["observation"], ["interim"], 0)


def test_a_trainees_first_decisions_are_sampled_in_any_case() -> None:
    works = [work(1, is_first=True), work(2, is_sampled=True)]
    assert gap(POLICY, TRAINEE, works).firsts == 1
    assert gap(POLICY, STANDARD, works).firsts == 0
    assert [one.decision for one in propose(POLICY, TRAINEE, works, 9)] == [1]
