-- Countersignatures (rule C3 52: who may countersign).

CREATE OR REPLACE FUNCTION assessments_check_countersignatures() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE bad record;
BEGIN
    PERFORM assessments_hold_standing(ARRAY(SELECT countersigner_id FROM new_rows));
    SELECT * INTO bad FROM (
        SELECT e.reference, d.voided_at IS NOT NULL AS is_void, n.countersigner_id = d.assessor_id AS is_own,
            n.countersigner_id = r.person_id AS is_candidate, n.effective_on < d.effective_on AS is_early,
            NOT n.disagreed <@ d.criteria_met AS is_elsewhere,
            EXISTS (SELECT FROM assessments_sample x WHERE x.decision_id = d.id AND x.voided_at IS NULL
                AND x.quality_assurer_id = n.countersigner_id AND x.sampled_on IS NOT NULL) AS is_sampled,
            assessments_sampled_after(r.id, d.criteria_met || d.criteria_not_met, n.countersigner_id) AS is_carried,
            assessments_released_by(r.id, d.criteria_met || d.criteria_not_met, n.countersigner_id) AS is_released,
            NOT assessments_may_countersign(n.countersigner_id, q.code, n.effective_on) AS is_without
        FROM new_rows n JOIN assessments_decision d ON d.id = n.decision_id
        JOIN assessments_evidence e ON e.id = d.evidence_id
        JOIN assessments_registration r ON r.id = e.registration_id
        JOIN assessments_qualification q ON q.id = r.qualification_id
        WHERE n.voided_at IS NULL
    ) found WHERE is_void OR is_own OR is_candidate OR is_early OR is_elsewhere OR is_sampled OR is_carried OR is_released
        OR is_without LIMIT 1;
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
    ELSIF bad.is_released THEN
        RAISE EXCEPTION 'Nobody countersigns in a unit that they have released (%).', bad.reference USING ERRCODE = 'PQ108';
    ELSIF bad.is_carried THEN
        RAISE EXCEPTION 'Nobody countersigns what was carried into a unit that they have sampled (%).', bad.reference
            USING ERRCODE = 'PQ108';
    ELSIF bad.is_elsewhere THEN
        RAISE EXCEPTION 'A countersigner disagrees with criteria that were found competent (%).', bad.reference USING ERRCODE = 'PQ106';
    END IF;
    RAISE EXCEPTION 'The countersigner of % was not qualified, or had no authority to countersign this qualification, on that day.',
        bad.reference USING ERRCODE = 'PQ110';
END $$;

CREATE OR REPLACE TRIGGER assessments_countersignatures AFTER INSERT ON assessments_countersignature
    REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION assessments_check_countersignatures();

-- In a unit that is signed off and achieved, an outcome that counts can be neither given nor undone: it counts where a
-- countersignature is needed, or an outcome against the decision stands. A unit that a file signed off before its last
-- criterion is not achieved yet, so that decisions already on record can still be countersigned.
CREATE OR REPLACE FUNCTION assessments_check_locked_outcomes() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE bad record; touched bigint[];
BEGIN
    touched := assessments_with_locks(ARRAY(SELECT DISTINCT e.registration_id FROM new_rows n
        JOIN assessments_decision d ON d.id = n.decision_id JOIN assessments_evidence e ON e.id = d.evidence_id));
    IF cardinality(touched) = 0 THEN
        RETURN NULL;
    END IF;
    SELECT l.number, l.is_released, e.reference INTO bad FROM new_rows n
        JOIN assessments_decision d ON d.id = n.decision_id AND d.voided_at IS NULL
        JOIN assessments_evidence e ON e.id = d.evidence_id
        JOIN assessments_countersignstamp p ON p.decision_id = d.id AND p.voided_at IS NULL
        JOIN assessments_locks(touched) l ON l.registration_id = e.registration_id AND (l.is_achieved OR l.is_released)
            AND (d.criteria_met || d.criteria_not_met) && l.criteria
        WHERE (TG_OP = 'UPDATE' OR n.voided_at IS NULL)
            AND (p.is_needed OR assessments_stays_against(d.id, n.outcome, n.recorded_at, NULL))
        ORDER BY l.is_released DESC, l.number LIMIT 1;
    IF FOUND THEN
        PERFORM assessments_say_locked(bad.number, bad.is_released, bad.reference);
    END IF;
    RETURN NULL;
END $$;

CREATE OR REPLACE TRIGGER assessments_outcomes_locked AFTER INSERT ON assessments_countersignature
    REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION assessments_check_locked_outcomes();
CREATE OR REPLACE TRIGGER assessments_outcomes_undone AFTER UPDATE ON assessments_countersignature
    REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION assessments_check_locked_outcomes();

-- The code of the qualification that a registration or a decision is about: one row by its key at each step, whatever the
-- planner knows of the tables' sizes.
CREATE OR REPLACE FUNCTION assessments_code_of(registration bigint) RETURNS text LANGUAGE sql STABLE AS $$
    SELECT code FROM assessments_qualification
    WHERE id = (SELECT qualification_id FROM assessments_registration WHERE id = registration)
$$;

CREATE OR REPLACE FUNCTION assessments_code_decided(decision bigint) RETURNS text LANGUAGE sql STABLE AS $$
    SELECT assessments_code_of((SELECT registration_id FROM assessments_evidence
        WHERE id = (SELECT evidence_id FROM assessments_decision WHERE id = decision)))
$$;

-- After a change of dates of an award or authority, no countersignature, sample or release may be without it.
CREATE OR REPLACE FUNCTION assessments_check_assessors() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE bad record;
BEGIN
    PERFORM assessments_hold_standing('{}', ARRAY(SELECT person_id FROM new_rows));
    SELECT c.effective_on INTO bad FROM new_rows n
        JOIN assessments_countersignature c ON c.countersigner_id = n.person_id AND c.voided_at IS NULL
        WHERE n.voided_at IS NULL AND NOT (assessments_is_qualified(n.achieved_on, n.lapsed_on, c.effective_on)
            AND assessments_covers(n.countersign_from, n.countersign_until, n.allowed_qualifications,
                assessments_code_decided(c.decision_id), c.effective_on))
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
        WHERE n.voided_at IS NULL AND NOT assessments_covers(n.assure_from, n.assure_until, n.assured_qualifications, x.code, x.day)
        ORDER BY x.day LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'They sampled or released on % and would have had no authority to. Undo that first.',
            to_char(bad.day, 'FMDD FMMonth YYYY') USING ERRCODE = 'PQ114';
    END IF;
    RETURN NULL;
END $$;

CREATE OR REPLACE TRIGGER assessments_assessors AFTER INSERT ON assessments_assessorrecord
    REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION assessments_check_assessors();
