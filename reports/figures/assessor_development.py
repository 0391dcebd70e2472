"""Assessors on their way to the award: registered, in progress, overdue, achieved."""

from __future__ import annotations

from assessments.facts import progress as assessed
from assessments.facts.countersigning_needed import needed_sql
from reports.figures.asking import Query, Question, Row
from reports.figures.numbers import months, percent
from reports.figures.settings import AWARD_MONTHS
from workforce.facts.people import UNPOSTED, listed

#: Registrations for the award, and assessors' own records; where both state a value, the record wins.
ON_THE_WAY = """
SELECT coalesce(a.person_id, f.person_id) AS person_id, coalesce(a.registered_on, f.registered_on) AS registered_on,
    coalesce(a.achieved_on, f.certificated_on) AS achieved_on, f.target_on
FROM ({assessors}) a FULL JOIN (
    SELECT r.person_id, f.effective_on AS registered_on, f.target_on, f.certificated_on FROM assessments_registrationfact f
    JOIN assessments_registration r ON r.id = f.registration_id
    JOIN assessments_qualification q ON q.id = r.qualification_id AND q.code = 'TAQA3' WHERE {known_f}
) f ON f.person_id = a.person_id
"""
#: Each person registered by the day, with the place where they worked on it or last worked before, and when their award was
#: or is due.
REGISTERED = """
SELECT a.person_id, a.registered_on, CASE WHEN a.achieved_on <= %(as_at)s THEN a.achieved_on END AS achieved_on,
    coalesce(w.region_id, o.region_id) AS region_id, CASE WHEN w.region_id IS NULL THEN o.pdu_id ELSE w.pdu_id END AS pdu_id,
    coalesce(a.target_on, (a.registered_on + make_interval(months => %(award_months)s))::date) AS due_on
FROM on_the_way a LEFT JOIN workforce_person o ON o.id = a.person_id AND {unposted}
LEFT JOIN ({listed}) w ON w.person_id = a.person_id
WHERE a.registered_on <= %(as_at)s
"""
#: Evidence of candidates for the award that had a final decision by the day, by candidate.
PACKAGES = """
SELECT r.person_id, count(DISTINCT d.evidence_id) AS packages
FROM registered a JOIN assessments_registration r ON r.person_id = a.person_id
JOIN assessments_qualification q ON q.id = r.qualification_id AND q.code = 'TAQA3'
JOIN assessments_evidence e ON e.registration_id = r.id
JOIN assessments_decision d ON d.evidence_id = e.id AND d.effective_on <= %(as_at)s AND {known_d}
JOIN assessments_countersignstamp p ON p.decision_id = d.id AND {known_p}
LEFT JOIN assessments_countersignature c ON c.decision_id = d.id AND {known_c}
WHERE NOT {needed} OR c.outcome <> 'returned' AND c.effective_on <= %(as_at)s GROUP BY r.person_id
"""
#: Their evidence of which a decision was sampled, with a verdict, by the day.
ASSURED = """
SELECT r.person_id, count(DISTINCT d.evidence_id) AS packages
FROM registered a JOIN assessments_registration r ON r.person_id = a.person_id
JOIN assessments_qualification q ON q.id = r.qualification_id AND q.code = 'TAQA3'
JOIN assessments_evidence e ON e.registration_id = r.id
JOIN assessments_decision d ON d.evidence_id = e.id AND d.effective_on <= %(as_at)s AND {known_d}
JOIN assessments_sample s ON s.decision_id = d.id AND s.sampled_on <= %(as_at)s AND s.verdict <> '' AND {known_s}
GROUP BY r.person_id
"""
#: How often they came to an induction session and to a workshop for assessors in training.
SESSIONS = """
SELECT t.person_id, count(*) FILTER (WHERE m.kind = 'induction') AS inductions,
    count(*) FILTER (WHERE m.kind = 'workshop') AS workshops
FROM assessments_attendance t JOIN assessments_standardisation m ON m.id = t.meeting_id
WHERE t.has_come AND t.effective_on <= %(as_at)s AND {known} GROUP BY t.person_id
"""
REVIEWS = """
SELECT v.person_id, count(*) AS reviews FROM learners_review v WHERE v.held_on <= %(as_at)s AND {known} GROUP BY v.person_id
"""
ANSWER = """
SELECT g.code AS region, count(*)::integer AS registered,
    count(*) FILTER (WHERE achieved_on IS NULL)::integer AS in_progress,
    count(*) FILTER (WHERE achieved_on IS NULL AND due_on < %(as_at)s)::integer AS overdue,
    count(achieved_on)::integer AS achieved,
    percentile_cont(0.5) WITHIN GROUP (ORDER BY achieved_on - registered_on) AS median_days,
    coalesce(sum(k.packages), 0)::integer AS packages_assessed, coalesce(sum(o.packages), 0)::integer AS packages_quality_assured,
    coalesce(sum(v.reviews), 0)::integer AS reviews_held, coalesce(sum(t.inductions), 0)::integer AS induction_sessions,
    coalesce(sum(t.workshops), 0)::integer AS workshops_attended
FROM registered a LEFT JOIN workforce_region g ON g.id = a.region_id
LEFT JOIN packages k ON k.person_id = a.person_id LEFT JOIN assured o ON o.person_id = a.person_id
LEFT JOIN reviews v ON v.person_id = a.person_id LEFT JOIN sessions t ON t.person_id = a.person_id
WHERE {within} GROUP BY g."order", g.code ORDER BY g."order", g.code
"""


def assessor_development(question: Question) -> list[Row]:
    """Return a row for each region with an assessor registered for the award, ordered by region."""
    day, known_at = question.as_at, question.known_at
    query = Query(question)
    query.parameters["award_months"] = AWARD_MONTHS.value
    sql, parameters = assessed.assessors(day, known_at)
    query.define(
        "on_the_way", (ON_THE_WAY.format(assessors=sql, known_f=question.known("f")), parameters)
    )
    query.define(
        "registered",
        REGISTERED.format(
            listed=listed(known_at, "SELECT person_id FROM on_the_way"), unposted=UNPOSTED
        ),
        once=True,
    )
    known = {f"known_{alias}": question.known(alias) for alias in "cdp"}
    query.define("packages", PACKAGES.format(needed=needed_sql("p", "c"), **known))
    query.define(
        "assured", ASSURED.format(**{f"known_{alias}": question.known(alias) for alias in "ds"})
    )
    query.define("reviews", REVIEWS.format(known=question.known("v")))
    query.define("sessions", SESSIONS.format(known=question.known("t")))
    return [
        _with_rates(row) for row in query.rows(ANSWER.format(within=question.place.condition("a")))
    ]


def _with_rates(row: Row) -> Row:
    return row | {
        "achievement_rate": percent(row["achieved"], row["registered"]),
        "median_months_to_achieve": months(row["median_days"]),
    }
