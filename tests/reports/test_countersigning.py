"""The countersigning report: who sees which rows, and what a disagreement counts as."""

from __future__ import annotations

import datetime as dt

import pytest

from pqip.core.clock import today
from reports.figures.asking import PlaceFilter
from reports.figures.countersigning import countersigning
from reports.queries.places import question_for
from tests.factories import assessments as a
from tests.factories.learners import person
from tests.factories.reports import row
from tests.personas import persona
from workforce.models import Person, User

pytestmark = pytest.mark.django_db

END = dt.date(2025, 9, 30)


@pytest.fixture
def trainees() -> list[Person]:
    """Two trainee assessors with a decision each in September."""
    found = [a.trainee(person(f"T{number}")) for number in (1, 2)]
    for one in found:
        a.decision(a.evidence(a.registration(), dt.date(2025, 9, 1)), one, dt.date(2025, 9, 2))
    return found


def seen(user: User) -> list[str | None]:
    """Whose rows a user gets: staff numbers, None for a region's row."""
    now = dt.datetime.now(dt.UTC)
    return [one["assessor"] for one in countersigning(question_for(user, END, now, PlaceFilter()))]


def test_each_reader_sees_the_rows_of_those_they_look_after(trainees: list[Person]) -> None:
    countersigner = a.countersigner(of=trainees[1])
    assert seen(persona("learning_manager")) == ["T1", "T2"]
    assert seen(persona("learning_manager", region="WAL")) == []
    assert seen(persona("iqa")) == ["T1", "T2"]
    assert seen(persona("national")) == ["T1", "T2"]
    assert seen(persona("pta", of=trainees[0])) == ["T1"]
    assert seen(persona("countersigner", of=countersigner)) == ["T2"]
    assert seen(persona("regional_manager")) == [None]


def test_a_countersigner_sees_whom_they_countersign_today(trainees: list[Person]) -> None:
    countersigner = a.countersigner()
    yesterday = today() - dt.timedelta(days=1)
    a.allocate(trainees[0], countersigner, "countersigner", ended_on=yesterday)
    assert seen(persona("countersigner", of=countersigner)) == [None]  # nobody is named


def test_a_disagreement_is_neither_agreed_nor_returned_but_its_days_count() -> None:
    # Decided on 2 September and disagreed with on 12 September: ten days; nothing waits.
    trainee = a.trainee()
    registered = a.registration()
    made = a.decision(a.evidence(registered, dt.date(2025, 9, 1)), trainee, dt.date(2025, 9, 2))
    not_yet = a.codes(registered, "1.1.1")
    a.countersignature(
        made, a.countersigner(of=trainee), dt.date(2025, 9, 12), "disagreed", disagreed=not_yet
    )
    found = row("countersigning", END, assessor=trainee.staff_number)
    wanted = {
        "decisions": 1,
        "agreed": 0,
        "returned": 0,
        "awaiting_countersignature": 0,
        "median_days_to_countersign": 10.0,
    }
    assert {name: found[name] for name in wanted} == wanted
