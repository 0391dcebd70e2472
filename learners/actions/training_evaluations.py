"""Evaluations of courses: who answered, at which of the four levels, and when (S3 §3.3).

Nothing of what they said is kept.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from typing import Any

from learners.models import Course, CourseEvaluation, TrainingRecord
from pqip.core.acting import acting_as
from pqip.core.clock import today
from pqip.core.errors import RuleBroken
from pqip.core.ledger import supersede_all, void
from workforce.models import Person
from workforce.models.holding import hold_people


def record_evaluation(
    *,
    by: Any,
    person: Person,
    course: Course,
    attended_on: dt.date,
    levels: Collection[int],
    answered_on: dt.date,
) -> list[CourseEvaluation]:
    """Record the levels that somebody answered about a course they attended, and return the new
    rows.

    Levels that are recorded already stay as they are. Raises RuleBroken if they did not attend, for
    a day before that or to come, and if every level is recorded already.
    """
    if not attended_on <= answered_on <= today():
        raise RuleBroken(
            "It is answered on the day of the course or after it, and not on a day to come.",
            "answered_on",
        )
    with acting_as(by=by):
        hold_people([person.pk])
        of = {"person": person, "course": course, "effective_on": attended_on}
        if not TrainingRecord.objects.live().filter(**of, status="attended").exists():
            raise RuleBroken("Only a course that they attended is evaluated.", "levels")
        held = set(CourseEvaluation.objects.live().filter(**of).values_list("level", flat=True))
        fresh = sorted(set(levels) - held)
        if not fresh:
            raise RuleBroken("These levels are recorded already.", "levels")
        return [
            CourseEvaluation.objects.create(**of, level=level, answered_on=answered_on)
            for level in fresh
        ]


def void_evaluation(*, by: Any, evaluation: CourseEvaluation, reason: str) -> None:
    """Undo an answer recorded in error. Raises Conflict if somebody has undone it in the meantime."""
    with acting_as(by=by, reason=reason):
        hold_people([evaluation.person_id])
        void([evaluation], by=by, reason=reason)


def move_evaluations(*, by: Any, training: TrainingRecord, to: dt.date, reason: str) -> None:
    """Move the answers of an attendance whose day is corrected. Called within the correction.

    An answer given before the new day is left behind and no longer counts.
    """
    rows = CourseEvaluation.objects.live().filter(
        person=training.person_id,
        course=training.course_id,
        effective_on=training.effective_on,
        answered_on__gte=to,
    )
    supersede_all(rows, by=by, reason=reason, effective_on=to)
