-- Optional units: a candidate takes as many of a group as it requires, and is not assessed on those they have not taken.

-- Whether a candidate is assessed on a unit: a mandatory one, or one they have chosen.
CREATE OR REPLACE FUNCTION assessments_is_chosen(registration bigint, unit bigint) RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT EXISTS (SELECT FROM assessments_unit u WHERE u.id = unit AND u.group_id IS NULL)
        OR EXISTS (SELECT FROM assessments_unitchoice c
            WHERE c.registration_id = registration AND c.unit_id = unit AND c.voided_at IS NULL)
$$;

CREATE OR REPLACE FUNCTION assessments_say_not_chosen(number smallint, staff_number text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'Unit % is optional, and % has not chosen it. Choose it first.', number, staff_number USING ERRCODE = 'PQ118';
END $$;

-- The number of an optional unit, among these criteria (keys) of a candidate, that they have not chosen; null where there
-- is none.
CREATE OR REPLACE FUNCTION assessments_not_chosen(registration bigint, criteria integer[]) RETURNS smallint LANGUAGE sql STABLE AS $$
    SELECT u.number FROM assessments_criterion k JOIN assessments_unit u ON u.id = k.unit_id AND u.group_id IS NOT NULL
    WHERE k.id = ANY(criteria) AND NOT assessments_is_chosen(registration, u.id) ORDER BY u.number LIMIT 1
$$;

-- Evidence and decisions name only criteria of such units. Rows that name none of an optional unit, which are most, are not
-- looked into: a file of them would ask once for each row.
CREATE OR REPLACE FUNCTION assessments_check_chosen_criteria() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE bad record;
    optional integer[] := ARRAY(SELECT k.id::integer FROM assessments_criterion k JOIN assessments_unit u ON u.id = k.unit_id
        WHERE u.group_id IS NOT NULL);
BEGIN
    IF TG_TABLE_NAME = 'assessments_submission' THEN
        SELECT c.number, p.staff_number INTO bad FROM new_rows n JOIN assessments_evidence e ON e.id = n.evidence_id
            JOIN assessments_registration r ON r.id = e.registration_id JOIN workforce_person p ON p.id = r.person_id
            CROSS JOIN LATERAL (SELECT assessments_not_chosen(r.id, n.criteria) AS number) c
            WHERE n.voided_at IS NULL AND n.criteria && optional AND c.number IS NOT NULL LIMIT 1;
    ELSE
        SELECT c.number, p.staff_number INTO bad FROM new_rows n JOIN assessments_evidence e ON e.id = n.evidence_id
            JOIN assessments_registration r ON r.id = e.registration_id JOIN workforce_person p ON p.id = r.person_id
            CROSS JOIN LATERAL (SELECT assessments_not_chosen(r.id, n.criteria_met || n.criteria_not_met) AS number) c
            WHERE n.voided_at IS NULL AND (n.criteria_met || n.criteria_not_met) && optional AND c.number IS NOT NULL LIMIT 1;
    END IF;
    IF FOUND THEN
        PERFORM assessments_say_not_chosen(bad.number, bad.staff_number);
    END IF;
    RETURN NULL;
END $$;

CREATE OR REPLACE TRIGGER assessments_submissions_chosen AFTER INSERT ON assessments_submission
    REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION assessments_check_chosen_criteria();
CREATE OR REPLACE TRIGGER assessments_decisions_chosen AFTER INSERT ON assessments_decision
    REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION assessments_check_chosen_criteria();

CREATE OR REPLACE FUNCTION assessments_check_chosen_units() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE bad record;
BEGIN
    SELECT u.number, p.staff_number INTO bad FROM new_rows n JOIN assessments_unit u ON u.id = n.unit_id AND u.group_id IS NOT NULL
        JOIN assessments_registration r ON r.id = n.registration_id JOIN workforce_person p ON p.id = r.person_id
        WHERE n.voided_at IS NULL AND NOT assessments_is_chosen(n.registration_id, n.unit_id) LIMIT 1;
    IF FOUND THEN
        PERFORM assessments_say_not_chosen(bad.number, bad.staff_number);
    END IF;
    RETURN NULL;
END $$;

CREATE OR REPLACE TRIGGER assessments_signoffs_chosen AFTER INSERT ON assessments_unitsignoff
    REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION assessments_check_chosen_units();

CREATE OR REPLACE FUNCTION assessments_check_choices() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE bad record;
BEGIN
    -- Two transactions that choose at once are counted one after the other.
    PERFORM FROM assessments_registration WHERE id IN (SELECT registration_id FROM new_rows) ORDER BY id FOR NO KEY UPDATE;
    SELECT u.number, u.group_id IS NULL AS is_mandatory INTO bad FROM new_rows n JOIN assessments_unit u ON u.id = n.unit_id
        JOIN assessments_registration r ON r.id = n.registration_id
        WHERE n.voided_at IS NULL AND (u.group_id IS NULL OR NOT assessments_was_on(r.id, r.version_id, u.version_id)) LIMIT 1;
    IF FOUND AND bad.is_mandatory THEN
        RAISE EXCEPTION 'Unit % is mandatory. It is not chosen.', bad.number USING ERRCODE = 'PQ118';
    ELSIF FOUND THEN
        RAISE EXCEPTION 'Unit % is not of the version the candidate is on.', bad.number USING ERRCODE = 'PQ103';
    END IF;
    SELECT g.choose, g.name INTO bad FROM (SELECT DISTINCT registration_id FROM new_rows WHERE voided_at IS NULL) n
        JOIN assessments_unitchoice c ON c.registration_id = n.registration_id AND c.voided_at IS NULL
        JOIN assessments_unit u ON u.id = c.unit_id JOIN assessments_unitgroup g ON g.id = u.group_id
        GROUP BY n.registration_id, g.id HAVING count(*) > g.choose LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION '%: % can be chosen, no more.', bad.name, bad.choose USING ERRCODE = 'PQ118';
    END IF;
    RETURN NULL;
END $$;

CREATE OR REPLACE TRIGGER assessments_choices AFTER INSERT ON assessments_unitchoice
    REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION assessments_check_choices();

-- Whether live evidence, a live decision or a live sign-off names a unit of a candidate.
CREATE OR REPLACE FUNCTION assessments_names_unit(registration bigint, unit bigint) RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT assessments_is_signed_off(registration, unit)
        OR EXISTS (SELECT FROM assessments_evidence e WHERE e.registration_id = registration AND (
            EXISTS (SELECT FROM assessments_submission s WHERE s.evidence_id = e.id AND s.voided_at IS NULL
                AND s.criteria && assessments_criteria_of(unit))
            OR EXISTS (SELECT FROM assessments_decision d WHERE d.evidence_id = e.id AND d.voided_at IS NULL
                AND (d.criteria_met || d.criteria_not_met) && assessments_criteria_of(unit))))
$$;

CREATE OR REPLACE FUNCTION assessments_keep_choices() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE bad record;
BEGIN
    SELECT u.number INTO bad FROM new_rows n JOIN assessments_unit u ON u.id = n.unit_id
        WHERE n.voided_at IS NOT NULL AND assessments_names_unit(n.registration_id, n.unit_id) ORDER BY u.number LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'Evidence, a decision or a sign-off names unit %. Undo that before another unit is chosen.', bad.number
            USING ERRCODE = 'PQ118';
    END IF;
    RETURN NULL;
END $$;

CREATE OR REPLACE TRIGGER assessments_choices_undone AFTER UPDATE ON assessments_unitchoice
    REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION assessments_keep_choices();
