"""Who did not start holds no learner's post: the one that HR had stated for the first day is gone, and is back with an undo."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from pathlib import Path

import pytest

from learners.actions.enrolments import enrol
from learners.actions.events_amend import void_event
from learners.actions.events_did_not_start import did_not_start
from learners.actions.events_move_region import move_region
from learners.actions.events_start import start
from learners.derived.posts import people_behind
from learners.models import Enrolment
from tests.factories import learners as make
from tests.factories import workforce as w
from tests.learners.files import bring_in, done
from tests.learners.test_posts_follow import BY, DAY, JUNE, MARCH, START, line, posts
from workforce.actions.posts import begin_post, change_post, correct_spell, void_spell
from workforce.models import Person, Spell

pytestmark = pytest.mark.django_db
HALF = Decimal("0.5")


def due(who: Person, intake: str = "", on: dt.date = START) -> Enrolment:
    """Enrolled from outside, and due to start."""
    make.region("WAL")
    return enrol(
        by=BY,
        person=who,
        cohort=make.cohort(intake) if intake else make.cohort(),
        pathway=make.pathway(),
        region=make.region(),
        fte=Decimal(1),
        start_date=on,
        entry_route="external",
        level5_held=True,
        modules_held=["CJS", "UCCB", "PPP"],
    )


TOLD = START + 5 * DAY


@pytest.mark.parametrize(
    ("begins", "told", "stays"),
    [
        (START - DAY, TOLD, True),
        (START, TOLD, False),
        (START, START, False),
        (START + DAY, START, True),
        (TOLD, TOLD, False),
        (TOLD + DAY, TOLD, True),
        (START + 400 * DAY, TOLD, True),
    ],
)
def test_a_post_stated_for_the_first_day_is_gone_and_back_with_an_undo(
    begins: dt.date, told: dt.date, stays: bool
) -> None:
    """Until the day that was recorded for it; a post of later is another."""
    who = make.person()
    w.spell(who, begins, in_grade="PSO")
    made = due(who)
    before = posts(who)
    event = did_not_start(by=BY, enrolment=made, on=told)
    assert posts(who) == ([line(begins)] if stays else [])
    void_event(by=BY, event=event, reason="They came after all")
    assert posts(who) == before
    did_not_start(by=BY, enrolment=made, on=told)
    assert posts(who) == ([line(begins)] if stays else [])
    assert people_behind() == []


def test_a_pso_whose_hours_changed_since_stays_a_pso() -> None:
    who = make.person()
    w.spell(who, dt.date(2022, 5, 2), in_grade="PSO")
    change_post(by=BY, person=who, on=START, fte=HALF)
    did_not_start(by=BY, enrolment=due(who), on=START)
    assert posts(who) == [line(dt.date(2022, 5, 2), START - DAY), line(START, fte="0.5")]


def test_what_the_programme_made_of_it_is_gone_too() -> None:
    who = make.person()
    w.spell(who, START, in_grade="PSO")
    made = due(who)
    move = move_region(by=BY, enrolment=made, on=START + DAY, to_region=make.region("WAL"))
    assert posts(who) == [line(START, START), line(START + DAY, region="WAL")]
    event = did_not_start(by=BY, enrolment=made, on=START + 2 * DAY)
    assert posts(who) == []
    void_event(by=BY, event=event, reason="They came after all")
    void_event(by=BY, event=move, reason="They never moved")
    assert posts(who) == [line(START)]


def test_what_hr_states_afterwards_stands() -> None:
    who = make.person()
    w.spell(who, START, in_grade="PSO")
    did_not_start(by=BY, enrolment=due(who), on=START)
    begin_post(by=BY, person=who, on=START, grade=w.grade("PSO"), region=make.region(), fte=HALF)
    assert posts(who) == [line(START, fte="0.5")]
    assert people_behind() == []


@pytest.mark.parametrize(
    ("on", "stated"), [(START + 5 * DAY, True), (START + 6 * DAY, False), (JUNE, False)]
)
def test_who_began_in_another_place_by_then_keeps_the_post_that_was_stated(
    on: dt.date, stated: bool
) -> None:
    who = make.person()
    w.spell(who, START, in_grade="PSO", fte=HALF)
    did_not_start(by=BY, enrolment=due(who), on=START + 5 * DAY)
    due(who, "2025-06", on)
    assert posts(who) == ([line(START, fte="0.5")] if stated else [line(on)])


def test_they_are_listed_under_the_post_they_held_before() -> None:
    who = make.person()
    w.spell(who, dt.date(2015, 5, 4), in_region="WAL", ended_on=dt.date(2020, 6, 1))

    def listed() -> tuple[str, str]:
        who.refresh_from_db()
        return who.grade.code, who.region.code  # type: ignore[union-attr]

    made = due(who)
    assert listed() == ("PSO", "NE")
    did_not_start(by=BY, enrolment=made, on=START)
    assert listed() == ("PO", "WAL")


def test_an_officer_stays_one() -> None:
    who = make.person()
    w.spell(who, START, in_grade="PO")
    did_not_start(by=BY, enrolment=due(who), on=START)
    assert posts(who) == [line(START, grade="PO")]


def test_a_first_day_put_right_leaves_what_hr_put_right_of_the_post() -> None:
    """The programme began the post and moved it; HR halved the days before; then the start is recorded a week late."""
    who = make.person()
    made = due(who)
    move_region(by=BY, enrolment=made, on=MARCH, to_region=make.region("WAL"))
    first = Spell.objects.live().filter(person=who).earliest("effective_on")
    correct_spell(by=BY, spell=first, reason="Half", fte=HALF)
    stated = [line(START, MARCH - DAY, fte="0.5"), line(MARCH, region="WAL")]
    assert posts(who) == stated
    start(by=BY, enrolment=made, on=START + 7 * DAY)
    assert posts(who) == stated
    assert people_behind() == []


def test_the_programme_does_not_begin_a_post_before_the_first_day_that_hr_put_right() -> None:
    """The programme began the post and moved it; HR says that it began a week later. What the move made of it stays."""
    who, later = make.person(), START + 7 * DAY
    move_region(by=BY, enrolment=due(who), on=MARCH, to_region=make.region("WAL"))
    first = Spell.objects.live().filter(person=who).earliest("effective_on")
    correct_spell(by=BY, spell=first, reason="Later", effective_on=later)
    assert posts(who) == [line(later, MARCH - DAY), line(MARCH, region="WAL")]
    assert people_behind() == []


def test_a_post_that_hr_stated_itself_and_undid_is_begun_by_the_programme() -> None:
    """It refused no post of the programme's: it had stated its own for the first day, on another record than was meant."""
    who = make.person()
    w.spell(who, START, in_grade="PSO", fte=HALF)
    due(who)
    void_spell(by=BY, spell=Spell.objects.live().get(person=who), reason="Somebody else")
    assert posts(who) == [line(START)]
    assert people_behind() == []


def test_a_post_that_hr_undid_is_not_begun_beside_its_own_of_later() -> None:
    """HR's own begins a week later, and states the same day as that on which they came into post."""
    who, later = make.person(), START + 7 * DAY
    due(who)
    void_spell(by=BY, spell=Spell.objects.live().get(person=who), reason="Not that week")
    w.spell(who, later, in_grade="PSO", post_start_date=START)
    assert people_behind() == []
    assert posts(who) == [line(later)]


def test_what_hr_put_right_of_a_part_and_undid_is_as_the_programme_says() -> None:
    who = make.person()
    move_region(by=BY, enrolment=due(who), on=MARCH, to_region=make.region("WAL"))
    first = Spell.objects.live().filter(person=who).earliest("effective_on")
    halved = correct_spell(by=BY, spell=first, reason="Half", fte=HALF)
    void_spell(by=BY, spell=halved, reason="Full time after all")
    assert posts(who) == [line(START, MARCH - DAY), line(MARCH, region="WAL")]
    assert people_behind() == []


def test_who_was_in_another_grade_until_then_stays_in_post() -> None:
    who = make.person()
    w.spell(who, dt.date(2022, 5, 2), in_grade="PO", ended_on=START - DAY)
    w.spell(who, START, in_grade="PSO")
    did_not_start(by=BY, enrolment=due(who), on=START)
    assert posts(who) == [line(dt.date(2022, 5, 2), START - DAY, grade="PO"), line(START)]


@pytest.mark.parametrize("begun", ["by HR", "by the programme"])
def test_a_part_that_hr_put_right_takes_no_other_part_with_it(begun: str) -> None:
    who = make.person()
    if begun == "by HR":
        w.spell(who, START, in_grade="PSO")
    made = due(who)
    move_region(by=BY, enrolment=made, on=START + 2 * DAY, to_region=make.region("WAL"))
    first = Spell.objects.live().filter(person=who).earliest("effective_on")
    correct_spell(by=BY, spell=first, reason="Half", fte=HALF)
    before = posts(who)
    event = did_not_start(by=BY, enrolment=made, on=TOLD)
    assert posts(who) == []
    void_event(by=BY, event=event, reason="They came after all")
    assert posts(who) == before


STAFF = {
    "staff_number": "S9",
    "email": "s9@example.com",
    "first_name": "A",
    "last_name": "B",
    "grade": "PSO",
    "region": "NE",
    "fte": "0.5",
    "start_date": "2025-01-15",
}


def test_the_same_file_of_staff_again_changes_nothing(tmp_path: Path) -> None:
    """HR's file of every night says what it said before the programme did; only what differs from that is news."""
    done(bring_in(tmp_path, "staff", STAFF))
    who = Person.objects.get(staff_number="S9")
    made = due(who)
    move = move_region(by=BY, enrolment=made, on=START + DAY, to_region=make.region("WAL"))
    moved = [line(START, START, fte="0.5"), line(START + DAY, region="WAL", fte="0.5")]
    assert done(bring_in(tmp_path, "staff", STAFF)) == "1 unchanged"
    assert posts(who) == moved
    did_not_start(by=BY, enrolment=made, on=START + 2 * DAY)
    assert done(bring_in(tmp_path, "staff", STAFF)) == "1 unchanged"
    assert posts(who) == []
    assert done(bring_in(tmp_path, "staff", STAFF | {"fte": "0.8"})) == "1 changed"
    assert posts(who) == [line(START, fte="0.8")]
    assert move.pk


def test_what_hr_put_right_since_is_not_said_again_by_an_older_file(tmp_path: Path) -> None:
    done(bring_in(tmp_path, "staff", STAFF))
    who = Person.objects.get(staff_number="S9")
    move_region(by=BY, enrolment=due(who), on=START + DAY, to_region=make.region("WAL"))
    last = Spell.objects.live().filter(person=who).latest("effective_on")
    correct_spell(by=BY, spell=last, reason="Full time", fte=Decimal(1))
    assert done(bring_in(tmp_path, "staff", STAFF)) == "1 changed"
