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

-- Holds the standing of assessors (award and authority) until the transaction ends: shared by whoever acts by it, alone for
-- whoever re-dates it. A lock stands for many people, so that a file of all assessors takes no more than 1,024; taken in order.
CREATE OR REPLACE FUNCTION assessments_hold_standing(acting bigint[], redated bigint[] DEFAULT '{}') RETURNS void LANGUAGE plpgsql AS $$
DECLARE held record;
BEGIN
    FOR held IN SELECT (person % 1024)::integer AS place, bool_or(is_alone) AS is_alone FROM (
            SELECT unnest(acting) AS person, false AS is_alone UNION ALL SELECT unnest(redated), true) AS one
        WHERE person IS NOT NULL GROUP BY 1 ORDER BY 1 LOOP
        IF held.is_alone THEN
            PERFORM pg_advisory_xact_lock(770002, held.place);
        ELSE
            PERFORM pg_advisory_xact_lock_shared(770002, held.place);
        END IF;
    END LOOP;
END $$;

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
    WHEN ((OLD.reference, OLD.registration_id, OLD.follows_id) IS DISTINCT FROM (NEW.reference, NEW.registration_id, NEW.follows_id))
    EXECUTE FUNCTION assessments_keep_identity();

-- Whether a version is one the candidate has been on: that of the first day, or one they moved to.
CREATE OR REPLACE FUNCTION assessments_has_moved_to(registration bigint, version bigint) RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT EXISTS (SELECT FROM assessments_versionmove m
        WHERE m.registration_id = registration AND m.version_id = version AND m.voided_at IS NULL)
$$;

CREATE OR REPLACE FUNCTION assessments_check_moves() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM new_rows n JOIN assessments_registration r ON r.id = n.registration_id
               JOIN assessments_qualificationversion v ON v.id = n.version_id
               WHERE n.voided_at IS NULL AND (v.qualification_id <> r.qualification_id OR v.id = r.version_id)) THEN
        RAISE EXCEPTION 'A candidate moves to another version of their own qualification.' USING ERRCODE = 'PQ101';
    END IF;
    RETURN NULL;
END $$;

CREATE OR REPLACE TRIGGER assessments_moves AFTER INSERT ON assessments_versionmove
    REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION assessments_check_moves();

CREATE OR REPLACE FUNCTION assessments_check_evidence() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM new_rows n JOIN assessments_evidence e ON e.id = n.follows_id
               WHERE e.registration_id <> n.registration_id) THEN
        RAISE EXCEPTION 'Evidence handed in again follows evidence of the same candidate.' USING ERRCODE = 'PQ103';
    END IF;
    RETURN NULL;
END $$;

CREATE OR REPLACE TRIGGER assessments_evidence_follows AFTER INSERT ON assessments_evidence
    REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION assessments_check_evidence();

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
    IF EXISTS (SELECT FROM assessments_registration WHERE version_id = ANY(versions))
        OR EXISTS (SELECT FROM assessments_versionmove WHERE version_id = ANY(versions)) THEN
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
        WHERE u.version_id IS DISTINCT FROM r.version_id
            AND NOT coalesce(assessments_has_moved_to(r.id, u.version_id), false) LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'Evidence % is offered against a criterion that is not of the candidate''s version.', bad.reference
            USING ERRCODE = 'PQ103';
    END IF;
    SELECT e.reference, c.code INTO bad FROM new_rows n JOIN assessments_evidence e ON e.id = n.evidence_id
        JOIN assessments_criterion c ON c.id = ANY(n.criteria)
        WHERE n.voided_at IS NULL AND cardinality(c.methods) > 0 AND NOT n.method = ANY(c.methods) LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'Evidence % is gathered in a way by which % may not be shown.', bad.reference, bad.code
            USING ERRCODE = 'PQ112';
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
        WHERE u.version_id IS DISTINCT FROM r.version_id
            AND NOT coalesce(assessments_has_moved_to(r.id, u.version_id), false) LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'A decision on % names a criterion that is not of the candidate''s version.', bad.reference
            USING ERRCODE = 'PQ103';
    END IF;
    SELECT e.reference, u.number INTO bad FROM new_rows n JOIN assessments_evidence e ON e.id = n.evidence_id
        JOIN assessments_unitrelease l ON l.registration_id = e.registration_id AND l.voided_at IS NULL
        JOIN assessments_unitsignoff s ON s.id = l.signoff_id JOIN assessments_unit u ON u.id = s.unit_id
        JOIN assessments_criterion c ON c.unit_id = u.id AND c.id = ANY(n.criteria_met || n.criteria_not_met)
        WHERE n.voided_at IS NULL LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'Unit % has been released by quality assurance. Unlock it before deciding % again.', bad.number, bad.reference
            USING ERRCODE = 'PQ113';
    END IF;
    RETURN NULL;
END $$;

-- Stamps every decision with whether it needs a countersignature, so that no way of writing one leaves it unstamped.
CREATE OR REPLACE FUNCTION assessments_stamp_decisions() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    -- Whoever re-dates an award has the assessor's standing alone, so that a decision made meanwhile is stamped by the new date.
    PERFORM assessments_hold_standing(ARRAY(SELECT assessor_id FROM new_rows));
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
    PERFORM assessments_hold_standing(ARRAY(SELECT countersigner_id FROM new_rows));
    SELECT e.reference, d.voided_at IS NOT NULL AS is_void, n.countersigner_id = d.assessor_id AS is_own,
        n.countersigner_id = r.person_id AS is_candidate, n.effective_on < d.effective_on AS is_early,
        NOT n.disagreed <@ d.criteria_met AS is_elsewhere,
        EXISTS (SELECT FROM assessments_sample x WHERE x.decision_id = d.id AND x.voided_at IS NULL
            AND x.quality_assurer_id = n.countersigner_id AND x.sampled_on IS NOT NULL) AS is_sampled
        INTO bad
        FROM new_rows n JOIN assessments_decision d ON d.id = n.decision_id
        JOIN assessments_evidence e ON e.id = d.evidence_id
        JOIN assessments_registration r ON r.id = e.registration_id
        JOIN assessments_qualification q ON q.id = r.qualification_id
        WHERE n.voided_at IS NULL AND (d.voided_at IS NOT NULL
            OR n.countersigner_id IN (d.assessor_id, r.person_id)
            OR n.effective_on < d.effective_on
            OR NOT n.disagreed <@ d.criteria_met
            OR EXISTS (SELECT FROM assessments_sample x WHERE x.decision_id = d.id AND x.voided_at IS NULL
                AND x.quality_assurer_id = n.countersigner_id AND x.sampled_on IS NOT NULL)
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
    ELSIF bad.is_sampled THEN
        RAISE EXCEPTION 'Nobody countersigns a decision they have sampled (%).', bad.reference USING ERRCODE = 'PQ108';
    ELSIF bad.is_elsewhere THEN
        RAISE EXCEPTION 'A countersigner disagrees with criteria that were found competent (%).', bad.reference USING ERRCODE = 'PQ106';
    END IF;
    RAISE EXCEPTION 'The countersigner of % was not qualified, or had no authority to countersign this qualification, on that day.',
        bad.reference USING ERRCODE = 'PQ110';
END $$;

CREATE OR REPLACE TRIGGER assessments_countersignatures AFTER INSERT ON assessments_countersignature
    REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION assessments_check_countersignatures();

-- The code of the qualification that a registration, or a decision, is about: one row by its key at each step, whatever is
-- known of the tables' sizes.
CREATE OR REPLACE FUNCTION assessments_code_of(registration bigint) RETURNS text LANGUAGE sql STABLE AS $$
    SELECT code FROM assessments_qualification
    WHERE id = (SELECT qualification_id FROM assessments_registration WHERE id = registration)
$$;

CREATE OR REPLACE FUNCTION assessments_code_decided(decision bigint) RETURNS text LANGUAGE sql STABLE AS $$
    SELECT assessments_code_of((SELECT registration_id FROM assessments_evidence
        WHERE id = (SELECT evidence_id FROM assessments_decision WHERE id = decision)))
$$;

-- An award or an authority that is re-dated leaves no countersignature, sample or release without it.
CREATE OR REPLACE FUNCTION assessments_check_assessors() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE bad record;
BEGIN
    PERFORM assessments_hold_standing('{}', ARRAY(SELECT person_id FROM new_rows));
    SELECT c.effective_on INTO bad FROM new_rows n
        JOIN assessments_countersignature c ON c.countersigner_id = n.person_id AND c.voided_at IS NULL
        WHERE n.voided_at IS NULL AND NOT coalesce(assessments_is_qualified(n.achieved_on, n.lapsed_on, c.effective_on)
            AND n.countersign_from <= c.effective_on AND coalesce(n.countersign_until >= c.effective_on, true)
            AND assessments_code_decided(c.decision_id) = ANY(n.allowed_qualifications), false)
        ORDER BY c.effective_on LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'They countersigned on % and would have had no right to. Undo that countersignature first.',
            to_char(bad.effective_on, 'FMDD FMMonth YYYY') USING ERRCODE = 'PQ114';
    END IF;
    SELECT x.day INTO bad FROM new_rows n CROSS JOIN LATERAL (
            SELECT p.sampled_on AS day, assessments_code_decided(p.decision_id) AS code FROM assessments_sample p
            WHERE p.quality_assurer_id = n.person_id AND p.voided_at IS NULL AND p.sampled_on IS NOT NULL
            UNION ALL
            SELECT l.effective_on, assessments_code_of(l.registration_id) FROM assessments_unitrelease l
            WHERE l.released_by_id = n.person_id AND l.voided_at IS NULL) x
        WHERE n.voided_at IS NULL AND NOT coalesce(n.assure_from <= x.day AND coalesce(n.assure_until >= x.day, true)
            AND x.code = ANY(n.assured_qualifications), false)
        ORDER BY x.day LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'They sampled or released on % and would have had no authority to. Undo that first.',
            to_char(bad.day, 'FMDD FMMonth YYYY') USING ERRCODE = 'PQ114';
    END IF;
    RETURN NULL;
END $$;

CREATE OR REPLACE TRIGGER assessments_assessors AFTER INSERT ON assessments_assessorrecord
    REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION assessments_check_assessors();

-- Units -------------------------------------------------------------------------------------------------------------

CREATE OR REPLACE FUNCTION assessments_check_signoffs() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM new_rows n JOIN assessments_registration r ON r.id = n.registration_id
               WHERE n.signed_off_by_id = r.person_id) THEN
        RAISE EXCEPTION 'Nobody signs off a unit of their own.' USING ERRCODE = 'PQ111';
    END IF;
    IF EXISTS (SELECT FROM new_rows n JOIN assessments_registration r ON r.id = n.registration_id
               JOIN assessments_unit u ON u.id = n.unit_id
               WHERE u.version_id <> r.version_id AND NOT assessments_has_moved_to(r.id, u.version_id)) THEN
        RAISE EXCEPTION 'A unit that is signed off is of the version the candidate is registered on.' USING ERRCODE = 'PQ103';
    END IF;
    RETURN NULL;
END $$;

CREATE OR REPLACE TRIGGER assessments_signoffs AFTER INSERT ON assessments_unitsignoff
    REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION assessments_check_signoffs();

-- A unit that quality assurance has released is unlocked, never simply undone.
CREATE OR REPLACE FUNCTION assessments_keep_released() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM assessments_unitrelease WHERE signoff_id = OLD.id AND voided_at IS NULL) THEN
        RAISE EXCEPTION 'Quality assurance has released this unit. Unlock it instead of undoing the sign-off.' USING ERRCODE = 'PQ113';
    END IF;
    RETURN NEW;
END $$;

CREATE OR REPLACE TRIGGER assessments_signoff_released BEFORE UPDATE ON assessments_unitsignoff FOR EACH ROW
    WHEN (OLD.voided_at IS NULL AND NEW.voided_at IS NOT NULL) EXECUTE FUNCTION assessments_keep_released();

-- Quality assurance (rules C3 58, 61) --------------------------------------------------------------------------------

-- Whether somebody has authority to quality assure a qualification on a day.
CREATE OR REPLACE FUNCTION assessments_may_assure(person bigint, qualification bigint, on_day date) RETURNS boolean
LANGUAGE sql STABLE AS $$
    SELECT EXISTS (SELECT FROM assessments_assessorrecord a JOIN assessments_qualification q ON q.id = qualification
        WHERE a.person_id = person AND a.voided_at IS NULL AND a.assure_from <= on_day
            AND coalesce(a.assure_until >= on_day, true) AND q.code = ANY(a.assured_qualifications))
$$;

CREATE OR REPLACE FUNCTION assessments_check_samples() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE bad record;
BEGIN
    PERFORM assessments_hold_standing(ARRAY(SELECT quality_assurer_id FROM new_rows));
    SELECT e.reference, n.quality_assurer_id IN (d.assessor_id, r.person_id) AS is_own,
        EXISTS (SELECT FROM assessments_countersignature c WHERE c.decision_id = d.id AND c.voided_at IS NULL
            AND c.countersigner_id = n.quality_assurer_id) AS is_countersigner,
        n.sampled_on < d.effective_on OR d.voided_at IS NOT NULL AS is_early
        INTO bad
        FROM new_rows n JOIN assessments_decision d ON d.id = n.decision_id
        JOIN assessments_evidence e ON e.id = d.evidence_id
        JOIN assessments_registration r ON r.id = e.registration_id
        WHERE n.voided_at IS NULL AND (n.quality_assurer_id IN (d.assessor_id, r.person_id)
            OR EXISTS (SELECT FROM assessments_countersignature c WHERE c.decision_id = d.id AND c.voided_at IS NULL
                AND c.countersigner_id = n.quality_assurer_id)
            OR n.sampled_on IS NOT NULL AND (n.sampled_on < d.effective_on OR d.voided_at IS NOT NULL
                OR NOT assessments_may_assure(n.quality_assurer_id, r.qualification_id, n.sampled_on)))
        LIMIT 1;
    IF NOT FOUND THEN
        RETURN NULL;
    ELSIF bad.is_own THEN
        RAISE EXCEPTION 'Nobody samples a decision of their own or on their own evidence (%).', bad.reference USING ERRCODE = 'PQ108';
    ELSIF bad.is_countersigner THEN
        RAISE EXCEPTION 'Nobody samples a decision they have countersigned (%).', bad.reference USING ERRCODE = 'PQ108';
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
    SELECT u.number, s.voided_at IS NOT NULL OR n.effective_on < s.effective_on AS is_open,
        n.released_by_id IN (s.signed_off_by_id, r.person_id) OR EXISTS (
            -- By index at each step (OFFSET 0), also where nothing is known yet of the tables' sizes.
            SELECT FROM (SELECT e.id FROM assessments_evidence e WHERE e.registration_id = r.id OFFSET 0) e
            JOIN LATERAL (SELECT d.* FROM assessments_decision d
                WHERE d.evidence_id = e.id AND d.voided_at IS NULL OFFSET 0) d ON true
            LEFT JOIN LATERAL (SELECT c.countersigner_id FROM assessments_countersignature c
                WHERE c.decision_id = d.id AND c.voided_at IS NULL OFFSET 0) c ON true
            WHERE n.released_by_id IN (d.assessor_id, c.countersigner_id) AND (d.criteria_met || d.criteria_not_met)
                && ARRAY(SELECT k.id::integer FROM assessments_criterion k WHERE k.unit_id = u.id)) AS is_own,
        NOT assessments_may_assure(n.released_by_id, r.qualification_id, n.effective_on) AS is_without
        INTO bad
        FROM new_rows n JOIN assessments_unitsignoff s ON s.id = n.signoff_id AND s.registration_id = n.registration_id
        JOIN assessments_registration r ON r.id = s.registration_id JOIN assessments_unit u ON u.id = s.unit_id
        WHERE n.voided_at IS NULL ORDER BY 2 DESC, 3 DESC, 4 DESC LIMIT 1;
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
    END IF;
    RETURN NULL;
END $$;

CREATE OR REPLACE TRIGGER assessments_releases AFTER INSERT ON assessments_unitrelease
    REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION assessments_check_releases();
