"""Learners on the programme as at a day: units short, progress, and what waits for the service or for them.

Defines in a `Query`: `standing` (every enrolment within the place, with its status), `on_programme` (started and not ended,
with units achieved and expected) and `progress` (on_programme with its progress group and, as yes-or-no columns, what waits
for the service and for the learner).
"""

from __future__ import annotations

from assessments.facts import progress as assessed
from learners.facts import allocations, modules, practice, status, strands
from learners.rules.conversations import DAYS_LOST, NO_PLACEMENT
from reports.figures.asking import Query, Question
from reports.figures.settings import MODULE_DAYS_OVERDUE, UNITS_AT_RISK

Both = tuple[assessed.Query, assessed.Query]
STARTED = "('active', 'deferred', 'completed', 'withdrawn')"
GOING = "('active', 'deferred')"
#: What may wait for the service, in the order listed: the column of `progress`, and its words.
FOR_SERVICE = {
    "no_pta": "no PTA",
    "pta_absent": "PTA absent",
    "awaiting_decision": "awaiting decision",
    "awaiting_countersignature": "awaiting countersignature",
    "awaiting_signoff": "awaiting sign-off",
    DAYS_LOST: "study days lost",
    NO_PLACEMENT: "placement not offered",
    "result_not_recorded": "result not recorded",
    "training_not_booked": "training not booked",
}
#: Those of them during which the learner's own evidence is not due from them.
FOR_EVIDENCE = (
    "no_pta",
    "pta_absent",
    "awaiting_decision",
    "awaiting_countersignature",
    "awaiting_signoff",
)
#: What may wait for the learner. Evidence is due from them only while none of it waits for the service.
FOR_LEARNER = {
    "evidence_due": "evidence due",
    "module_overdue": "module overdue",
    "return_overdue": "return from break overdue",
}

#: Learners on the programme with their registration for the VQ5, where it was known, and the number of its units.
LEARNING = """
SELECT s.*, e.person_id, r.id AS registration_id, coalesce(v.units_total, 0) AS units_total
FROM standing s
JOIN learners_enrolment e ON e.id = s.enrolment_id
CROSS JOIN (SELECT id FROM assessments_qualification WHERE code = 'VQ5') q
LEFT JOIN assessments_registration r ON r.person_id = e.person_id AND r.qualification_id = q.id
    AND EXISTS (SELECT FROM assessments_registrationfact f WHERE f.registration_id = r.id AND {known_f})
LEFT JOIN LATERAL (
    SELECT u.units_total FROM ({asked}) u WHERE u.version_id = coalesce((
        SELECT m.version_id FROM assessments_versionmove m
        WHERE m.registration_id = r.id AND m.effective_on <= %(as_at)s AND {known_m}
        ORDER BY m.effective_on DESC, m.id DESC LIMIT 1), r.version_id, (
        SELECT w.id FROM assessments_qualificationversion w WHERE w.qualification_id = q.id AND NOT w.by_choice
        ORDER BY w.from_date <= s.start_date DESC, abs(w.from_date - s.start_date) LIMIT 1))
) v ON TRUE
WHERE s.status IN ('active', 'deferred')
"""
#: Keys as an array, which the planner passes into grouped relations, so that these are found by index.
THEIR_REGISTRATIONS = (
    "ANY(ARRAY(SELECT registration_id FROM learning WHERE registration_id IS NOT NULL))"
)
ON_PROGRAMME = """
SELECT s.*, coalesce(a.units, 0) AS units_achieved FROM learning s
    LEFT JOIN achieved_units a ON a.registration_id = s.registration_id
"""
#: Units with every criterion met on the day that nobody has signed off.
UNSIGNED = """
SELECT DISTINCT m.registration_id FROM (
    SELECT x.registration_id, c.unit_id, count(*) AS met FROM ({met}) x
    JOIN assessments_criterion c ON c.id = x.criterion_id
    WHERE x.registration_id = {theirs} AND x.from_on <= %(as_at)s AND (x.to_on IS NULL OR x.to_on > %(as_at)s)
    GROUP BY x.registration_id, c.unit_id
) m
JOIN (SELECT unit_id, count(*) AS criteria FROM assessments_criterion GROUP BY unit_id) u ON u.unit_id = m.unit_id
    AND m.met >= u.criteria
WHERE NOT EXISTS (
    SELECT FROM ({achieved}) a WHERE a.registration_id = m.registration_id AND a.unit_id = m.unit_id
        AND a.registration_id = {theirs} AND a.from_on <= %(as_at)s AND (a.to_on IS NULL OR a.to_on > %(as_at)s))
"""
WAITING_FOR = """
SELECT registration_id, bool_or(kind = 'decision') AS decision, bool_or(kind = 'countersignature') AS countersignature,
    max(days) FILTER (WHERE kind = 'decision') AS decision_days,
    max(days) FILTER (WHERE kind = 'countersignature') AS countersignature_days,
    count(*) FILTER (WHERE kind = 'decision' AND is_overdue) AS decision_overdue,
    count(*) FILTER (WHERE kind = 'countersignature' AND is_overdue) AS countersignature_overdue
FROM waiting GROUP BY registration_id
"""
#: Nothing of practice is owed on a break, as nothing then calls for a conversation.
NOT_ON_A_BREAK = "SELECT enrolment_id, person_id, start_date, deferred_days FROM learning WHERE status = 'active'"
FLAGGED = f"""
SELECT s.*, {{expected}} AS units_expected,
    p.ptas IS NULL AS no_pta, p.ptas IS NOT NULL AND NOT p.has_present AS pta_absent,
    coalesce(w.decision, false) AS awaiting_decision, coalesce(w.countersignature, false) AS awaiting_countersignature,
    u.registration_id IS NOT NULL AS awaiting_signoff, coalesce(c.training_unbooked > 0, false) AS training_not_booked,
    l.enrolment_id IS NOT NULL AS {DAYS_LOST}, b.enrolment_id IS NOT NULL AS {NO_PLACEMENT},
    coalesce(m.days_overdue > 0, false) AS module_overdue, coalesce(m.failed_last_attempt, false) AS failed_last_attempt,
    coalesce(m.days_overdue, 0) AS module_days_overdue, coalesce(m.fourth_late, false) AS fourth_late,
    coalesce(m.result_not_recorded, false) AS result_not_recorded, coalesce(m.days_unrecorded, 0) AS days_unrecorded,
    s.status = 'deferred' AND s.expected_return < %(as_at)s AS return_overdue,
    s.planned_end < %(as_at)s AS end_passed
FROM on_programme s
LEFT JOIN ptas p ON p.person_id = s.person_id
LEFT JOIN waiting_for w ON w.registration_id = s.registration_id
LEFT JOIN unsigned u ON u.registration_id = s.registration_id
LEFT JOIN days_lost l ON l.enrolment_id = s.enrolment_id
LEFT JOIN unplaced b ON b.enrolment_id = s.enrolment_id
LEFT JOIN modules m ON m.enrolment_id = s.enrolment_id
LEFT JOIN their_training c ON c.enrolment_id = s.enrolment_id
"""
PROGRESS = """
SELECT f.*,
    units_expected > units_achieved AND NOT ({of_evidence}) AS evidence_due,
    {service} AS waits_for_service,
    CASE
        WHEN units_expected - units_achieved >= %(units_at_risk)s OR coalesce(end_passed, false)
            OR failed_last_attempt OR fourth_late OR module_days_overdue > %(module_days_overdue)s
            OR coalesce(return_overdue, false) THEN 'at_risk'
        WHEN units_expected - units_achieved >= 1 THEN 'behind'
        ELSE 'on_track'
    END AS progress
FROM flagged f
"""


def standing(question: Question) -> Query:
    """Return a query with `standing`: each enrolment within the place, with its status on the day."""
    sql, parameters = status.status_on(question.as_at, question.known_at)
    query = Query(question)
    if question.place.everywhere:
        return query.define("standing", (sql, parameters), once=True)
    within = f"SELECT s.* FROM ({sql}) s WHERE {question.place.condition('s')}"
    return query.define("standing", (within, parameters), once=True)


def with_progress(query: Query, both: Both | None = None, studying: str = GOING) -> Query:
    """Add `waiting`, `on_programme`, `modules` and `progress` to a query that has `standing`, and return it.

    It also has `module_states` and `their_courses`, the rows from which these are counted. `both` is the result of
    `met_and_achieved`, where the caller has it already. `studying` holds the statuses of the learners whose `modules` are
    counted.
    """
    question = query.question
    day, known_at = question.as_at, question.known_at
    query.define(
        "learning",
        LEARNING.format(
            known_f=question.known("f"), known_m=question.known("m"), asked=assessed.UNITS_ASKED
        ),
        once=True,
    )
    (met, parameters), (achieved, units) = both or assessed.met_and_achieved(known_at)
    counted = assessed.units_counted(achieved, f" AND x.registration_id = {THEIR_REGISTRATIONS}")
    query.define("achieved_units", (counted, units))
    query.define("on_programme", ON_PROGRAMME)
    query.define("waiting", assessed.waiting(day, known_at), once=True)
    query.define("waiting_for", WAITING_FOR)
    unsigned = UNSIGNED.format(met=met, achieved=achieved, theirs=THEIR_REGISTRATIONS)
    query.define("unsigned", (unsigned, {**units, **parameters}))
    query.define("ptas", allocations.ptas(known_at))
    query.define("going", NOT_ON_A_BREAK)
    query.define("days_lost", practice.days_lost(day, known_at))
    query.define("unplaced", practice.unplaced(day, known_at))
    query.define("studying", f"SELECT s.* FROM standing s WHERE s.status IN {studying}")
    query.define("module_states", modules.states(day, known_at))
    query.define("modules", modules.counted("module_states"), once=True)
    query.define("their_courses", strands.courses(day, known_at, strands.ON_PROGRAMME))
    query.define("their_training", strands.counted("their_courses"))
    query.define(
        "flagged",
        FLAGGED.format(expected=status.UNITS_EXPECTED.format(units="s.units_total")),
        once=True,
    )
    waits = {"service": " OR ".join(FOR_SERVICE), "of_evidence": " OR ".join(FOR_EVIDENCE)}
    query.parameters |= {
        "units_at_risk": UNITS_AT_RISK.value,
        "module_days_overdue": MODULE_DAYS_OVERDUE.value,
    }
    return query.define("progress", PROGRESS.format(**waits), once=True)
