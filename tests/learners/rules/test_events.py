"""Whether an event fits its history, to the day: terms, grounds, an overtaken start; the rules alone, without a database."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest

from learners.rules.events import (
    NOT_AFTER_THE_END,
    check_expected_return,
    check_extension,
    check_history,
    check_hours,
    check_interviews,
    first_after_the_end,
    first_illegal,
    first_ungrounded,
    first_wrong,
    overtaken_start,
)
from learners.rules.events_moves import explain, follow, in_order
from pqip.core.errors import RuleBroken

DAY, START = dt.timedelta(days=1), dt.date(2025, 1, 15)


def on(days: int) -> dt.date:
    return START + days * DAY


def event(kind: str, days: int, number: int | None = 1) -> SimpleNamespace:
    return SimpleNamespace(kind=kind, effective_on=on(days), id=number)


STARTED = event("started", 0)


@pytest.mark.parametrize("end", ["withdrawn", "completed"])
@pytest.mark.parametrize("kind", sorted(NOT_AFTER_THE_END))
@pytest.mark.parametrize(("days", "is_late"), [(29, False), (30, False), (31, True)])
def test_terms_change_up_to_and_on_the_last_day(
    end: str, kind: str, days: int, is_late: bool
) -> None:
    change = event(kind, days, 9)
    history = [change, STARTED, event(end, 30)]
    assert first_after_the_end(history) == (change if is_late else None)


def test_of_an_ending_before_the_start_too() -> None:
    late = event("moved_region", 6)
    assert first_after_the_end([event("did_not_start", 5), late]) is late
    assert first_after_the_end([event("withdrawn", 5), late]) is late
    assert first_after_the_end([event("deferred", 5), late]) is None


def test_what_may_follow_an_ending_follows_it() -> None:
    history = [STARTED, event("completed", 30), event("qualified", 31), event("registered", 40)]
    assert first_wrong(history) is None
    check_history(history)


@pytest.mark.parametrize(("kind", "ground", "words"), [
    ("qualified", "completed", "not completed"), ("registered", "qualified", "not qualified"),
])  # fmt: skip
@pytest.mark.parametrize(("days", "is_bare"), [(29, True), (30, False), (31, False)])
def test_what_stands_on_something_comes_on_its_day_or_later(
    kind: str, ground: str, words: str, days: int, is_bare: bool
) -> None:
    one = event(kind, days)
    assert first_ungrounded([one, event(ground, 30), event(ground, 50)]) == (
        one if is_bare else event(ground, 30) if ground == "qualified" else None
    )
    completed = [STARTED, event("completed", -1 + 30)] if ground == "qualified" else [STARTED]
    history = [*completed, event(ground, 30), one]
    if not is_bare:
        check_history(history)
        return
    with pytest.raises(RuleBroken, match=words) as refused:
        check_history(history)
    assert refused.value.field == "effective_on"


def test_of_several_without_grounds_the_earliest() -> None:
    early, late = event("qualified", 5), event("registered", 9)
    assert first_ungrounded([late, early]) is early
    assert first_ungrounded([event("qualified", 3), event("completed", 1)]) is None
    assert first_ungrounded([]) is None


def test_the_first_fault_is_told_and_which_event_it_is_of() -> None:
    illegal = event("resumed", 5, 7)
    history = [STARTED, illegal]
    with pytest.raises(RuleBroken) as own:
        check_history(history, illegal)
    assert own.value.message.startswith("The learner is on the programme on that date")
    assert own.value.field == "effective_on"
    for new in (STARTED, event("resumed", 5, 7)):
        with pytest.raises(RuleBroken) as other:
            check_history(history, new)
        assert other.value.message.startswith(
            "This does not fit what is recorded for 20 January 2025 (resumed)."
        )
    with pytest.raises(RuleBroken) as nobody:
        check_history(history)
    assert nobody.value.message == own.value.message


@pytest.mark.parametrize(("kind", "days", "is_overtaken"), [
    ("withdrawn", -1, True), ("withdrawn", 0, False), ("withdrawn", 1, False),
    ("did_not_start", -1, True), ("did_not_start", 0, True), ("did_not_start", 1, True),
    ("completed", -1, False), ("deferred", -1, False),
])  # fmt: skip
def test_an_ending_before_the_start_makes_it_untrue(
    kind: str, days: int, is_overtaken: bool
) -> None:
    enrolled = event("enrolled", -50)
    assert overtaken_start([enrolled, STARTED], kind, on(days)) is (
        STARTED if is_overtaken else None
    )
    assert overtaken_start([enrolled], kind, on(days)) is None


@pytest.mark.parametrize(("fte", "is_sound"), [
    ("0.59", False), ("0.6", True), ("0.61", True), ("0.79", True), ("0.8", True), ("0.81", False), ("0.99", False), ("1", True),
    ("1.01", False), ("0", False), ("2", False),
])  # fmt: skip
def test_hours(fte: str, is_sound: bool) -> None:
    refused(None if is_sound else "to_fte", check_hours, Decimal(fte))


def refused(field: str | None, rule: Any, *said: Any) -> None:
    if field is None:
        rule(*said)
        return
    with pytest.raises(RuleBroken) as broken:
        rule(*said)
    assert broken.value.field == field


@pytest.mark.parametrize(("days", "field"), [(-1, True), (0, True), (1, False), (2, False)])
def test_a_return_and_an_extension_come_after(days: int, field: bool) -> None:
    refused("expected_return" if field else None, check_expected_return, START, on(days))
    refused("extended_to" if field else None, check_extension, START, on(days))
    check_expected_return(START, None)
    check_extension(None, on(days))


@pytest.mark.parametrize(("offered", "held", "field"), [
    (None, None, None), (0, None, None), (0, 0, None), (0, 1, None), (0, -1, "exit_interview_held_on"),
    (None, 0, "exit_interview_offered_on"),
])  # fmt: skip
def test_an_interview_is_held_once_it_was_offered(
    offered: int | None, held: int | None, field: str | None
) -> None:
    refused(
        field, check_interviews, *(None if days is None else on(days) for days in (offered, held))
    )


def test_events_in_order() -> None:
    """By day, then by the order of the words, then as they were recorded, what is not recorded yet last."""
    late = event("started", 1, 1)
    ranked = [
        event(kind, 0, 9)
        for kind in ("started", "did_not_start", "deferred", "resumed", "withdrawn", "completed")
    ]
    terms = [event("moved_cohort", 0, 3), event("extended", 0, 5), event("changed_fte", 0, None)]
    expected = [*terms, *ranked, late]
    assert in_order(reversed(expected)) == expected
    assert in_order([terms[2], terms[1], terms[0]]) == terms


def test_a_status_event_that_may_not_follow_with_what_was_found() -> None:
    wrong = event("deferred", 4)
    assert first_illegal([event("resumed", 9), wrong, STARTED, event("deferred", 2)]) == (
        wrong,
        "deferred",
    )
    assert first_illegal([STARTED, event("moved_cohort", 1)]) is None
    assert follow("active", "resumed") is None


@pytest.mark.parametrize(("kind", "status", "words"), [
    ("resumed", "active", "The learner is on the programme on that date, so they cannot come back from a break. "
     "They may only go on a break or withdraw or complete."),
    ("completed", "due_to_start", "The learner is due to start on that date, so they cannot complete. "
     "They may only start or be recorded as not having started."),
    ("completed", "deferred", "The learner is on a break on that date, so they cannot complete. "
     "They may only come back from a break or withdraw."),
    ("started", "withdrawn", "The learner is withdrawn on that date, so they cannot start. "
     "Nothing may follow that, unless it is undone first."),
])  # fmt: skip
def test_what_is_wrong_in_words(kind: str, status: str, words: str) -> None:
    assert explain(kind, status) == words
