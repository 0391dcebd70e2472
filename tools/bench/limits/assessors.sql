-- A region's assessors by name, with whom each has today, beside their target, and what waits for a countersignature.
SELECT b.first_name || ' ' || b.last_name, b.staff_number,
    (SELECT count(DISTINCT l.person_id) FROM learners_allocation l
     WHERE l.other_id = k.person_id AND l.role = 'pta' AND l.voided_at IS NULL
        AND l.effective_on <= %(day)s AND (l.ended_on IS NULL OR l.ended_on >= %(day)s)),
    'of ' || k.target_caseload,
    (SELECT count(*) FROM assessments_wait w JOIN assessments_decision d ON d.id = w.decision_id
     WHERE w.kind = 'countersignature' AND w.to_on IS NULL AND d.assessor_id = k.person_id)
FROM (
    SELECT a.id, a.person_id, a.target_caseload, b.sort_name
    FROM assessments_assessorrecord a JOIN workforce_person b ON b.id = a.person_id
    WHERE b.region_id = %(region)s AND a.voided_at IS NULL ORDER BY b.sort_name, a.id LIMIT 50
) k JOIN workforce_person b ON b.id = k.person_id
ORDER BY k.sort_name, k.id
