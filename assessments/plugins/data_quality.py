"""The check of completions: whether the record proves all three elements (rule C2 29).

It is here because only this app knows units.
"""

from __future__ import annotations

import datetime as dt

from assessments.facts import progress as facts
from assessments.plugins.vocational import DIPLOMA
from pqip.core.known import known_sql
from workforce.data_quality import Check, register, relation
from workforce.data_quality.checks import Sql

DIPLOMAS = """
SELECT p.person_id, bool_or(p.units_total > 0 AND p.units_achieved >= p.units_total) AS is_whole FROM ({progress}) p
JOIN assessments_qualification q ON q.id = p.qualification_id AND q.code = %(data_quality_diploma)s GROUP BY p.person_id
"""
#: What is missing, in words: units, university modules and award, and courses to attend (or be exempt from).
UNPROVED = """
SELECT x.region_id, x.pdu_id, x.person_id, x.enrolment_id, array_to_string(x.lacking, '. ') AS about,
    cardinality(x.lacking) > 0 AS fails, x.from_on AS since
FROM (
    SELECT s.region_id, s.pdu_id, e.person_id, s.enrolment_id, s.from_on, array_remove(ARRAY[
        CASE WHEN NOT coalesce(v.is_whole, false) THEN 'Units of the diploma not achieved' END,
        'Modules not passed: ' || m.codes,
        CASE WHEN NOT EXISTS (SELECT FROM learners_universityaward a
            WHERE a.enrolment_id = s.enrolment_id AND a.effective_on <= %(as_at)s AND {known}) THEN 'Award not recorded' END,
        'Courses not attended: ' || c.codes], NULL) AS lacking
    FROM standing s JOIN learners_enrolment e ON e.id = s.enrolment_id
    LEFT JOIN diplomas v ON v.person_id = e.person_id
    LEFT JOIN (SELECT enrolment_id, string_agg(code, ', ' ORDER BY "order", code) AS codes FROM completed_modules
        WHERE passed_on IS NULL GROUP BY enrolment_id) m ON m.enrolment_id = s.enrolment_id
    LEFT JOIN (SELECT enrolment_id, string_agg(code, ', ' ORDER BY "order", code) AS codes FROM completed_courses
        WHERE attended_on IS NULL AND NOT is_exempt GROUP BY enrolment_id) c ON c.enrolment_id = s.enrolment_id
    WHERE s.status = 'completed'
) x
"""


def diplomas(as_at: dt.date, known_at: dt.datetime | None) -> Sql:
    """Return SQL of who has achieved the vocational diploma as at a day and as known at an instant, with its parameters."""
    progress, parameters = facts.progress(as_at, known_at)
    return DIPLOMAS.format(progress=progress), {**parameters, "data_quality_diploma": DIPLOMA}


def unproved(as_at: dt.date, known_at: dt.datetime | None) -> Sql:
    """Return SQL of the completions that the record does not prove, as known at an instant, with its parameters."""
    return UNPROVED.format(known=known_sql("a", known_at)), {}


relation("diplomas", diplomas)

register(
    Check(
        "completed_unproved",
        "Completed without proof",
        means="Their completion is recorded, and the record does not show every unit, every required module, the university’s "
        "award and every required course.",
        to_do="Record what is missing, or bring it in by file. Where they did not complete, undo the completion.",
        counts="Everybody who has completed",
        mends=("learners.record_event",),
        rows=unproved,
        reads=("standing", "completed_modules", "completed_courses", "diplomas"),
        page="learners:ending",
    )
)
