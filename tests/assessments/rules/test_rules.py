"""When criteria are met, units achieved, and what waits for the service: the rules alone, without a database."""

from __future__ import annotations

import datetime as dt

import pytest

from assessments.rules.countersigning import check_outcome
from assessments.rules.decisions import check_decision
from assessments.rules.evidence import Decided, Piece, Stretch
from assessments.rules.units import criteria_met, units_achieved
from assessments.rules.waiting import due_by, overdue_before, waits
from pqip.core.errors import RuleBroken

ONE, TWO = 1, 2


def day(number: int) -> dt.date:
    return dt.date(2026, 3, 1) + dt.timedelta(days=number)


def decided(
    on: int,
    met: list[int] = (ONE,),
    not_met: list[int] = (),
    *,
    needed: bool = False,
    outcome: str | None = None,
    given: int | None = None,
    number: int = 1,
    key: int = 0,
) -> Decided:
    return Decided(
        key or on,
        day(on),
        number,
        list(met),
        list(not_met),
        needed,
        outcome,
        None if given is None else day(given),
    )


def piece(*decisions: Decided, key: int = 1, submitted: int = 0) -> Piece:
    return Piece(key, day(submitted), list(decisions))


def spans(stretches: list[Stretch]) -> list[tuple[int, int, int | None]]:
    first = day(0)
    return [
        (s.key, (s.from_on - first).days, (s.to_on - first).days if s.to_on else None)
        for s in stretches
    ]


def test_met_from_the_day_decided_where_no_countersignature_is_needed() -> None:
    assert spans(criteria_met([piece(decided(5))], {ONE: 1})) == [(ONE, 5, None)]


def test_met_from_the_day_agreed_where_one_is_needed() -> None:
    assert spans(
        criteria_met([piece(decided(5, needed=True, outcome="agreed", given=9))], {ONE: 1})
    ) == [(ONE, 9, None)]


@pytest.mark.parametrize("outcome", [None, "returned"])
def test_not_met_while_it_waits_or_is_returned(outcome: str | None) -> None:
    assert (
        criteria_met(
            [piece(decided(5, needed=True, outcome=outcome, given=9 if outcome else None))],
            {ONE: 1},
        )
        == []
    )


def test_a_countersignature_on_one_that_needs_none_changes_nothing() -> None:
    assert spans(criteria_met([piece(decided(5, outcome="returned", given=9))], {ONE: 1})) == [
        (ONE, 5, None)
    ]


def test_required_twice_takes_two_distinct_pieces() -> None:
    both = [piece(decided(5), key=1), piece(decided(8), key=2)]
    assert spans(criteria_met(both, {ONE: 2})) == [(ONE, 8, None)]
    assert criteria_met([piece(decided(5), decided(8, number=2), key=1)], {ONE: 2}) == []


def test_a_later_decision_takes_it_back_and_another_gives_it_again() -> None:
    history = piece(decided(5), decided(8, [], [ONE], number=2), decided(12, number=3))
    assert spans(criteria_met([history], {ONE: 1})) == [(ONE, 5, 8), (ONE, 12, None)]


def test_a_criterion_named_in_neither_list_stays_as_it_was() -> None:
    assert spans(
        criteria_met([piece(decided(5, [ONE]), decided(8, [TWO], number=2))], {ONE: 1, TWO: 1})
    ) == [(ONE, 5, None), (TWO, 8, None)]


def test_decisions_speak_in_the_order_they_were_made_not_agreed() -> None:
    """The first, agreed on the 9th, is older than the second, final on the 8th: the second stands."""
    history = piece(
        decided(5, needed=True, outcome="agreed", given=9), decided(8, [], [ONE], number=2)
    )
    assert criteria_met([history], {ONE: 1}) == []


def test_a_unit_is_achieved_on_the_later_of_met_and_signed_off() -> None:
    met = [Stretch(ONE, day(5), None), Stretch(TWO, day(9), None)]
    assert spans(units_achieved(met, {7: [ONE, TWO]}, {7: day(6)})) == [(7, 9, None)]
    assert spans(units_achieved(met, {7: [ONE, TWO]}, {7: day(20)})) == [(7, 20, None)]


def test_a_unit_is_lost_and_regained_with_a_criterion() -> None:
    met = [Stretch(ONE, day(5), day(8)), Stretch(ONE, day(12), None), Stretch(TWO, day(0), None)]
    assert spans(units_achieved(met, {7: [ONE, TWO]}, {7: day(6)})) == [(7, 6, 8), (7, 12, None)]


def test_not_achieved_unsigned_or_with_a_criterion_missing() -> None:
    assert units_achieved([Stretch(ONE, day(5), None)], {7: [ONE]}, {}) == []
    assert units_achieved([Stretch(ONE, day(5), None)], {7: [ONE, TWO]}, {7: day(9)}) == []


def waited(of: Piece) -> list[tuple[str, int, int | None]]:
    first = day(0)
    return [
        (w.kind, (w.from_on - first).days, (w.to_on - first).days if w.to_on else None)
        for w in waits(of)
    ]


def test_evidence_waits_from_submission_until_it_is_decided() -> None:
    assert waited(piece()) == [("decision", 0, None)]
    assert waited(piece(decided(5))) == [("decision", 0, 5)]
    assert waited(piece(decided(0))) == []


def test_a_decision_waits_for_its_countersignature() -> None:
    assert waited(piece(decided(5, needed=True))) == [
        ("decision", 0, 5),
        ("countersignature", 5, None),
    ]
    assert waited(piece(decided(5, needed=True, outcome="agreed", given=9))) == [
        ("decision", 0, 5),
        ("countersignature", 5, 9),
    ]


def test_returned_evidence_waits_for_a_decision_again_from_that_day() -> None:
    returned = decided(5, needed=True, outcome="returned", given=9)
    assert waited(piece(returned)) == [
        ("decision", 0, 5),
        ("countersignature", 5, 9),
        ("decision", 9, None),
    ]
    assert waited(piece(returned, decided(14, number=2)))[-1] == ("decision", 9, 14)


def test_a_return_of_a_decision_already_followed_makes_nothing_wait() -> None:
    returned = decided(5, needed=True, outcome="returned", given=9)
    assert waited(piece(returned, decided(7, number=2))) == [
        ("decision", 0, 5),
        ("countersignature", 5, 9),
    ]


def test_overdue_after_more_than_ten_working_days() -> None:
    """Submitted Monday 2 March 2026: the tenth working day is Monday 16 March, the eleventh, overdue, Tuesday 17 March."""
    submitted = dt.date(2026, 3, 2)
    assert not submitted < overdue_before(dt.date(2026, 3, 16), set())
    assert submitted < overdue_before(dt.date(2026, 3, 17), set())


def test_bank_holidays_do_not_count() -> None:
    """Good Friday and Easter Monday 2026 (3 and 6 April): ten days from Friday 27 March end on Tuesday 14 April."""
    holidays = {dt.date(2026, 4, 3), dt.date(2026, 4, 6)}
    submitted = dt.date(2026, 3, 27)
    assert not submitted < overdue_before(dt.date(2026, 4, 14), holidays)
    assert submitted < overdue_before(dt.date(2026, 4, 15), holidays)
    assert due_by(submitted, holidays) == dt.date(2026, 4, 14)


def check(**changes: object) -> None:
    usual = {
        "met": [ONE],
        "not_met": [TWO],
        "offered": [ONE, TWO],
        "decided_on": day(5),
        "submitted_on": day(5),
        "today": day(5),
    }
    check_decision(**{**usual, **changes})


def test_a_decision_on_the_day_of_submission_and_today_is_sound() -> None:
    check()


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"not_met": [ONE]}, "never both"),
        ({"met": [], "not_met": []}, "at least one"),
        ({"met": [9]}, "own version"),
        ({"decided_on": day(6)}, "today or in the past"),
        ({"submitted_on": day(6)}, "before it was submitted"),
    ],
)
def test_a_decision_that_cannot_be_is_refused(changes: dict[str, object], words: str) -> None:
    with pytest.raises(RuleBroken, match=words):
        check(**changes)


def test_a_return_needs_reasons() -> None:
    check_outcome("agreed", "")
    with pytest.raises(RuleBroken):
        check_outcome("returned", " ")
