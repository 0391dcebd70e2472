"""What is still to be sampled, and what is proposed for it; the rules alone, without a database."""

from __future__ import annotations

import datetime as dt
from types import SimpleNamespace
from typing import Any

import pytest

from assessments.rules.sampling import Gap, Level, Work, gap, level_of, propose

from .test_sampling import POLICY, STANDARD, TRAINEE, work

EVERYTHING_OFF = SimpleNamespace(
    **vars(POLICY) | {"every_unit": False, "every_method": False, "first_of_unit": False}
)


@pytest.mark.parametrize(("people", "share", "wanted"), [
    (0, 20, 0), (1, 20, 1), (5, 20, 1), (6, 20, 2), (10, 20, 2), (11, 20, 3), (4, 100, 4), (4, 150, 4), (3, 0, 1), 
    (67, 3, 3), (66, 3, 2),
])  # fmt: skip
def test_a_share_of_the_candidates_rounded_up_and_at_least_one(
    people: int, share: int, wanted: int
) -> None:
    day = dt.date(2026, 1, 5)
    works = [work(1, candidate=key, decided_on=day) for key in range(1, people + 1)]
    assert gap(EVERYTHING_OFF, Level("standard", share, []), works).candidates == wanted


def test_more_than_the_share_is_no_gap() -> None:
    works = [work(key, candidate=key, is_sampled=True) for key in range(1, 4)]
    assert gap(POLICY, STANDARD, works) == Gap()
    assert not gap(POLICY, STANDARD, works).is_open


@pytest.mark.parametrize("name", ["candidates", "units", "methods", "stages", "firsts"])
def test_a_gap_is_open_where_anything_is_missing(name: str) -> None:
    value: Any = 1 if name in {"candidates", "firsts"} else ["x"]
    assert Gap(**{name: value}).is_open


def test_what_the_policy_does_not_ask_is_not_missing() -> None:
    works = [work(1, is_first=True), work(2, unit=2, method="other", stage="summative")]
    assert gap(EVERYTHING_OFF, TRAINEE, works) == Gap(1, [], [], ["interim", "summative"], 0)
    assert gap(POLICY, TRAINEE, works) == Gap(
        1, [("TQ", 1), ("TQ", 2)], ["observation", "other"], ["interim", "summative"], 1
    )


def test_what_is_planned_counts_where_asked() -> None:
    works = [work(1, is_planned=True, is_first=True), work(2, unit=2)]
    assert gap(POLICY, TRAINEE, works).units == [("TQ", 1), ("TQ", 2)]
    assert gap(POLICY, TRAINEE, works, with_planned=True) == Gap(0, [("TQ", 2)], [], [], 0)


def proposed(
    works: list[Work], level: Level = STANDARD, policy: Any = POLICY, assurer: int = 9
) -> list[int]:
    return [one.decision for one in propose(policy, level, works, assurer)]


def test_the_oldest_of_equals_is_proposed() -> None:
    same_day = dt.date(2026, 1, 5)
    assert proposed([work(3), work(2), work(4)]) == [2]
    assert proposed([work(4, decided_on=same_day), work(3, decided_on=same_day)]) == [3]


def test_whatever_fills_most_comes_first() -> None:
    works = [
        work(1), work(2, 2, units=frozenset({("TQ", 1), ("TQ", 2)}), method="questioning", stage="summative"),
    ]  # fmt: skip
    assert proposed(works) == [2, 1]
    assert proposed([work(1), work(2, unit=2)]) == [1, 2]
    assert proposed([work(1), work(2, method="questioning")]) == [1, 2]
    assert proposed([work(1), work(2, stage="summative")]) == [1, 2]


def test_one_that_fills_less_takes_no_others_place() -> None:
    assert proposed([work(1), work(2, units=frozenset())]) == [1]


def test_another_candidate_is_proposed_while_candidates_are_missing() -> None:
    half = Level("raised", 50, [])
    assert proposed(
        [work(1), work(2), work(3, candidate=2), work(4, candidate=3), work(5, candidate=4)], half
    ) == [1, 3]
    assert proposed([work(1, is_sampled=True), work(2), work(3, candidate=2)], half) == []


def test_nothing_is_proposed_that_the_assurer_had_a_part_in_or_that_is_done() -> None:
    assert proposed([work(1), work(2)], assurer=100) == []
    assert proposed([work(1, is_sampled=True), work(2)]) == []
    assert proposed([work(1, is_planned=True), work(2)]) == []


def test_a_trainees_firsts_come_before_whatever_else_is_missing() -> None:
    works = [work(1), work(2, is_first=True), work(3, unit=2, is_first=True)]
    assert proposed(works, TRAINEE) == [2, 3]
    assert proposed(works) == [1, 3]
    assert proposed(works, TRAINEE, EVERYTHING_OFF) == [1]


def test_a_trainees_first_that_is_sampled_or_planned_is_not_proposed_again() -> None:
    assert (
        proposed(
            [work(1, is_first=True, is_sampled=True), work(2, is_first=True, is_planned=True)],
            TRAINEE,
        )
        == []
    )


def test_a_decision_is_neither_sampled_nor_planned_nor_first_unless_it_says_so() -> None:
    bare = Work(1, 1, frozenset(), "x", dt.date(2026, 1, 1), "interim", frozenset())
    assert (bare.is_sampled, bare.is_planned, bare.is_first) == (False, False, False)
    assert Gap() == Gap(0, [], [], [], 0)


@pytest.mark.parametrize(("returned", "outcomes", "is_raised"), [
    (1, 10, False), (0, 10, False), (21, 104, True),
    (20, 100, False), (2, 9, False), (2, 10, False), (3, 10, True), (3, 15, False), (4, 15, True), (3, 11, True), (10, 9, False),
])  # fmt: skip
def test_often_returned_is_above_the_share_of_enough_outcomes(
    returned: int, outcomes: int, is_raised: bool
) -> None:
    on = dt.date(2026, 6, 1)
    found = level_of(
        POLICY, achieved_on=dt.date(2020, 1, 1), lapsed_on=None, returned=returned, outcomes=outcomes, least=10, on=on,
        new_until=None,
    )  # fmt: skip
    assert (found.name == "raised") == is_raised
    assert found.share == (50 if is_raised else 20)


@pytest.mark.parametrize(("name", "days", "is_raised"), [
    ("lapsed_on", -9, True), ("lapsed_on", -1, True), ("lapsed_on", 0, True), ("lapsed_on", 1, False),
    ("new_until", -1, False), ("new_until", 0, True), ("new_until", 1, True), ("new_until", 9, True),
])  # fmt: skip
def test_sampled_more_closely_from_the_lapse_on_and_while_new(
    name: str, days: int, is_raised: bool
) -> None:
    on = dt.date(2026, 6, 1)
    stated: dict[str, Any] = {"lapsed_on": None, "new_until": None} | {
        name: on + dt.timedelta(days=days)
    }
    found = level_of(
        POLICY, achieved_on=dt.date(2020, 1, 1), returned=0, outcomes=0, least=10, on=on, **stated
    )
    assert (found.name == "raised") == is_raised


@pytest.mark.parametrize(("days", "name"), [(-1, "standard"), (0, "standard"), (1, "trainee")])
def test_a_trainee_until_the_award(days: int, name: str) -> None:
    on = dt.date(2026, 6, 1)
    found = level_of(
        POLICY, achieved_on=on + dt.timedelta(days=days), lapsed_on=None, returned=0, outcomes=0, least=10, on=on, new_until=None
    )  # fmt: skip
    assert found.name == name
