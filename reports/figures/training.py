"""Role training of learners and PSOs by course: due, attended, and followed up in practice."""

from __future__ import annotations

from learners.facts import status
from learners.facts import training as training_facts
from reports.figures.asking import Query, Question, Row
from reports.figures.numbers import percent

#: For each person's latest attendance: how the course was delivered, and whether it was followed up by the day.
FOLLOWED = """
SELECT f.person_id, f.course_id, f.effective_on, f.due_on, f.kind,
    CASE WHEN f.done_on <= %(as_at)s THEN f.done_on END AS done_on
FROM learners_followup f WHERE f.effective_on <= %(as_at)s AND {known}
"""
#: Attendances whose evaluation was answered at its first level by the day.
EVALUATED = """
SELECT v.person_id, v.course_id, v.effective_on FROM learners_courseevaluation v
WHERE v.level = 1 AND v.answered_on <= %(as_at)s AND {known}
"""
CARRIED = ("region_id", "pdu_id", "grade_id")
#: `due`: required and due by the day. `attended`: of those due, attended and not due again. A course is overdue from the
#: day after.
ANSWER = """
SELECT r.code AS region, g.code AS grade, k.code AS course,
    (count(*) FILTER (WHERE c.is_due))::integer AS due,
    (count(*) FILTER (WHERE c.is_due AND c.is_attended))::integer AS attended,
    (count(*) FILTER (WHERE c.is_overdue))::integer AS overdue,
    count(*) FILTER (WHERE c.attended_on IS NOT NULL) AS attendances,
    count(*) FILTER (WHERE v.person_id IS NOT NULL) AS evaluated,
    count(*) FILTER (WHERE c.delivery <> '') AS delivered,
    count(*) FILTER (WHERE c.delivery = 'face_to_face') AS face_to_face,
    (count(*) FILTER (WHERE f.done_on IS NOT NULL AND f.kind = 'observed_practice'))::integer AS practised,
    (count(*) FILTER (WHERE f.done_on IS NOT NULL))::integer AS followed_up,
    (count(*) FILTER (WHERE f.due_on < %(as_at)s AND f.done_on IS NULL))::integer AS follow_up_overdue
FROM courses c JOIN workforce_region r ON r.id = c.region_id JOIN workforce_grade g ON g.id = c.grade_id
JOIN learners_course k ON k.id = c.course_id
LEFT JOIN followed f ON f.person_id = c.person_id AND f.course_id = c.course_id AND f.effective_on = c.attended_on
LEFT JOIN evaluated v ON v.person_id = c.person_id AND v.course_id = c.course_id AND v.effective_on = c.attended_on
WHERE (c.is_due OR c.attended_on IS NOT NULL) AND {within}
GROUP BY r."order", r.code, g."order", g.code, k."order", k.code
ORDER BY r."order", r.code, g."order", g.code, k."order", k.code
"""


def training(question: Question) -> list[Row]:
    """Return a row for each region, grade and course that anybody was due to take or attended, in this order."""
    query = Query(question)
    query.reads_most_rows = True  # reads every trainee's every course
    query.define("standing", status.status_on(question.as_at, question.known_at), once=True)
    query.define("followed", FOLLOWED.format(known=question.known("f")))
    query.define("evaluated", EVALUATED.format(known=question.known("v")))
    for name, sql in (
        *training_facts.trainees(question.known_at),
        *training_facts.courses(question.known_at, CARRIED),
    ):
        query.define(name, sql)
    answer = ANSWER.format(within=question.place.condition("c"))
    return [_with_rates(row) for row in query.rows(answer)]


def _with_rates(row: Row) -> Row:
    return row | {
        "attendance_rate": percent(row["attended"], row["due"]),
        "face_to_face_percent": percent(row["face_to_face"], row["delivered"]),
        "evaluation_response_rate": percent(row["evaluated"], row["attendances"]),
    }
