"""HR's file of every night: what it says again says nothing new, whatever the programme said between; what differs is news."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from learners.actions.events_amend import void_event
from learners.actions.events_change_fte import change_fte
from learners.actions.events_did_not_start import did_not_start
from learners.actions.events_move_region import move_region
from learners.actions.qualified_officers import answer_post, offer_post
from learners.actions.withdrawals import withdraw
from learners.derived.posts import people_behind
from learners.facts.posts import differences
from learners.models import Enrolment
from tests.factories import learners as make
from tests.learners.files import bring_in, day, done, learner
from tests.learners.test_posts_follow import (
    BY,
    DAY,
    JUNE,
    MARCH,
    STAFF,
    START,
    enrolled,
    line,
    posts,
)
from tests.learners.test_posts_of_who_never_started import due
from workforce.models import Person, Spell

pytestmark = pytest.mark.django_db
#: Every column that a row of a post may have.
ROW = {**STAFF, "end_date": "", "function": "court", "effective_from": ""}


@pytest.fixture(autouse=True)
def followed() -> Iterator[None]:
    """Whatever a test has done, posts are what the programme and HR say of them."""
    make.region("WAL")
    yield
    assert people_behind() == []


def known(tmp_path: Path, row: dict[str, Any]) -> Person:
    assert done(bring_in(tmp_path, "staff", row)) == "1 new"
    return Person.objects.get(staff_number=row["staff_number"])


def _moves(made: Enrolment) -> None:
    move_region(by=BY, enrolment=made, on=MARCH, to_region=make.region("WAL"))


def _becomes_an_officer(made: Enrolment) -> None:
    make.event(made, "completed", MARCH)
    offer = offer_post(by=BY, enrolment=made, on=MARCH, region=make.region("WAL"))
    answer_post(by=BY, post=offer, answer="accepted", on=JUNE)


def _left(**more: Any) -> Callable[[Enrolment], Any]:
    return lambda made: withdraw(by=BY, enrolment=made, **more)


EVENTS: dict[str, Callable[[Enrolment], Any]] = {
    "moves": _moves,
    "changes hours": lambda made: change_fte(
        by=BY, enrolment=made, on=MARCH, to_fte=Decimal("0.6")
    ),
    "leaves the Service": _left(on=MARCH, destination="left_service"),
    "leaves on the first day": _left(on=START, destination="left_service"),
    "returns to a PSO's post": _left(on=MARCH, destination="returned_to_pso"),
    "becomes an officer": _becomes_an_officer,
    "did not start": lambda made: did_not_start(by=BY, enrolment=made, on=START),
}


@pytest.mark.parametrize("since", ["2025-01-15", "2022-05-02"])
@pytest.mark.parametrize("what", EVENTS)
def test_the_same_file_after_any_event_is_no_news_and_another_is(
    tmp_path: Path, what: str, since: str
) -> None:
    row = {**ROW, "start_date": since}
    who = known(tmp_path, row)
    EVENTS[what](enrolled(who))
    before = posts(who)
    assert done(bring_in(tmp_path, "staff", row)) == "1 unchanged"
    assert done(bring_in(tmp_path, "staff", {**row, "effective_from": since})) == "1 unchanged"
    assert posts(who) == before
    assert done(bring_in(tmp_path, "staff", {**row, "function": "prison"})) == "1 changed"


def test_hr_says_that_the_psos_post_goes_on_which_the_programme_ended_by_an_officers(
    tmp_path: Path,
) -> None:
    who = known(tmp_path, ROW)
    _becomes_an_officer(enrolled(who))
    assert done(bring_in(tmp_path, "staff", {**ROW, "function": "prison"})) == "1 changed"
    assert posts(who) == [line(day("2022-05-02"), JUNE - DAY), line(JUNE)]
    assert [one.kind for one in differences(JUNE)] == ["officer"]


def test_a_correction_of_the_last_post_is_news_though_an_earlier_one_said_the_same(
    tmp_path: Path,
) -> None:
    """The programme changed the earlier post; the row is of the later one, which HR had stated with other hours."""
    who = known(tmp_path, STAFF)
    later = {**STAFF, "fte": "0.8", "effective_from": "2025-05-05"}
    assert done(bring_in(tmp_path, "staff", later)) == "1 changed"
    _moves(enrolled(who))
    assert done(bring_in(tmp_path, "staff", {**STAFF, "fte": "0.8"})) == "1 unchanged"
    assert done(bring_in(tmp_path, "staff", STAFF)) == "1 changed"
    assert posts(who)[-1] == line(day("2025-05-05"))


def test_what_hr_stated_otherwise_since_may_be_stated_again(tmp_path: Path) -> None:
    row = {**STAFF, "start_date": "2025-01-15", "fte": "0.5"}
    who = known(tmp_path, row)
    did_not_start(by=BY, enrolment=due(who), on=START)
    assert done(bring_in(tmp_path, "staff", {**row, "fte": "0.8"})) == "1 changed"
    assert done(bring_in(tmp_path, "staff", row)) == "1 changed"
    assert posts(who) == [line(START, fte="0.5")]


@pytest.mark.parametrize(
    "mail", ["l1@example.com", ""], ids=["all is known", "the address is news"]
)
@pytest.mark.parametrize("what", EVENTS)
def test_what_hr_said_of_a_post_as_the_programme_had_begun_it_is_no_news_later(
    tmp_path: Path, what: str, mail: str
) -> None:
    """The learner came first, and HR's file said the same of the post; it is HR's from then on, and says nothing new later."""
    make.pathway()
    done(bring_in(tmp_path, "learners", learner(email=mail)))
    who, row = Person.objects.get(staff_number="L1"), {**STAFF, "start_date": "2025-01-15"}
    said = "1 unchanged" if mail else "1 changed"
    assert done(bring_in(tmp_path, "staff", row, check=True)) == said
    assert Spell.objects.live().get(person=who).follows_programme
    assert done(bring_in(tmp_path, "staff", row)) == said
    stated = Spell.objects.live().get(person=who)
    assert not stated.follows_programme
    assert done(bring_in(tmp_path, "staff", row)) == "1 unchanged"
    assert Spell.objects.live().get(person=who).pk == stated.pk
    EVENTS[what](Enrolment.objects.get(person=who))
    before = posts(who)
    assert done(bring_in(tmp_path, "staff", row)) == "1 unchanged"
    assert posts(who) == before


def test_what_hr_never_said_of_a_post_is_news_after_the_programme_changed_it(
    tmp_path: Path,
) -> None:
    make.pathway()
    done(bring_in(tmp_path, "learners", learner()))
    who = Person.objects.get(staff_number="L1")
    _moves(Enrolment.objects.get(person=who))
    assert done(bring_in(tmp_path, "staff", {**STAFF, "start_date": "2025-01-15"})) == "1 changed"
    assert posts(who) == [line(START, MARCH - DAY), line(MARCH)]
    assert [one.kind for one in differences(JUNE)] == ["region"]


def test_an_end_that_hr_did_not_state_is_not_theirs(tmp_path: Path) -> None:
    """The row names no last day, and agrees with a post that the programme has ended: undone, the post goes on."""
    make.pathway()
    done(bring_in(tmp_path, "learners", learner(email="l1@example.com")))
    who = Person.objects.get(staff_number="L1")
    event = withdraw(
        by=BY, enrolment=Enrolment.objects.get(person=who), on=MARCH, destination="left_service"
    )
    row = {**STAFF, "start_date": "2025-01-15"}
    assert done(bring_in(tmp_path, "staff", row)) == "1 unchanged"
    void_event(by=BY, event=event, reason="Wrong")
    assert posts(who) == [line(START)]
