"""University, role training and reviews: facts about many learners at once, as at a day and as known at an instant.

Each function gives SQL of one relation and its parameters, to be used as a common table expression. Those that count by
enrolment read a relation named `standing` (from `learners.facts.standing`), which the caller defines before them.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.conf import settings
from django.db import connection

from learners import facts, ports, training_facts
from learners.models import Enrolment
from pqip.core.known import known_sql, when

#: Assumed; not from the service: the last permitted attempt, and days overdue before it needs action.
LAST_ATTEMPT = 3
DAYS_OVERDUE = 28

MODULES = """
SELECT enrolment_id, count(*) FILTER (WHERE passed) AS modules_passed, count(*) FILTER (WHERE due_on <= %(as_at)s) AS modules_due,
    bool_or(NOT passed AND attempts_failed >= %(last_attempt)s) AS failed_last_attempt,
    greatest(max(%(as_at)s::date - open_since) FILTER (WHERE NOT passed), 0) AS days_overdue
FROM (
    SELECT r.enrolment_id, r.module_id, min(coalesce(r.extended_to, r.due_date)) AS due_on,
        coalesce(bool_or(r.outcome = 'pass' AND r.effective_on <= %(as_at)s), false) AS passed,
        coalesce(max(r.attempt) FILTER (WHERE r.outcome = 'fail' AND r.effective_on <= %(as_at)s), 0) AS attempts_failed,
        min(coalesce(r.extended_to, r.due_date)) FILTER (
            WHERE (r.submitted_date IS NULL AND r.outcome = 'pending') OR r.submitted_date > %(as_at)s) AS open_since
    FROM learners_moduleresult r JOIN learners_academicmodule m ON m.id = r.module_id AND m.is_required
    WHERE {known}
    GROUP BY r.enrolment_id, r.module_id
) AS module GROUP BY enrolment_id
"""
#: Whoever has started, to be asked which courses are required of them, and of them those who are on the programme.
STARTED, ON_PROGRAMME = "s.status NOT IN ('due_to_start', 'did_not_start')", "s.status IN ('active', 'deferred')"
TRAINING = """
WITH trainees AS ({started}), {courses}
SELECT trainee AS enrolment_id, count(*) FILTER (WHERE is_attended) AS training_attended,
    count(*) FILTER (WHERE is_due) AS training_due, count(*) FILTER (WHERE is_overdue) AS training_overdue,
    count(*) FILTER (WHERE is_unbooked) AS training_unbooked
FROM courses GROUP BY trainee
"""
REVIEWS = """
SELECT r.person_id, r.kind, r.effective_on AS due_on, CASE WHEN r.held_on <= %(as_at)s THEN r.held_on END AS held_on
FROM learners_review r WHERE r.effective_on <= %(as_at)s AND {known}
"""


def modules(as_at: dt.date, known_at: dt.datetime | None) -> tuple[str, dict[str, Any]]:
    """enrolment_id, modules_passed, modules_due, failed_last_attempt, days_overdue; required modules only.

    A module is due on its (extended) due date. It is overdue while nothing was handed in by the day and it is not passed.
    """
    return MODULES.format(known=known_sql("r", known_at)), {**when(as_at, known_at), "last_attempt": last_attempt()}


def training(as_at: dt.date, known_at: dt.datetime | None, who: str = STARTED) -> tuple[str, dict[str, Any]]:
    """enrolment_id, training_attended, _due, _overdue, _unbooked; required courses only. Reads `standing`.

    Exempt courses count nowhere; one attended too long ago counts as due again. Overdue is from the day after it was due.
    Of whoever has withdrawn or completed, what was due by that day. `who`: STARTED or ON_PROGRAMME.
    """
    parts = ", ".join(f"{name} AS ({sql})" for name, sql in training_facts.courses(known_at))
    return TRAINING.format(started=training_facts.learners(who), courses=parts), when(as_at, known_at)


def reviews(as_at: dt.date, known_at: dt.datetime | None) -> tuple[str, dict[str, Any]]:
    """person_id, kind, due_on, held_on (blank when not held by the day) of every review due by the day."""
    return REVIEWS.format(known=known_sql("r", known_at)), when(as_at, known_at)


def last_attempt() -> int:
    """The last permitted attempt at a module."""
    return getattr(settings, "PQIP_LAST_ATTEMPT", LAST_ATTEMPT)


def days_overdue() -> int:
    """A required module overdue for more days than this needs action."""
    return getattr(settings, "PQIP_MODULE_DAYS_OVERDUE", DAYS_OVERDUE)


def missing_proof(enrolment: Enrolment, on: dt.date) -> list[str]:
    """What the record lacks, in words, of the three elements that completion needs by that day (rule C2 29)."""
    missing = []
    if not ports.vocational().progress_of([enrolment.person_id], on).get(enrolment.person_id, ports.Progress()).is_complete:
        missing.append("units of the vocational diploma are not achieved")
    modules_left, courses_left = _left(enrolment, on)
    if modules_left:
        missing.append(f"university modules are not passed ({modules_left})")
    if courses_left:
        missing.append(f"required training is not attended ({courses_left})")
    return missing


LEFT = """
WITH standing AS ({standing}), trainees AS ({one}), {courses}
SELECT
    (SELECT string_agg(m.code, ', ' ORDER BY m."order") FROM learners_academicmodule m
     WHERE m.is_required AND m.code <> ALL(%(held)s) AND NOT EXISTS (
        SELECT FROM learners_moduleresult r WHERE r.enrolment_id = %(enrolment)s AND r.module_id = m.id
            AND r.voided_at IS NULL AND r.outcome = 'pass' AND r.effective_on <= %(on)s)),
    (SELECT string_agg(k.code, ', ' ORDER BY k."order") FROM courses c JOIN learners_course k ON k.id = c.course_id
     WHERE c.attended_on IS NULL AND NOT c.is_exempt)
"""


def _left(enrolment: Enrolment, on: dt.date) -> tuple[str | None, str | None]:
    """Codes of required modules neither held at entry nor passed, and of required courses neither attended nor exempt.

    A course once attended proves it, even where it has since fallen due again.
    """
    standing, parameters = facts.standing(on, None)
    about = {**parameters, "enrolment": enrolment.pk, "held": enrolment.modules_held, "on": on, "as_at": on}
    parts = ", ".join(f"{name} AS ({sql})" for name, sql in training_facts.courses(None))
    with connection.cursor() as cursor:
        one = training_facts.learners(training_facts.ONE)
        cursor.execute(LEFT.format(standing=standing, one=one, courses=parts), about)
        return cursor.fetchone()

