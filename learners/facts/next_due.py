"""The next thing due for each learner on the programme, across all strands.

It is as at a day and as known at an instant, and the progression report and the lists use the same
relation. The caller defines the relations that it reads: `standing` (from
`learners.facts.status.status_on`), `module_states` (`learners.facts.modules.states`) and
`their_courses` (`learners.facts.strands.courses`).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from typing import Any

from learners.facts import modules, status, strands
from learners.facts.training import asked
from learners.models import Enrolment, Review
from learners.ports import vocational
from pqip.core.known import known_sql, when
from pqip.govuk.pages import Due

Sql = tuple[str, dict[str, Any]]

#: The strands in the order of a learner's timeline, which decides between things due on one day.
PROGRAMME, UNIVERSITY, VOCATIONAL, TRAINING, REVIEW = (
    "Programme",
    "University",
    "Vocational",
    "Role training",
    "Review",
)
STRANDS = (PROGRAMME, UNIVERSITY, VOCATIONAL, TRAINING, REVIEW)

GOING = """
SELECT s.enrolment_id, s.status, s.start_date, s.expected_return, e.person_id FROM standing s
JOIN learners_enrolment e ON e.id = s.enrolment_id WHERE s.status IN ('active', 'deferred')
"""
BACK = """
SELECT enrolment_id, 'Expected back from the break', expected_return, expected_return < %(as_at)s FROM going
WHERE status = 'deferred' AND expected_return IS NOT NULL
"""
#: An attempt is due on its own day, or for a fourth module within its six months if that is
#: earlier. A failed attempt is due on the day from which it counts as overdue. Otherwise the day on
#: which the module is due counts. An attempt whose result is awaited is not due.
MODULES = """
SELECT m.enrolment_id, m.title || CASE WHEN m.is_open THEN ': hand in' WHEN m.is_last_failed THEN ': failed at the last attempt'
        WHEN m.failed > 0 THEN ': failed, next attempt not planned' WHEN m.is_unrecorded THEN ': result not recorded' ELSE '' END,
    d.due_on, d.due_on < %(as_at)s
FROM module_states m JOIN going g ON g.enrolment_id = m.enrolment_id
CROSS JOIN LATERAL (SELECT CASE WHEN m.is_open AND m.is_fourth THEN least(m.open_since, m.due_on) WHEN m.is_open THEN m.open_since
    ELSE coalesce(m.overdue_since, m.due_on) END AS due_on) d
WHERE m.passed_on IS NULL AND NOT m.is_awaited
"""
#: During a break the vocational steps of the learner are not due, but those of the service are.
STEPS = """
SELECT g.enrolment_id, v.title, v.due_on, v.is_overdue FROM ({steps}) v JOIN going g ON g.person_id = v.person_id
WHERE NOT (v.is_of_learner AND g.status = 'deferred')
"""
BOOKED = """
SELECT g.enrolment_id, c.title, t.effective_on, false FROM learners_trainingrecord t
JOIN going g ON g.person_id = t.person_id JOIN learners_course c ON c.id = t.course_id
WHERE t.status = 'booked' AND t.effective_on >= %(as_at)s AND {known_t}
"""
#: Courses without a booking ahead. A course with one is due on the booked day (`BOOKED`).
COURSES = """
SELECT t.trainee, c.title || CASE WHEN t.is_unbooked THEN ': training not booked' WHEN t.last_booked IS NULL THEN ': to be booked'
    ELSE '' END, t.due_on, t.is_overdue
FROM their_courses t JOIN going g ON g.enrolment_id = t.trainee JOIN learners_course c ON c.id = t.course_id
WHERE NOT t.is_exempt AND NOT t.is_attended AND t.booked_for IS NULL
"""
REVIEWS = """
SELECT g.enrolment_id, CASE r.kind {kinds} END, r.effective_on, r.effective_on < %(as_at)s
FROM learners_review r JOIN going g ON g.person_id = r.person_id
WHERE (r.held_on IS NULL OR r.held_on > %(as_at)s) AND r.effective_on >= g.start_date AND {known_r}
"""
KINDS = " ".join(f"WHEN '{kind.value}' THEN '{kind.label} review'" for kind in Review.Kind)
OF_STRAND = "SELECT d.*, {place} FROM ({due}) d"
#: The first thing due: what is overdue before the rest, then by day, then by strand and title.
FIRST = """
SELECT DISTINCT ON (enrolment_id) enrolment_id, title, due_on, is_overdue, strand FROM due
WHERE due_on IS NOT NULL ORDER BY enrolment_id, NOT is_overdue, due_on, strand, title COLLATE "C"
"""
WITHIN = "SELECT s.* FROM ({standing}) s WHERE s.enrolment_id = ANY(%(enrolments)s)"


def next_due(as_at: dt.date, known_at: dt.datetime | None) -> Sql:
    """Return SQL of what is due first for each learner who is active or on a break, and its
    parameters.

    Its columns are enrolment_id, title, due_on, is_overdue and strand (its index in `STRANDS`).
    Learners for whom nothing has a date have no row.
    """
    steps, of_steps = vocational.vocational().due_steps(as_at, known_at)
    of_strand = {
        PROGRAMME: [BACK],
        UNIVERSITY: [MODULES],
        VOCATIONAL: [STEPS.format(steps=steps)],
        TRAINING: [BOOKED.format(known_t=known_sql("t", known_at)), COURSES],
        REVIEW: [REVIEWS.format(kinds=KINDS, known_r=known_sql("r", known_at))],
    }
    due = " UNION ALL ".join(
        OF_STRAND.format(place=place, due=sql)
        for place, strand in enumerate(STRANDS)
        for sql in of_strand[strand]
    )
    sql = f"WITH going AS ({GOING}), due (enrolment_id, title, due_on, is_overdue, strand) AS ({due}) {FIRST}"
    return sql, of_steps | when(as_at, known_at)


def next_due_of(rows: Collection[Enrolment], on: dt.date) -> dict[int, Due]:
    """Return, by enrolment, what is due first, as known now."""
    standing, of_standing = status.status_on(on, None)
    relations = {
        "module_states": modules.states(on, None),
        "their_courses": strands.courses(on, None, strands.ON_PROGRAMME),
        "found": next_due(on, None),
    }
    parameters = {"enrolments": [row.pk for row in rows]} | of_standing
    parts = [("standing", WITHIN.format(standing=standing)), ("studying", "SELECT * FROM standing")]
    for name, (sql, own) in relations.items():
        parts, parameters = [*parts, (name, sql)], parameters | own
    return {
        row["enrolment_id"]: Due(
            row["title"], row["due_on"], STRANDS[row["strand"]], overdue=row["is_overdue"]
        )
        for row in asked(parts, "SELECT * FROM found", parameters)
    }
