"""Role training, reviews and the proof of completion, of many learners.

They are as at a day and as known at an instant. Most functions return SQL of one relation and its
parameters, to be used as a common table expression. Those that count by enrolment read a relation
`standing` (from `learners.facts.status.status_on`), which the caller defines first.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import connection

from learners.facts import status
from learners.facts import training as training_facts
from learners.facts.modules import states_of
from learners.models import Enrolment, UniversityAward
from learners.ports import vocational
from pqip.core.known import known_sql, when

#: Conditions on `standing` for `who`: everybody who has started, or of them those on the programme.
STARTED, ON_PROGRAMME = (
    "s.status NOT IN ('due_to_start', 'did_not_start')",
    "s.status IN ('active', 'deferred')",
)
COUNTED = """
SELECT trainee AS enrolment_id, count(*) FILTER (WHERE is_attended) AS training_attended,
    count(*) FILTER (WHERE is_due) AS training_due, count(*) FILTER (WHERE is_overdue) AS training_overdue,
    count(*) FILTER (WHERE is_unbooked) AS training_unbooked
FROM {courses} GROUP BY trainee
"""
REVIEWS = """
SELECT r.person_id, r.kind, r.effective_on AS due_on, CASE WHEN r.held_on <= %(as_at)s THEN r.held_on END AS held_on
FROM learners_review r WHERE r.effective_on <= %(as_at)s AND {known}
"""


def courses(
    as_at: dt.date, known_at: dt.datetime | None, who: str = STARTED
) -> tuple[str, dict[str, Any]]:
    """Return SQL of `learners.facts.training.courses` for learners, and its parameters.

    It has a row for each learner and course required of them. `who` is STARTED or ON_PROGRAMME. For
    somebody who has withdrawn or completed, it is as at the day of that. Reads `standing`.
    """
    return _of_courses("SELECT * FROM courses", known_at, who), when(as_at, known_at)


def training(
    as_at: dt.date, known_at: dt.datetime | None, who: str = STARTED
) -> tuple[str, dict[str, Any]]:
    """Return SQL of the counts of required courses by enrolment, and its parameters.

    Its columns are enrolment_id, training_attended, training_due, training_overdue and
    training_unbooked. Exempt courses count nowhere, and a course that was attended too long ago
    counts as due again. A course is overdue from the day after it was due. For somebody who has
    withdrawn or completed, what was due by that day counts. `who` is STARTED or ON_PROGRAMME. Reads
    `standing`.
    """
    return _of_courses(counted("courses"), known_at, who), when(as_at, known_at)


def counted(courses: str) -> str:
    """Return the SQL of `training` from a relation of that name, which holds `courses`."""
    return COUNTED.format(courses=courses)


def _of_courses(answer: str, known_at: dt.datetime | None, who: str) -> str:
    parts = ", ".join(f"{name} AS ({sql})" for name, sql in training_facts.courses(known_at))
    return f"WITH trainees AS ({training_facts.learners(who)}), {parts} {answer}"


def reviews(as_at: dt.date, known_at: dt.datetime | None) -> tuple[str, dict[str, Any]]:
    """Return SQL of every review due by the day, and its parameters.

    Its columns are person_id, kind, due_on and held_on (NULL if it was not held by the day).
    """
    return REVIEWS.format(known=known_sql("r", known_at)), when(as_at, known_at)


def missing_proof(enrolment: Enrolment, on: dt.date) -> list[str]:
    """Return in words what the record lacks by that day of the three elements of completion (rule
    C2 29).
    """
    missing = []
    if (
        not vocational.vocational()
        .progress_of([enrolment.person_id], on)
        .get(enrolment.person_id, vocational.Progress())
        .is_complete
    ):
        missing.append("units of the vocational diploma are not achieved")
    if modules_left := _modules_left(enrolment, on):
        missing.append(f"university modules are not passed ({modules_left})")
    if not UniversityAward.objects.live().as_at(on).filter(enrolment=enrolment).exists():
        missing.append("the university's award is not recorded")
    if courses_left := _courses_left(enrolment, on):
        missing.append(f"required training is not attended ({courses_left})")
    return missing


def _modules_left(enrolment: Enrolment, on: dt.date) -> str:
    """Return the codes of required modules, of both levels, that are not passed by the day.

    A module held at entry is not required.
    """
    return ", ".join(
        row["code"] for row in states_of([enrolment.pk], on) if row["passed_on"] is None
    )


LEFT = """
WITH standing AS ({standing}), trainees AS ({one}), {courses}
SELECT string_agg(k.code, ', ' ORDER BY k."order") FROM courses c JOIN learners_course k ON k.id = c.course_id
WHERE c.attended_on IS NULL AND NOT c.is_exempt
"""


def _courses_left(enrolment: Enrolment, on: dt.date) -> str | None:
    """Return the codes of required courses that are neither attended nor exempt.

    A course that was attended once counts, even if it is due again.
    """
    standing, parameters = status.status_on(on, None)
    parts = ", ".join(f"{name} AS ({sql})" for name, sql in training_facts.courses(None))
    one = training_facts.learners(training_facts.ONE)
    with connection.cursor() as cursor:
        cursor.execute(
            LEFT.format(standing=standing, one=one, courses=parts),
            {**parameters, "enrolment": enrolment.pk, "as_at": on},
        )
        return cursor.fetchone()[0]
