"""What is done about learners, alone or for many at once, holds people first, then enrolments, then what hangs from them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

import learners.imports  # noqa: F401  (registers the datasets)
from learners.actions.allocations import (
    allocate,
    correct_allocation,
    end_allocation,
    void_allocation,
)
from learners.actions.allocations_many import allocate_many, undo_allocations
from learners.actions.practice_days import plan_days
from learners.actions.reviews import hold_review, plan_reviews
from learners.actions.training import void_training
from learners.actions.training_attendance import record_attendance, undo_attendance
from learners.actions.withdrawals import withdraw
from learners.models import Enrolment, Review, TrainingRecord
from pqip.core.acting import acting_as
from pqip.core.clock import today
from pqip.exchange import engine
from pqip.exchange.datasets import registry
from tests.exchange.contract import ANN, event
from tests.exchange.test_contract import csv_file
from tests.factories import learners as make
from tests.harness.order import Order

BY = make.BY
DAY = dt.date(2025, 6, 2)
WHAT: dict[str, Callable[[list[Enrolment], Path], Callable[[], Any]]] = {}


def what(ready: Callable[[list[Enrolment], Path], Callable[[], Any]]) -> None:
    WHAT[ready.__name__] = ready


def _allocated(of: Enrolment, **more: Any) -> Any:
    return allocate(by=BY, person=of.person, role="pta", other=make.person(), from_date=DAY, **more)


@what
def allocating(places: list[Enrolment], folder: Path) -> Any:
    return lambda: _allocated(places[0])


@what
def ending(places: list[Enrolment], folder: Path) -> Any:
    made = _allocated(places[0])
    return lambda: end_allocation(by=BY, allocation=made, on=DAY)


@what
def correcting(places: list[Enrolment], folder: Path) -> Any:
    made = _allocated(places[0])
    return lambda: correct_allocation(
        by=BY, allocation=made, reason="Wrong", from_date=DAY + dt.timedelta(days=1)
    )


@what
def voiding(places: list[Enrolment], folder: Path) -> Any:
    made = _allocated(places[0])
    return lambda: void_allocation(by=BY, allocation=made, reason="Wrong")


def _many(places: list[Enrolment]) -> Any:
    people = [place.person_id for place in reversed(places)]
    return allocate_many(
        by=BY, people=people, role="pta", other=make.person(), from_date=DAY, seen={}
    )


@what
def allocating_many(places: list[Enrolment], folder: Path) -> Any:
    return lambda: _many(places)


@what
def undoing_many(places: list[Enrolment], folder: Path) -> Any:
    batch = _many(places)
    return lambda: undo_allocations(by=BY, batch=batch)


@what
def planning_reviews(places: list[Enrolment], folder: Path) -> Any:
    return lambda: plan_reviews(by=BY, enrolment=places[0])


@what
def holding_a_review(places: list[Enrolment], folder: Path) -> Any:
    with acting_as(by=BY):
        Review.objects.create(person=places[0].person, effective_on=DAY)
    return lambda: hold_review(by=BY, person=places[0].person, due_on=DAY, held_on=DAY)


@what
def planning_days(places: list[Enrolment], folder: Path) -> Any:
    return lambda: plan_days(
        by=BY, enrolment=places[0], first=today(), weeks=2, weekdays={"study": 1}
    )


def _sheet(places: list[Enrolment]) -> Any:
    marks = {place.person_id: "attended" for place in reversed(places)}
    return record_attendance(by=BY, course=make.course("FL1"), on=DAY, marks=marks, seen={})


@what
def attending(places: list[Enrolment], folder: Path) -> Any:
    return lambda: _sheet(places)


@what
def undoing_attendance(places: list[Enrolment], folder: Path) -> Any:
    sheet = _sheet(places)
    return lambda: undo_attendance(by=BY, sheet=sheet)


@what
def voiding_attendance(places: list[Enrolment], folder: Path) -> Any:
    _sheet(places)
    row = TrainingRecord.objects.live().first()
    assert row
    return lambda: void_training(by=BY, training=row, reason="Wrong")


@what
def withdrawing(places: list[Enrolment], folder: Path) -> Any:
    return lambda: withdraw(by=BY, enrolment=places[0], on=DAY)


def _file(folder: Path, dataset: str, rows: list[dict[str, Any]]) -> Any:
    csv_file(folder / "a.csv", [list(rows[0]), *(list(row.values()) for row in rows)])

    def bring() -> None:
        outcome = engine.apply(registry[dataset], folder / "a.csv", by=BY)
        assert not outcome.is_wrong, outcome.problems
        assert outcome.writes

    return bring


@what
def file_of_learners(places: list[Enrolment], folder: Path) -> Any:
    looked_after = {
        "pta": None,
        "line_manager": None,
        "sex": None,
        "ethnicity": None,
        "disability": None,
        "campaign": None,
    }
    return _file(
        folder,
        "learners",
        [
            {
                **ANN,
                **looked_after,
                "staff_number": place.person.staff_number,
                "pdu": None,
                "pathway": "PQIP15",
            }
            for place in places
        ],
    )


@what
def file_of_events(places: list[Enrolment], folder: Path) -> Any:
    return _file(
        folder,
        "learner-events",
        [event(place.person.staff_number, "deferred", DAY) for place in places],
    )


@what
def file_of_allocations(places: list[Enrolment], folder: Path) -> Any:
    other = make.person().staff_number
    return _file(
        folder,
        "allocations",
        [
            {
                "staff_number": place.person.staff_number,
                "role": "pta",
                "from_date": DAY,
                "other_staff_number": other,
            }
            for place in places
        ],
    )


@what
def file_of_staff(places: list[Enrolment], folder: Path) -> Any:
    return _file(
        folder,
        "staff",
        [
            {
                "staff_number": place.person.staff_number,
                "email": "a@example.com",
                "first_name": "Kim",
                "last_name": "Jones",
                "grade": "PSO",
                "region": "YH",
                "fte": 1,
                "start_date": DAY,
            }
            for place in places
        ],
    )


@pytest.mark.django_db
@pytest.mark.parametrize("name", WHAT)
def test_each_holds_in_one_order(name: str, tmp_path: Path) -> None:
    doing, heard = WHAT[name]([make.enrolment() for _ in range(3)], tmp_path), Order()
    with connection.execute_wrapper(heard):
        doing()
    assert not heard.wrong
    assert heard.held, "it holds something"
