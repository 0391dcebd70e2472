"""Role training, reviews and the proof of completion: facts about many learners, as at a day and as known at an instant.

Each function gives SQL of one relation and its parameters, to be used as a common table expression. Those that count by
enrolment read a relation named `standing` (from `learners.facts.standing`), which the caller defines before them.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import connection

from learners import facts, ports, training_facts
from learners.models import Enrolment, UniversityAward
from learners.module_facts import states_of
from pqip.core.known import known_sql, when

#: Whoever has started, to be asked which courses are required of them, and of them those who are on the programme.
STARTED, ON_PROGRAMME = "s.status NOT IN ('due_to_start', 'did_not_start')", "s.status IN ('active', 'deferred')"
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


def courses(as_at: dt.date, known_at: dt.datetime | None, who: str = STARTED) -> tuple[str, dict[str, Any]]:
    """`training_facts.courses` of learners: a row for each of them and course required. `who`: STARTED or ON_PROGRAMME.

    Of whoever has withdrawn or completed, as on that day. Reads `standing`.
    """
    return _of_courses("SELECT * FROM courses", known_at, who), when(as_at, known_at)


def training(as_at: dt.date, known_at: dt.datetime | None, who: str = STARTED) -> tuple[str, dict[str, Any]]:
    """enrolment_id, training_attended, _due, _overdue, _unbooked; required courses only. Reads `standing`.

    Exempt courses count nowhere; one attended too long ago counts as due again. Overdue is from the day after it was due.
    Of whoever has withdrawn or completed, what was due by that day. `who`: STARTED or ON_PROGRAMME.
    """
    return _of_courses(counted("courses"), known_at, who), when(as_at, known_at)


def counted(courses: str) -> str:
    """SQL of `training` from a relation of that name, which holds `courses`."""
    return COUNTED.format(courses=courses)


def _of_courses(answer: str, known_at: dt.datetime | None, who: str) -> str:
    parts = ", ".join(f"{name} AS ({sql})" for name, sql in training_facts.courses(known_at))
    return f"WITH trainees AS ({training_facts.learners(who)}), {parts} {answer}"


def reviews(as_at: dt.date, known_at: dt.datetime | None) -> tuple[str, dict[str, Any]]:
    """person_id, kind, due_on, held_on (blank when not held by the day) of every review due by the day."""
    return REVIEWS.format(known=known_sql("r", known_at)), when(as_at, known_at)


def missing_proof(enrolment: Enrolment, on: dt.date) -> list[str]:
    """What the record lacks, in words, of the three elements that completion needs by that day (rule C2 29)."""
    missing = []
    if not ports.vocational().progress_of([enrolment.person_id], on).get(enrolment.person_id, ports.Progress()).is_complete:
        missing.append("units of the vocational diploma are not achieved")
    if modules_left := _modules_left(enrolment, on):
        missing.append(f"university modules are not passed ({modules_left})")
    if not UniversityAward.objects.live().as_at(on).filter(enrolment=enrolment).exists():
        missing.append("the university's award is not recorded")
    if courses_left := _courses_left(enrolment, on):
        missing.append(f"required training is not attended ({courses_left})")
    return missing


def _modules_left(enrolment: Enrolment, on: dt.date) -> str:
    """Codes of required modules, of both levels, not passed by the day. One held at entry is not required."""
    return ", ".join(row["code"] for row in states_of([enrolment.pk], on) if row["passed_on"] is None)


LEFT = """
WITH standing AS ({standing}), trainees AS ({one}), {courses}
SELECT string_agg(k.code, ', ' ORDER BY k."order") FROM courses c JOIN learners_course k ON k.id = c.course_id
WHERE c.attended_on IS NULL AND NOT c.is_exempt
"""


def _courses_left(enrolment: Enrolment, on: dt.date) -> str | None:
    """Codes of required courses neither attended nor exempt. One once attended proves it, even where it is due again."""
    standing, parameters = facts.standing(on, None)
    parts = ", ".join(f"{name} AS ({sql})" for name, sql in training_facts.courses(None))
    one = training_facts.learners(training_facts.ONE)
    with connection.cursor() as cursor:
        cursor.execute(
            LEFT.format(standing=standing, one=one, courses=parts), {**parameters, "enrolment": enrolment.pk, "as_at": on}
        )
        return cursor.fetchone()[0]
