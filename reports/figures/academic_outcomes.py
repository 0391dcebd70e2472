"""University modules: who entered and passed them, with which marks, and who asked for more time."""

from __future__ import annotations

from collections.abc import Sequence

from learners.facts import modules, status
from reports.figures.asking import Question, Row
from reports.figures.numbers import percent, tenths
from reports.figures.on_programme import STARTED, standing

#: The pathway at the start, so that moving a learner does not improve a pathway's result.
BEGAN = f"""
SELECT t.enrolment_id, t.pathway_id FROM ({{stretches}}) t
WHERE t.from_on >= t.start_date AND t.from_on <= t.start_date AND t.status IN {STARTED}
"""
#: For each learner and module, as at the day: whether it was passed, whether at the first attempt, and the latest mark.
LATEST_MARKS = """
SELECT r.enrolment_id, r.module_id, bool_or(r.outcome = 'pass') AS passed,
    bool_or(r.outcome = 'pass' AND r.attempt = 1) AS first_passed,
    (array_agg(r.mark ORDER BY r.attempt DESC) FILTER (WHERE r.mark IS NOT NULL))[1] AS mark
FROM learners_moduleresult r WHERE r.effective_on <= %(as_at)s AND {known} GROUP BY r.enrolment_id, r.module_id
"""
ASKED = """
SELECT DISTINCT x.enrolment_id, x.module_id FROM learners_extensionrequest x WHERE x.effective_on <= %(as_at)s AND {known}
"""
ENTERED = """
SELECT coalesce(k.enrolment_id, q.enrolment_id) AS enrolment_id, coalesce(k.module_id, q.module_id) AS module_id,
    coalesce(k.passed, false) AS passed, coalesce(k.first_passed, false) AS first_passed, k.mark, q.module_id IS NOT NULL AS asked
FROM taken k FULL JOIN asked q ON q.enrolment_id = k.enrolment_id AND q.module_id = k.module_id
"""
ANSWER = """
SELECT coalesce(u.name, 'not_recorded') AS university, CASE WHEN n.level5_held THEN 'yes' ELSE 'no' END AS level5_held,
    p.code AS pathway, m.code AS module, count(*)::integer AS entered, (count(*) FILTER (WHERE e.passed))::integer AS passed,
    (count(*) FILTER (WHERE e.first_passed))::integer AS first_attempt_passed,
    percentile_cont(0.5) WITHIN GROUP (ORDER BY e.mark) AS median_mark, count(e.mark)::integer AS marked,
    (count(*) FILTER (WHERE e.asked))::integer AS extensions_asked
FROM entered e JOIN studying s ON s.enrolment_id = e.enrolment_id JOIN began b ON b.enrolment_id = e.enrolment_id
JOIN learners_pathway p ON p.id = b.pathway_id JOIN entries n ON n.enrolment_id = e.enrolment_id
JOIN learners_academicmodule m ON m.id = e.module_id
LEFT JOIN taught t ON t.enrolment_id = e.enrolment_id LEFT JOIN workforce_university u ON u.id = t.university_id
GROUP BY u.name, n.level5_held, p."order", p.code, m.level, m."order", m.code
ORDER BY u.name NULLS LAST, n.level5_held DESC, p."order", p.code, m.level, m."order", m.code
"""


def academic_outcomes(question: Question) -> list[Row]:
    """Return a row for each combination of university, level 5 held, pathway at the start and module that any learner
    entered.
    """
    query = standing(question)
    query.reads_most_rows = True  # reads every attempt of everybody
    query.define("studying", f"SELECT s.* FROM standing s WHERE s.status IN {STARTED}")
    sql, parameters = status.stretches(question.known_at)
    query.define("began", (BEGAN.format(stretches=sql), parameters))
    query.define("entries", status.entries(question.known_at), once=False)
    query.define("taught", modules.taught(question.known_at))
    query.define("taken", LATEST_MARKS.format(known=question.known("r"))).define(
        "asked", ASKED.format(known=question.known("x"))
    )
    query.define("entered", ENTERED)
    return [_with_rates(row) for row in query.rows(ANSWER)]


def by_level5(question: Question) -> list[Row]:
    """Return graduates (level 5 held) and others side by side: the sums of the rows above, which stand beside them as `parts`."""
    rows = academic_outcomes(question)
    found = []
    for level in ("yes", "no"):
        parts = [row for row in rows if row["level5_held"] == level]
        if parts:
            found.append(summed(level, parts) | {"parts": parts})
    return found


def summed(level: str, parts: Sequence[Row]) -> Row:
    """Return the sums of some rows, with rates. What is hidden of a row does not count."""

    def total(name: str) -> int:
        return sum(part[name] for part in parts if isinstance(part[name], int))

    entered = total("entered")
    return {
        "level5_held": level,
        "entered": entered,
        "passed": total("passed"),
        "passed_percent": percent(total("passed"), entered),
        "first_attempt_passed": total("first_attempt_passed"),
        "first_attempt_percent": percent(total("first_attempt_passed"), entered),
        "extensions_asked": total("extensions_asked"),
        "extension_rate": percent(total("extensions_asked"), entered),
    }


def _with_rates(row: Row) -> Row:
    return row | {
        "median_mark": tenths(row["median_mark"]),
        "extension_rate": percent(row["extensions_asked"], row["entered"]),
    }
