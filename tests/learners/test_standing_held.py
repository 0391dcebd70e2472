"""What is kept of enrolments: several are held, in order, before they are written; the officer's post of who completed."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from learners.derived.enrolments import daily_refresh, refresh, refresh_officers, refresh_standing
from learners.models import Allocation, Enrolment
from pqip.core.acting import Job, acting_as
from pqip.core.clock import today
from tests.factories import learners as make
from workforce.models import Grade, Person

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)


def changed() -> Enrolment:
    """An enrolment whose own columns do not say yet who looks after the learner."""
    one = make.enrolment()
    with acting_as(by=Job("test")):
        Allocation.objects.create(
            person=one.person, role="pta", other=make.person(), effective_on=dt.date(2025, 2, 1)
        )
    return one


@pytest.mark.parametrize(("number", "statements"), [(0, 1), (1, 1), (2, 3)])
def test_statements(number: int, statements: int) -> None:
    rows = [changed() for _ in range(number)]
    with acting_as(by=Job("test")), CaptureQueriesContext(connection) as heard:
        refresh_standing([row.pk for row in reversed(rows)])
        said = [each["sql"] for each in heard if "learners_enrolment" in each["sql"]]
    assert len(said) == statements
    assert said[-1].lstrip().startswith("UPDATE learners_enrolment")
    assert ["NO KEY UPDATE" in each for each in said] == (
        [False, True, False] if number > 1 else [False]
    )
    for row in rows:
        row.refresh_from_db()
        assert row.pta_id is not None


def test_the_officers_post_of_who_completed() -> None:
    going, done = make.enrolment(), make.enrolment()
    make.event(done, "completed", dt.date(2026, 4, 15))
    people = [going.person_id, done.person_id]
    with acting_as(by=Job("test")):
        Person.objects.filter(pk__in=people).update(grade=Grade.objects.get(code="PO"))
        refresh_officers(people)
    going.refresh_from_db()
    done.refresh_from_db()
    assert (going.post_region_id, done.post_region_id) == (None, done.person.region_id)


def test_the_night_turns_what_was_recorded_ahead_and_nothing_else(time_machine: Any) -> None:
    """Of three learners one starts in three days; the day before that nothing turns, and that day is turned once."""
    start = today() + 3 * DAY
    made = [make.enrolment(start=on) for on in (start, start + DAY, start - 90 * DAY)]
    turned = {}
    for on in (start - DAY, start, start):
        time_machine.move_to(dt.datetime.combine(on, dt.time(3), dt.UTC))
        turned.setdefault(on, []).append(daily_refresh(by=Job("test")))
    assert turned == {start - DAY: [0], start: [1, 0]}
    for one in made:
        one.refresh_from_db()
    assert [one.status for one in made] == ["active", "due_to_start", "active"]


def test_every_enrolment_asked_for_is_worked_out() -> None:
    rows = [changed() for _ in range(3)]
    with acting_as(by=Job("test")):
        refresh([row.pk for row in rows])
    for row in rows:
        row.refresh_from_db()
    assert all(row.pta_id is not None for row in rows)
