"""Two records of one person become one, and two again: everything moves at one instant, and what was known stays known."""

from __future__ import annotations

import datetime as dt
import io
from dataclasses import dataclass
from typing import Any

import pytest

from assessments.models import Registration
from learners.actions.derive import refresh
from learners.models import Enrolment, ProtectedDay, Review, TrainingRecord
from pqip.core import proof
from pqip.core.acting import act
from pqip.core.snapshot import safe_known_at
from reports.answers import answer
from reports.catalogue import REPORTS
from reports.figures.asking import Question
from reports.render.files import write
from tests.factories import assessments, learners, workforce
from tests.factories.workforce import BY
from workforce import merging
from workforce.actions.merge_people import merge_people, undo_merge
from workforce.models import EqualityAnswers, Person, Spell, User

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
    earlier = workforce.person("Q0001", first_name="Ann", last_name="Reed", in_grade="PSO", email="ann@example.com")
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
    with act(by=BY):
        TrainingRecord.objects.create(person=earlier, course=course, effective_on=dt.date(2024, 5, 1), status="attended")
        TrainingRecord.objects.create(person=later, course=course, effective_on=dt.date(2025, 6, 1), status="booked")
        Review.objects.create(person=later, effective_on=dt.date(2025, 4, 1), held_on=dt.date(2025, 4, 2))
        ProtectedDay.objects.create(person=later, kind="university", effective_on=dt.date(2025, 5, 1))
        EqualityAnswers.objects.create(person=later, sex="Female", ethnicity="", disability="")
        EqualityAnswers.objects.create(person=earlier, sex="", ethnicity="White: English", disability="No")
        refresh([place.pk])
    return Two(earlier, later, place, candidate, pta, workforce.user("national"))


def asked(known_at: dt.datetime, days: tuple[dt.date, ...] = DAYS) -> dict[tuple[str, dt.date], bytes]:
    """Every table of every report, as bytes."""
    found = {}
    for name, table in TABLES.items():
        for day in days:
            stream = io.BytesIO()
            write(answer(table, Question(day, known_at), place="", by="", whole=False), "csv", stream)
            found[name, day] = stream.getvalue()
    return found


def differing(one: dict[Any, bytes], other: dict[Any, bytes]) -> list[Any]:
    return [key for key in one if one[key] != other[key]]


def proved() -> list[str]:
    return [f"{check.title}: {said}" for check in proof.checks() for said in check.differences()]


def test_every_relation_to_a_person_says_what_becomes_of_it() -> None:
    assert merging.undeclared() == []


def test_a_relation_that_says_nothing_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(merging._said.kinds, Spell)
    assert merging.undeclared() == ["workforce.Spell.person"]
    assert [error.id for error in merging.every_relation_says(None)] == ["workforce.E010"]


def test_what_was_known_stays_known_and_undoing_gives_the_same_bytes(real_db: Any) -> None:
    there = two()
    before = safe_known_at()
    first = asked(before)
    merge = merge_people(by=there.by, stays=there.later, goes=there.earlier, why="Same payroll record")
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
