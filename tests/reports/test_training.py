"""The report on role training, worked out by hand."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from learners.actions.training import record_training
from learners.actions.training_evaluations import record_evaluation
from learners.actions.training_exemptions import exempt
from learners.actions.training_follow_ups import complete_follow_up
from learners.models import Course, FollowUp
from pqip.core.acting import Job
from reports.catalogue import REPORTS
from reports.figures.asking import PlaceFilter
from tests.factories import learners as make
from tests.factories import workforce
from tests.factories.reports import row, rows
from workforce.models import Person

pytestmark = pytest.mark.django_db
BY = Job("test")
END = dt.date(2025, 9, 30)


def day(month: int, number: int, year: int = 2025) -> dt.date:
    return dt.date(year, month, number)


def learner(start: dt.date, of: str = "NE") -> Person:
    return make.enrolment(start=start, in_region=of).person


def attended(who: Person, course: Course, on: dt.date, delivery: str = "") -> None:
    record_training(
        by=BY, person=who, course=course, booked_for=on, status="attended", delivery=delivery
    )


def followed(who: Person, kind: str, on: dt.date) -> None:
    complete_follow_up(
        by=BY, follow_up=FollowUp.objects.live().get(person=who), kind=kind, done_on=on
    )


@pytest.fixture
def course() -> Course:
    """Due three months after the start, due again after two years, followed up into practice."""
    return make.course("T1", due_months=3, recurs_months=24, needs_follow_up=True)


@pytest.fixture
def region(course: Course) -> dict[str, Person]:
    """Five learners due on the day (one exempt beside them), one not yet, one who left, and a PSO."""
    who = {name: learner(day(1, 15)) for name in ("practised", "late", "missing", "exempt", "left")}
    who |= {
        "today": learner(day(6, 30)),
        "early": learner(day(8, 1)),
        "elsewhere": learner(day(1, 15), of="WAL"),
    }
    who["pso"] = workforce.person(in_grade="PSO")
    workforce.spell(who["pso"], day(1, 1, 2024), in_grade="PSO")
    make.event(who["left"].enrolments.get(), "withdrawn", day(3, 1))
    exempt(by=BY, person=who["exempt"], course=course, on=day(2, 1), reason="Taught it")
    attended(who["practised"], course, day(4, 1), "face_to_face")
    attended(who["late"], course, day(5, 1), "online")
    attended(who["early"], course, day(9, 1), "face_to_face")
    attended(who["pso"], course, day(1, 10, 2024))
    followed(who["practised"], "observed_practice", day(4, 20))
    followed(who["pso"], "discussion", day(2, 1, 2024))
    return who


def of_ne(on: dt.date = END, known_at: dt.datetime | None = None) -> dict[str, Any]:
    return row("training", on, known_at, region="NE", grade="PSO", course="T1")


def test_a_region_by_hand(region: dict[str, Person]) -> None:
    # Due: practised, late, missing (15 April), today (30 September) and the PSO (1 April 2024). Attended: practised, late and
    # the PSO. Overdue: missing. Delivery is recorded of practised, late and early: two of three were face to face.
    # Nobody has answered an evaluation of the four attendances.
    # Followed up: practised and the PSO. Past their day of 28: late (29 May) and early (29 September).
    assert of_ne() == {
        "region": "NE",
        "grade": "PSO",
        "course": "T1",
        "due": 5,
        "attended": 3,
        "attendance_rate": 60.0,
        "overdue": 1,
        "attendances": 4,
        "evaluated": 0,
        "delivered": 3,
        "face_to_face": 2,
        "face_to_face_percent": 66.7,
        "practised": 1,
        "followed_up": 2,
        "follow_up_overdue": 2,
        "evaluation_response_rate": 0.0,
    }
    assert row("training", END, region="WAL", course="T1")["overdue"] == 1


def test_on_other_days(region: dict[str, Person]) -> None:
    # On 14 April nobody of January is due yet; on 15 April three are, one has attended, and nobody is late before the 16th.
    counts = ("due", "attended", "overdue")
    said = {
        on: tuple(of_ne(on)[name] for name in counts)
        for on in (day(4, 14), day(4, 15), day(4, 16), day(4, 30), day(5, 1))
    }
    assert list(said.values()) == [(1, 1, 0), (4, 2, 0), (4, 2, 2), (4, 2, 2), (4, 3, 1)]
    # The follow-up of 1 April was done on the 20th, that of 1 May is late from 30 May.
    assert [of_ne(on)["practised"] for on in (day(4, 19), day(4, 20))] == [0, 1]
    assert [of_ne(on)["follow_up_overdue"] for on in (day(5, 29), day(5, 30))] == [0, 1]
    # Two years after 10 January 2024 the PSO is due again.
    assert [of_ne(day(1, number, 2026))["attended"] for number in (9, 10)] == [4, 3]


def test_how_many_answered_the_evaluation(region: dict[str, Person], course: Course) -> None:
    def answered(who: str, on: dt.date, *levels: int, then: dt.date) -> None:
        record_evaluation(
            by=BY,
            person=region[who],
            course=course,
            attended_on=on,
            levels=levels,
            answered_on=then,
        )

    # Four have attended: practised, late, early and the PSO. Two answered level 1, one of them on 10 April, one only level 2.
    answered("practised", day(4, 1), 1, 3, then=day(4, 10))
    answered("late", day(5, 1), 2, then=day(5, 2))
    answered("pso", day(1, 10, 2024), 1, then=day(1, 10, 2024))
    assert of_ne()["evaluation_response_rate"] == 50.0
    # Of practised and the PSO, who had attended by then: one of two on the day before it was answered, both on the day.
    assert [of_ne(on)["evaluation_response_rate"] for on in (day(4, 9), day(4, 10))] == [
        50.0,
        100.0,
    ]
    # Taken again, the latest attendance counts, of which nothing is answered yet.
    attended(region["practised"], course, day(9, 20))
    assert of_ne()["evaluation_response_rate"] == 25.0


def test_as_it_was_known_before(region: dict[str, Person], course: Course) -> None:
    from pqip.core.snapshot import snapshot

    with snapshot(None) as before:
        pass
    attended(region["missing"], course, day(9, 15), "online")
    assert (of_ne()["attended"], of_ne()["overdue"]) == (4, 0)
    assert (of_ne(END, before)["attended"], of_ne(END, before)["overdue"]) == (3, 1)


def test_no_row_for_what_nobody_was_due_to_take(region: dict[str, Person]) -> None:
    # The PSO of 1 January 2024 is due to take the 27 courses that ship on 1 January 2025.
    assert {one["course"] for one in rows("training", day(12, 31, 2024))} == {"T1"}
    assert len({one["course"] for one in rows("training", day(1, 1))}) == 28
    assert rows("training", END, place=PlaceFilter(everywhere=False)) == []


def test_small_counts_are_hidden_with_what_they_could_be_worked_out_from(
    region: dict[str, Person],
) -> None:
    [hidden] = REPORTS["training"].suppress([of_ne()], 5)
    shown = {name: value for name, value in hidden.items() if isinstance(value, int | float)}
    assert not set(shown) & {
        "due",
        "attended",
        "overdue",
        "attendance_rate",
        "practised",
        "followed_up",
        "follow_up_overdue",
    }
