"""The monthly status: the status of every learner, how far they are, and what was done in the month."""

from __future__ import annotations

from assessments.facts import progress as assessed
from learners.facts import status
from reports.figures.asking import Query, Question, Row
from reports.figures.numbers import percent, tenths
from reports.figures.on_programme import STARTED, standing, with_progress
from reports.figures.progression import unnamed
from workforce.facts.people import people

KEY = "region_id, cohort_id, pathway_id"

#: Evidence for the VQ5 that waits on the day for a decision or for a countersignature.
PIECES = "SELECT x.person_id, x.kind, x.from_on, x.days, x.is_overdue FROM waiting x WHERE {vq5}"
#: What happened to candidates in the month and what waits on the day, by person.
ACTIVITY = """
SELECT person_id, 'submitted' AS what, NULL::integer AS days FROM submissions x WHERE {vq5}
UNION ALL SELECT person_id, 'decided', NULL FROM decisions x WHERE {vq5}
UNION ALL SELECT person_id, 'countersigned', NULL FROM outcomes x WHERE {vq5}
UNION ALL SELECT person_id, 'final', turnaround_days FROM finals x WHERE {vq5}
UNION ALL SELECT person_id, kind, NULL FROM pieces
UNION ALL SELECT person_id, 'overdue', NULL FROM pieces WHERE is_overdue
UNION ALL SELECT v.person_id, 'reviewed', NULL FROM learners_review v
    WHERE v.held_on BETWEEN %(first)s AND %(last)s AND {known_v}
"""
#: One enrolment of each person, wherever it is: the one that started last; where none has started, the
#: latest planned. Evidence is counted in the place of this enrolment.
WHOSE = f"""
SELECT w.* FROM (
    SELECT DISTINCT ON (a.person_id) a.person_id, s.enrolment_id, s.status, s.region_id, s.pdu_id, s.cohort_id, s.pathway_id
    FROM (SELECT DISTINCT person_id FROM activity) a
    JOIN learners_enrolment e ON e.person_id = a.person_id
    JOIN everywhere s ON s.enrolment_id = e.id
    ORDER BY a.person_id, s.status IN {STARTED} DESC, s.start_date DESC, s.enrolment_id DESC
) w WHERE {{within}}
"""
DONE = f"""
SELECT {KEY}, count(*) FILTER (WHERE what = 'submitted') AS evidence_submitted_in_month,
    count(*) FILTER (WHERE what = 'decided') AS decisions_in_month,
    count(*) FILTER (WHERE what = 'countersigned') AS countersigned_in_month,
    count(*) FILTER (WHERE what = 'decision') AS awaiting_decision,
    count(*) FILTER (WHERE what = 'countersignature') AS awaiting_countersignature,
    count(*) FILTER (WHERE what = 'overdue') AS overdue,
    percentile_cont(0.5) WITHIN GROUP (ORDER BY days) AS median_turnaround_days,
    percentile_cont(0.9) WITHIN GROUP (ORDER BY days) AS p90_turnaround_days,
    count(*) FILTER (WHERE what = 'reviewed') AS reviews_held_in_month
FROM activity JOIN whose USING (person_id) GROUP BY {KEY}
"""
LEFT_SERVICE = """
SELECT w.enrolment_id FROM learners_event w
WHERE w.kind = 'withdrawn' AND w.destination = 'left_service' AND w.effective_on <= %(as_at)s AND {known}
"""
STOOD = f"""
SELECT s.region_id, s.cohort_id, s.pathway_id, count(*) FILTER (WHERE s.status IN {STARTED}) AS starters,
    count(*) FILTER (WHERE s.status = 'due_to_start') AS due_to_start,
    count(*) FILTER (WHERE s.status = 'did_not_start') AS did_not_start,
    count(*) FILTER (WHERE s.status = 'active') AS active, count(*) FILTER (WHERE s.status = 'deferred') AS deferred,
    count(*) FILTER (WHERE s.status = 'completed') AS completed, count(*) FILTER (WHERE s.status = 'withdrawn') AS withdrawn,
    count(*) FILTER (WHERE s.status IN {STARTED} AND s.start_date >= %(first)s) AS started_in_month,
    count(*) FILTER (WHERE s.status = 'completed' AND s.from_on >= %(first)s) AS completed_in_month,
    count(*) FILTER (WHERE s.status = 'withdrawn' AND s.from_on >= %(first)s) AS withdrawn_in_month,
    count(*) FILTER (WHERE s.status = 'withdrawn' AND l.enrolment_id IS NOT NULL) AS left_service
FROM standing s LEFT JOIN left_service l USING (enrolment_id) GROUP BY s.region_id, s.cohort_id, s.pathway_id
"""
PROGRESSED = f"""
SELECT {KEY}, count(*) FILTER (WHERE progress = 'on_track') AS on_track, count(*) FILTER (WHERE progress = 'behind') AS behind,
    count(*) FILTER (WHERE progress = 'at_risk') AS at_risk, count(*) FILTER (WHERE waits_for_service) AS waiting_for_service,
    sum(units_achieved) AS units_achieved, sum(units_expected) AS units_expected
FROM progress GROUP BY {KEY}
"""
#: Learners on the programme whose region, cohort or pathway changed in the month: each move, from and to.
MOVES = """
SELECT b.region_id AS from_region, b.pdu_id AS from_pdu, b.cohort_id AS from_cohort, b.pathway_id AS from_pathway,
    a.region_id, a.pdu_id, a.cohort_id, a.pathway_id
FROM stretches a JOIN stretches b ON b.enrolment_id = a.enrolment_id AND b.to_on = a.from_on
WHERE a.from_on BETWEEN %(first)s AND %(last)s AND b.status IN ('active', 'deferred')
    AND (a.region_id, a.cohort_id, a.pathway_id) IS DISTINCT FROM (b.region_id, b.cohort_id, b.pathway_id)
"""
MOVED = """
SELECT region_id, cohort_id, pathway_id, sum(came) AS moved_in, sum(went) AS moved_out FROM (
    SELECT region_id, pdu_id, cohort_id, pathway_id, 1 AS came, 0 AS went FROM moves
    UNION ALL SELECT from_region, from_pdu, from_cohort, from_pathway, 0, 1 FROM moves
) m WHERE {within} GROUP BY region_id, cohort_id, pathway_id
"""
#: The pieces that are counted, one row each, longest first.
WAITING = """
SELECT w.enrolment_id, e.public_id::text AS learner, n.staff_number, n.first_name || ' ' || n.last_name AS name,
    r.code AS region, d.code AS pdu, c.code AS cohort, p.code AS pathway, w.status, x.kind AS waits_for, x.from_on AS since,
    x.days, x.is_overdue
FROM pieces x JOIN whose w USING (person_id)
JOIN learners_enrolment e ON e.id = w.enrolment_id JOIN people n ON n.person_id = e.person_id
JOIN workforce_region r ON r.id = w.region_id LEFT JOIN workforce_pdu d ON d.id = w.pdu_id
JOIN learners_cohort c ON c.id = w.cohort_id JOIN learners_pathway p ON p.id = w.pathway_id
ORDER BY x.from_on, r."order", r.code, c.code, p."order", p.code, e.public_id, x.kind
"""
COUNTS = [
    "starters",
    "due_to_start",
    "did_not_start",
    "active",
    "deferred",
    "completed",
    "withdrawn",
    "started_in_month",
    "completed_in_month",
    "withdrawn_in_month",
    "left_service",
    "on_track",
    "behind",
    "at_risk",
    "waiting_for_service",
    "units_achieved",
    "units_expected",
    "evidence_submitted_in_month",
    "decisions_in_month",
    "countersigned_in_month",
    "awaiting_decision",
    "awaiting_countersignature",
    "overdue",
    "reviews_held_in_month",
    "moved_in",
    "moved_out",
]
ANSWER = f"""
SELECT r.code AS region, c.code AS cohort, p.code AS pathway, {
    ", ".join(f"coalesce({name}, 0)::integer AS {name}" for name in COUNTS)
},
    median_turnaround_days, p90_turnaround_days
FROM stood FULL JOIN progressed USING ({KEY}) FULL JOIN done USING ({KEY}) FULL JOIN moved USING ({
    KEY
})
JOIN workforce_region r ON r.id = region_id JOIN learners_cohort c ON c.id = cohort_id
    JOIN learners_pathway p ON p.id = pathway_id
ORDER BY r."order", r.code, c.code, p."order", p.code
"""


def monthly_status(question: Question) -> list[Row]:
    """Return a row for each region, cohort and pathway, in this order; shares are percentages."""
    query = with_progress(standing(question))
    _define_activity(query)
    query.define("left_service", LEFT_SERVICE.format(known=question.known("w")))
    query.define("stood", STOOD).define("progressed", PROGRESSED).define("done", DONE)
    query.define("stretches", status.stretches(question.known_at), once=False).define(
        "moves", MOVES, once=True
    )
    query.define("moved", MOVED.format(within=question.place.condition("m")))
    return [_with_rates(row) for row in query.rows(ANSWER)]


def waiting_pieces(question: Question) -> list[Row]:
    """Return a row for each piece of evidence that the monthly status counts as waiting, longest first.

    Names are given only for learners whom the user may see named.
    """
    query = standing(question)
    query.define("waiting", assessed.waiting(question.as_at, question.known_at), once=True)
    _define_activity(query)
    query.define("people", people(question.known_at), once=False)
    return [unnamed(row, question) for row in query.rows(WAITING)]


def _define_activity(query: Query) -> None:
    question = query.question
    period = question.month_first, question.as_at, question.known_at
    for name in ("submissions", "decisions", "outcomes", "finals"):
        query.define(name, getattr(assessed, name)(*period))
    vq5 = "x.qualification_id = (SELECT id FROM assessments_qualification WHERE code = 'VQ5')"
    query.define("pieces", PIECES.format(vq5=vq5))
    query.define("activity", ACTIVITY.format(vq5=vq5, known_v=question.known("v")), once=True)
    anywhere = (
        status.status_on(question.as_at, question.known_at)
        if not question.place.everywhere
        else "SELECT * FROM standing"
    )
    query.define("everywhere", anywhere, once=False)
    query.define("whose", WHOSE.format(within=question.place.condition("w")))


def _with_rates(row: Row) -> Row:
    rates = {
        "completion_rate": percent(row["completed"], row["starters"]),
        "withdrawal_rate": percent(row["withdrawn"], row["starters"]),
        "median_turnaround_days": tenths(row["median_turnaround_days"]),
        "p90_turnaround_days": tenths(row["p90_turnaround_days"]),
    }
    return row | rates
