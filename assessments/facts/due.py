"""Next steps towards the vocational diploma, for many people at once, as at a day and as known at an instant."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection

from assessments.facts import progress
from assessments.models.methods import Method
from pqip.core.known import known_sql

#: Each candidate's waits, one row for each kind, with the day of the oldest.
WAITS = """
SELECT w.person_id, w.registration_id, w.kind, count(*) AS number, min(w.from_on) AS since, bool_or(w.is_overdue) AS is_overdue
FROM ({waiting}) w JOIN assessments_qualification q ON q.id = w.qualification_id AND q.code = 'VQ5'
WHERE {of_people} GROUP BY w.person_id, w.registration_id, w.kind
"""
#: Every day since the oldest wait with the count of working days up to it (as `rules.waiting.due_by` counts them).
CALENDAR = """
SELECT g.day::date AS day, w.works, count(*) FILTER (WHERE w.works) OVER (ORDER BY g.day) AS so_far
FROM generate_series((SELECT min(since) FROM due_waits), %(as_at)s::date + 60 + 2 * %(overdue_after)s, interval '1 day') g (day)
CROSS JOIN LATERAL (
    SELECT extract(isodow FROM g.day) < 6 AND g.day::date NOT IN (SELECT date FROM workforce_bankholiday) AS works) w
"""
#: A planned assessment is done once its evidence is submitted. Its subject is the assessor's free text and stays on
#: the record; the step says only how it will be assessed.
STEPS = """
SELECT w.person_id, w.registration_id, {waits} || ' (' || w.number || ')' AS title, t.day AS due_on, false AS is_of_learner,
    w.is_overdue
FROM due_waits w
JOIN due_calendar c ON c.day = w.since
JOIN due_calendar t ON t.works AND t.so_far = c.so_far + %(overdue_after)s
UNION ALL
SELECT r.person_id, p.registration_id, {planned}, p.due_on, true, p.due_on < %(as_at)s
FROM assessments_assessmentplan p JOIN assessments_registration r ON r.id = p.registration_id
JOIN assessments_qualification q ON q.id = r.qualification_id AND q.code = 'VQ5'
WHERE p.effective_on <= %(as_at)s AND {known_p} AND {of_planned} AND NOT EXISTS (
    SELECT FROM assessments_submission s WHERE s.evidence_id = p.evidence_id AND s.effective_on <= %(as_at)s AND {known_s})
"""
WAIT_TITLES = {
    "decision": "Evidence waits for a decision",
    "countersignature": "Decisions wait for a countersignature",
}
PLAN_TITLES = {method.value: f"Assessment planned: {method.label.lower()}" for method in Method}


def steps(
    as_at: dt.date, known_at: dt.datetime | None, people: Collection[int] | None = None
) -> progress.Query:
    """Return SQL of every next step towards the diploma, of these people or of everybody, with its parameters.

    Columns: person_id, registration_id, title, due_on, is_of_learner (false where the step is the service's),
    is_overdue (for waits, by the number of working days allowed).
    """
    waiting, parameters = progress.waiting(as_at, known_at)
    of_people = "TRUE" if people is None else "{}.person_id = ANY(%(people)s)"
    waits = WAITS.format(waiting=waiting, of_people=of_people.format("w"))
    sql = STEPS.format(
        waits=_in_words("w.kind", WAIT_TITLES),
        planned=_in_words("p.method", PLAN_TITLES),
        of_planned=of_people.format("r"),
        known_p=known_sql("p", known_at),
        known_s=known_sql("s", known_at),
    )
    own = {
        "as_at": as_at,
        "known_at": known_at,
        "overdue_after": progress.overdue_after(),
        "people": list(people or ()),
    }
    return f"WITH due_waits AS ({waits}), due_calendar AS ({CALENDAR}) {sql}", parameters | own


def _in_words(column: str, words: dict[str, str]) -> str:
    """Return an SQL CASE that puts each value of a column into words."""
    return f"CASE {column} {' '.join(f'''WHEN '{value}' THEN '{text}' ''' for value, text in words.items())}END"
