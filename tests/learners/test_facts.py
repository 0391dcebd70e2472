"""Facts as at a day and as known at an instant, worked out by hand; and proof that what is kept is what follows."""

from __future__ import annotations

import datetime as dt
import random
from contextlib import suppress
from dataclasses import astuple, fields
from decimal import Decimal
from typing import Any
from unittest.mock import patch

import pytest
from django.db import DatabaseError, connection, transaction

from learners.derived import proof
from learners.derived.enrolments import daily_refresh, refresh
from learners.facts import status as facts
from learners.facts import strands
from learners.facts.timelines import known_timings, timelines
from learners.models import CourseRequirement, Enrolment, Event, Review, TrainingRecord
from learners.ports import vocational as ports
from learners.queries.needs import units_short
from learners.rules.timeline import StatusPeriod
from pqip.core.acting import Job, acting_as
from pqip.core.clock import now, today
from pqip.core.ledger import void
from tests.factories import learners as make

from .conftest import Stated

pytestmark = pytest.mark.django_db
BY = Job("test")
START = dt.date(2025, 1, 15)


def asked(*parts: tuple[str, tuple[str, dict]], tail: str) -> list[tuple]:
    """Rows of common table expressions put together."""
    values: dict = {}
    for _, (_sql, given) in parts:
        values |= given
    ctes = ", ".join(f"{name} AS ({sql})" for name, (sql, _) in parts)
    with connection.cursor() as cursor:
        cursor.execute(f"WITH {ctes} {tail}", values)
        return cursor.fetchall()


def standing(on: dt.date, known_at: dt.datetime | None = None) -> list[tuple]:
    return asked(
        ("standing", facts.status_on(on, known_at)),
        tail="SELECT status, planned_end, deferred_days FROM standing",
    )


def test_standing_on_any_day_of_a_break() -> None:
    made = make.enrolment()
    make.event(made, "deferred", dt.date(2025, 3, 1))
    make.event(made, "resumed", dt.date(2025, 3, 31))
    assert standing(dt.date(2025, 1, 14)) == [("due_to_start", dt.date(2026, 4, 15), 0)]
    assert standing(dt.date(2025, 2, 28)) == [("active", dt.date(2026, 4, 15), 0)]
    # Ten days into the break the end has moved ten days.
    assert standing(dt.date(2025, 3, 11)) == [("deferred", dt.date(2026, 4, 25), 10)]
    assert standing(dt.date(2025, 3, 31)) == [("active", dt.date(2026, 5, 15), 30)]


def test_standing_as_it_was_known_before_a_late_entry() -> None:
    made = make.enrolment()

    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        before = cursor.fetchone()[0]
    make.event(made, "withdrawn", dt.date(2025, 2, 1))
    assert standing(dt.date(2025, 3, 1))[0][0] == "withdrawn"
    assert standing(dt.date(2025, 3, 1), before)[0][0] == "active"


KINDS: dict[str, dict[str, Any]] = {
    "deferred": {},
    "resumed": {},
    "withdrawn": {"destination": "left_service"},
    "extended": {"extended_to": dt.date(2027, 1, 1)},
    "changed_fte": {"to_fte": Decimal("0.8")},
    "completed": {},
}


def happen(chance: random.Random, learners: list[Enrolment]) -> None:
    """Something, on a day within ten months of the start, to most of them; what the database refuses did not."""
    for made in learners:
        kind = chance.choice([*KINDS])
        with suppress(DatabaseError), transaction.atomic():
            make.event(made, kind, START + dt.timedelta(days=chance.randrange(300)), **KINDS[kind])
            with connection.cursor() as cursor:
                cursor.execute("SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED")


def test_every_stretch_as_it_was_known_whatever_was_recorded_since() -> None:
    """Later and earlier facts, corrections, new learners and one due to start; whatever day what is kept is taken up to."""
    chance = random.Random(7)
    learners = [make.enrolment(started=bool(number % 8)) for number in range(40)]
    for _ in range(2):
        happen(chance, learners)
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        before = cursor.fetchone()[0]
    events = Event.objects.known_at(before)
    known = {
        (key, *astuple(part))
        for key, parts in timelines(events, known_timings(before))
        for part in parts
    }
    with acting_as(by=BY):
        void(
            Event.objects.live().filter(enrolment__in=learners[:5]).exclude(kind="enrolled"),
            by=BY,
            reason="Undone",
        )
        refresh([one.pk for one in learners[:5]])
    for made in learners[::8]:
        make.event(made, "started", START + dt.timedelta(days=20))
    happen(chance, learners[10:])
    happen(chance, [make.enrolment(start=START + dt.timedelta(days=60)) for _ in range(3)])
    columns = ", ".join(["enrolment_id", *(one.name for one in fields(StatusPeriod))])
    for days in (-400, 0, 10, 100, 200, 400):
        with patch("pqip.core.then.day_of", return_value=START + dt.timedelta(days=days)):
            found = asked(("s", facts.stretches(before)), tail=f"SELECT {columns} FROM s")
        assert set(found) == known, days
        assert len(found) == len(known)


def test_training_due_by_months_whether_or_not_it_was_booked() -> None:
    made = make.enrolment(start=dt.date(2025, 1, 31))
    dated, booked = make.course("T-DATED", due_months=1), make.course("T-BOOKED")
    with acting_as(by=BY):
        CourseRequirement.objects.live().exclude(course__in=[dated, booked]).update(
            voided_at=now(), void_reason="only these two"
        )
    with acting_as(by=BY):
        TrainingRecord.objects.create(
            person=made.person, course=booked, effective_on=dt.date(2025, 4, 1), status="attended"
        )
        TrainingRecord.objects.create(
            person=made.person,
            course=dated,
            effective_on=dt.date(2025, 4, 1),
            status="did_not_attend",
        )

    def training(on: dt.date) -> tuple:
        names = ("standing", facts.status_on(on, None)), ("training", strands.training(on, None))
        columns = "training_attended, training_due, training_overdue, training_unbooked"
        return asked(*names, tail=f"SELECT {columns} FROM training")[0]

    # One month after 31 January is 28 February; on that day it is due, from the next it is overdue.
    assert training(dt.date(2025, 2, 27)) == (0, 0, 0, 0)
    assert training(dt.date(2025, 2, 28)) == (0, 1, 0, 0)
    assert training(dt.date(2025, 3, 1)) == (0, 1, 1, 0)
    # The other has no months, so it is due on 31 January 2026, however early it was attended.
    assert training(dt.date(2025, 4, 1)) == (1, 1, 1, 0)
    assert training(dt.date(2026, 1, 30)) == (1, 1, 1, 0)
    assert training(dt.date(2026, 1, 31)) == (1, 2, 1, 0)


def test_reviews_held_by_a_day() -> None:
    made = make.enrolment()
    with acting_as(by=BY):
        Review.objects.create(
            person=made.person, effective_on=dt.date(2025, 3, 1), held_on=dt.date(2025, 3, 5)
        )
    tail = "SELECT due_on, held_on FROM reviews"
    assert asked(("reviews", strands.reviews(dt.date(2025, 3, 4), None)), tail=tail) == [
        (dt.date(2025, 3, 1), None)
    ]
    assert asked(("reviews", strands.reviews(dt.date(2025, 3, 5), None)), tail=tail) == [
        (dt.date(2025, 3, 1), dt.date(2025, 3, 5))
    ]


def test_units_expected_and_who_is_behind(vocational: Stated) -> None:
    made = make.enrolment(start=dt.date(2025, 1, 1))
    # Assessment from 1 July 2025 to 1 April 2026: 274 days; 6 units over them; 137 days in: 3.
    assert facts.units_expected({made.pk: 6}, dt.date(2025, 11, 14)) == {made.pk: 2}
    assert facts.units_expected({made.pk: 6}, dt.date(2025, 11, 15)) == {made.pk: 3}
    rows = Enrolment.objects.filter(pk=made.pk)
    vocational.progress[made.person_id] = ports.Progress(2, 6)
    assert units_short(rows, dt.date(2025, 11, 14)) == {}
    assert units_short(rows, dt.date(2025, 11, 15)) == {made.pk: 1}


def test_the_day_turns_what_was_recorded_ahead() -> None:
    import time_machine

    made = make.enrolment(start=today() + dt.timedelta(days=3))
    assert made.status == "due_to_start"
    with time_machine.travel(
        dt.datetime.combine(today() + dt.timedelta(days=3), dt.time(12), dt.UTC), tick=False
    ):
        assert daily_refresh(by=BY) >= 1
    made.refresh_from_db()
    assert made.status == "active"


def test_what_is_kept_is_proved_and_a_difference_is_told() -> None:
    made = make.enrolment()
    make.event(made, "deferred", dt.date(2025, 3, 1), expected_return=dt.date(2025, 4, 1))
    assert list(proof.segments()) == []
    assert list(proof.own_columns()) == []
    with acting_as(by=BY):
        made.segments.filter(status="deferred").update(status="active")
        Enrolment.objects.filter(pk=made.pk).update(fte="0.60")
    assert list(proof.segments()) == [
        f"Enrolment {made.pk}: the kept timeline differs from what its events say."
    ]
    assert len(list(proof.own_columns())) == 1
    with acting_as(by=BY):
        refresh([made.pk])
    assert list(proof.segments()) == []
