"""Two records of one person are merged, and made two again: the post follows the programme and HR at once, both times."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from learners.actions.enrolments import enrol
from learners.actions.events_amend import void_event
from learners.actions.events_change_fte import change_fte
from learners.actions.events_did_not_start import did_not_start
from learners.actions.events_move_region import move_region
from learners.actions.events_start import start
from learners.derived.posts import people_behind
from learners.models import Enrolment
from pqip.core import proof
from pqip.core.errors import RuleBroken
from tests.factories import learners as make
from tests.factories import workforce as w
from tests.learners.files import bring_in, done
from tests.learners.test_posts_follow import BY, DAY, JUNE, MARCH, STAFF, START, line, posts
from tests.learners.test_posts_of_who_never_started import due
from workforce.actions.merges import merge_people, undo_merge
from workforce.actions.posts import change_post, end_post, void_spell
from workforce.models import Person, PersonMerge, Spell

pytestmark = pytest.mark.django_db
HALF = Decimal("0.5")


def enrolled(who: Person) -> Enrolment:
    make.region("WAL")
    made = enrol(
        by=BY,
        person=who,
        cohort=make.cohort(),
        pathway=make.pathway(),
        region=make.region(),
        fte=Decimal(1),
        start_date=START,
        entry_route="external",
        level5_held=True,
        modules_held=["CJS", "UCCB", "PPP"],
    )
    start(by=BY, enrolment=made, on=START)
    return made


def merged(stays: Person, goes: Person) -> PersonMerge:
    merge = merge_people(by=BY, stays=stays, goes=goes, why="One person")
    assert people_behind() == []
    return merge


def parted(merge: PersonMerge) -> None:
    undo_merge(by=BY, merge=merge, reason="Two after all")
    assert people_behind() == []


def stated(who: Person, on: dt.date = START, **terms: Any) -> None:
    """A post that HR states."""
    w.spell(who, on, in_grade="PSO", **terms)


@pytest.mark.parametrize("which", ["the learner stays", "the learner goes"])
def test_what_the_programme_began_gives_way_to_what_hr_stated_on_the_other_record(
    which: str,
) -> None:
    """A starter whom HR brought by a file, and whom somebody enrolled under another number."""
    known, learner = make.person(), make.person()
    stated(known, fte=HALF)
    enrolled(learner)
    stays, goes = (learner, known) if which == "the learner stays" else (known, learner)
    merge = merged(stays, goes)
    assert posts(stays) == [line(START, fte="0.5")]
    assert posts(goes) == []
    parted(merge)
    assert (posts(known), posts(learner)) == ([line(START, fte="0.5")], [line(START)])


@pytest.mark.parametrize("which", ["the learner stays", "the learner goes"])
def test_the_programme_is_laid_over_a_post_of_the_other_record(which: str) -> None:
    """HR stated the post before the move was recorded: the merge makes nothing of it new."""
    known, learner = make.person(), make.person()
    stated(known)
    made = enrolled(learner)
    move = move_region(by=BY, enrolment=made, on=MARCH, to_region=make.region("WAL"))
    stays, goes = (learner, known) if which == "the learner stays" else (known, learner)
    merge = merged(stays, goes)
    moved = [line(START, MARCH - DAY), line(MARCH, region="WAL")]
    assert posts(stays) == moved
    parted(merge)
    assert (posts(known), posts(learner)) == ([line(START)], moved)
    merge = merged(stays, goes)
    assert posts(stays) == moved, "merged again"
    void_event(by=BY, event=move, reason="Wrong")
    assert posts(stays) == [line(START)]
    parted(merge)
    assert (posts(known), posts(learner)) == ([line(START)], [line(START)])


def test_a_post_that_follows_goes_with_its_record_and_comes_back() -> None:
    """HR stated the learner's own post, which has moved; the other record says nothing of posts then."""
    known, learner = make.person(), make.person()
    stated(known, dt.date(2020, 1, 6), ended_on=dt.date(2020, 6, 1))
    stated(learner, dt.date(2022, 5, 2))
    made = enrolled(learner)
    move_region(by=BY, enrolment=made, on=MARCH, to_region=make.region("WAL"))
    theirs = posts(learner)
    merge = merged(known, learner)
    assert posts(known) == [line(dt.date(2020, 1, 6), dt.date(2020, 6, 1)), *theirs]
    parted(merge)
    assert posts(learner) == theirs


def test_what_hr_states_after_a_merge_stands_in_the_way_of_its_undoing() -> None:
    known, learner = make.person(), make.person()
    stated(known, fte=HALF)
    enrolled(learner)
    merge = merged(learner, known)
    change_post(by=BY, person=learner, on=JUNE, fte=Decimal(1))
    with pytest.raises(RuleBroken, match="changed since"):
        undo_merge(by=BY, merge=merge, reason="Two after all")


def test_two_posts_that_hr_stated_for_one_day_are_for_somebody_to_decide() -> None:
    known, learner = make.person(), make.person()
    stated(known, fte=HALF)
    stated(learner)
    enrolled(learner)
    with pytest.raises(RuleBroken, match="one post at a time"):
        merge_people(by=BY, stays=known, goes=learner, why="One person")
    assert Spell.objects.live().filter(person=learner).count() == 1


def test_an_earlier_merge_with_a_third_record_makes_nothing_new() -> None:
    """What HR stated came here from a record that was merged with another before, which was undone."""
    known, third, learner = make.person(), make.person(), make.person()
    stated(known)
    made = enrolled(learner)
    move_region(by=BY, enrolment=made, on=MARCH, to_region=make.region("WAL"))
    parted(merged(third, known))
    merged(learner, known)
    change_fte(by=BY, enrolment=made, on=JUNE, to_fte=Decimal("0.6"))
    assert people_behind() == []
    assert posts(learner) == [
        line(START, MARCH - DAY),
        line(MARCH, JUNE - DAY, region="WAL"),
        line(JUNE, region="WAL", fte="0.6"),
    ]


def test_a_post_that_never_began_goes_with_its_record() -> None:
    other, learner = make.person(), make.person()
    stated(learner, fte=HALF)
    event = did_not_start(by=BY, enrolment=due(learner), on=START)
    merge = merged(other, learner)
    event.refresh_from_db()
    void_event(by=BY, event=event, reason="They came after all")
    assert (posts(other), posts(learner)) == ([line(START, fte="0.5")], [])
    parted(merge)
    assert (posts(other), posts(learner)) == ([], [line(START, fte="0.5")])


def test_what_hr_undid_before_a_merge_stays_undone() -> None:
    other, learner = make.person(), make.person()
    enrolled(learner)
    void_spell(by=BY, spell=Spell.objects.live().get(person=learner), reason="No such post")
    merge = merged(other, learner)
    assert posts(other) == []
    parted(merge)
    assert (posts(other), posts(learner)) == ([], [])


def test_what_hr_undid_after_a_merge_stays_undone_with_its_undoing() -> None:
    other, learner = make.person(), make.person()
    enrolled(learner)
    merge = merged(other, learner)
    void_spell(by=BY, spell=Spell.objects.live().get(person=other), reason="No such post")
    parted(merge)
    assert (posts(other), posts(learner)) == ([], [])


def test_who_never_started_since_does_not_stand_in_the_way_of_undoing_a_merge() -> None:
    known, learner = make.person(), make.person()
    stated(known, fte=HALF)
    made = due(learner)
    merge = merged(learner, known)
    did_not_start(by=BY, enrolment=made, on=START)
    parted(merge)
    assert (posts(known), posts(learner)) == ([line(START, fte="0.5")], [])


def moved(made: Enrolment) -> None:
    made.refresh_from_db()
    move_region(by=BY, enrolment=made, on=MARCH, to_region=make.region("WAL"))


MOVED = [line(START, MARCH - DAY), line(MARCH, region="WAL")]


def test_a_post_that_both_records_had_word_for_word_was_stated_when_hr_stated_it() -> None:
    known, learner = make.person(), make.person()
    stated(known)
    stated(learner)
    made = enrolled(learner)
    merge = merged(known, learner)
    moved(made)
    assert posts(known) == MOVED
    parted(merge)
    assert (posts(known), posts(learner)) == ([line(START)], MOVED)


@pytest.mark.parametrize("begun", ["by HR", "by the programme"])
@pytest.mark.parametrize("change", ["hours", "end"])
def test_what_hr_put_right_of_a_post_that_followed_stands_in_the_way_of_an_undoing(
    begun: str, change: str
) -> None:
    """Else the post would be held twice: as it was by the record that went, and as put right by the one that stayed."""
    known, learner = make.person(), make.person()
    stated(known, dt.date(2020, 1, 6), ended_on=dt.date(2020, 6, 1))
    if begun == "by HR":
        stated(learner)
    made = enrolled(learner)
    moved(made)
    merge = merged(known, learner)
    if change == "hours":
        change_post(by=BY, person=known, on=JUNE, fte=HALF)
    else:
        end_post(by=BY, person=known, last_day=JUNE)
    with pytest.raises(RuleBroken, match="changed since"):
        undo_merge(by=BY, merge=merge, reason="Two after all")


def test_what_hr_put_right_of_the_record_that_stays_is_in_nobodys_way() -> None:
    other, learner = make.person(), make.person()
    stated(other, dt.date(2020, 1, 6), ended_on=dt.date(2020, 6, 1))
    moved(enrolled(learner))
    merge = merged(learner, other)
    change_post(by=BY, person=learner, on=JUNE, fte=HALF)
    parted(merge)
    assert posts(learner)[-1] == line(JUNE, region="WAL", fte="0.5")


@pytest.mark.parametrize("first", ["the learner's", "the other"])
def test_two_merges_are_undone_in_either_order(first: str) -> None:
    known, learner, third = make.person(), make.person(), make.person()
    made = enrolled(learner)
    stated(third, fte=HALF)
    moved(made)
    merges = [merged(known, learner), merged(known, third)]
    halved = [line(START, MARCH - DAY, fte="0.5"), line(MARCH, region="WAL", fte="0.5")]
    assert posts(known) == halved
    made.refresh_from_db()
    change_fte(by=BY, enrolment=made, on=JUNE, to_fte=Decimal("0.8"))
    for merge in merges if first == "the learner's" else reversed(merges):
        merge.refresh_from_db()
        parted(merge)
    assert (posts(known), posts(third)) == ([], [line(START, fte="0.5")])
    assert posts(learner) == [
        MOVED[0],
        line(MARCH, JUNE - DAY, region="WAL"),
        line(JUNE, region="WAL", fte="0.8"),
    ]
    assert [said for check in proof.checks() for said in check.differences()] == []


def file_of(who: Person) -> dict[str, str]:
    """HR's row of somebody as it was before any merge."""
    who.refresh_from_db()
    return {
        **STAFF,
        "staff_number": who.staff_number,
        "email": who.email or "somebody@example.com",
        "first_name": who.first_name,
        "last_name": who.last_name,
    }


@pytest.mark.parametrize("which", ["the learner stays", "the learner goes"])
def test_the_same_file_of_staff_is_no_news_after_a_merge(tmp_path: Path, which: str) -> None:
    done(bring_in(tmp_path, "staff", STAFF))
    other, learner = make.person(), Person.objects.get(staff_number=STAFF["staff_number"])
    moved(enrolled(learner))
    stays, goes = (learner, other) if which == "the learner stays" else (other, learner)
    merged(stays, goes)
    before = posts(stays)
    bring_in(tmp_path, "staff", file_of(stays))
    assert done(bring_in(tmp_path, "staff", file_of(stays))) == "1 unchanged"
    assert posts(stays) == before


def test_what_a_merge_brought_was_not_said_of_who_stays_once_it_is_undone(tmp_path: Path) -> None:
    done(bring_in(tmp_path, "staff", STAFF))
    known, learner = Person.objects.get(staff_number=STAFF["staff_number"]), make.person()
    made = enrolled(learner)
    merge = merged(learner, known)
    moved(made)
    parted(merge)
    assert posts(learner) == MOVED
    assert done(bring_in(tmp_path, "staff", file_of(learner))) == "1 changed"
    assert posts(learner)[-1] == line(MARCH)
