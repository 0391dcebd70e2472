-- Units: signed off, released.

-- Whether a candidate's unit is signed off by a sign-off of its own.
CREATE OR REPLACE FUNCTION assessments_is_signed_off(registration bigint, unit bigint) RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT EXISTS (SELECT FROM assessments_unitsignoff s
        WHERE s.registration_id = registration AND s.unit_id = unit AND s.voided_at IS NULL)
$$;

-- Whether quality assurance has released a candidate's unit: by its own sign-off or, where all its criteria replace
-- criteria of units in versions the candidate was on before, through those units.
CREATE OR REPLACE FUNCTION assessments_is_released(registration bigint, of_unit bigint) RETURNS boolean
LANGUAGE plpgsql STABLE AS $$
DECLARE replaced bigint[];
BEGIN
    IF EXISTS (SELECT FROM assessments_unitsignoff s JOIN assessments_unitrelease l ON l.signoff_id = s.id AND l.voided_at IS NULL
               WHERE s.registration_id = registration AND s.unit_id = of_unit AND s.voided_at IS NULL) THEN
        RETURN true;
    ELSIF EXISTS (SELECT FROM assessments_criterion k WHERE k.unit_id = of_unit AND cardinality(k.replaces) = 0) THEN
        RETURN false;
    END IF;
    replaced := ARRAY(SELECT DISTINCT o.unit_id FROM assessments_criterion k
        CROSS JOIN LATERAL unnest(k.replaces) AS old JOIN assessments_criterion o ON o.id = old
        JOIN assessments_unit u ON u.id = o.unit_id JOIN assessments_unit n ON n.id = of_unit
        WHERE k.unit_id = of_unit AND assessments_came_before(registration, u.version_id, n.version_id));
    RETURN cardinality(replaced) > 0
        AND NOT EXISTS (SELECT FROM unnest(replaced) AS old WHERE NOT assessments_is_released(registration, old));
END $$;
