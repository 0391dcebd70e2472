"""Every learner who has started: where they are in each strand, what waits for whom, and what is due next."""

from __future__ import annotations

from assessments.facts import progress as assessed
from learners.facts import strands
from learners.facts.next_due import next_due
from reports.figures.asking import Question, Row
from reports.figures.on_programme import FOR_LEARNER, FOR_SERVICE, STARTED, standing, with_progress
from workforce.facts.people import people

#: Whole months from the start to the day, or to the day it ended, with month ends as in
#: `learners.rules.dates.months_between`.
ELAPSED = """
greatest(t.whole - CASE WHEN s.start_date + make_interval(months => t.whole) > t.until THEN 1 ELSE 0 END, 0)
"""
ANSWER = f"""
SELECT s.enrolment_id, e.public_id::text AS learner, n.staff_number, n.first_name || ' ' || n.last_name AS name,
    r.code AS region, d.code AS pdu, c.code AS cohort, p.code AS pathway, s.status, s.start_date, s.planned_end,
    {ELAPSED} AS months_elapsed, coalesce(g.units_achieved, v.units_achieved, 0)::integer AS units_achieved,
    g.units_expected::integer AS units_expected, coalesce(v.criteria_met, 0)::integer AS criteria_met,
    coalesce(v.criteria_total, 0)::integer AS criteria_total,
    coalesce(m.modules_passed, 0) AS modules_passed, coalesce(m.modules_due, 0) AS modules_due,
    coalesce(t2.training_attended, 0) AS training_attended, coalesce(t2.training_due, 0) AS training_due, g.progress,
    {", ".join(f"coalesce(g.{name}, false) AS {name}" for name in [*FOR_LEARNER, *FOR_SERVICE])},
    coalesce(x.title, '') AS next_due, x.due_on AS next_due_on
FROM standing s
JOIN learners_enrolment e ON e.id = s.enrolment_id JOIN people n ON n.person_id = e.person_id
JOIN workforce_region r ON r.id = s.region_id LEFT JOIN workforce_pdu d ON d.id = s.pdu_id
JOIN learners_cohort c ON c.id = s.cohort_id JOIN learners_pathway p ON p.id = s.pathway_id
LEFT JOIN progress g ON g.enrolment_id = s.enrolment_id
LEFT JOIN vocational v ON v.person_id = e.person_id
LEFT JOIN modules m ON m.enrolment_id = s.enrolment_id LEFT JOIN training t2 ON t2.enrolment_id = s.enrolment_id
LEFT JOIN next_due x ON x.enrolment_id = s.enrolment_id
CROSS JOIN LATERAL (SELECT CASE WHEN s.status IN ('completed', 'withdrawn') THEN s.from_on ELSE %(as_at)s::date END AS until) u
CROSS JOIN LATERAL (SELECT u.until, ((extract(year FROM u.until) - extract(year FROM s.start_date)) * 12
    + extract(month FROM u.until) - extract(month FROM s.start_date))::integer AS whole) t
WHERE s.status IN {STARTED}
ORDER BY r."order", r.code, c.code, p."order", p.code, s.start_date, e.public_id
"""


def progression(question: Question) -> list[Row]:
    """Return a row for each learner who has started, ordered by region, cohort, pathway, start and reference.

    Names and staff numbers are given only for learners the user may see named; progress, and what is due next, only for
    those still on the programme.
    """
    both = assessed.met_and_achieved(question.known_at)
    query = with_progress(standing(question), both, STARTED)
    query.reads_most_rows = True  # reads everybody's training, evidence and modules
    sql, parameters = assessed.progress(question.as_at, question.known_at, both=both)
    vq5 = f"SELECT x.* FROM ({sql}) x JOIN assessments_qualification q ON q.id = x.qualification_id AND q.code = 'VQ5'"
    query.define("vocational", (vq5, parameters))
    query.define("training", strands.training(question.as_at, question.known_at))
    query.define("next_due", next_due(question.as_at, question.known_at))
    query.define("people", people(question.known_at), once=False)
    return [_shown(row, question) for row in query.rows(ANSWER)]


def _shown(row: Row, question: Question) -> Row:
    row["waiting_for_learner"] = "; ".join(
        words for name, words in FOR_LEARNER.items() if row[name]
    )
    row["waiting_for_service"] = "; ".join(
        words for name, words in FOR_SERVICE.items() if row[name]
    )
    return unnamed(row, question)


def unnamed(row: Row, question: Question) -> Row:
    """Return a learner's row, without name and staff number where the user may not see them."""
    if not (
        question.with_names and (question.names is None or row["enrolment_id"] in question.names)
    ):
        row["staff_number"] = row["name"] = ""
    return row
