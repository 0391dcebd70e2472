-- Quality assurance (rules C3 58, 61).

-- Whether somebody has authority to quality assure a qualification on a day.
CREATE OR REPLACE FUNCTION assessments_may_assure(person bigint, qualification bigint, on_day date) RETURNS boolean
LANGUAGE sql STABLE AS $$
    SELECT EXISTS (SELECT FROM assessments_assessorrecord a JOIN assessments_qualification q ON q.id = qualification
        WHERE a.person_id = person AND a.voided_at IS NULL
            AND assessments_covers(a.assure_from, a.assure_until, a.assured_qualifications, q.code, on_day))
$$;

-- Those who decided or countersigned any of these criteria of a candidate, or signed off a unit with one of them.
CREATE OR REPLACE FUNCTION assessments_parts(registration bigint, criteria integer[]) RETURNS bigint[] LANGUAGE sql STABLE AS $$
    -- By index at each step (OFFSET 0), even where the tables have no statistics yet.
    SELECT ARRAY(
        SELECT unnest(ARRAY[d.assessor_id, c.countersigner_id])
            FROM (SELECT e.id FROM assessments_evidence e WHERE e.registration_id = registration OFFSET 0) e
            JOIN LATERAL (SELECT d.* FROM assessments_decision d
                WHERE d.evidence_id = e.id AND d.voided_at IS NULL OFFSET 0) d ON true
            LEFT JOIN LATERAL (SELECT c.countersigner_id FROM assessments_countersignature c
                WHERE c.decision_id = d.id AND c.voided_at IS NULL OFFSET 0) c ON true
            WHERE (d.criteria_met || d.criteria_not_met) && criteria
        UNION
        SELECT s.signed_off_by_id FROM assessments_unitsignoff s WHERE s.registration_id = registration AND s.voided_at IS NULL
            AND assessments_criteria_of(s.unit_id) && criteria)
$$;

-- Whether somebody had a part in a candidate's unit, or in the units it was carried over from: as candidate, or by
-- deciding, countersigning or signing off.
CREATE OR REPLACE FUNCTION assessments_had_part(registration bigint, unit bigint, person bigint) RETURNS boolean
LANGUAGE plpgsql STABLE AS $$
DECLARE own integer[] := assessments_criteria_of(unit);
BEGIN
    RETURN person = (SELECT r.person_id FROM assessments_registration r WHERE r.id = registration)
        OR coalesce(person = ANY(assessments_parts(registration, own || assessments_behind(registration, own))), false);
END $$;

-- The criteria from which the units of a decision were carried over.
CREATE OR REPLACE FUNCTION assessments_behind_decision(registration bigint, decision bigint) RETURNS integer[] LANGUAGE sql STABLE AS $$
    SELECT assessments_behind(registration, ARRAY(SELECT o.id::integer FROM assessments_decision d
        JOIN assessments_criterion k ON k.id = ANY(d.criteria_met || d.criteria_not_met)
        JOIN assessments_criterion o ON o.unit_id = k.unit_id WHERE d.id = decision))
$$;

-- Those who decided, countersigned or signed off the units from which those of a decision were carried over on a move to
-- another version.
CREATE OR REPLACE FUNCTION assessments_parts_before(decision bigint) RETURNS bigint[] LANGUAGE plpgsql STABLE AS $$
DECLARE registration bigint; behind integer[];
BEGIN
    registration := (SELECT e.registration_id FROM assessments_evidence e
        WHERE e.id = (SELECT evidence_id FROM assessments_decision WHERE id = decision));
    IF NOT assessments_has_moved(registration) THEN
        RETURN '{}';
    END IF;
    behind := assessments_behind_decision(registration, decision);
    IF cardinality(behind) = 0 THEN
        RETURN '{}';
    END IF;
    RETURN assessments_parts(registration, behind);
END $$;

CREATE OR REPLACE FUNCTION assessments_had_part_before(decision bigint, person bigint) RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT coalesce(person = ANY(assessments_parts_before(decision)), false)
$$;

-- Whether somebody has sampled, for a candidate who moved to another version, a unit carried over from any of these
-- criteria: they may not decide or countersign them any more.
CREATE OR REPLACE FUNCTION assessments_sampled_after(registration bigint, criteria integer[], person bigint) RETURNS boolean
LANGUAGE plpgsql STABLE AS $$
BEGIN
    IF NOT assessments_has_moved(registration) THEN
        RETURN false;
    END IF;
    RETURN EXISTS (SELECT FROM (SELECT x.decision_id FROM assessments_sample x WHERE x.quality_assurer_id = person
                AND x.voided_at IS NULL AND x.sampled_on IS NOT NULL OFFSET 0) x
        JOIN assessments_decision d ON d.id = x.decision_id
        JOIN assessments_evidence e ON e.id = d.evidence_id AND e.registration_id = registration
        WHERE assessments_behind_decision(registration, d.id) && criteria);
END $$;

-- Whether somebody has released a candidate's unit that depends on any of these criteria.
CREATE OR REPLACE FUNCTION assessments_released_by(registration bigint, criteria integer[], person bigint) RETURNS boolean
LANGUAGE sql STABLE AS $$
    SELECT EXISTS (SELECT FROM assessments_unitrelease l JOIN assessments_unitsignoff s ON s.id = l.signoff_id
        WHERE l.registration_id = registration AND l.released_by_id = person AND l.voided_at IS NULL
            AND (assessments_criteria_of(s.unit_id)
                || assessments_behind(registration, assessments_criteria_of(s.unit_id))) && criteria)
$$;

CREATE OR REPLACE FUNCTION assessments_check_samples() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE bad record;
BEGIN
    PERFORM assessments_hold_standing(ARRAY(SELECT quality_assurer_id FROM new_rows));
    SELECT * INTO bad FROM (
        SELECT e.reference, n.quality_assurer_id IN (d.assessor_id, r.person_id) AS is_own,
            EXISTS (SELECT FROM assessments_countersignature c WHERE c.decision_id = d.id AND c.voided_at IS NULL
                AND c.countersigner_id = n.quality_assurer_id) AS is_countersigner,
            assessments_had_part_before(d.id, n.quality_assurer_id) AS is_carried,
            n.sampled_on < d.effective_on
                OR d.voided_at IS NOT NULL AND NOT assessments_was_sampled(d.id, n.quality_assurer_id, n.sampled_on) AS is_early,
            NOT assessments_may_assure(n.quality_assurer_id, r.qualification_id, n.sampled_on) AS is_without, n.sampled_on
        FROM new_rows n JOIN assessments_decision d ON d.id = n.decision_id
        JOIN assessments_evidence e ON e.id = d.evidence_id
        JOIN assessments_registration r ON r.id = e.registration_id
        WHERE n.voided_at IS NULL
    ) found WHERE is_own OR is_countersigner OR is_carried OR sampled_on IS NOT NULL AND (is_early OR is_without) LIMIT 1;
    IF NOT FOUND THEN
        RETURN NULL;
    ELSIF bad.is_own THEN
        RAISE EXCEPTION 'Nobody samples a decision of their own or on their own evidence (%).', bad.reference USING ERRCODE = 'PQ108';
    ELSIF bad.is_countersigner THEN
        RAISE EXCEPTION 'Nobody samples a decision they have countersigned (%).', bad.reference USING ERRCODE = 'PQ108';
    ELSIF bad.is_carried THEN
        RAISE EXCEPTION 'Nobody samples a unit of which they decided or countersigned an earlier version (%).', bad.reference
            USING ERRCODE = 'PQ108';
    ELSIF bad.is_early THEN
        RAISE EXCEPTION 'The decision on % was undone, or not yet made on that day.', bad.reference USING ERRCODE = 'PQ109';
    END IF;
    RAISE EXCEPTION 'The quality assurer of % had no authority to quality assure this qualification on that day.', bad.reference
        USING ERRCODE = 'PQ110';
END $$;

CREATE OR REPLACE TRIGGER assessments_samples AFTER INSERT ON assessments_sample
    REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION assessments_check_samples();

CREATE OR REPLACE FUNCTION assessments_check_releases() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE bad record;
BEGIN
    PERFORM assessments_hold_standing(ARRAY(SELECT released_by_id FROM new_rows));
    IF EXISTS (SELECT FROM new_rows n JOIN assessments_unitsignoff s ON s.id = n.signoff_id
               WHERE s.registration_id <> n.registration_id) THEN
        RAISE EXCEPTION 'What is released is a unit of the candidate it was signed off for.' USING ERRCODE = 'PQ103';
    END IF;
    SELECT u.number, s.voided_at IS NOT NULL OR n.effective_on < s.effective_on AS is_open,
        assessments_had_part(r.id, u.id, n.released_by_id) AS is_own,
        NOT assessments_may_assure(n.released_by_id, r.qualification_id, n.effective_on) AS is_without,
        NOT assessments_stays_achieved(r.id, u.id, n.effective_on) AS is_unachieved
        INTO bad
        FROM new_rows n JOIN assessments_unitsignoff s ON s.id = n.signoff_id
        JOIN assessments_registration r ON r.id = s.registration_id JOIN assessments_unit u ON u.id = s.unit_id
        WHERE n.voided_at IS NULL ORDER BY 2 DESC, 3 DESC, 4 DESC, 5 DESC LIMIT 1;
    IF NOT FOUND THEN
        RETURN NULL;
    ELSIF bad.is_open THEN
        RAISE EXCEPTION 'Unit % is not signed off on that day, so it cannot be released.', bad.number USING ERRCODE = 'PQ109';
    ELSIF bad.is_own THEN
        RAISE EXCEPTION 'Nobody releases a unit they have signed off, decided or countersigned (unit %).', bad.number
            USING ERRCODE = 'PQ108';
    ELSIF bad.is_without THEN
        RAISE EXCEPTION 'Whoever releases unit % had no authority to quality assure this qualification on that day.', bad.number
            USING ERRCODE = 'PQ110';
    ELSIF bad.is_unachieved THEN
        RAISE EXCEPTION 'Unit % is not achieved on that day: some of its criteria are not yet met.', bad.number USING ERRCODE = 'PQ109';
    END IF;
    RETURN NULL;
END $$;

CREATE OR REPLACE TRIGGER assessments_releases AFTER INSERT ON assessments_unitrelease
    REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION assessments_check_releases();
