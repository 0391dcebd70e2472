"""Checks of the strands: a required course, module or award is due and nothing is recorded."""

from __future__ import annotations

import datetime as dt

from learners.facts import modules as module_facts
from learners.facts import training
from learners.plugins.data_quality.shared import asks
from workforce.data_quality import Check, register, relation
from workforce.data_quality.checks import Ask, Sql

#: The learners whose modules are asked for, under the name that the facts of modules read.
STUDYING = "WITH studying AS (SELECT s.* FROM standing s WHERE s.status IN {statuses}) SELECT x.* FROM ({rows}) x"
ON_PROGRAMME, COMPLETED = "('active', 'deferred')", "('completed')"
COURSES = """
WITH {parts} SELECT c.trainee AS enrolment_id, k.code, k."order", c.due_on, c.attended_on, c.booked_for, c.is_overdue,
    c.is_exempt
FROM courses c JOIN learners_course k ON k.id = c.course_id
"""
MISSING = """
SELECT s.region_id, s.pdu_id, s.person_id, s.enrolment_id, coalesce(m.codes, '') AS about, m.codes IS NOT NULL AS fails, m.since
FROM on_programme s LEFT JOIN (
    SELECT x.enrolment_id, string_agg(x.code, ', ' ORDER BY x."order", x.code) AS codes, min(x.due_on) AS since FROM {of} x
    WHERE {missing} GROUP BY x.enrolment_id
) m ON m.enrolment_id = s.enrolment_id
"""
#: Due before the day, neither attended nor exempt, and without a booking ahead.
NOT_BOOKED = "x.is_overdue AND x.booked_for IS NULL"
#: Learners who have passed every required module.
AWARD = """
SELECT s.region_id, s.pdu_id, s.person_id, s.enrolment_id, '' AS about,
    p.last_on < %(as_at)s AND NOT EXISTS (SELECT FROM learners_universityaward a
        WHERE a.enrolment_id = s.enrolment_id AND a.effective_on <= %(as_at)s AND {known_a}) AS fails, p.last_on AS since
FROM on_programme s JOIN (
    SELECT enrolment_id, max(passed_on) AS last_on FROM module_states
    GROUP BY enrolment_id HAVING bool_and(passed_on IS NOT NULL)
) p ON p.enrolment_id = s.enrolment_id
"""


def modules(statuses: str) -> Ask:
    """Return the modules required of learners with these statuses (`learners/facts/modules.py`)."""

    def ask(as_at: dt.date, known_at: dt.datetime | None) -> Sql:
        rows, parameters = module_facts.states(as_at, known_at)
        return STUDYING.format(statuses=statuses, rows=rows), parameters

    return ask


def courses(statuses: str) -> Ask:
    """Return the courses required of learners with these statuses.

    Its columns are enrolment_id, code, due_on, attended_on, booked_for, is_overdue and is_exempt.
    """

    def ask(as_at: dt.date, known_at: dt.datetime | None) -> Sql:
        who = training.learners(f"s.status IN {statuses}")
        parts = [("trainees", who), *training.courses(known_at)]
        return COURSES.format(parts=", ".join(f"{name} AS ({sql})" for name, sql in parts)), {}

    return ask


relation("module_states", modules(ON_PROGRAMME), reads=("standing",))
relation("course_states", courses(ON_PROGRAMME), reads=("standing",))
relation("completed_modules", modules(COMPLETED), reads=("standing",))
relation("completed_courses", courses(COMPLETED), reads=("standing",))

LEARNERS = "Learners active or on a break"

register(
    Check(
        "course_missing",
        "Required course missing",
        means="A course required of them was due before the day. They have not attended it, and nobody has booked it for them.",
        to_do="Book it, or record that they attended or are exempt.",
        counts=LEARNERS,
        mends=("learners.record_event",),
        rows=asks(MISSING.format(of="course_states", missing=NOT_BOOKED)),
        reads=("on_programme", "course_states"),
        page="learners:training",
    ),
    Check(
        "module_missing",
        "Required module missing",
        means="A university module required of them was due before the day, and nothing is on record of it.",
        to_do="Record the attempt and its result, or bring in the university’s file of results.",
        counts=LEARNERS,
        mends=("learners.record_event",),
        rows=asks(MISSING.format(of="module_states", missing="x.is_unrecorded")),
        reads=("on_programme", "module_states"),
        page="learners:academic",
        list_url="learners:list",
        list_filter="need=results",
    ),
    Check(
        "award_missing",
        "University’s award missing",
        means="They have passed every required module before the day, and no award of the university is on record.",
        to_do="Record the award, or bring in the university’s file of awards.",
        counts="Learners active or on a break who have passed every required module",
        mends=("learners.record_event",),
        rows=asks(AWARD, "a"),
        reads=("on_programme", "module_states"),
        page="learners:academic",
    ),
)
