-- The month's status of every region, as somebody would write it by hand for this one question: known now, one pass over
-- where everybody stands, the month's facts by index, one pass with FILTER and percentile_cont.
WITH vq5 AS (SELECT id FROM assessments_qualification WHERE code = 'VQ5'),
standing AS MATERIALIZED (
    SELECT s.enrolment_id, e.person_id, s.status, s.start_date, s.from_on, s.region_id, s.cohort_id, s.pathway_id,
        s.expected_return, greatest(s.planned_end + p.days, s.extended_to) AS planned_end,
        s.assessment_opens + CASE WHEN s.assessment_opens > s.from_on THEN p.days ELSE 0 END AS opens,
        s.window_days_deferred + CASE WHEN s.assessment_opens <= s.from_on THEN p.days ELSE 0 END AS away,
        s.deferred_days + p.days AS away_in_all
    FROM learners_segment s JOIN learners_enrolment e ON e.id = s.enrolment_id
    CROSS JOIN LATERAL (SELECT CASE WHEN s.status = 'deferred' THEN %(day)s - s.from_on ELSE 0 END AS days) p
    WHERE s.from_on <= %(day)s AND (s.to_on IS NULL OR s.to_on > %(day)s)
),
learning AS MATERIALIZED (
    SELECT s.*, r.id AS registration_id, v.units AS units_total
    FROM standing s
    JOIN assessments_registration r ON r.person_id = s.person_id AND r.qualification_id = (SELECT id FROM vq5)
    JOIN (SELECT version_id, count(*)::integer AS units FROM assessments_unit GROUP BY version_id) v USING (version_id)
    WHERE s.status IN ('active', 'deferred')
),
submitted AS (
    SELECT r.person_id FROM assessments_submission s JOIN assessments_evidence e ON e.id = s.evidence_id
    JOIN assessments_registration r ON r.id = e.registration_id AND r.qualification_id = (SELECT id FROM vq5)
    WHERE s.effective_on BETWEEN %(first)s AND %(day)s AND s.voided_at IS NULL
),
decided AS MATERIALIZED (
    SELECT r.person_id, d.evidence_id, d.effective_on, p.is_needed
    FROM assessments_decision d JOIN assessments_evidence e ON e.id = d.evidence_id
    JOIN assessments_registration r ON r.id = e.registration_id AND r.qualification_id = (SELECT id FROM vq5)
    JOIN assessments_countersignstamp p ON p.decision_id = d.id AND p.voided_at IS NULL
    WHERE d.effective_on BETWEEN %(first)s AND %(day)s AND d.voided_at IS NULL
),
signed AS MATERIALIZED (
    SELECT r.person_id, d.evidence_id, c.effective_on, c.outcome = 'agreed' AND p.is_needed AS is_final
    FROM assessments_countersignature c JOIN assessments_decision d ON d.id = c.decision_id AND d.voided_at IS NULL
    JOIN assessments_evidence e ON e.id = d.evidence_id
    JOIN assessments_registration r ON r.id = e.registration_id AND r.qualification_id = (SELECT id FROM vq5)
    JOIN assessments_countersignstamp p ON p.decision_id = d.id AND p.voided_at IS NULL
    WHERE c.effective_on BETWEEN %(first)s AND %(day)s AND c.voided_at IS NULL
),
finals AS (
    SELECT f.person_id, f.effective_on - s.effective_on AS days FROM (
        SELECT person_id, evidence_id, effective_on FROM decided WHERE NOT is_needed
        UNION ALL SELECT person_id, evidence_id, effective_on FROM signed WHERE is_final
    ) f JOIN assessments_submission s ON s.evidence_id = f.evidence_id AND s.voided_at IS NULL
),
waits AS MATERIALIZED (
    SELECT r.id AS registration_id, r.person_id, w.kind, w.from_on < %(overdue)s AS is_overdue
    FROM assessments_wait w JOIN assessments_evidence e ON e.id = w.evidence_id
    JOIN assessments_registration r ON r.id = e.registration_id AND r.qualification_id = (SELECT id FROM vq5)
    WHERE w.from_on <= %(day)s AND (w.to_on IS NULL OR w.to_on > %(day)s)
),
activity AS MATERIALIZED (
    SELECT person_id, 'submitted' AS what, NULL::integer AS days FROM submitted
    UNION ALL SELECT person_id, 'decided', NULL FROM decided
    UNION ALL SELECT person_id, 'signed', NULL FROM signed
    UNION ALL SELECT person_id, 'final', days FROM finals
    UNION ALL SELECT person_id, kind, NULL FROM waits
    UNION ALL SELECT person_id, 'overdue', NULL FROM waits WHERE is_overdue
    UNION ALL SELECT person_id, 'reviewed', NULL FROM learners_review
        WHERE held_on BETWEEN %(first)s AND %(day)s AND voided_at IS NULL
),
whose AS (
    SELECT DISTINCT ON (person_id) person_id, region_id, cohort_id, pathway_id FROM standing
    WHERE person_id IN (SELECT person_id FROM activity)
    ORDER BY person_id, status IN ('active', 'deferred', 'completed', 'withdrawn') DESC, start_date DESC, enrolment_id DESC
),
done AS (
    SELECT region_id, cohort_id, pathway_id,
        count(*) FILTER (WHERE what = 'submitted') AS submitted, count(*) FILTER (WHERE what = 'decided') AS decisions,
        count(*) FILTER (WHERE what = 'signed') AS signed, count(*) FILTER (WHERE what = 'decision') AS awaiting_decision,
        count(*) FILTER (WHERE what = 'countersignature') AS awaiting_countersignature,
        count(*) FILTER (WHERE what = 'overdue') AS overdue, count(*) FILTER (WHERE what = 'reviewed') AS reviews,
        percentile_cont(0.5) WITHIN GROUP (ORDER BY days) AS median, percentile_cont(0.9) WITHIN GROUP (ORDER BY days) AS p90
    FROM activity JOIN whose USING (person_id) GROUP BY 1, 2, 3
),
units AS (
    SELECT a.registration_id, count(*) AS units FROM assessments_unitachievement a
    WHERE a.registration_id = ANY(ARRAY(SELECT registration_id FROM learning))
        AND a.from_on <= %(day)s AND (a.to_on IS NULL OR a.to_on > %(day)s) GROUP BY 1
),
unsigned AS (
    SELECT DISTINCT m.registration_id FROM (
        SELECT x.registration_id, c.unit_id, count(*) AS met FROM assessments_criterionmet x
        JOIN assessments_criterion c ON c.id = x.criterion_id
        WHERE x.registration_id = ANY(ARRAY(SELECT registration_id FROM learning))
            AND x.from_on <= %(day)s AND (x.to_on IS NULL OR x.to_on > %(day)s) GROUP BY 1, 2
    ) m JOIN (SELECT unit_id, count(*) AS criteria FROM assessments_criterion GROUP BY 1) u
        ON u.unit_id = m.unit_id AND m.met >= u.criteria
    LEFT JOIN assessments_unitsignoff g ON g.registration_id = m.registration_id AND g.unit_id = m.unit_id
        AND g.effective_on <= %(day)s AND g.voided_at IS NULL
    WHERE g.id IS NULL
),
ptas AS (
    SELECT l.person_id, bool_or(b.person_id IS NULL) AS has_present FROM learners_allocation l
    LEFT JOIN workforce_absence b ON b.person_id = l.other_id AND b.kind IN ('long_term_absence', 'career_break')
        AND b.effective_on <= %(day)s AND (b.ended_on IS NULL OR b.ended_on >= %(day)s) AND b.voided_at IS NULL
    WHERE l.role = 'pta' AND l.unit IS NULL AND l.effective_on <= %(day)s AND (l.ended_on IS NULL OR l.ended_on >= %(day)s)
        AND l.voided_at IS NULL
    GROUP BY 1
),
learners AS (
    SELECT l.*, e.modules_held, l.opens - (l.away_in_all - l.away) AS lived_to, u.university_id
    FROM learning l JOIN learners_enrolment e ON e.id = l.enrolment_id
    JOIN learners_event v ON v.enrolment_id = l.enrolment_id AND v.kind = 'enrolled' AND v.voided_at IS NULL
    LEFT JOIN learners_entryfacts f ON f.enrolment_id = l.enrolment_id AND f.voided_at IS NULL
    LEFT JOIN (
        SELECT region_id, university_id, effective_on AS since,
            lead(effective_on, 1, 'infinity') OVER (PARTITION BY region_id ORDER BY effective_on) AS until
        FROM workforce_regionuniversity WHERE voided_at IS NULL
    ) u ON u.region_id = v.to_region_id AND coalesce(f.effective_on, v.effective_on) >= u.since
        AND coalesce(f.effective_on, v.effective_on) < u.until
),
wanted AS (
    SELECT w.*, row_number() OVER one AS nth, count(*) OVER (PARTITION BY enrolment_id, level) AS of_them FROM (
        SELECT l.enrolment_id, m.id AS module_id, m.level, m."order", m.code FROM learners l
        JOIN learners_academicmodule m ON m.level = 5 AND m.is_required AND m.code <> ALL(l.modules_held)
        UNION ALL
        SELECT l.enrolment_id, m.id, m.level, m."order", m.code FROM learners l JOIN (
            SELECT university_id, module_id, is_required, effective_on AS since,
                lead(effective_on, 1, 'infinity') OVER (PARTITION BY university_id, module_id ORDER BY effective_on) AS until
            FROM learners_taughtmodule WHERE voided_at IS NULL
        ) t ON t.university_id = l.university_id AND t.is_required AND l.start_date >= t.since AND l.start_date < t.until
        JOIN learners_academicmodule m ON m.id = t.module_id
    ) w WINDOW one AS (PARTITION BY enrolment_id, level ORDER BY "order", code)
),
results AS MATERIALIZED (
    SELECT enrolment_id, module_id, bool_or(outcome = 'pass' AND effective_on <= %(day)s) AS passed,
        coalesce(max(attempt) FILTER (WHERE outcome = 'fail' AND effective_on <= %(day)s), 0) AS failed,
        max(effective_on) FILTER (WHERE outcome = 'fail' AND effective_on <= %(day)s) AS failed_on,
        bool_or(outcome = 'pending' AND submitted_date <= %(day)s) AS handed_in,
        min(coalesce(extended_to, due_date))
            FILTER (WHERE submitted_date IS NULL AND outcome = 'pending' OR submitted_date > %(day)s) AS open_since
    FROM learners_moduleresult
    WHERE voided_at IS NULL AND enrolment_id = ANY(ARRAY(SELECT enrolment_id FROM learning)) GROUP BY 1, 2
),
shared AS (
    SELECT w.enrolment_id, w.module_id, w.level = 5 AND w.of_them = 1 AND cardinality(l.modules_held) = 3 AS fourth, p.due_on AS plan_on,
        CASE WHEN w.level = 5 AND w.of_them = 1 AND cardinality(l.modules_held) = 3 THEN (l.start_date + interval '6 months')::date
            WHEN p.due_on IS NOT NULL THEN p.due_on
            WHEN w.level = 5 THEN l.start_date + ((l.lived_to - l.start_date) * w.nth / w.of_them)::integer
            ELSE l.lived_to + ((l.planned_end - l.opens - l.away) * w.nth / w.of_them)::integer END AS on_day
    FROM wanted w JOIN learners l USING (enrolment_id)
    LEFT JOIN learners_moduleplan p ON p.university_id = l.university_id AND p.cohort_id = l.cohort_id
        AND p.module_id = w.module_id AND p.voided_at IS NULL
),
put_off AS (
    SELECT s.enrolment_id, s.module_id, sum(least(coalesce(g.to_on, %(day)s), %(day)s) - g.from_on)::integer AS days
    FROM shared s JOIN learners_segment g ON g.enrolment_id = s.enrolment_id AND g.status = 'deferred' AND g.from_on < %(day)s
        AND g.from_on - g.deferred_days < s.on_day
    GROUP BY 1, 2
),
modules AS (
    SELECT coalesce(s.enrolment_id, r.enrolment_id) AS enrolment_id,
        bool_or(NOT coalesce(r.passed, false) AND r.failed >= 3) AS failed,
        bool_or(s.fourth AND NOT coalesce(r.passed OR (r.handed_in AND r.open_since IS NULL), false)
            AND s.on_day + coalesce(v.days, 0) < %(day)s) AS late,
        max(%(day)s - CASE WHEN r.module_id IS NULL THEN CASE WHEN s.plan_on IS NOT NULL THEN s.on_day + coalesce(v.days, 0) END
            WHEN r.passed OR (r.handed_in AND r.open_since IS NULL) THEN NULL ELSE coalesce(r.open_since, r.failed_on) END) AS days,
        bool_or(r.module_id IS NULL AND s.plan_on IS NULL AND s.on_day + coalesce(v.days, 0) < %(day)s) AS unrecorded
    FROM shared s LEFT JOIN put_off v USING (enrolment_id, module_id)
    FULL JOIN (
        SELECT r.* FROM results r JOIN learners_academicmodule m ON m.id = r.module_id JOIN learners l USING (enrolment_id)
        WHERE m.level > 5 OR m.code <> ALL(l.modules_held)
    ) r ON r.enrolment_id = s.enrolment_id AND r.module_id = s.module_id
    GROUP BY 1
),
required AS (
    SELECT DISTINCT ON (q.course_id, p.id) q.course_id, p.id AS pathway_id, q.is_required, q.due_months
    FROM learners_courserequirement q JOIN learners_pathway p ON q.pathway_id IS NULL OR q.pathway_id = p.id
    WHERE q.audience = 'learner' AND q.effective_on <= %(day)s AND q.voided_at IS NULL
    ORDER BY q.course_id, p.id, q.pathway_id, q.effective_on DESC
),
taken AS (
    SELECT t.person_id, t.course_id, max(t.effective_on) FILTER (WHERE t.status = 'attended' AND t.effective_on <= %(day)s) AS attended_on,
        max(t.effective_on) FILTER (WHERE t.status IN ('booked', 'did_not_attend')) AS last_booked
    FROM learners_trainingrecord t JOIN learning l USING (person_id) WHERE t.voided_at IS NULL GROUP BY 1, 2
),
unbooked AS (
    SELECT DISTINCT l.enrolment_id
    FROM learning l JOIN required q ON q.pathway_id = l.pathway_id AND q.is_required JOIN learners_course c ON c.id = q.course_id
    LEFT JOIN taken t ON t.person_id = l.person_id AND t.course_id = q.course_id
    WHERE coalesce(t.last_booked <= t.attended_on, t.last_booked IS NULL)
        AND CASE WHEN t.attended_on IS NULL THEN CASE WHEN q.due_months IS NULL
                THEN least((l.start_date + interval '12 months')::date, l.planned_end)
                ELSE (l.start_date + make_interval(months => q.due_months))::date END <= %(day)s
            ELSE coalesce((t.attended_on + make_interval(months => c.recurs_months))::date <= %(day)s, false) END
        AND NOT EXISTS (SELECT FROM learners_trainingexemption x WHERE x.person_id = l.person_id AND x.course_id = q.course_id
            AND x.effective_on <= %(day)s AND x.voided_at IS NULL)
),
flagged AS (
    SELECT l.region_id, l.cohort_id, l.pathway_id, coalesce(u.units, 0) AS achieved,
        CASE WHEN l.opens IS NULL OR l.planned_end IS NULL OR %(day)s <= l.opens THEN 0
            WHEN l.planned_end - l.opens - l.away <= 0 THEN l.units_total
            ELSE least(l.units_total, l.units_total * greatest(least(%(day)s, l.planned_end) - l.opens - l.away, 0)
                / (l.planned_end - l.opens - l.away)) END AS expected,
        NOT coalesce(p.has_present, false) OR w.registration_id IS NOT NULL OR n.registration_id IS NOT NULL
            OR coalesce(m.unrecorded, false) OR b.enrolment_id IS NOT NULL AS owed,
        coalesce(l.planned_end < %(day)s, false) OR coalesce(m.failed OR m.late OR m.days > 28, false)
            OR (l.status = 'deferred' AND coalesce(l.expected_return < %(day)s, false)) AS late
    FROM learning l LEFT JOIN units u USING (registration_id) LEFT JOIN unsigned n USING (registration_id)
    LEFT JOIN (SELECT DISTINCT registration_id FROM waits) w USING (registration_id)
    LEFT JOIN ptas p USING (person_id) LEFT JOIN modules m USING (enrolment_id)
    LEFT JOIN unbooked b USING (enrolment_id)
),
progressed AS (
    SELECT region_id, cohort_id, pathway_id, count(*) FILTER (WHERE late OR expected - achieved >= 2) AS at_risk,
        count(*) FILTER (WHERE NOT late AND expected - achieved = 1) AS behind,
        count(*) FILTER (WHERE NOT late AND expected <= achieved) AS on_track, count(*) FILTER (WHERE owed) AS owed,
        sum(achieved) AS achieved, sum(expected) AS expected
    FROM flagged GROUP BY 1, 2, 3
),
left_service AS (
    SELECT enrolment_id FROM learners_event
    WHERE kind = 'withdrawn' AND destination = 'left_service' AND effective_on <= %(day)s AND voided_at IS NULL
),
stood AS (
    SELECT region_id, cohort_id, pathway_id, count(*) FILTER (WHERE status = 'due_to_start') AS due_to_start,
        count(*) FILTER (WHERE status = 'did_not_start') AS did_not_start, count(*) FILTER (WHERE status = 'active') AS active,
        count(*) FILTER (WHERE status = 'deferred') AS deferred, count(*) FILTER (WHERE status = 'completed') AS completed,
        count(*) FILTER (WHERE status = 'withdrawn') AS withdrawn,
        count(*) FILTER (WHERE status NOT IN ('due_to_start', 'did_not_start') AND start_date >= %(first)s) AS started_now,
        count(*) FILTER (WHERE status = 'completed' AND from_on >= %(first)s) AS completed_now,
        count(*) FILTER (WHERE status = 'withdrawn' AND from_on >= %(first)s) AS withdrawn_now,
        count(l.enrolment_id) FILTER (WHERE status = 'withdrawn') AS left_service
    FROM standing LEFT JOIN left_service l USING (enrolment_id) GROUP BY 1, 2, 3
),
moves AS MATERIALIZED (
    SELECT b.region_id AS was_region, b.cohort_id AS was_cohort, b.pathway_id AS was_pathway, a.region_id, a.cohort_id, a.pathway_id
    FROM learners_segment a JOIN learners_segment b ON b.enrolment_id = a.enrolment_id AND b.to_on = a.from_on
    WHERE a.from_on BETWEEN %(first)s AND %(day)s AND b.status IN ('active', 'deferred')
        AND (a.region_id, a.cohort_id, a.pathway_id) IS DISTINCT FROM (b.region_id, b.cohort_id, b.pathway_id)
),
moved AS (
    SELECT region_id, cohort_id, pathway_id, sum(came) AS came, sum(went) AS went FROM (
        SELECT region_id, cohort_id, pathway_id, 1 AS came, 0 AS went FROM moves
        UNION ALL SELECT was_region, was_cohort, was_pathway, 0, 1 FROM moves
    ) m GROUP BY 1, 2, 3
)
SELECT r.code, c.code, p.code, active + deferred + completed + withdrawn, due_to_start, did_not_start, active, deferred, completed,
    withdrawn, started_now, completed_now, withdrawn_now, left_service, on_track, behind, at_risk, owed, achieved, expected,
    submitted, decisions, signed, awaiting_decision, awaiting_countersignature, overdue, reviews, came, went,
    round(100.0 * completed / nullif(active + deferred + completed + withdrawn, 0), 1),
    round(100.0 * withdrawn / nullif(active + deferred + completed + withdrawn, 0), 1),
    round(median::numeric, 1), round(p90::numeric, 1)
FROM stood FULL JOIN progressed USING (region_id, cohort_id, pathway_id) FULL JOIN done USING (region_id, cohort_id, pathway_id)
FULL JOIN moved USING (region_id, cohort_id, pathway_id)
JOIN workforce_region r ON r.id = region_id JOIN learners_cohort c ON c.id = cohort_id JOIN learners_pathway p ON p.id = pathway_id
ORDER BY r."order", r.code, c.code, p."order", p.code
