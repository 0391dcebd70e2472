"""Required courses of many people at once: due, attended, exempt and due again.

They are as at a day and as known at an instant. The relation `courses` has a row for each of
`trainees` and each course required of them. When a course is due is decided here only: pages,
lists, reports and the proof of completion use it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable
from typing import Any

from django.conf import settings
from django.db import connection

from learners.facts import status
from pqip.core.known import known_sql
from workforce.facts.merges import belonging

#: What is required of each audience on each pathway (NULL: without one). A row for the pathway
#: counts before a row for all.
REQUIRED = """
SELECT DISTINCT ON (q.course_id, q.audience, w.pathway_id) q.course_id, q.audience, w.pathway_id, q.is_required, q.due_months
FROM learners_courserequirement q
JOIN (SELECT id AS pathway_id FROM learners_pathway UNION ALL SELECT NULL) w
    ON q.pathway_id IS NULL OR q.pathway_id = w.pathway_id
WHERE q.effective_on <= %(as_at)s AND {known_q}
ORDER BY q.course_id, q.audience, w.pathway_id, q.pathway_id, q.effective_on DESC
"""
#: The months after the start within which a course is due where the reference data gives none
#: (assumed; not from the service).
DUE_MONTHS = 12
#: The outcome of each course that each trainee has booked. `delivery` is that of the latest
#: attendance: the day is put in front of it for the comparison and then cut off.
TAKEN = """
SELECT p.trainee, t.course_id,
    max(t.effective_on) FILTER (WHERE t.status = 'attended' AND t.effective_on <= p.until) AS attended_on,
    substr(max(to_char(t.effective_on, 'YYYYMMDD') || t.delivery)
        FILTER (WHERE t.status = 'attended' AND t.effective_on <= p.until), 9) AS delivery,
    min(t.effective_on) FILTER (WHERE t.status = 'booked' AND t.effective_on >= %(as_at)s) AS booked_for,
    max(t.effective_on) FILTER (WHERE t.status IN ('booked', 'did_not_attend')) AS last_booked
FROM trainees p JOIN learners_trainingrecord t ON t.person_id = p.person_id AND {known_t}
GROUP BY p.trainee, t.course_id
"""
#: Where the reference data gives no months, a course is due after the assumed number, and for a
#: learner by the planned end at the latest. A full join is hashed or merged whatever row counts the
#: planner expects; rows without a required course are dropped. With `apart`, conditions on the
#: result cannot turn it into another join.
BOOKINGS = """
SELECT b.*, x.id IS NOT NULL AS is_exempt, t.attended_on, t.delivery, t.booked_for, t.last_booked
FROM (
    SELECT p.trainee, p.person_id, p.until{carried}, q.course_id, c.recurs_months,
        CASE WHEN q.due_months IS NULL
            THEN least((p.start_date + make_interval(months => {due_months}))::date, p.planned_end)
            ELSE (p.start_date + make_interval(months => q.due_months))::date END AS first_due
    FROM trainees p
    JOIN required q ON q.is_required AND q.audience = p.audience
        AND coalesce(q.pathway_id, 0) = coalesce(p.pathway_id, 0)
    JOIN learners_course c ON c.id = q.course_id
) b
FULL JOIN taken t ON t.trainee = b.trainee AND t.course_id = b.course_id
LEFT JOIN learners_trainingexemption x ON x.person_id = b.person_id AND x.course_id = b.course_id
    AND x.effective_on <= b.until AND {known_x}
WHERE coalesce(b.course_id, 0) > 0{apart}
"""
#: `is_attended` means attended and not due again. `due_on` is the day it was or is due, or the day
#: it fell due again after it lapsed.
COURSES = """
SELECT c.*, coalesce(due_on <= until, false) AS is_due, coalesce(due_on < until AND NOT is_attended, false) AS is_overdue,
    coalesce(due_on <= until AND NOT is_attended AND coalesce(last_booked <= attended_on, last_booked IS NULL), false)
        AS is_unbooked
FROM (
    SELECT b.*, NOT is_exempt AND attended_on IS NOT NULL AND NOT lapsed AS is_attended,
        CASE WHEN is_exempt THEN NULL WHEN lapsed THEN again_on ELSE first_due END AS due_on,
        CASE WHEN NOT is_exempt AND NOT lapsed THEN again_on END AS next_due
    FROM (
        SELECT b.*, (attended_on + make_interval(months => recurs_months))::date AS again_on,
            coalesce((attended_on + make_interval(months => recurs_months))::date <= until, false) AS lapsed
        FROM bookings b
    ) b
) c
"""
#: The day since which the holder of the post `w` has held posts of its grade without a gap.
UNBROKEN = """(
    SELECT max(a.effective_on) FROM workforce_spell a
    WHERE a.person_id = w.person_id AND a.grade_id = w.grade_id AND a.effective_on <= w.effective_on AND {known_a}
        AND NOT EXISTS (
            SELECT FROM workforce_spell b WHERE b.person_id = a.person_id AND b.grade_id = a.grade_id AND {known_b}
                AND b.effective_on < a.effective_on AND (b.ended_on IS NULL OR b.ended_on >= a.effective_on - 1))
)"""
#: Learners, each up to the day in question or to the day their place ended. `pso` is the grade of
#: somebody without a recorded post.
LEARNER = """
SELECT s.enrolment_id AS trainee, e.person_id, 'learner' AS audience, s.pathway_id, s.start_date, s.planned_end,
    CASE WHEN s.status IN ('withdrawn', 'completed', 'did_not_start') THEN s.from_on ELSE %(as_at)s::date END AS until{more}
FROM standing s JOIN learners_enrolment e ON e.id = s.enrolment_id"""
#: Learners on the programme, and PSOs in post who are not learners. The start of a PSO is the first
#: day of their unbroken time as one.
TRAINEES = """
{learner} JOIN workforce_grade pso ON pso.code = 'PSO'
WHERE s.status IN ('active', 'deferred')
UNION ALL
SELECT -w.person_id, w.person_id, 'pso', NULL, {unbroken}, NULL, %(as_at)s::date, w.region_id, w.pdu_id, w.grade_id
FROM workforce_spell w JOIN workforce_grade g ON g.id = w.grade_id AND g.code = 'PSO'
WHERE {in_post} AND w.person_id NOT IN (
    SELECT e.person_id FROM standing s JOIN learners_enrolment e ON e.id = s.enrolment_id
    WHERE s.status IN ('active', 'deferred'))
"""
PLACED = """, s.region_id, s.pdu_id,
    coalesce((SELECT w.grade_id FROM workforce_spell w WHERE w.person_id = e.person_id AND {in_post}), pso.id) AS grade_id"""
#: A post held on the day; nobody holds two. Learners are looked up once, not for each post.
IN_POST = (
    "w.effective_on <= %(as_at)s AND (w.ended_on IS NULL OR w.ended_on >= %(as_at)s) AND {known_w}"
)
SOME = "SELECT p.* FROM ({everybody}) p WHERE {within}"
ASKED = "WITH {parts} {sql}"

Parts = list[tuple[str, str]]


def courses(
    known_at: dt.datetime | None, carried: Iterable[str] = (), *, apart: bool = False
) -> Parts:
    """Return the relations `required`, `taken`, `bookings` and `courses`.

    They are defined after a relation `trainees`, which has trainee (any key), person_id, audience,
    pathway_id, start_date, planned_end (NULL if there is none) and until, the last day that is
    considered for them. `courses` has trainee and person_id, course_id, first_due, attended_on,
    delivery, booked_for, is_exempt, is_attended, due_on, next_due (when it will be due again; NULL
    if that is not known), is_due, is_overdue and is_unbooked (due, not attended, and not booked
    since it was last attended), and the columns of the trainees in `carried`. A course is due on
    its day and overdue from the next day.

    `apart` works the courses out separately, for a caller that joins them to few other rows
    (measured: it takes a second, and minutes otherwise).
    """
    along = "".join(f", p.{column}" for column in carried)
    known = {"known_t": known_sql("t", known_at), "known_x": known_sql("x", known_at)}
    return [
        ("required", REQUIRED.format(known_q=known_sql("q", known_at))),
        ("taken", TAKEN.format(**known)),
        (
            "bookings",
            BOOKINGS.format(
                carried=along, due_months=due_months(), apart=" OFFSET 0" if apart else "", **known
            ),
        ),
        ("courses", COURSES),
    ]


def due_months() -> int:
    """Return the months after the start within which a course is due where the reference data gives
    none.
    """
    return int(getattr(settings, "PQIP_COURSE_DUE_MONTHS", DUE_MONTHS))


def in_post(known_at: dt.datetime | None) -> dict[str, str]:
    """Return SQL about a post `w`: whether it is held on the day, and since when without a gap.

    The keys are `in_post` and `unbroken`.
    """
    unbroken = UNBROKEN.format(known_a=known_sql("a", known_at), known_b=known_sql("b", known_at))
    return {"in_post": IN_POST.format(known_w=known_sql("w", known_at)), "unbroken": unbroken}


def trainees(known_at: dt.datetime | None, within: str = "TRUE") -> Parts:
    """Return the relation `trainees` of everybody, or of those who meet the SQL condition `within`.

    It is defined after `standing`.
    """
    post = in_post(known_at)
    everybody = TRAINEES.format(learner=LEARNER.format(more=PLACED.format(**post)), **post)
    return [("trainees", SOME.format(everybody=everybody, within=within))]


def learners(where: str) -> str:
    """Return the SQL of `trainees` for the learners in `standing` (alias s) who meet `where`, in
    any status.
    """
    return f"{LEARNER.format(more='')} WHERE {where}"


ONE = "s.enrolment_id = %(enrolment)s"
STUDYING = "s.enrolment_id = ANY(%(enrolments)s) AND s.status IN ('active', 'deferred')"
#: Every course required of somebody, in order.
LISTED = """
SELECT k.code, k.title, k.category, c.* FROM courses c JOIN learners_course k ON k.id = c.course_id ORDER BY k."order", k.code
"""
WITHIN = "(p.trainee = ANY(%(enrolments)s) OR -p.trainee = ANY(%(people)s))"
COUNTED = """
SELECT c.course_id, count(*) AS required, count(*) FILTER (WHERE is_due) AS due,
    count(*) FILTER (WHERE is_due AND is_attended) AS attended, count(*) FILTER (WHERE is_overdue) AS overdue,
    count(*) FILTER (WHERE is_unbooked) AS unbooked, count(*) FILTER (WHERE is_exempt) AS exempt
FROM courses c GROUP BY c.course_id
"""
OWING = """
SELECT c.person_id, c.due_on, c.booked_for, c.attended_on, c.is_unbooked FROM courses c
WHERE c.course_id = %(course)s AND is_due AND NOT is_attended
"""
TO_BOOK = """
SELECT c.person_id FROM courses c
WHERE c.course_id = %(course)s AND NOT is_exempt AND NOT is_attended
"""
LATE = """
SELECT trainee, bool_or(is_overdue) AS is_overdue, bool_or(is_unbooked) AS is_unbooked FROM courses
WHERE is_overdue OR is_unbooked GROUP BY trainee
"""


def courses_of(enrolment_id: int, as_at: dt.date) -> list[dict[str, Any]]:
    """Return every course required of one learner, whatever their status, in order, as known now."""
    inner, parameters = status.status_on(as_at, None)
    parts = [("standing", inner), ("trainees", learners(ONE)), *courses(None)]
    return asked(parts, LISTED, {**parameters, "as_at": as_at, "enrolment": enrolment_id})


def count_due(
    enrolments: Collection[int], people: Collection[int], as_at: dt.date
) -> dict[int, dict[str, Any]]:
    """Return, by course, the counts for these learners and these other PSOs.

    They count who must take it and for whom it is due, attended, overdue, not booked and exempt.
    """
    rows = _asked_of(WITHIN, COUNTED, as_at, enrolments=list(enrolments), people=list(people))
    return {row["course_id"]: row for row in rows}


def owing(
    course_id: int, enrolments: Collection[int], people: Collection[int], as_at: dt.date
) -> dict[int, dict[str, Any]]:
    """Return, by person, these learners and other PSOs who have not attended the course although it
    is due by the day.
    """
    asked = {"enrolments": list(enrolments), "people": list(people), "course": course_id}
    return {row["person_id"]: row for row in _asked_of(WITHIN, OWING, as_at, **asked)}


def to_book(course_id: int, enrolments: Collection[int], on: dt.date) -> set[int]:
    """Return the people of these enrolments who are still to take a course by a day, or to take it
    again.

    It is required of them, and they are neither exempt nor have attended it.
    """
    inner, parameters = status.status_on(on, None)
    parts = [
        ("standing", inner),
        ("trainees", learners("s.enrolment_id = ANY(%(enrolments)s)")),
        *courses(None),
    ]
    given = {**parameters, "as_at": on, "course": course_id, "enrolments": list(enrolments)}
    return {row["person_id"] for row in asked(parts, TO_BOOK, given)}


def overdue_and_unbooked_keys(
    enrolments: Collection[int], as_at: dt.date
) -> tuple[list[int], list[int]]:
    """Return two lists of those of these enrolments that are on the programme, as known now.

    The first has a required course overdue, and the second one that is due and not booked.
    """
    inner, parameters = status.status_on(as_at, None)
    parts = [("standing", inner), ("trainees", learners(STUDYING)), *courses(None)]
    given = {**parameters, "as_at": as_at, "enrolments": list(enrolments)}
    rows = asked(parts, LATE, given)
    return [row["trainee"] for row in rows if row["is_overdue"]], [
        row["trainee"] for row in rows if row["is_unbooked"]
    ]


def _asked_of(within: str, sql: str, as_at: dt.date, **more: Any) -> list[dict[str, Any]]:
    """Return the rows of a query over the courses of trainees who meet a condition."""
    inner, parameters = status.status_on(as_at, None)
    parts = [("standing", inner), *trainees(None, within), *courses(None)]
    return asked(parts, sql, {**parameters, "as_at": as_at, **more})


def asked(parts: Parts, sql: str, parameters: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the rows of a query, as dictionaries, after defining the relations in `parts`."""
    named = [f"{name} AS ({part})" for name, part in parts]
    definitions = ", ".join([*belonging(parameters.get("known_at")), *named])
    with connection.cursor() as cursor:
        cursor.execute(ASKED.format(parts=definitions, sql=sql), parameters)
        names = [column.name for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
