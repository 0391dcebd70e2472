-- The last page of all learners by name: by index from the end.
SELECT b.first_name || ' ' || b.last_name, b.staff_number, p.name, r.name, u.name, coalesce(v.units, '')
FROM (
    SELECT e.id, b.sort_name FROM workforce_person b JOIN learners_enrolment e ON e.person_id = b.id
    ORDER BY b.sort_name DESC, e.id DESC LIMIT %(size)s
) k JOIN learners_enrolment e ON e.id = k.id JOIN workforce_person b ON b.id = e.person_id
JOIN learners_pathway p ON p.id = e.pathway_id JOIN workforce_region r ON r.id = e.region_id
LEFT JOIN workforce_pdu u ON u.id = e.pdu_id
LEFT JOIN LATERAL (
    SELECT (SELECT count(*) FROM assessments_unitachievement a
            WHERE a.registration_id = r.id AND a.from_on <= %(day)s AND (a.to_on IS NULL OR a.to_on > %(day)s))
        || ' of ' || (SELECT count(*) FROM assessments_unit u WHERE u.version_id = r.version_id) AS units
    FROM assessments_registration r
    WHERE r.person_id = e.person_id AND r.qualification_id = (SELECT id FROM assessments_qualification WHERE code = 'VQ5')
) v ON true
ORDER BY k.sort_name, k.id
