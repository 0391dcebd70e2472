-- What must hold of assessment whichever way a row is written. Laid anew after every migrate by pqip/core/guards.py;
-- every statement may be repeated. The checks run once for each statement, over all of its rows, so that COPY stays fast;
-- what is looked up of each row is a scalar subquery, which goes by index even where the tables were filled a moment ago
-- and nothing is known of their sizes yet.
-- SQLSTATE PQ1xx; the message is fit to be shown.

-- An assessor's award on a day: achieved on or before it, and not lapsed on it (rule C3 51).
CREATE OR REPLACE FUNCTION assessments_is_qualified(achieved date, lapsed date, on_day date) RETURNS boolean
LANGUAGE sql IMMUTABLE AS $$
    SELECT coalesce(achieved <= on_day, false) AND NOT coalesce(lapsed <= on_day, false)
$$;

-- Registrations -----------------------------------------------------------------------------------------------------

CREATE OR REPLACE FUNCTION assessments_check_registrations() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM new_rows n JOIN assessments_qualificationversion v ON v.id = n.version_id
               WHERE v.qualification_id <> n.qualification_id) THEN
        RAISE EXCEPTION 'A registration takes a version of its own qualification.' USING ERRCODE = 'PQ101';
    END IF;
    RETURN NULL;
END $$;

CREATE OR REPLACE TRIGGER assessments_registrations AFTER INSERT ON assessments_registration
    REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION assessments_check_registrations();

CREATE OR REPLACE FUNCTION assessments_keep_identity() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'What a registration or a piece of evidence belongs to never changes.' USING ERRCODE = 'PQ101';
END $$;

CREATE OR REPLACE TRIGGER assessments_registration_kept BEFORE UPDATE ON assessments_registration FOR EACH ROW
    WHEN ((OLD.person_id, OLD.qualification_id, OLD.version_id) IS DISTINCT FROM (NEW.person_id, NEW.qualification_id, NEW.version_id))
    EXECUTE FUNCTION assessments_keep_identity();
CREATE OR REPLACE TRIGGER assessments_evidence_kept BEFORE UPDATE ON assessments_evidence FOR EACH ROW
    WHEN ((OLD.reference, OLD.registration_id) IS DISTINCT FROM (NEW.reference, NEW.registration_id))
    EXECUTE FUNCTION assessments_keep_identity();

-- A version with registrations is locked: its units and criteria stay as they are.
CREATE OR REPLACE FUNCTION assessments_lock_units() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE changed bigint[];
BEGIN
    IF TG_OP = 'INSERT' THEN
        changed := ARRAY(SELECT version_id FROM new_rows);
    ELSIF TG_OP = 'DELETE' THEN
        changed := ARRAY(SELECT version_id FROM old_rows);
    ELSE
        changed := ARRAY(SELECT unnest(ARRAY[o.version_id, n.version_id]) FROM old_rows o JOIN new_rows n USING (id)
                         WHERE to_jsonb(o) <> to_jsonb(n));
    END IF;
    PERFORM assessments_refuse_locked(changed);
    RETURN NULL;
END $$;

CREATE OR REPLACE FUNCTION assessments_lock_criteria() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE units bigint[];
BEGIN
    IF TG_OP = 'INSERT' THEN
        units := ARRAY(SELECT unit_id FROM new_rows);
    ELSIF TG_OP = 'DELETE' THEN
        units := ARRAY(SELECT unit_id FROM old_rows);
    ELSE
        units := ARRAY(SELECT unnest(ARRAY[o.unit_id, n.unit_id]) FROM old_rows o JOIN new_rows n USING (id)
                       WHERE to_jsonb(o) <> to_jsonb(n));
    END IF;
    PERFORM assessments_refuse_locked(ARRAY(SELECT version_id FROM assessments_unit WHERE id = ANY(units)));
    RETURN NULL;
END $$;

CREATE OR REPLACE FUNCTION assessments_refuse_locked(versions bigint[]) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM assessments_registration WHERE version_id = ANY(versions)) THEN
        RAISE EXCEPTION 'Candidates are registered on this version, so its units and criteria cannot change. Load a new version.'
            USING ERRCODE = 'PQ102';
    END IF;
END $$;

CREATE OR REPLACE TRIGGER assessments_units_added AFTER INSERT ON assessments_unit
    REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION assessments_lock_units();
CREATE OR REPLACE TRIGGER assessments_units_changed AFTER UPDATE ON assessments_unit
    REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION assessments_lock_units();
CREATE OR REPLACE TRIGGER assessments_units_removed AFTER DELETE ON assessments_unit
    REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION assessments_lock_units();
CREATE OR REPLACE TRIGGER assessments_criteria_added AFTER INSERT ON assessments_criterion
    REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION assessments_lock_criteria();
CREATE OR REPLACE TRIGGER assessments_criteria_changed AFTER UPDATE ON assessments_criterion
    REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION assessments_lock_criteria();
CREATE OR REPLACE TRIGGER assessments_criteria_removed AFTER DELETE ON assessments_criterion
    REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION assessments_lock_criteria();

-- Evidence and decisions --------------------------------------------------------------------------------------------

CREATE OR REPLACE FUNCTION assessments_check_submissions() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE bad record;
BEGIN
    SELECT e.reference INTO bad FROM new_rows n JOIN assessments_evidence e ON e.id = n.evidence_id
        JOIN assessments_registration r ON r.id = e.registration_id
        CROSS JOIN LATERAL unnest(n.criteria) AS named
        LEFT JOIN assessments_criterion c ON c.id = named LEFT JOIN assessments_unit u ON u.id = c.unit_id
        WHERE u.version_id IS DISTINCT FROM r.version_id LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'Evidence % is offered against a criterion that is not of the candidate''s version.', bad.reference
            USING ERRCODE = 'PQ103';
    END IF;
    SELECT e.reference INTO bad FROM new_rows n JOIN assessments_evidence e ON e.id = n.evidence_id
        WHERE n.voided_at IS NULL AND n.effective_on > (
            SELECT min(d.effective_on) FROM assessments_decision d WHERE d.evidence_id = n.evidence_id AND d.voided_at IS NULL)
        LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'Evidence % was decided before the date it is said to have been submitted.', bad.reference
            USING ERRCODE = 'PQ104';
    END IF;
    RETURN NULL;
END $$;

CREATE OR REPLACE TRIGGER assessments_submissions AFTER INSERT ON assessments_submission
    REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION assessments_check_submissions();

CREATE OR REPLACE FUNCTION assessments_check_decisions() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE bad record;
BEGIN
    SELECT e.reference,
        n.assessor_id = r.person_id AS is_own,
        n.criteria_met && n.criteria_not_met AS is_both
        INTO bad
        FROM new_rows n JOIN assessments_evidence e ON e.id = n.evidence_id
        JOIN assessments_registration r ON r.id = e.registration_id
        WHERE n.assessor_id = r.person_id OR n.criteria_met && n.criteria_not_met
            OR (n.voided_at IS NULL AND coalesce(n.effective_on < (
                SELECT s.effective_on FROM assessments_submission s WHERE s.evidence_id = n.evidence_id AND s.voided_at IS NULL
            ), true))
        LIMIT 1;
    IF FOUND AND bad.is_own THEN
        RAISE EXCEPTION 'Nobody decides their own evidence (%).', bad.reference USING ERRCODE = 'PQ105';
    ELSIF FOUND AND bad.is_both THEN
        RAISE EXCEPTION 'A criterion is either met or not yet met, never both (%).', bad.reference USING ERRCODE = 'PQ106';
    ELSIF FOUND THEN
        RAISE EXCEPTION 'Evidence % had not been submitted by the date of the decision.', bad.reference USING ERRCODE = 'PQ104';
    END IF;
    SELECT e.reference INTO bad FROM new_rows n JOIN assessments_evidence e ON e.id = n.evidence_id
        JOIN assessments_registration r ON r.id = e.registration_id
        CROSS JOIN LATERAL unnest(n.criteria_met || n.criteria_not_met) AS named
        LEFT JOIN assessments_criterion c ON c.id = named LEFT JOIN assessments_unit u ON u.id = c.unit_id
        WHERE u.version_id IS DISTINCT FROM r.version_id LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'A decision on % names a criterion that is not of the candidate''s version.', bad.reference
            USING ERRCODE = 'PQ103';
    END IF;
    RETURN NULL;
END $$;

-- Stamps every decision with whether it needs a countersignature, so that no way of writing one leaves it unstamped.
CREATE OR REPLACE FUNCTION assessments_stamp_decisions() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    -- Whoever re-dates an award holds the assessor's row, so that a decision made meanwhile is stamped by the new date.
    PERFORM FROM workforce_person WHERE id IN (SELECT assessor_id FROM new_rows) ORDER BY id FOR KEY SHARE;
    INSERT INTO assessments_countersignstamp
        (decision_id, is_needed, effective_on, recorded_at, recorded_by, voided_at, voided_by, void_reason)
    SELECT n.id, NOT coalesce((
            SELECT assessments_is_qualified(a.achieved_on, a.lapsed_on, n.effective_on) FROM assessments_assessorrecord a
            WHERE a.person_id = n.assessor_id AND a.voided_at IS NULL), false),
        n.effective_on, n.recorded_at, '', n.voided_at, '', n.void_reason
    FROM new_rows n;
    RETURN NULL;
END $$;

CREATE OR REPLACE TRIGGER assessments_decisions AFTER INSERT ON assessments_decision
    REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION assessments_check_decisions();
CREATE OR REPLACE TRIGGER assessments_decisions_stamped AFTER INSERT ON assessments_decision
    REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION assessments_stamp_decisions();

-- Countersignatures (rule C3 52: who may countersign) ------------------------------------------

CREATE OR REPLACE FUNCTION assessments_check_countersignatures() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE bad record;
BEGIN
    PERFORM FROM workforce_person WHERE id IN (SELECT countersigner_id FROM new_rows) ORDER BY id FOR KEY SHARE;
    SELECT e.reference, d.voided_at IS NOT NULL AS is_void, n.countersigner_id = d.assessor_id AS is_own,
        n.countersigner_id = r.person_id AS is_candidate, n.effective_on < d.effective_on AS is_early
        INTO bad
        FROM new_rows n JOIN assessments_decision d ON d.id = n.decision_id
        JOIN assessments_evidence e ON e.id = d.evidence_id
        JOIN assessments_registration r ON r.id = e.registration_id
        JOIN assessments_qualification q ON q.id = r.qualification_id
        WHERE n.voided_at IS NULL AND (d.voided_at IS NOT NULL
            OR n.countersigner_id IN (d.assessor_id, r.person_id)
            OR n.effective_on < d.effective_on
            OR NOT coalesce((
                SELECT assessments_is_qualified(a.achieved_on, a.lapsed_on, n.effective_on)
                    AND a.countersign_from <= n.effective_on
                    AND coalesce(a.countersign_until >= n.effective_on, true)
                    AND q.code = ANY(a.allowed_qualifications)
                FROM assessments_assessorrecord a WHERE a.person_id = n.countersigner_id AND a.voided_at IS NULL), false))
        LIMIT 1;
    IF NOT FOUND THEN
        RETURN NULL;
    ELSIF bad.is_void THEN
        RAISE EXCEPTION 'The decision on % has been undone, so it cannot be countersigned.', bad.reference USING ERRCODE = 'PQ107';
    ELSIF bad.is_own THEN
        RAISE EXCEPTION 'Nobody countersigns a decision of their own (%).', bad.reference USING ERRCODE = 'PQ108';
    ELSIF bad.is_candidate THEN
        RAISE EXCEPTION 'Nobody countersigns a decision on their own evidence (%).', bad.reference USING ERRCODE = 'PQ108';
    ELSIF bad.is_early THEN
        RAISE EXCEPTION 'The decision on % cannot be countersigned before the day it was made.', bad.reference USING ERRCODE = 'PQ109';
    END IF;
    RAISE EXCEPTION 'The countersigner of % was not qualified, or had no authority to countersign this qualification, on that day.',
        bad.reference USING ERRCODE = 'PQ110';
END $$;

CREATE OR REPLACE TRIGGER assessments_countersignatures AFTER INSERT ON assessments_countersignature
    REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION assessments_check_countersignatures();

-- Units -------------------------------------------------------------------------------------------------------------

CREATE OR REPLACE FUNCTION assessments_check_signoffs() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM new_rows n JOIN assessments_registration r ON r.id = n.registration_id
               WHERE n.signed_off_by_id = r.person_id) THEN
        RAISE EXCEPTION 'Nobody signs off a unit of their own.' USING ERRCODE = 'PQ111';
    END IF;
    IF EXISTS (SELECT FROM new_rows n JOIN assessments_registration r ON r.id = n.registration_id
               JOIN assessments_unit u ON u.id = n.unit_id WHERE u.version_id <> r.version_id) THEN
        RAISE EXCEPTION 'A unit that is signed off is of the version the candidate is registered on.' USING ERRCODE = 'PQ103';
    END IF;
    RETURN NULL;
END $$;

CREATE OR REPLACE TRIGGER assessments_signoffs AFTER INSERT ON assessments_unitsignoff
    REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION assessments_check_signoffs();
