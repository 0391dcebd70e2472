"""What follows what before the progression board: the rule at its boundaries, and at each door through which a history changes.

Days are counted from a Monday; `R4` is a referral on the fifth day, `D6` a decision on the seventh.
"""

from __future__ import annotations

import datetime as dt
from itertools import permutations
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from learners.actions import board
from learners.actions.events_amend import correct_event, void_event
from learners.facts.milestones import supposing
from learners.facts.reviews import is_referred
from learners.models import BoardAppeal, BoardOutcome, BoardReason, Enrolment, Event
from learners.rules.board import DECIDED, REFERRED, walk
from learners.rules.milestones_what_if import Supposed
from pqip.core.acting import Job, acting_as
from pqip.core.clock import today
from pqip.core.errors import RuleBroken
from tests.factories import learners as make
from workforce.actions.opening import open_region

from .files import bring_in, done, learner, wrong

BY, DAY, MONDAY = Job("test"), dt.timedelta(days=1), dt.date(2025, 5, 5)
KIND = {"R": REFERRED, "D": DECIDED}
WAITS, SAME_DAY, NOTHING = (
    "waits already on that date",
    "decided on that date",
    "no referral to the board",
)
#: Referred, decided, referred again, decided.
TWICE = "R0 D2 R4 D6"


def day(number: int) -> dt.date:
    return MONDAY + number * DAY


def told(words: str) -> list[tuple[str, dt.date]]:
    return [(KIND[word[0]], day(int(word[1:]))) for word in words.split()]


def recorded(words: str) -> list[Any]:
    return [
        SimpleNamespace(kind=kind, effective_on=on, id=number)
        for number, (kind, on) in enumerate(told(words))
    ]


# The rule ------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "wrong"),
    [
        ("", {}),
        ("R0", {}),
        ("R0 D0", {}),
        ("R0 D1", {}),
        ("R1 D0", {"D0": NOTHING}),
        ("D0", {"D0": NOTHING}),
        ("R0 R1", {"R1": WAITS}),
        ("R0 R1 D2", {"R1": WAITS}),
        ("R0 R1 R2", {"R1": WAITS, "R2": WAITS}),
        ("R0 D2 R1", {"R1": WAITS}),
        ("R0 D2 R2", {"R2": SAME_DAY}),
        ("R0 D2 R3", {}),
        ("R0 D2 R3 D3", {}),
        ("R0 D0 R1 D1", {}),
        ("R0 D0 D1", {"D1": NOTHING}),
        ("R0 D1 D2 R3 D4", {"D2": NOTHING}),
        ("R0 D2 R2 D3", {"R2": SAME_DAY, "D3": NOTHING}),
        ("D0 R0", {}),
        (TWICE, {}),
    ],
)
def test_what_follows_whatever_the_order_it_was_recorded_in(
    words: str, wrong: dict[str, str]
) -> None:
    for order in permutations(words.split()):
        found = list(walk(recorded(" ".join(order))))
        assert [(event.kind, event.effective_on) for event, _ in found] == told(" ".join(wrong))
        for (_, broken), what in zip(found, wrong.values(), strict=True):
            assert what in broken.message


# The doors -----------------------------------------------------------------------------------------------------------------

#: What is changed of `TWICE`, to what, and what is said where it is refused; without a second, it is undone.
CHANGES = [
    ("R0", "R-1", ""),
    ("R0", "R1", ""),
    ("R0", "R2", ""),
    ("R0", "R3", NOTHING),
    ("R0", "R5", NOTHING),
    ("D2", "D-1", NOTHING),
    ("D2", "D0", ""),
    ("D2", "D3", ""),
    ("D2", "D4", SAME_DAY),
    ("D2", "D5", WAITS),
    ("D2", "D7", WAITS),
    ("R4", "R1", WAITS),
    ("R4", "R2", SAME_DAY),
    ("R4", "R3", ""),
    ("R4", "R6", ""),
    ("R4", "R7", NOTHING),
    ("D6", "D1", NOTHING),
    ("D6", "D3", NOTHING),
    ("D6", "D4", ""),
    ("D6", "D7", ""),
    ("R0", "", NOTHING),
    ("D2", "", WAITS),
    ("R4", "", NOTHING),
    ("D6", "", ""),
]


@pytest.fixture
def made() -> Enrolment:
    """Ann's place, in a region that was opened before all this."""
    with acting_as(by=BY):
        outcome, _ = BoardOutcome.objects.get_or_create(
            code="T", defaults={"title": "Test outcome"}
        )
        BoardReason.objects.get_or_create(
            outcome=outcome, code="why", defaults={"title": "Test reason"}
        )
    place = make.enrolment(who=make.person("L1"))
    open_region(by=BY, region=place.region, at=dt.datetime(2024, 1, 1, tzinfo=dt.UTC))
    return place


def happened(place: Enrolment, words: str) -> None:
    """Recorded as it is, right or wrong."""
    for kind, on in told(words):
        make.event(place, kind, on, board_outcome="Test outcome" if kind == DECIDED else "")


def event(place: Enrolment, word: str) -> Event:
    [(kind, on)] = told(word)
    return place.events.live().get(kind=kind, effective_on=on)


def row(word: str, **cells: Any) -> dict[str, Any]:
    [(kind, on)] = told(word)
    outcome = "Test outcome" if kind == DECIDED and not cells else ""
    return {
        "staff_number": "L1",
        "event": kind,
        "effective_date": on,
        "board_outcome": outcome,
        "void": "",
        "void_reason": "",
        **cells,
    }


def void(word: str) -> dict[str, Any]:
    return row(word, void="yes", void_reason="Wrong")


def standing(place: Enrolment) -> set[tuple[str, dt.date]]:
    return set(
        place.events.live().filter(kind__in=KIND.values()).values_list("kind", "effective_on")
    )


def after(was: str, now: str) -> set[tuple[str, dt.date]]:
    return set(told(" ".join(word for word in TWICE.split() if word != was) + f" {now}"))


@pytest.mark.django_db
@pytest.mark.parametrize(("was", "now", "refused"), CHANGES)
def test_on_screen_what_is_left_must_follow(
    made: Enrolment, was: str, now: str, refused: str
) -> None:
    happened(made, TWICE)

    def change() -> None:
        if now:
            correct_event(
                by=BY, event=event(made, was), reason="Wrong", effective_on=told(now)[0][1]
            )
        else:
            void_event(by=BY, event=event(made, was), reason="Wrong")

    if not refused:
        change()
        assert standing(made) == after(was, now)
        return
    with pytest.raises(RuleBroken, match=refused):
        change()
    assert standing(made) == set(told(TWICE))


@pytest.mark.django_db
@pytest.mark.parametrize("backwards", [False, True])
@pytest.mark.parametrize(("was", "now", "refused"), CHANGES)
def test_by_file_as_on_screen(
    made: Enrolment, tmp_path: Path, was: str, now: str, refused: str, backwards: bool
) -> None:
    happened(made, TWICE)
    rows = [void(was), *([row(now)] if now else [])]
    outcome = bring_in(tmp_path, "learner-events", *(rows[::-1] if backwards else rows))
    if refused:
        assert any(refused in str(problem) for problem in outcome.problems), outcome.problems
        assert standing(made) == set(told(TWICE))
    else:
        done(outcome)
        assert standing(made) == after(was, now)


@pytest.mark.django_db
@pytest.mark.parametrize("words", ["R4 D6", "D6 R4"])
def test_a_pair_is_undone_from_its_end_on_screen_and_at_once_by_file(
    made: Enrolment, tmp_path: Path, words: str
) -> None:
    happened(made, TWICE)
    if words.startswith("R"):
        with pytest.raises(RuleBroken, match=NOTHING):
            void_event(by=BY, event=event(made, "R4"), reason="Wrong")
    else:
        for word in words.split():
            void_event(by=BY, event=event(made, word), reason="Wrong")
        assert standing(made) == set(told("R0 D2"))
        happened(made, words)
    done(bring_in(tmp_path, "learner-events", *map(void, words.split())))
    assert standing(made) == set(told("R0 D2"))


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("before", "word", "refused"),
    [
        ("R4", "R3", WAITS),
        ("R4", "R5", WAITS),
        ("R0 D2", "R1", WAITS),
        ("R0 D2", "R2", SAME_DAY),
        ("R0 D2", "R3", ""),
        ("R4 D6", "R3", WAITS),
        ("", "D0", NOTHING),
        ("R1", "D0", NOTHING),
        ("R1", "D1", ""),
        ("R1", "D2", ""),
        ("R0 D2", "D1", NOTHING),
        ("R0 D2", "D3", NOTHING),
    ],
)
def test_recording_by_either_door(
    made: Enrolment, tmp_path: Path, before: str, word: str, refused: str
) -> None:
    happened(made, before)
    [(kind, on)] = told(word)
    checked = bring_in(tmp_path, "learner-events", row(word), check=True)

    def record() -> None:
        if kind == REFERRED:
            board.refer_to_board(by=BY, enrolment=made, on=on, note="Behind")
        else:
            board.record_board_decision(
                by=BY, enrolment=made, on=on, board_outcome="Test outcome", reason="why"
            )

    if refused:
        assert refused in " ".join(map(str, checked.problems))
        with pytest.raises(RuleBroken, match=refused):
            record()
    else:
        done(checked)
        record()
    assert standing(made) == set(told(before if refused else f"{before} {word}"))


@pytest.mark.django_db
def test_an_earlier_referral_comes_with_its_decision_in_one_file(
    made: Enrolment, tmp_path: Path
) -> None:
    happened(made, "R4 D6")
    done(bring_in(tmp_path, "learner-events", row("D2"), row("R0")))
    assert standing(made) == set(told(TWICE))


@pytest.mark.django_db
def test_one_day_holds_one_of_a_kind_when_a_date_is_corrected(made: Enrolment) -> None:
    happened(made, TWICE)
    for was, on in (("R0", 4), ("D6", 2)):
        with pytest.raises(RuleBroken, match="already recorded for"):
            correct_event(by=BY, event=event(made, was), reason="Wrong", effective_on=day(on))
    assert standing(made) == set(told(TWICE))


# What is on record and does not follow -----------------------------------------------------------------------------------


@pytest.mark.django_db
def test_a_history_that_does_not_follow_may_be_mended_and_may_not_become_worse(
    made: Enrolment, tmp_path: Path
) -> None:
    happened(made, "D0 R1 R2")
    for was, on in (("D0", -1), ("D-1", 0), ("R2", 3), ("R3", 2)):
        correct_event(by=BY, event=event(made, was), reason="Wrong", effective_on=day(on))
    with pytest.raises(RuleBroken, match=WAITS):
        board.refer_to_board(by=BY, enrolment=made, on=day(5), note="Again")
    assert WAITS in str(bring_in(tmp_path, "learner-events", row("R5")).problems[0])
    done(
        bring_in(
            tmp_path,
            "learner-events",
            {**row("D0"), "board_outcome": "Test outcome", "note": "By telephone"},
        )
    )
    board.record_board_decision(
        by=BY, enrolment=made, on=day(1), board_outcome="Test outcome", reason="why"
    )
    void_event(by=BY, event=event(made, "D0"), reason="Nothing was referred")
    assert standing(made) == set(told("R1 D1 R2"))
    void_event(by=BY, event=event(made, "R2"), reason="Twice")
    with pytest.raises(RuleBroken, match=NOTHING):
        void_event(by=BY, event=event(made, "R1"), reason="Wrong")


@pytest.mark.django_db
def test_a_history_that_does_not_follow_stops_nothing_else(made: Enrolment, tmp_path: Path) -> None:
    happened(made, "D0 R1 R2")
    supposing(made, [Supposed("deferred", today())], today())
    done(bring_in(tmp_path, "learners", learner(start_date="2025-01-20")))
    away = row("R0", event="deferred", effective_date="2025-09-01", board_outcome="")
    done(bring_in(tmp_path, "learner-events", away))
    assert standing(made) == set(told("D0 R1 R2"))


@pytest.mark.django_db
def test_a_wrong_event_does_not_lend_its_excuse(made: Enrolment) -> None:
    """The decision of nothing is moved to where it answers the referral: the real decision then answers nothing."""
    happened(made, "D0 R1 D3")
    with pytest.raises(RuleBroken, match=NOTHING):
        correct_event(by=BY, event=event(made, "D0"), reason="Wrong", effective_on=day(2))
    assert standing(made) == set(told("D0 R1 D3"))


@pytest.mark.django_db
def test_history_from_before_the_opening_may_hold_referrals_whose_decision_is_recorded_nowhere(
    tmp_path: Path,
) -> None:
    place = make.enrolment(who=make.person("L1"))
    done(bring_in(tmp_path, "learner-events", row("R0"), row("R1")))
    assert NOTHING in str(bring_in(tmp_path, "learner-events", row("D-1")).problems[0]), (
        "a decision still answers a referral"
    )
    opened = dt.datetime.combine(day(10), dt.time(), tzinfo=dt.UTC)
    open_region(by=BY, region=place.region, at=opened)
    assert WAITS in str(bring_in(tmp_path, "learner-events", row("R10")).problems[0])
    done(bring_in(tmp_path, "learner-events", row("R9")))
    done(bring_in(tmp_path, "learner-events", row("D10", board_outcome="Extend the programme")))
    done(bring_in(tmp_path, "learner-events", row("R12")))
    done(bring_in(tmp_path, "learner-events", void("D10"), row("D9")))
    assert standing(place) == set(told("R0 R1 R9 D9 R12"))


@pytest.mark.django_db
def test_history_is_loaded_before_a_referral_that_is_on_record(
    made: Enrolment, tmp_path: Path
) -> None:
    happened(made, "R4")
    earlier = row("R0", effective_date="2023-12-29")
    assert WAITS in str(bring_in(tmp_path, "learner-events", row("R3")).problems[0])
    done(bring_in(tmp_path, "learner-events", earlier))


# What hangs from a decision --------------------------------------------------------------------------------------------------


def appeals(place: Enrolment) -> list[tuple[dt.date, dt.date]]:
    return list(
        BoardAppeal.objects.live()
        .filter(enrolment=place)
        .values_list("effective_on", "decision_on")
    )


@pytest.mark.django_db
@pytest.mark.parametrize("by_file", [False, True])
def test_an_appeal_goes_with_the_decision_that_is_undone(
    made: Enrolment, tmp_path: Path, by_file: bool
) -> None:
    happened(made, TWICE)
    board.record_appeal(by=BY, enrolment=made, on=day(3), grounds="Not heard")
    board.record_appeal(by=BY, enrolment=made, on=day(7), grounds="Not heard")
    if by_file:
        done(bring_in(tmp_path, "learner-events", void("D6")))
    else:
        void_event(by=BY, event=event(made, "D6"), reason="Wrong")
    assert appeals(made) == [(day(3), day(2))]
    assert is_referred(made)
    assert BoardAppeal.objects.get(enrolment=made, decision_on=day(6)).void_reason


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("on", "refused"),
    [(day(20), ""), (day(21), "cannot come before"), (day(-8), ""), (day(-9), "within 28 days")],
)
def test_an_appeal_stays_with_the_decision_whose_day_is_corrected(
    made: Enrolment, on: dt.date, refused: str
) -> None:
    happened(made, "R-9 D2")
    board.record_appeal(by=BY, enrolment=made, on=day(20), grounds="Not heard")
    if refused:
        with pytest.raises(RuleBroken, match=refused):
            correct_event(by=BY, event=event(made, "D2"), reason="Wrong", effective_on=on)
        assert appeals(made) == [(day(20), day(2))]
        return
    correct_event(by=BY, event=event(made, "D2"), reason="Wrong", effective_on=on)
    assert appeals(made) == [(day(20), on)]


# Breaks, which come in pairs too ---------------------------------------------------------------------------------------------

BREAKS = {"B": "deferred", "C": "resumed"}
#: Of a break from 0 to 2 and another from 4 to 6. On one day the break begins before it ends.
BREAK_CHANGES = [
    ("B0", 1, True),
    ("B0", 2, True),
    ("B0", 3, False),
    ("B0", 5, False),
    ("C2", -1, False),
    ("C2", 0, True),
    ("C2", 3, True),
    ("C2", 4, False),
    ("C2", 5, False),
    ("B4", 1, False),
    ("B4", 3, True),
    ("B4", 6, True),
    ("B4", 7, False),
    ("C6", 3, False),
    ("C6", 4, True),
    ("C6", 7, True),
    ("B0", None, False),
    ("C2", None, False),
    ("B4", None, False),
    ("C6", None, True),
]


@pytest.mark.django_db
@pytest.mark.parametrize(("was", "to", "allowed"), BREAK_CHANGES)
def test_breaks_are_held_at_the_same_doors(
    made: Enrolment, tmp_path: Path, was: str, to: int | None, allowed: bool
) -> None:
    for word in ("B0", "C2", "B4", "C6"):
        make.event(made, BREAKS[word[0]], day(int(word[1:])))
    kind, on = BREAKS[was[0]], day(int(was[1:]))
    about = {"staff_number": "L1", "event": kind, "void": "", "void_reason": ""}
    rows = [{**about, "effective_date": on, "void": "yes", "void_reason": "Wrong"}]
    rows += [] if to is None else [{**about, "effective_date": day(to)}]
    assert bool(bring_in(tmp_path, "learner-events", *rows, check=True).problems) is not allowed
    own = made.events.live().get(kind=kind, effective_on=on)

    def change() -> None:
        if to is None:
            void_event(by=BY, event=own, reason="Wrong")
        else:
            correct_event(by=BY, event=own, reason="Wrong", effective_on=day(to))

    if allowed:
        change()
    else:
        with pytest.raises(RuleBroken, match="so they cannot"):
            change()


@pytest.mark.django_db
def test_a_file_that_ends_a_place_before_a_referral_says_so(tmp_path: Path) -> None:
    """The referral follows no more from what the file says, which concerns the board in no row."""
    who = make.person()
    made = make.enrolment(who=who)
    board.refer_to_board(by=BY, enrolment=made, on=dt.date(2025, 7, 1), note="Late")
    open_region(by=BY, region=make.region(), at=dt.datetime(2025, 1, 1, tzinfo=dt.UTC))
    row = {
        "staff_number": who.staff_number,
        "event": "withdrawn",
        "effective_date": "2025-06-02",
        "destination": "left_service",
        "ended_by": "learner",
    }
    assert "ended by that date" in str(wrong(bring_in(tmp_path, "learner-events", row, check=True)))
