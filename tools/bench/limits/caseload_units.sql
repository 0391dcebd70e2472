-- The maps beneath a caseload: a version of a qualification after another, candidates in order of name, where each unit stands today.
SELECT b.first_name || ' ' || b.last_name, array_agg(CASE
        WHEN EXISTS (SELECT FROM assessments_unitachievement a WHERE a.registration_id = r.id AND a.unit_id = u.id
            AND a.from_on <= %(day)s AND (a.to_on IS NULL OR a.to_on > %(day)s)) THEN 'Achieved'
        WHEN EXISTS (SELECT FROM assessments_unitsignoff s WHERE s.registration_id = r.id AND s.unit_id = u.id
            AND s.voided_at IS NULL AND s.effective_on <= %(day)s) THEN 'Signed off'
        WHEN c.met >= c.has THEN 'All met'
        WHEN c.met > 0 THEN c.met || ' of ' || c.has || ' met'
        ELSE 'Nothing yet' END ORDER BY u.number)
FROM learners_allocation l
JOIN workforce_person b ON b.id = l.person_id
JOIN assessments_registration r ON r.person_id = l.person_id
JOIN assessments_qualification q ON q.id = r.qualification_id
JOIN assessments_unit u USING (version_id)
CROSS JOIN LATERAL (
    SELECT count(*) AS has, count(m.criterion_id) AS met FROM assessments_criterion c
    LEFT JOIN (
        SELECT DISTINCT m.criterion_id FROM assessments_criterionmet m
        WHERE m.registration_id = r.id AND m.from_on <= %(day)s AND (m.to_on IS NULL OR m.to_on > %(day)s)
    ) m ON m.criterion_id = c.id
    WHERE c.unit_id = u.id
) c
WHERE l.other_id = %(assessor)s AND l.role = 'pta' AND l.voided_at IS NULL
    AND l.effective_on <= %(day)s AND (l.ended_on IS NULL OR l.ended_on >= %(day)s)
GROUP BY r.id, q."order", b.first_name, b.last_name, b.sort_name
ORDER BY q."order", r.version_id, b.sort_name, r.id LIMIT 50
