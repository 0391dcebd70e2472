"""Two records of one person become one, and two again: everything moves at one instant, and what was known stays known."""

from __future__ import annotations

import datetime as dt
import io
from dataclasses import dataclass
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from assessments.models import Registration
from learners.derived.enrolments import refresh
from learners.models import Allocation, Enrolment, ProtectedDay, Review, TrainingRecord
from learners.queries.records import history_of
from pqip.core import proof
from pqip.core.acting import acting_as
from pqip.core.errors import Conflict, NotAllowed, RuleBroken
from pqip.core.models import AuditEntry
from pqip.core.snapshot import safe_known_at
from reports.catalogue import REPORTS
from reports.figures.asking import Question
from reports.queries.answers import answer
from reports.render.files import write
from tests.factories import assessments, learners, workforce
from tests.factories.workforce import BY
from workforce.actions.merges import merge_people, undo_merge
from workforce.actions.posts import end_post
from workforce.models import EqualityAnswers, Person, PersonMerge, Spell, User
from workforce.ports import merging

TABLES = {table.name: table for report in REPORTS.values() for table in (report, *report.more)}
DAYS = (dt.date(2025, 3, 31), dt.date(2026, 2, 28))
START = dt.date(2025, 1, 15)


@dataclass
class Two:
    """Ann Reed, a PSO of 2020 to 2024 under one number and on the programme under another; and those around her."""

    earlier: Person
    later: Person
    place: Enrolment
    candidate: Registration
    pta: Person
    by: User


def two() -> Two:
    """What a duplicate looks like: the programme's file made somebody who had been there as a PSO."""
    earlier = workforce.person(
        "Q0001", first_name="Ann", last_name="Reed", in_grade="PSO", email="ann@example.com"
    )
    workforce.spell(earlier, dt.date(2020, 1, 6), in_grade="PSO", ended_on=dt.date(2025, 1, 14))
    later = workforce.person("X0002", first_name="Anne", last_name="Reed", in_grade="PSO", email="")
    workforce.spell(later, START, in_grade="PSO")
    pta = assessments.assessor(workforce.person("P0001", in_grade="PTA"))
    workforce.spell(pta, in_grade="PTA")
    place = learners.enrolment(who=later, start=START)
    assessments.allocate(later, pta, "pta")
    candidate = assessments.registration(later, of=assessments.qualification("VQ5"))
    assessments.decision(assessments.evidence(candidate), pta)
    course = learners.course("FL1")
    with acting_as(by=BY):
        TrainingRecord.objects.create(
            person=earlier, course=course, effective_on=dt.date(2024, 5, 1), status="attended"
        )
        TrainingRecord.objects.create(
            person=later, course=course, effective_on=dt.date(2025, 6, 1), status="booked"
        )
        Review.objects.create(
            person=later, effective_on=dt.date(2025, 4, 1), held_on=dt.date(2025, 4, 2)
        )
        ProtectedDay.objects.create(
            person=later, kind="university", effective_on=dt.date(2025, 5, 1)
        )
        EqualityAnswers.objects.create(person=later, sex="Female", ethnicity="", disability="")
        EqualityAnswers.objects.create(
            person=earlier, sex="", ethnicity="White: English", disability="No"
        )
        refresh([place.pk])
    return Two(earlier, later, place, candidate, pta, workforce.user("national"))


def asked(
    known_at: dt.datetime, days: tuple[dt.date, ...] = DAYS
) -> dict[tuple[str, dt.date], bytes]:
    """Every table of every report, as bytes."""
    found = {}
    for name, table in TABLES.items():
        for day in days:
            stream = io.BytesIO()
            write(
                answer(table, Question(day, known_at), place="", by="", with_more=False),
                "csv",
                stream,
            )
            found[name, day] = stream.getvalue()
    return found


def differing(one: dict[Any, bytes], other: dict[Any, bytes]) -> list[Any]:
    return [key for key in one if one[key] != other[key]]


def proved() -> list[str]:
    return [f"{check.title}: {said}" for check in proof.checks() for said in check.differences()]


def test_every_relation_to_a_person_says_what_becomes_of_it() -> None:
    assert merging.undeclared() == []


def test_a_relation_that_says_nothing_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(merging._registry.kinds, Spell)
    assert merging.undeclared() == ["workforce.Spell.person"]
    assert [error.id for error in merging.every_relation_says(None)] == ["workforce.E010"]


def test_what_was_known_stays_known_and_undoing_gives_the_same_bytes(real_db: Any) -> None:
    there = two()
    before = safe_known_at()
    first = asked(before)
    merge = merge_people(
        by=there.by, stays=there.later, goes=there.earlier, why="Same payroll record"
    )
    assert proved() == []
    between = safe_known_at()
    merged = asked(between)
    assert differing(first, asked(before)) == []
    assert differing(first, merged) != []
    undo_merge(by=there.by, merge=merge, reason="They are two after all")
    assert proved() == []
    assert differing(first, asked(safe_known_at())) == []
    assert differing(first, asked(before)) == []
    assert differing(merged, asked(between)) == []


def test_everything_that_stood_of_both_is_of_one(db: None) -> None:
    there = two()
    old = {
        model: set(model.objects.live().filter(person=there.earlier).values_list("pk", flat=True))
        for model in (Spell, TrainingRecord)
    }
    merge = merge_people(
        by=there.by, stays=there.later, goes=there.earlier, why="Same payroll record"
    )
    assert (merge.stays, merge.goes, merge.recorded_by) == (
        there.later,
        there.earlier,
        f"user:{there.by.pk}",
    )
    for model, keys in old.items():
        was = model.objects.filter(pk__in=keys)
        assert {row.voided_at for row in was} == {merge.recorded_at}, "one instant"
        anew = model.objects.live().filter(person=there.later, recorded_at=merge.recorded_at)
        assert len(anew) == len(keys) == 1
    assert [
        spell.effective_on
        for spell in Spell.objects.live().filter(person=there.later).order_by("effective_on")
    ] == [dt.date(2020, 1, 6), START]
    there.later.refresh_from_db()
    assert (there.later.name, there.later.staff_number, there.later.email) == (
        "Anne Reed",
        "X0002",
        "ann@example.com",
    )
    answers = EqualityAnswers.objects.get(person__in=[there.earlier, there.later])
    assert (answers.person, answers.sex, answers.ethnicity, answers.disability) == (
        there.later,
        "Female",
        "White: English",
        "No",
    )


def test_places_and_registrations_go_to_who_stays_whichever_number_that_is(db: None) -> None:
    there = two()
    user = workforce.user("learner", person=there.later)
    merge_people(
        by=there.by,
        stays=there.earlier,
        goes=there.later,
        why="The payroll number is the earlier one",
    )
    there.place.refresh_from_db()
    there.candidate.refresh_from_db()
    user.refresh_from_db()
    assert there.place.person == there.candidate.person == user.person == there.earlier
    assert there.place.person.staff_number == "Q0001"
    assert there.place.pta == there.pta
    assert Allocation.objects.live().get(role="pta").person == there.earlier


def test_judgement_stays_under_the_record_that_gave_it_and_the_number_is_free_to_choose(
    db: None,
) -> None:
    there = two()
    twin = workforce.person("P0009", first_name="Sam", last_name="Okafor", in_grade="PTA", email="")
    with acting_as(by=BY):
        Allocation.objects.create(person=there.later, other=twin, role="mentor", effective_on=START)
    merge = merge_people(by=there.by, stays=twin, goes=there.pta, why="The same assessor")
    assert merge.stays == there.pta, "whoever decided keeps the record"
    there.pta.refresh_from_db()
    twin.refresh_from_db()
    assert (there.pta.staff_number, twin.staff_number) == ("P0009", "P0001")
    assert (
        Person.objects.numbered("p0001").get()
        == Person.objects.numbered("P0009").get()
        == there.pta
    )
    assert Allocation.objects.live().get(role="mentor").other == there.pta
    undo_merge(by=there.by, merge=merge, reason="Two assessors")
    there.pta.refresh_from_db()
    twin.refresh_from_db()
    assert (there.pta.staff_number, twin.staff_number) == ("P0001", "P0009")
    assert Person.objects.numbered("P0009").get() == twin
    assert Allocation.objects.live().get(role="mentor").other == twin


def refused(there: Two, **wrong: Any) -> str:
    with pytest.raises(RuleBroken) as said:
        merge_people(
            **{"by": there.by, "stays": there.later, "goes": there.earlier, "why": "Same", **wrong}
        )
    assert not PersonMerge.objects.exists()
    return said.value.message.replace("\xa0", " ")


def test_everything_that_stands_in_the_way_is_said_at_once(db: None) -> None:
    there = two()
    workforce.spell(
        there.earlier, dt.date(2025, 1, 15), in_grade="PO", ended_on=dt.date(2026, 1, 1)
    )
    workforce.user("pta", person=there.earlier)
    workforce.user("learner", person=there.later)
    assessments.decision(
        assessments.evidence(assessments.registration()), assessments.assessor(there.earlier)
    )
    assessments.assessor(there.later)
    learners.enrolment(who=there.earlier, start=START)
    filled = assessments.registration(there.earlier, of=assessments.qualification("VQ5"))
    assessments.evidence(filled)
    assessments.allocate(there.earlier, there.later, "mentor")
    with acting_as(by=BY):
        Person.objects.filter(pk=there.earlier.pk).update(date_of_birth=dt.date(1990, 1, 1))
        Person.objects.filter(pk=there.later.pk).update(date_of_birth=dt.date(1991, 1, 1))
    said = refused(there)
    for words in (
        "The post Probation officer",
        "Both have a sign-in account",
        "Their dates of birth differ (1 Jan 1990 and 1 Jan 1991)",
        "Both records have given judgement or hold authority",
        "The place with Intake 14",
        "The registration for VQ5",
        "Nobody looks after, judges or approves themself, as they would have by this: Mentor of Ann Reed",
    ):
        assert words in said, said


@pytest.mark.parametrize(
    "role", ["decided", "countersigned", "signed off", "allocated", "observed", "approved"]
)
def test_nobody_comes_to_have_judged_or_looked_after_themself(db: None, role: str) -> None:
    there = two()
    other = assessments.trainee(workforce.person("T0001"))
    mine = there.pta
    if role == "countersigned":
        mine = assessments.countersigner(workforce.person("C0001"))
        assessments.countersignature(
            assessments.decision(assessments.evidence(there.candidate), other), mine
        )
    elif role == "signed off":
        mine = assessments.assessor(workforce.person("S0001"))
        assessments.signoff(there.candidate, mine, 2)
    elif role == "allocated":
        mine = workforce.person("M0001")
        assessments.allocate(there.later, mine, "mentor")
    elif role == "observed":
        mine = workforce.person("O0001")
        with acting_as(by=BY):
            there.later.practice_observations.create(effective_on=START, observer=mine)
    elif role == "approved":
        mine = workforce.person("A0001")
        learners.event(
            there.place,
            "extended",
            dt.date(2026, 1, 5),
            extended_to=dt.date(2026, 9, 1),
            approved_by=mine,
        )
    for stays, goes in ((mine, there.later), (there.later, mine)):
        assert "Nobody looks after, judges or approves themself" in refused(
            there, stays=stays, goes=goes
        )


def test_a_registration_with_nothing_in_it_stays_behind(db: None) -> None:
    there = two()
    bare = assessments.registration(
        there.earlier, dt.date(2024, 1, 8), of=assessments.qualification("VQ5")
    )
    merge = merge_people(by=there.by, stays=there.later, goes=there.earlier, why="Same")
    bare.refresh_from_db()
    there.candidate.refresh_from_db()
    assert (bare.person, there.candidate.person) == (there.earlier, there.later)
    assert not bare.facts.live().exists()
    undo_merge(by=there.by, merge=merge, reason="Two")
    assert bare.facts.live().get().effective_on == dt.date(2024, 1, 8)


def test_a_fact_that_both_have_counts_once(db: None) -> None:
    there = two()
    with acting_as(by=BY):
        TrainingRecord.objects.create(
            person=there.earlier,
            course=learners.course("FL1"),
            effective_on=dt.date(2025, 6, 1),
            status="booked",
        )
    merge = merge_people(by=there.by, stays=there.later, goes=there.earlier, why="Same")
    assert (
        TrainingRecord.objects.live()
        .filter(person=there.later, effective_on=dt.date(2025, 6, 1))
        .count()
        == 1
    )
    undo_merge(by=there.by, merge=merge, reason="Two")
    assert TrainingRecord.objects.live().filter(effective_on=dt.date(2025, 6, 1)).count() == 2


def test_only_the_national_team_merges(db: None) -> None:
    there = two()
    for role, region in (("learning_manager", "NE"), ("administrator", ""), ("national", "NE")):
        with pytest.raises(NotAllowed):
            merge_people(
                by=workforce.user(role, in_region=region),
                stays=there.later,
                goes=there.earlier,
                why="Same",
            )
    merge = merge_people(by=there.by, stays=there.later, goes=there.earlier, why="Same")
    with pytest.raises(NotAllowed):
        undo_merge(
            by=workforce.user("learning_manager", in_region="NE"), merge=merge, reason="Mine"
        )
    assert "how it is known" in refused_reason(there)


def refused_reason(there: Two) -> str:
    with pytest.raises(RuleBroken) as said:
        merge_people(by=there.by, stays=there.pta, goes=workforce.person(), why=" ")
    return said.value.message


def test_undoing_is_refused_where_what_moved_has_been_changed_since(db: None) -> None:
    there = two()
    merge = merge_people(by=there.by, stays=there.later, goes=there.earlier, why="Same")
    end_post(by=BY, person=there.later, last_day=dt.date(2026, 6, 30))
    undo_merge(by=there.by, merge=merge, reason="Two")
    assert Spell.objects.live().get(person=there.later).ended_on == dt.date(2026, 6, 30), (
        "what was theirs stays as it is"
    )
    merge = merge_people(by=there.by, stays=there.earlier, goes=there.later, why="Same after all")
    with acting_as(by=BY):
        moved = Review.objects.live().get(person=there.earlier)
        Review.objects.filter(pk=moved.pk).update(voided_at=moved.recorded_at, void_reason="wrong")
        Person.objects.filter(pk=there.earlier.pk).update(last_name="Green")
    with pytest.raises(RuleBroken) as said:
        undo_merge(by=there.by, merge=merge, reason="Two")
    assert "review of 1\xa0Apr\xa02025" in said.value.message
    assert "their name, number, address or date of birth" in said.value.message
    assert PersonMerge.objects.live().get() == merge


def test_the_same_twice_is_told_that_it_is_done(db: None) -> None:
    there = two()
    merge = merge_people(by=there.by, stays=there.later, goes=there.earlier, why="Same")
    for stays, goes in (
        (there.later, there.earlier),
        (there.earlier, there.pta),
        (there.pta, there.earlier),
    ):
        with pytest.raises(Conflict):
            merge_people(by=there.by, stays=stays, goes=goes, why="Again")
    undo_merge(by=there.by, merge=merge, reason="Two")
    with pytest.raises(Conflict):
        undo_merge(by=there.by, merge=merge, reason="Again")


def test_a_record_that_took_in_another_goes_nowhere(db: None) -> None:
    there = two()
    third, fourth = workforce.person("Z0001"), workforce.person("Z0002")
    first = merge_people(by=there.by, stays=there.later, goes=there.earlier, why="Same")
    second = merge_people(by=there.by, stays=third, goes=there.later, why="And a third")
    assert second.stays == there.later, (
        "the record that took one in is kept; the number is the third's"
    )
    assert {
        person.pk
        for number in ("Q0001", "X0002", "Z0001")
        for person in Person.objects.numbered(number)
    } == {there.later.pk}
    merge_people(by=there.by, stays=there.pta, goes=fourth, why="Same")
    with pytest.raises(RuleBroken, match="judgement"):
        merge_people(by=there.by, stays=there.later, goes=there.pta, why="All one")
    undo_merge(by=there.by, merge=second, reason="Two")
    undo_merge(by=there.by, merge=first, reason="Two")
    assert proved() == []


def by_hand(there: Two) -> None:
    """A merge of which nothing but its own row is written."""
    PersonMerge.objects.create(
        stays=there.later, goes=there.earlier, effective_on=START, why="By hand"
    )
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS workforce_all_moved IMMEDIATE")


def test_the_database_lets_nothing_be_recorded_of_who_went_nor_change_whose_it_is(db: None) -> None:
    there = two()
    for row, words in (
        (there.place, "Whose this is never changes"),
        (there.candidate, "Whose this is never changes"),
    ):
        with pytest.raises(DatabaseError, match=words), transaction.atomic(), acting_as(by=BY):
            type(row).objects.filter(pk=row.pk).update(person=there.earlier)
    with (
        pytest.raises(DatabaseError, match="would be left with the record that goes"),
        transaction.atomic(),
        acting_as(by=BY),
    ):
        by_hand(there)
    merge_people(by=there.by, stays=there.later, goes=there.earlier, why="Same")
    for make in (
        lambda: Spell.objects.create(
            person=there.earlier,
            effective_on=START,
            grade=workforce.grade(),
            region=workforce.region(),
            fte="1.0",
            post_start_date=START,
        ),
        lambda: Allocation.objects.create(
            person=there.later, other=there.earlier, role="mentor", effective_on=START
        ),
        lambda: Enrolment.objects.create(
            person=there.earlier,
            entry_cohort=learners.cohort("B"),
            entry_route="external",
            level5_held=True,
        ),
        lambda: PersonMerge.objects.create(
            stays=there.earlier, goes=there.pta, effective_on=START, why="chain"
        ),
    ):
        with (
            pytest.raises((Conflict, DatabaseError), match=r"merged (into|with) another"),
            transaction.atomic(),
            acting_as(by=BY),
        ):
            make()


def test_the_history_of_both_is_read_under_who_stays(db: None) -> None:
    there = two()
    merge = merge_people(
        by=there.by, stays=there.later, goes=there.earlier, why="Same payroll record"
    )
    shown = list(history_of(there.place))
    assert {entry.person_key for entry in shown} >= {there.earlier.pk, there.later.pk}
    of_merge = AuditEntry.objects.filter(
        transaction_id=AuditEntry.objects.get(table_name="workforce_personmerge").transaction_id
    )
    assert {entry.reason for entry in of_merge} >= {
        f"Two records of one person merged: {merge.why}"
    }
