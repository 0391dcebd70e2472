"""Whose a post is and since when it was stated, where records of people were merged and parted."""

from __future__ import annotations

import datetime as dt

import pytest

from learners.derived.posts_stated import Merges, merged
from tests.factories.workforce import BY, person, spell
from workforce.actions.merges import merge_people, undo_merge
from workforce.models import Person, PersonMerge, Spell

pytestmark = pytest.mark.django_db


def into(stays: Person, goes: Person, *, undone: bool = False) -> PersonMerge:
    merge = merge_people(by=BY, stays=stays, goes=goes, why="One person")
    if undone:
        undo_merge(by=BY, merge=merge, reason="Two after all")
    return merge


def test_a_record_that_stands_by_itself_was_merged_with_another() -> None:
    """One that went into another stands by itself again once that is undone; a stranger was never merged."""
    stays, goes, taken, parted, stranger = (person() for _ in range(5))
    into(stays, goes)
    into(taken, parted, undone=True)
    everybody = {one.pk: one for one in (stays, goes, taken, parted, stranger)}
    assert merged() == {stays.pk, taken.pk, parted.pk}
    assert merged(everybody) == merged()
    assert {key: merged({key}) for key in everybody} == {
        stays.pk: {stays.pk},
        goes.pk: set(),
        taken.pk: {taken.pk},
        parted.pk: {parted.pk},
        stranger.pk: set(),
    }
    assert merged({parted.pk, stranger.pk}) == {parted.pk}
    assert merged(set()) == set()


def test_the_merges_of_somebody_are_those_of_everybody_they_were_merged_with() -> None:
    first, second, third, fourth, fifth = (person() for _ in range(5))
    into(second, first, undone=True)
    into(second, third, undone=True)
    into(third, fourth)
    into(fifth, person())
    for asked in (first, second, third, fourth):
        assert Merges([asked.pk]).people == {one.pk for one in (first, second, third, fourth)}
    assert Merges([first.pk]).owner(fourth.pk) == third.pk
    assert Merges([first.pk]).owner(first.pk) == first.pk, "that merge was undone"
    assert Merges([first.pk]).others_of(third.pk) == {second.pk}
    assert Merges([first.pk]).others_of(second.pk) == set()
    assert Merges([first.pk]).others_of(fourth.pk) == set(), "that merge stands"


def test_a_post_was_stated_when_hr_stated_it_however_often_it_moved() -> None:
    stays, goes = person(), person()
    first = spell(goes)
    first.refresh_from_db()
    for _ in range(2):
        into(stays, goes, undone=True)
    into(stays, goes)
    known = Merges([stays.pk])
    moved = Spell.objects.filter(effective_on=first.effective_on)
    assert {known.stated_at(row) for row in moved} == {first.recorded_at}
    assert len(moved) == 6
    earlier = first.effective_on - dt.timedelta(days=1)
    new = spell(stays, earlier, ended_on=earlier)
    new.refresh_from_db()
    assert Merges([stays.pk]).stated_at(new) == new.recorded_at


MERGED, PARTED = dt.datetime(2025, 3, 3, tzinfo=dt.UTC), dt.datetime(2025, 6, 2, tzinfo=dt.UTC)
SECOND = dt.timedelta(seconds=1)
STAYED, WENT = 1, 2


def whose(
    recorded_at: dt.datetime = MERGED + SECOND,
    voided_at: dt.datetime | None = PARTED - SECOND,
    *,
    of: int = STAYED,
    placed: set[int] | None = None,
) -> int:
    """Whose a row is, where two records were merged in March and parted in June. By default the one that went has a place."""
    known = Merges([])
    known.undone = [
        PersonMerge(stays_id=STAYED, goes_id=WENT, recorded_at=MERGED, voided_at=PARTED)
    ]
    known.placed = {WENT} if placed is None else placed
    return known.owner_of_row(Spell(person_id=of, recorded_at=recorded_at, voided_at=voided_at))


@pytest.mark.parametrize(
    ("recorded_at", "voided_at", "owner"),
    [
        (MERGED - SECOND, PARTED - SECOND, STAYED),
        (MERGED, PARTED - SECOND, WENT),
        (MERGED + SECOND, PARTED - SECOND, WENT),
        (MERGED + SECOND, PARTED, STAYED),
        (MERGED + SECOND, PARTED + SECOND, STAYED),
        (MERGED + SECOND, None, STAYED),
    ],
)
def test_what_was_recorded_and_undone_while_they_were_one_is_whose_the_place_is(
    recorded_at: dt.datetime, voided_at: dt.datetime | None, owner: int
) -> None:
    assert whose(recorded_at, voided_at) == owner


@pytest.mark.parametrize(
    ("placed", "owner"),
    [({WENT}, WENT), ({STAYED}, STAYED), ({STAYED, WENT}, STAYED), (set(), STAYED)],
)
def test_it_stays_with_the_record_unless_only_the_other_has_a_place(
    placed: set[int], owner: int
) -> None:
    assert whose(placed=placed) == owner


@pytest.mark.parametrize("of", [WENT, 3])
def test_what_was_recorded_of_another_record_is_that_records(of: int) -> None:
    assert whose(of=of, placed={WENT}) == of
