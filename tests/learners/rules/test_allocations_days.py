"""The days on which somebody may look after a learner: posts that follow on, authority, absence; without a database."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from learners.rules.allocations import (
    COUNTERSIGNER,
    IQA,
    LINE_MANAGER,
    PTA,
    Assessing,
    Nominee,
    RoleRequest,
    Stretch,
    grades_on,
    last_day,
    notes,
    refusal,
)

DAY, TODAY = dt.timedelta(days=1), dt.date(2026, 6, 1)


def on(days: int) -> dt.date:
    return TODAY + days * DAY


def days(first: int, last: int | None = None, what: str = "") -> Stretch:
    return Stretch(on(first), None if last is None else on(last), what)


def who(*posts: Stretch, **fields: Any) -> Nominee:
    return Nominee(**{"name": "Ann Rees", "posts": posts} | fields)


def asked(role: str, first: int = 0, last: int | None = None, **fields: Any) -> RoleRequest:
    return RoleRequest(role, days(first, last), TODAY, **fields)


@pytest.mark.parametrize(
    ("day", "holds"), [(-1, False), (0, True), (1, True), (9, True), (10, True), (11, False)]
)
def test_a_stretch_holds_its_first_and_last_day(day: int, holds: bool) -> None:
    assert days(0, 10).holds(on(day)) == holds
    assert days(0).holds(on(day)) == (day >= 0)


@pytest.mark.parametrize(("first", "last", "meets", "covers"), [
    (-5, -1, False, False), (-5, 0, True, False), (-5, 1, True, False), (0, 10, True, True), (1, 9, True, True),
    (0, 11, True, False), (-1, 10, True, False), (9, 12, True, False), (10, 12, True, False), (11, 12, False, False),
    (3, None, True, False), (11, None, False, False),
])  # fmt: skip
def test_stretches_that_share_a_day_or_every_day(
    first: int, last: int | None, meets: bool, covers: bool
) -> None:
    other = days(first, last)
    assert (days(0, 10).meets(other), other.meets(days(0, 10))) == (meets, meets)
    assert days(0, 10).covers(other) == covers
    assert days(0).covers(other) == (first >= 0)


@pytest.mark.parametrize(("last", "ahead"), [
    (-2, None), (-1, None), (0, days(0, 0)), (1, days(0, 1)), (None, days(0)),
])  # fmt: skip
def test_the_days_ahead_begin_today(last: int | None, ahead: Stretch | None) -> None:
    assert asked(PTA, -9, last).ahead == ahead
    assert asked(PTA, 5, 9).ahead == days(5, 9)


@pytest.mark.parametrize(("begins", "last"), [(9, 20), (10, 20), (11, 20), (12, 10)])
def test_a_post_that_begins_by_the_day_after_goes_on(begins: int, last: int) -> None:
    assert last_day(who(days(-30, -20), days(0, 10), days(begins, 20)), on(5)) == on(last)


def test_posts_that_follow_one_another_to_the_last() -> None:
    three = who(days(11, 20), days(0, 10), days(21), days(40, 50))
    assert last_day(three, on(5)) is None
    assert last_day(who(days(0, 10), days(11, 20), days(30, 40)), on(5)) == on(20)
    assert last_day(who(days(0, 10)), on(20)) is None
    assert last_day(who(), on(5)) is None


@pytest.mark.parametrize(("last", "is_refused"), [(8, False), (9, False), (10, True), (11, True)])
def test_the_role_ends_with_the_post_at_the_latest(last: int, is_refused: bool) -> None:
    one = who(days(-90, 9, "PTA"))
    said = "Ann Rees leaves on 10 June 2026."
    words = f"{said} Give a last day no later than that, or choose somebody else."
    assert refusal(one, asked(PTA, last=last)) == (words if is_refused else "")
    assert notes(one, asked(PTA, last=last)) == ([said] if is_refused else [])


def test_grades_on_days_without_a_post_are_none_where_there_are_others() -> None:
    assert grades_on(who(days(0, 10, "PO"), days(11, None, "PSO"), grade="CA"), days(20)) == ["PSO"]
    assert grades_on(who(days(0, 10, "PO"), grade="CA"), days(20)) == []
    assert grades_on(who(grade="CA"), days(20)) == ["CA"]
    assert grades_on(who(), days(20)) == []


@pytest.mark.parametrize(("role", "words"), [
    (PTA, "Ann Rees is a probation services officer and is not recorded as an assessor. "
     "Record their registration for the award first, or choose somebody else."),
    (LINE_MANAGER, "Ann Rees is a probation services officer and cannot be a line manager. Choose a senior probation officer."),
])  # fmt: skip
def test_what_is_said_of_a_grade_that_does_neither(role: str, words: str) -> None:
    assert refusal(who(days(-90, what="PSO")), asked(role)) == words


@pytest.mark.parametrize("role", [PTA, LINE_MANAGER])
def test_of_two_grades_the_first_is_named(role: str) -> None:
    one = who(days(-90, 5, "PSO"), days(6, None, "CA"))
    assert "is a probation services officer and" in refusal(one, asked(role))
    assert "is a case administrator and" in refusal(one, asked(role, 6))


@pytest.mark.parametrize(("lapsed", "noted"), [(-2, True), (-1, True), (0, True), (1, False)])
def test_an_award_that_has_lapsed_by_the_first_day_ahead(lapsed: int, noted: bool) -> None:
    one = who(days(-90, what="PTA"), assessing=Assessing(achieved_on=on(-90), lapsed_on=on(lapsed)))
    words = ["The award of Ann Rees has lapsed, so their decisions need a countersignature."]
    assert notes(one, asked(PTA)) == (words if noted else [])
    assert notes(one, asked(PTA, -30)) == (words if noted else [])  # counted from today on
    gone_by = asked(PTA, -30, -10)
    assert notes(one, gone_by) == []  # it had not lapsed then
    assert (
        notes(who(days(-90, what="PTA"), assessing=Assessing(lapsed_on=on(-30))), gone_by) == words
    )


SIGNER = Assessing(
    achieved_on=on(-90), countersigns_from=on(-80), countersigns_until=on(10), countersigns=("VQ5",),
    assures_from=on(-80), assures_until=on(20), assures=("VQ5",),
)  # fmt: skip


@pytest.mark.parametrize(
    ("role", "what", "until"), [(COUNTERSIGNER, "countersign", 10), (IQA, "quality assure", 20)]
)
def test_authority_to_the_last_day(role: str, what: str, until: int) -> None:
    one = who(days(-90, what="PTA"), assessing=SIGNER)
    assert refusal(one, asked(role, last=until)) == ""
    assert "may not " + what + " after" in refusal(one, asked(role, last=until + 1))
    assert "may not " + what + " on" in refusal(one, asked(role, until + 1))
    lasts = f"Ann Rees has no authority to {what} for as long as this lasts."
    for last, noted in ((until - 1, []), (until, []), (until + 1, [lasts]), (None, [lasts])):
        assert notes(one, asked(role, last=last, is_history=True)) == noted
        assert notes(one, asked(role, last=last)) == []
    unknown = who(days(-90, what="PTA"))
    assert notes(unknown, asked(role, is_history=True)) == [lasts]


def test_an_authority_of_one_day() -> None:
    of_a_day = Assessing(
        achieved_on=on(0), countersigns_from=on(-9), countersigns_until=on(0), countersigns=("VQ5",)
    )
    assert of_a_day.countersigning() == (on(0), on(0))
    one = who(days(-90, what="PTA"), assessing=of_a_day)
    assert refusal(one, asked(COUNTERSIGNER, last=0)) == ""
    assert "may not countersign after 1 June 2026" in refusal(one, asked(COUNTERSIGNER, last=1))


def test_an_authority_that_ended_before_the_award_covers_no_day() -> None:
    never = Assessing(
        achieved_on=on(5), countersigns_from=on(-9), countersigns_until=on(0), countersigns=("VQ5",)
    )
    one = who(days(-90, what="PTA"), assessing=never)
    history = asked(COUNTERSIGNER, -20, 20, is_history=True, could_end=True)
    assert "on any of these days" in refusal(one, history)
    assert "may not countersign on 1 June 2026" in refusal(one, asked(COUNTERSIGNER))


@pytest.mark.parametrize(("until", "lapses", "last"), [
    (None, None, None), (10, None, 10), (None, 10, 9), (10, 10, 9), (10, 11, 10), (10, 12, 10),
])  # fmt: skip
def test_countersigning_ends_with_the_authority_or_the_day_before_the_award_lapses(
    until: int | None, lapses: int | None, last: int | None
) -> None:
    stated = Assessing(
        achieved_on=on(-90), countersigns_from=on(-80),
        countersigns_until=None if until is None else on(until), lapsed_on=None if lapses is None else on(lapses),
    )  # fmt: skip
    assert stated.countersigning() == (on(-80), None if last is None else on(last))


def test_without_award_or_authority_nobody_countersigns() -> None:
    assert Assessing(achieved_on=on(0)).countersigning() is None
    assert Assessing(countersigns_from=on(0)).countersigning() is None
    assert Assessing().assuring() is None


def test_that_somebody_is_no_longer_in_post_is_said_of_history_alone() -> None:
    left = who(days(-90, -1, "PTA"))
    assert notes(left, asked(PTA, -30)) == []
    assert notes(left, asked(PTA, -30, is_history=True)) == ["Ann Rees is no longer in post."]
    assert notes(left, asked(PTA, -30, is_history=True, could_end=True)) == []
