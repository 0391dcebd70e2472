-- Whom an assessor has today: planned end, units, criteria, what is planned next and what waits of each.
SELECT b.first_name || ' ' || b.last_name, b.staff_number, CASE WHEN q.code = 'VQ5' THEN (
        SELECT n.planned_end FROM learners_enrolment n
        WHERE n.person_id = l.person_id AND n.status <> 'did_not_start' ORDER BY n.start_date DESC, n.id DESC LIMIT 1
    ) ELSE (
        SELECT coalesce(f.target_on, (f.effective_on + interval '12 months')::date) FROM assessments_registrationfact f
        WHERE f.registration_id = r.id AND f.voided_at IS NULL
    ) END,
    (SELECT count(*) FROM assessments_unitachievement a
     WHERE a.registration_id = r.id AND a.from_on <= %(day)s AND (a.to_on IS NULL OR a.to_on > %(day)s)) || ' of ' || v.units,
    (SELECT count(*) FROM assessments_criterionmet m
     WHERE m.registration_id = r.id AND m.from_on <= %(day)s AND (m.to_on IS NULL OR m.to_on > %(day)s))
        || ' of ' || v.criteria || ' criteria',
    p.due_on, p.what, w.returned, w.to_decide, w.countersigning
FROM learners_allocation l
JOIN workforce_person b ON b.id = l.person_id
JOIN assessments_registration r ON r.person_id = l.person_id
JOIN assessments_qualification q ON q.id = r.qualification_id
JOIN (SELECT u.version_id, count(DISTINCT u.id) AS units, count(c.id) AS criteria
      FROM assessments_unit u LEFT JOIN assessments_criterion c ON c.unit_id = u.id GROUP BY u.version_id) v USING (version_id)
LEFT JOIN LATERAL (
    SELECT p.due_on, p.what FROM assessments_assessmentplan p
    WHERE p.registration_id = r.id AND p.voided_at IS NULL AND p.evidence_id IS NULL
    ORDER BY p.due_on, p.id LIMIT 1
) p ON true
CROSS JOIN LATERAL (
    SELECT count(*) FILTER (WHERE w.kind = 'decision' AND w.decision_id IS NOT NULL) AS returned,
        count(*) FILTER (WHERE w.kind = 'decision' AND w.decision_id IS NULL) AS to_decide,
        count(*) FILTER (WHERE w.kind = 'countersignature') AS countersigning
    FROM assessments_evidence e JOIN assessments_wait w ON w.evidence_id = e.id AND w.to_on IS NULL
    WHERE e.registration_id = r.id
) w
WHERE l.other_id = %(assessor)s AND l.role = 'pta' AND l.voided_at IS NULL
    AND l.effective_on <= %(day)s AND (l.ended_on IS NULL OR l.ended_on >= %(day)s)
ORDER BY b.sort_name, r.id LIMIT 50
