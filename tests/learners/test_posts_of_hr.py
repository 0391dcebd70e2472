"""What HR puts right between what the programme said stays put right, and what the programme said around it stays too."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from learners.actions.events_change_fte import change_fte
from learners.actions.events_move_region import move_region
from learners.actions.qualified_officers import answer_post, offer_post
from learners.derived.posts import follow_posts
from learners.models import Enrolment
from pqip.core.acting import acting_as
from pqip.core.errors import RuleBroken
from tests.factories import learners as make
from tests.factories import workforce as w
from tests.learners.test_posts_follow import (
    BY,
    DAY,
    JUNE,
    MARCH,
    START,
    completed,
    enrolled,
    line,
    posts,
)
from workforce.actions.posts import change_post, end_post, void_spell
from workforce.models import Spell

pytestmark = pytest.mark.django_db
MAY = dt.date(2025, 5, 5)
HALF = Decimal("0.5")


def followed(made: Enrolment) -> None:
    """Another event of theirs, somewhere, has the posts worked out anew."""
    with acting_as(by=BY):
        follow_posts([made.person_id])


def moved_and_changed(since: dt.date) -> Enrolment:
    """In post in NE, in WAL from March, and at 0.8 from June; the programme began the post, or HR had stated it."""
    who = make.person()
    if since != START:
        w.spell(who, since, in_grade="PSO")
    made = enrolled(who)
    move_region(by=BY, enrolment=made, on=MARCH, to_region=make.region("WAL"))
    change_fte(by=BY, enrolment=made, on=JUNE, to_fte=Decimal("0.8"))
    return made


@pytest.mark.parametrize("since", [START, dt.date(2022, 5, 2)])
@pytest.mark.parametrize("on", [None, MARCH - DAY, MARCH, MAY, JUNE, JUNE + DAY], ids=str)
def test_what_hr_changes_on_any_day_leaves_the_rest(since: dt.date, on: dt.date | None) -> None:
    made = moved_and_changed(since)
    change_post(by=BY, person=made.person, on=on or since, fte=HALF)
    stated = posts(made.person)
    assert stated[0][0] == since
    assert stated[-1][1] is None
    followed(made)
    assert posts(made.person) == stated


@pytest.mark.parametrize("since", [START, dt.date(2022, 5, 2)])
def test_what_hr_ends_stays_ended(since: dt.date) -> None:
    made = moved_and_changed(since)
    end_post(by=BY, person=made.person, last_day=JUNE + DAY)
    stated = posts(made.person)
    followed(made)
    assert posts(made.person) == stated


Changes: dict[str, Callable[[Enrolment, dt.date], Any]] = {
    "hours": lambda made, on: change_post(by=BY, person=made.person, on=on, fte=HALF),
    "region": lambda made, on: change_post(by=BY, person=made.person, on=on, region=w.region("NE")),
}


@pytest.mark.parametrize("days", [0, 1])
@pytest.mark.parametrize("what", Changes)
def test_what_hr_puts_right_of_an_officers_post_leaves_the_psos(what: str, days: int) -> None:
    made = completed()
    offer = offer_post(by=BY, enrolment=made, on=MARCH, region=make.region("WAL"))
    answer_post(by=BY, post=offer, answer="accepted", on=JUNE)
    Changes[what](made, JUNE + days * DAY)
    stated = posts(made.person)
    assert stated[0] == line(START, JUNE - DAY)
    followed(made)
    assert posts(made.person) == stated


def test_a_post_that_the_programme_began_is_undone_by_hr_and_not_begun_again() -> None:
    made = enrolled()
    void_spell(
        by=BY, spell=Spell.objects.live().get(person=made.person), reason="On another record"
    )
    followed(made)
    assert posts(made.person) == []


def test_a_post_that_the_programme_began_is_undone_whole_with_what_it_became() -> None:
    made = enrolled(make.person())
    move_region(by=BY, enrolment=made, on=MARCH, to_region=make.region("WAL"))
    first, rest = Spell.objects.live().filter(person=made.person).order_by("effective_on")
    assert (first.ended_on, rest.effective_on) == (MARCH - dt.timedelta(days=1), MARCH)
    void_spell(by=BY, spell=first, reason="On another record")
    followed(made)
    assert posts(made.person) == []


@pytest.mark.parametrize("since", [START, dt.date(2022, 5, 2)])
def test_what_the_programme_made_of_a_post_is_not_undone_beside_it(since: dt.date) -> None:
    made = moved_and_changed(since)
    before = posts(made.person)
    for row in Spell.objects.live().filter(person=made.person, effective_on__gte=MARCH):
        with pytest.raises(RuleBroken, match="follows from the programme"):
            void_spell(by=BY, spell=row, reason="Wrong")
    assert posts(made.person) == before


def test_an_officers_post_that_was_accepted_is_undone_with_the_offer() -> None:
    made = completed()
    offer = offer_post(by=BY, enrolment=made, on=MARCH, region=make.region("WAL"))
    answer_post(by=BY, post=offer, answer="accepted", on=JUNE)
    with pytest.raises(RuleBroken, match="follows from the programme"):
        void_spell(
            by=BY,
            spell=Spell.objects.live().get(person=made.person, grade__code="PO"),
            reason="Wrong",
        )
