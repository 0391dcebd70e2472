"""Evaluations of courses: which levels were answered, by whom recorded, and what becomes of them when the attendance changes."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import IntegrityError, transaction

from learners.actions.training import correct_training, record_training
from learners.actions.training_evaluations import record_evaluation, void_evaluation
from learners.models import CourseEvaluation, Enrolment, TrainingRecord
from pqip.core.acting import Job, acting_as
from pqip.core.clock import today
from pqip.core.errors import Conflict, RuleBroken
from tests.factories import learners as make
from tests.personas import client_for, persona

from .test_pages import at, browser, date, somebody, text_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("vocational")]
BY, DAY = Job("test"), dt.timedelta(days=1)


@pytest.fixture
def sam() -> Enrolment:
    return make.enrolment(start=today() - 100 * DAY)


def attended(of: Enrolment, on: dt.date, status: str = "attended") -> TrainingRecord:
    return record_training(
        by=BY, person=of.person, course=make.course("T1"), booked_for=on, status=status
    )


def answered(
    of: Enrolment, on: dt.date, *levels: int, then: dt.date | None = None
) -> list[CourseEvaluation]:
    return record_evaluation(
        by=BY,
        person=of.person,
        course=make.course("T1"),
        attended_on=on,
        levels=levels,
        answered_on=then or today(),
    )


def kept() -> list[tuple[dt.date, int]]:
    rows = CourseEvaluation.objects.live().order_by("effective_on", "level")
    return list(rows.values_list("effective_on", "level"))


def test_only_of_a_course_attended_on_its_day_or_later_and_each_level_once(sam: Enrolment) -> None:
    on = today() - 10 * DAY
    attended(sam, on, "did_not_attend")
    with pytest.raises(RuleBroken, match="Only a course that they attended"):
        answered(sam, on, 1)
    attended(sam, on)
    for then in (on - DAY, today() + DAY):
        with pytest.raises(RuleBroken, match="on the day of the course or after it"):
            answered(sam, on, 1, then=then)
    answered(sam, on, 1, then=on)
    answered(sam, on, 1, 3, then=today())
    with pytest.raises(RuleBroken, match="recorded already"):
        answered(sam, on, 3)
    assert kept() == [(on, 1), (on, 3)]


def test_undone_once(sam: Enrolment) -> None:
    on = today() - 10 * DAY
    attended(sam, on)
    [row] = answered(sam, on, 1)
    void_evaluation(by=BY, evaluation=row, reason="Somebody else's")
    with pytest.raises(Conflict):
        void_evaluation(by=BY, evaluation=row, reason="Again")
    assert kept() == []


def test_answers_go_with_the_attendance_when_its_day_is_corrected(sam: Enrolment) -> None:
    on = today() - 10 * DAY
    row = attended(sam, on)
    answered(sam, on, 1, then=on + 3 * DAY)
    answered(sam, on, 2, then=on)
    correct_training(
        by=BY, training=row, reason="Wrong day", booked_for=on + 2 * DAY, status="attended"
    )
    assert kept() == [(on, 2), (on + 2 * DAY, 1)]


def test_the_database_holds_it_too(sam: Enrolment) -> None:
    of = {"person": sam.person, "course": make.course("T1"), "effective_on": today()}
    for wrong in (
        {"level": 5, "answered_on": today()},
        {"level": 0, "answered_on": today()},
        {"level": 1, "answered_on": today() - DAY},
    ):
        with pytest.raises(IntegrityError), transaction.atomic(), acting_as(by=BY):
            CourseEvaluation.objects.create(**of, **wrong)


def test_a_learning_manager_records_and_undoes_it_on_screen(sam: Enrolment) -> None:
    on, client = today() - 10 * DAY, browser(somebody())
    attended(sam, on)
    where = (sam.public_id, "T1", on.isoformat())
    assert at("record_evaluation", *where) in text_of(client.get(at("training", sam.public_id)))
    said = {"levels": ["1", "2"], **date("answered_on", today())}
    assert client.post(at("record_evaluation", *where), said).status_code == 302
    assert kept() == [(on, 1), (on, 2)]
    assert "Level 1, 2" in text_of(client.get(at("training", sam.public_id)))
    row = CourseEvaluation.objects.live().get(level=2)
    assert (
        client.post(
            at("undo_evaluation", *where, 2), {"seen": row.pk, "reason": "Not answered"}
        ).status_code
        == 302
    )
    assert kept() == [(on, 1)]
    assert client.get(at("record_evaluation", sam.public_id, "T1", "someday")).status_code == 404
    assert (
        client.get(at("record_evaluation", sam.public_id, "T1", today().isoformat())).status_code
        == 404
    )


def test_the_learner_records_their_own_and_nobody_else_s(sam: Enrolment) -> None:
    on, other = today() - 10 * DAY, make.enrolment(start=today() - 100 * DAY)
    client = client_for(persona("learner", of=sam.person))
    for who in (sam, other):
        attended(who, on)
    page = text_of(client.get(at("training", sam.public_id)))
    assert at("own_evaluation", sam.public_id, "T1", on.isoformat()) in page
    said = {"levels": ["1"], **date("answered_on", today())}
    assert (
        client.post(at("own_evaluation", sam.public_id, "T1", on.isoformat()), said).status_code
        == 302
    )
    assert (
        client.post(at("own_evaluation", other.public_id, "T1", on.isoformat()), said).status_code
        == 404
    )
    assert list(CourseEvaluation.objects.live().values_list("person", flat=True)) == [sam.person_id]
