"""What counts is the day of which something is said and when it was said first: first days, one day, undone and said again."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from decimal import Decimal

import pytest

from learners.actions.events_amend import correct_event, void_event
from learners.actions.events_change_fte import change_fte
from learners.actions.events_did_not_start import did_not_start
from learners.actions.events_move_region import move_region
from learners.actions.events_start import start
from learners.actions.qualified_officers import answer_post, offer_post, undo_post
from learners.actions.withdrawals import withdraw
from learners.derived.posts import people_behind
from learners.models import Enrolment, Event
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
from tests.learners.test_posts_of_who_never_started import due
from workforce.actions.posts import change_post, correct_spell, void_spell
from workforce.models import Person, Spell

pytestmark = pytest.mark.django_db
HALF = Decimal("0.5")
OLD = dt.date(2022, 5, 2)


@pytest.fixture(autouse=True)
def followed() -> Iterator[None]:
    """Whatever a test has done, posts are what the programme and HR say of them."""
    make.region("WAL")
    yield
    assert people_behind() == []


def moved(made: Enrolment, on: dt.date) -> Event:
    return move_region(by=BY, enrolment=made, on=on, to_region=make.region("WAL"))


def stated(since: dt.date = OLD) -> Person:
    """Somebody whose post HR has stated."""
    who = make.person()
    w.spell(who, since, in_grade="PSO")
    return who


@pytest.mark.parametrize(("days", "first"), [(-1, START), (0, START), (1, START + DAY)])
def test_a_move_about_the_first_day_moves_the_post_that_hr_stated(
    days: int, first: dt.date
) -> None:
    """Before it, nobody is a learner yet: their post moves with the first day."""
    who = stated()
    made = due(who)
    event = moved(made, START + days * DAY)
    wanted = [line(OLD, first - DAY), line(first, region="WAL")]
    assert posts(who) == wanted
    start(by=BY, enrolment=made, on=START)
    assert posts(who) == wanted
    void_event(by=BY, event=event, reason="Wrong")
    assert posts(who) == [line(OLD)]


def test_a_move_stays_where_the_start_is_recorded_for_a_later_day() -> None:
    who = stated(START)
    made = due(who)
    moved(made, START + 3 * DAY)
    assert posts(who) == [line(START, START + 2 * DAY), line(START + 3 * DAY, region="WAL")]
    start(by=BY, enrolment=made, on=START + 7 * DAY)
    assert posts(who) == [line(START, START + 6 * DAY), line(START + 7 * DAY, region="WAL")]


@pytest.mark.parametrize("since", [START, OLD])
@pytest.mark.parametrize("change", ["moved", "hours", "by HR"])
def test_who_leaves_on_the_day_of_a_change_was_in_post_until_the_day_before(
    since: dt.date, change: str
) -> None:
    made = enrolled(stated() if since == OLD else None)
    if change == "moved":
        moved(made, MARCH)
    elif change == "hours":
        change_fte(by=BY, enrolment=made, on=MARCH, to_fte=Decimal("0.6"))
    else:
        change_post(by=BY, person=made.person, on=MARCH, fte=HALF)
    before = posts(made.person)
    event = withdraw(by=BY, enrolment=made, on=MARCH, destination="left_service")
    assert posts(made.person) == [line(since, MARCH - DAY)]
    assert Spell.objects.live().get(person=made.person).leave_reason
    void_event(by=BY, event=event, reason="Wrong")
    assert posts(made.person) == before


def test_what_was_undone_and_is_recorded_again_is_newer_than_what_hr_stated_between() -> None:
    who = stated()
    made = enrolled(who)
    void_event(by=BY, event=moved(made, MARCH), reason="Wrong")
    change_post(by=BY, person=who, on=MARCH - DAY, fte=HALF)
    event = moved(made, MARCH)
    wanted = [
        line(OLD, MARCH - 2 * DAY),
        line(MARCH - DAY, MARCH - DAY, fte="0.5"),
        line(MARCH, region="WAL", fte="0.5"),
    ]
    assert posts(who) == wanted
    change_post(by=BY, person=who, on=MARCH, region=w.region("NE"))
    correct_event(by=BY, event=event, reason="A note", note="Agreed")
    assert posts(who)[-1] == line(MARCH, fte="0.5"), "a correction that says the same is no newer"


def test_did_not_start_recorded_again_is_newer_than_what_hr_stated_between() -> None:
    who = stated(START)
    made = due(who)
    event = did_not_start(by=BY, enrolment=made, on=START)
    void_event(by=BY, event=event, reason="They came after all")
    correct_spell(by=BY, spell=Spell.objects.live().get(person=who), reason="Half", fte=HALF)
    did_not_start(by=BY, enrolment=made, on=START)
    assert posts(who) == []


def test_a_post_accepted_again_is_newer_than_what_hr_stated_between() -> None:
    made = completed(who=stated())

    def accepted() -> None:
        offer = offer_post(by=BY, enrolment=made, on=MARCH, region=make.region("WAL"))
        post = answer_post(by=BY, post=offer, answer="accepted", on=JUNE)
        offers.append(post)

    offers: list = []
    accepted()
    undo_post(by=BY, post=offers[0], reason="Wrong")
    change_post(by=BY, person=made.person, on=MARCH, fte=HALF)
    accepted()
    assert posts(made.person)[-1] == line(JUNE, grade="PO", region="WAL", fte="0.5")


def test_first_terms_put_right_do_not_begin_what_hr_undid() -> None:
    made = enrolled()
    void_spell(by=BY, spell=Spell.objects.live().get(person=made.person), reason="No such post")
    first = Event.objects.live().get(enrolment=made, kind="enrolled")
    correct_event(by=BY, event=first, reason="Part time", to_fte=Decimal("0.8"))
    assert posts(made.person) == []


def _leaves(made: Enrolment, on: dt.date) -> Event:
    return withdraw(by=BY, enrolment=made, on=on, destination="left_service")


def _becomes_an_officer(made: Enrolment, on: dt.date) -> Event:
    event = make.event(made, "completed", on)
    offer = offer_post(by=BY, enrolment=made, on=on, region=make.region("WAL"))
    answer_post(by=BY, post=offer, answer="accepted", on=on)
    return Event.objects.get(pk=event.pk)


def _never_starts(made: Enrolment, on: dt.date) -> Event:
    return did_not_start(by=BY, enrolment=made, on=on)


ON = START + 10 * DAY
UNTIL = ON - DAY
OFFICER = line(ON, grade="PO", region="WAL", fte="0.5")


@pytest.mark.parametrize("late", [0, 7])
@pytest.mark.parametrize(
    ("ends", "then"), [(_leaves, []), (_becomes_an_officer, [OFFICER]), (_never_starts, None)]
)
def test_what_hr_left_of_a_post_further_on_ends_with_it_and_is_back_with_an_undo(
    ends: Callable[[Enrolment, dt.date], Event], then: list | None, late: int
) -> None:
    """The programme began the post and moved it; HR put the days before the move right; the move is undone."""
    made = enrolled()
    move = moved(made, MARCH)
    first = Spell.objects.live().filter(person=made.person).earliest("effective_on")
    begins = START + late * DAY
    correct_spell(by=BY, spell=first, reason="Half", fte=HALF, effective_on=begins)
    void_event(by=BY, event=move, reason="Wrong")
    before = [line(begins, MARCH - DAY, fte="0.5"), line(MARCH)]
    assert posts(made.person) == before
    event = ends(made, ON)
    assert posts(made.person) == ([] if then is None else [line(begins, UNTIL, fte="0.5"), *then])
    assert people_behind() == []
    void_event(by=BY, event=event, reason="Wrong")
    assert posts(made.person) == before


def test_a_first_day_put_right_to_an_earlier_one_leaves_nothing_of_the_later_one() -> None:
    """The programme had begun the post on a later day; HR stated an earlier one, and ends it: nothing goes on after that."""
    made = due(make.person(), on=START + 40 * DAY)
    start(by=BY, enrolment=made, on=START)
    first = Spell.objects.live().get(person=made.person)
    correct_spell(
        by=BY, spell=first, reason="They left", effective_on=OLD, ended_on=START + 30 * DAY
    )
    assert posts(made.person) == [line(OLD, START + 30 * DAY)]
