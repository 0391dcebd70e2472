"""When criteria are met and units achieved, to the day, and over versions; the rules alone, without a database."""

from __future__ import annotations

import datetime as dt
from types import SimpleNamespace
from typing import Any

import pytest

from assessments.rules.evidence import Decided, Piece, Stretch
from assessments.rules.options import (
    Group,
    Requirements,
    check_chosen,
    check_given_up,
    check_is_chosen,
)
from assessments.rules.units import criteria_left, criteria_met, units_achieved
from assessments.rules.units_signing_off import lacking
from assessments.rules.versions import Version, carried_signoffs, spells, worked_out
from pqip.core.errors import RuleBroken

FIRST = dt.date(2026, 3, 2)


def on(days: int) -> dt.date:
    return FIRST + dt.timedelta(days=days)


def decided(
    days: int, met: list[int], not_met: list[int] | None = None, number: int = 1, **fields: Any
) -> Decided:
    return Decided(
        fields.pop("key", number),
        on(days),
        number,
        met,
        not_met or [],
        fields.pop("is_needed", False),
        **fields,
    )


def spans(rows: list[Stretch]) -> list[tuple[int, int, int | None]]:
    return [
        (
            each.key,
            (each.from_on - FIRST).days,
            None if each.to_on is None else (each.to_on - FIRST).days,
        )
        for each in rows
    ]


@pytest.mark.parametrize(("as_at", "met", "not_met"), [
    (None, [1], [2]), (4, [], []), (5, [1, 2], []), (6, [1, 2], []), (7, [1, 2], []), (8, [1], [2]), (9, [1], [2]),
])  # fmt: skip
def test_where_final_decisions_leave_each_criterion(
    as_at: int | None, met: list[int], not_met: list[int]
) -> None:
    decisions = [
        decided(5, [2, 1]),
        decided(8, [], [2], number=2),
        decided(3, [3], is_needed=True, number=3),
    ]
    assert criteria_left(decisions, None if as_at is None else on(as_at)) == (met, not_met)


@pytest.mark.parametrize(("first", "second", "is_met"), [
    ((5, 1, 1), (5, 2, 2), False), ((5, 2, 1), (5, 1, 2), True), ((5, 1, 1), (5, 1, 2), False), ((5, 1, 2), (5, 1, 1), True),
    ((6, 1, 1), (5, 9, 9), True), ((5, 1, 1), (5, 1, 1), False),
])  # fmt: skip
def test_the_later_decision_speaks(
    first: tuple[int, int, int], second: tuple[int, int, int], is_met: bool
) -> None:
    """By the day decided, the number, the key; of the same order whichever comes last."""
    yes = decided(first[0], [1], number=first[1], key=first[2])
    no = decided(second[0], [], [1], number=second[1], key=second[2])
    assert criteria_left([yes, no]) == (([1], []) if is_met else ([], [1]))


@pytest.mark.parametrize(("required", "found"), [
    (1, [(1, 3, 20)]), (2, [(1, 5, 12), (1, 15, 18)]), (3, []),
])  # fmt: skip
def test_met_while_enough_pieces_show_it(required: int, found: list[Any]) -> None:
    pieces = [
        Piece(1, FIRST, [decided(3, [1]), decided(20, [], [1], number=2)]),
        Piece(
            2,
            FIRST,
            [
                decided(5, [1]),
                decided(12, [], [1], number=2),
                decided(15, [1], number=3),
                decided(18, [], [1], number=4),
            ],
        ),
    ]
    assert spans(criteria_met(pieces, {1: required})) == found


def test_what_is_taken_back_on_the_day_it_is_shown_elsewhere_stays_met() -> None:
    pieces = [
        Piece(1, FIRST, [decided(3, [1]), decided(9, [], [1], number=2)]), Piece(2, FIRST, [decided(9, [1])]),
    ]  # fmt: skip
    assert spans(criteria_met(pieces, {1: 1})) == [(1, 3, None)]


def test_two_decisions_of_one_day_count_once() -> None:
    piece = Piece(
        1, FIRST, [decided(3, [1]), decided(3, [], [1], number=2), decided(9, [1], number=3)]
    )
    assert spans(criteria_met([piece], {1: 1})) == [(1, 9, None)]
    twice = Piece(1, FIRST, [decided(3, [1]), decided(9, [1], number=2)])
    assert spans(criteria_met([twice], {1: 1})) == [(1, 3, None)]
    assert spans(criteria_met([twice], {1: 2})) == []


def test_what_becomes_final_first_counts_from_its_day() -> None:
    """Decided on day 5 and agreed on day 9; decided again on day 8, which is final at once."""
    agreed = decided(5, [1], is_needed=True, outcome="agreed", outcome_on=on(9))
    piece = Piece(1, FIRST, [agreed, decided(8, [1], number=2)])
    assert spans(criteria_met([piece], {1: 1})) == [(1, 8, None)]


def test_criteria_come_in_order() -> None:
    assert spans(criteria_met([Piece(1, FIRST, [decided(3, [2, 1])])], {1: 1, 2: 1})) == [
        (1, 3, None),
        (2, 3, None),
    ]


@pytest.mark.parametrize(("signed", "found"), [
    (4, [(7, 5, 9)]), (5, [(7, 5, 9)]), (6, [(7, 6, 9)]), (8, [(7, 8, 9)]), (9, []), (10, []),
])  # fmt: skip
def test_a_unit_from_the_later_of_sign_off_and_criteria(signed: int, found: list[Any]) -> None:
    met = [Stretch(1, on(5), on(9)), Stretch(2, on(0), None)]
    assert spans(units_achieved(met, {7: [1, 2]}, {7: on(signed)})) == found


@pytest.mark.parametrize(("begins", "found"), [(8, [(7, 8, 9)]), (9, []), (10, [])])
def test_criteria_that_never_held_together(begins: int, found: list[Any]) -> None:
    met = [Stretch(1, on(5), on(9)), Stretch(2, on(begins), on(20))]
    assert spans(units_achieved(met, {7: [1, 2]}, {7: on(0)})) == found


# Versions.

OLD = Version({1: 1, 2: 1, 3: 1}, {10: [1, 2], 20: [3]})
NEW = Version({11: 1, 12: 1}, {110: [11], 120: [12]}, {11: [1], 12: [2, 3]})


def piece(key: int, days: int, *met: int) -> Piece:
    return Piece(key, on(days), [decided(days, list(met), key=key)])


def test_versions_one_after_another() -> None:
    assert [(each.from_on, each.to_on) for each in spells(OLD, [])] == [(None, None)]
    found = spells(OLD, [(on(10), NEW), (on(20), OLD)])
    assert [(each.from_on, each.to_on) for each in found] == [
        (None, on(10)),
        (on(10), on(20)),
        (on(20), None),
    ]
    assert OLD.unit_of() == {1: 10, 2: 10, 3: 20}


@pytest.mark.parametrize(
    ("days", "carried"), [(9, [(12, 10, None)]), (10, [(12, 10, None)]), (11, [])]
)
def test_of_several_all_are_met_on_the_day_of_the_move(days: int, carried: list[Any]) -> None:
    pieces = [piece(1, 5, 2), piece(2, days, 3)]
    met, _achieved = worked_out(pieces, spells(OLD, [(on(10), NEW)]), {})
    assert [each for each in spans(met) if each[0] > 10] == carried


@pytest.mark.parametrize(("lost", "carried"), [(9, []), (10, []), (11, [(12, 10, None)])])
def test_what_was_lost_by_the_day_of_the_move_is_not_carried(lost: int, carried: list[Any]) -> None:
    """Once it is carried, each piece that showed a part of it shows it: one of two taken back leaves it met."""
    took_back = Piece(2, on(5), [decided(5, [3], key=2), decided(lost, [], [3], number=2, key=3)])
    met, _achieved = worked_out([piece(1, 5, 2), took_back], spells(OLD, [(on(10), NEW)]), {})
    assert [each for each in spans(met) if each[0] > 10] == carried


def test_several_are_carried_whatever_else_is_met() -> None:
    met, _achieved = worked_out([piece(1, 5, 1, 2, 3)], spells(OLD, [(on(10), NEW)]), {})
    assert spans(met)[-2:] == [(11, 10, None), (12, 10, None)]


def test_one_for_one_is_carried_though_it_was_not_met_yet() -> None:
    """One piece of the two that the old version asks for is the one that the new version asks for."""
    twice = Version({1: 2}, {10: [1]})
    met, _achieved = worked_out([piece(1, 5, 1)], spells(twice, [(on(10), NEW)]), {})
    assert spans(met) == [(11, 10, None)]


def test_one_for_one_is_shown_by_whatever_showed_that() -> None:
    pieces = [piece(1, 5, 1), piece(2, 15, 12)]
    met, _achieved = worked_out(pieces, spells(OLD, [(on(10), NEW)]), {})
    assert spans(met) == [(1, 5, 10), (11, 10, None), (12, 15, None)]


def test_what_was_met_and_lost_before_the_move_is_of_the_old_version_alone() -> None:
    gone = Piece(1, on(2), [decided(2, [1]), decided(10, [], [1], number=2)])
    met, _achieved = worked_out([gone], spells(OLD, [(on(10), NEW)]), {})
    assert spans(met) == [(1, 2, 10)]
    later = Piece(1, on(2), [decided(2, [1]), decided(4, [], [1], number=2)])
    met, _achieved = worked_out([later], spells(OLD, [(on(10), NEW)]), {})
    assert spans(met) == [(1, 2, 4)]


@pytest.mark.parametrize(("signed", "found"), [
    ({10: 4}, {110: 4}), ({10: 4, 20: 7}, {110: 4, 120: 7}), ({10: 8, 20: 7}, {110: 8, 120: 8}), ({20: 7}, {}), ({}, {}),
    ({10: 4, 110: 3}, {110: 3}), ({10: 4, 110: 4}, {110: 4}), ({10: 4, 110: 9}, {110: 4}),
])  # fmt: skip
def test_units_carried_as_signed_off(signed: dict[int, int], found: dict[int, int]) -> None:
    given = {unit: on(days) for unit, days in signed.items()}
    assert carried_signoffs(NEW, OLD, given) == {unit: on(days) for unit, days in found.items()}


@pytest.mark.parametrize("version", [
    Version({11: 1}, {110: []}, {}), Version({11: 1, 12: 1}, {110: [11, 12]}, {11: [1]}),
    Version({11: 1}, {110: [11]}, {11: []}), Version({11: 1}, {110: [11]}, {11: [99]}),
])  # fmt: skip
def test_a_unit_of_which_something_is_new_is_not_carried(version: Version) -> None:
    assert carried_signoffs(version, OLD, {10: on(1), 20: on(1)}) == {}


def test_a_unit_that_is_carried_after_one_that_is_not() -> None:
    version = Version({11: 1, 12: 1, 13: 1}, {100: [13], 110: [11]}, {11: [1]})
    assert carried_signoffs(version, OLD, {10: on(1)}) == {110: on(1)}


def test_a_unit_signed_off_before_the_move_is_achieved_in_both() -> None:
    pieces = [piece(1, 2, 1, 2)]
    _met, achieved = worked_out(pieces, spells(OLD, [(on(10), NEW)]), {10: on(4)})
    assert spans(achieved) == [(10, 4, 10), (110, 10, None)]


# Options and signing off.

GROUPS = [Group("Options", 2, {13: 3, 14: 4, 15: 5}), Group("More", 1, {16: 6})]


@pytest.mark.parametrize(("chosen", "is_sound"), [
    ([], True), ([13, 14], True), ([13, 14, 16], True), ([13, 14, 15], False), ([11], False), ([13, 11], False), ([16, 16], True),
    ([13, 14, 15, 16], False), ([15, 16], True),
])  # fmt: skip
def test_units_that_may_be_chosen(chosen: list[int], is_sound: bool) -> None:
    if is_sound:
        check_chosen(GROUPS, chosen)
        return
    with pytest.raises(RuleBroken) as refused:
        check_chosen(GROUPS, chosen)
    assert refused.value.field == "units"


def test_every_optional_unit_may_be_chosen_where_all_are_asked_for() -> None:
    check_chosen([Group("Both", 2, {13: 3, 14: 4})], [13, 14])


def test_what_is_optional_is_chosen_first() -> None:
    check_is_chosen(3, is_chosen=True)
    with pytest.raises(RuleBroken, match="Unit 3 is optional"):
        check_is_chosen(3, is_chosen=False)
    check_given_up([])
    with pytest.raises(RuleBroken, match="names unit 3"):
        check_given_up([4, 3])


def test_units_held_of_a_group_count_up_to_what_it_asks() -> None:
    assert [GROUPS[0].held(units) for units in ([], [13], [13, 14], [13, 14, 15], [11])] == [
        0,
        1,
        2,
        2,
        0,
    ]
    assert Requirements({11: 2, 12: 1}).lacking([]) == ["1", "2"]  # by number, whatever the key
    asked = Requirements({12: 2, 11: 1}, GROUPS)
    assert (asked.total, Requirements({11: 1}).total) == (5, 1)
    assert asked.lacking([13]) == ["1", "2", "1 more of Options", "1 more of More"]


def test_what_a_unit_lacks_in_words() -> None:
    rule = SimpleNamespace(least_pieces=2, least_methods=2, methods_needed=["b", "a"])
    names = {"a": "Account", "b": "Book"}
    assert lacking(rule, ["a"], names) == [
        "2 pieces of evidence are needed, and 1 show it", "2 different methods are needed, and there are 1",
        "book must be among them",
    ]  # fmt: skip
    assert lacking(rule, ["a", "b", "c"], names) == []
    assert lacking(rule, ["a", "b"], names) == lacking(rule, ["a", "b", "a"], names) == []
