-- Criteria.

-- The criteria of a unit (keys).
CREATE OR REPLACE FUNCTION assessments_criteria_of(unit bigint) RETURNS integer[] LANGUAGE sql STABLE AS $$
    SELECT ARRAY(SELECT k.id::integer FROM assessments_criterion k WHERE k.unit_id = unit)
$$;
