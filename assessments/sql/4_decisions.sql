-- Evidence and decisions.

CREATE OR REPLACE FUNCTION assessments_check_submissions() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE bad record;
    limited integer[] := ARRAY(SELECT id::integer FROM assessments_criterion WHERE cardinality(methods) > 0);
BEGIN
    SELECT e.reference INTO bad FROM new_rows n JOIN assessments_evidence e ON e.id = n.evidence_id
        JOIN assessments_registration r ON r.id = e.registration_id
        CROSS JOIN LATERAL unnest(n.criteria) AS named
        LEFT JOIN assessments_criterion c ON c.id = named LEFT JOIN assessments_unit u ON u.id = c.unit_id
        WHERE NOT assessments_was_on(r.id, r.version_id, u.version_id) LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'Evidence % is offered against a criterion that is not of the candidate''s version.', bad.reference
            USING ERRCODE = 'PQ103';
    END IF;
    SELECT e.reference, c.code INTO bad FROM new_rows n JOIN assessments_evidence e ON e.id = n.evidence_id
        JOIN assessments_criterion c ON c.id = ANY(n.criteria)
        WHERE n.voided_at IS NULL AND n.criteria && limited AND cardinality(c.methods) > 0 AND NOT n.method = ANY(c.methods) LIMIT 1;
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

-- Evidence with decisions cannot be removed, and keeps its method where the rule of a locked unit counts methods.
CREATE OR REPLACE FUNCTION assessments_check_kept_evidence() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE bad record;
BEGIN
    IF NOT EXISTS (SELECT FROM assessments_decision d WHERE d.evidence_id = OLD.evidence_id AND d.voided_at IS NULL) THEN
        RETURN NULL;
    END IF;
    SELECT e.registration_id, e.reference, s.method INTO bad FROM assessments_evidence e
        LEFT JOIN assessments_submission s ON s.evidence_id = e.id AND s.voided_at IS NULL WHERE e.id = OLD.evidence_id;
    IF bad.method IS NULL THEN
        RAISE EXCEPTION 'A decision stands on %. Undo the decision before the evidence.', bad.reference USING ERRCODE = 'PQ104';
    ELSIF bad.method = OLD.method OR cardinality(assessments_with_locks(ARRAY[bad.registration_id])) = 0 THEN
        RETURN NULL;
    END IF;
    SELECT l.number, l.is_released, bad.reference INTO bad FROM assessments_locks(ARRAY[bad.registration_id]) l
        WHERE l.counts_methods AND EXISTS (SELECT FROM assessments_decision d WHERE d.evidence_id = OLD.evidence_id AND d.voided_at IS NULL
            AND (d.criteria_met || d.criteria_not_met) && l.criteria)
        ORDER BY l.is_released DESC, l.number LIMIT 1;
    IF FOUND THEN
        PERFORM assessments_say_locked(bad.number, bad.is_released, bad.reference);
    END IF;
    RETURN NULL;
END $$;

DROP TRIGGER IF EXISTS assessments_evidence_undone ON assessments_submission;
CREATE CONSTRAINT TRIGGER assessments_evidence_undone AFTER UPDATE ON assessments_submission
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION assessments_check_kept_evidence();

CREATE OR REPLACE TRIGGER assessments_submissions AFTER INSERT ON assessments_submission
    REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION assessments_check_submissions();

CREATE OR REPLACE FUNCTION assessments_check_decisions() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE bad record;
BEGIN
    SELECT * INTO bad FROM (
        SELECT e.reference, n.assessor_id = r.person_id AS is_own, n.criteria_met && n.criteria_not_met AS is_both,
            n.voided_at IS NULL AND coalesce(n.effective_on < (
                SELECT s.effective_on FROM assessments_submission s WHERE s.evidence_id = n.evidence_id AND s.voided_at IS NULL
            ), true) AS is_early
        FROM new_rows n JOIN assessments_evidence e ON e.id = n.evidence_id
        JOIN assessments_registration r ON r.id = e.registration_id
    ) found WHERE is_own OR is_both OR is_early LIMIT 1;
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
        WHERE NOT assessments_was_on(r.id, r.version_id, u.version_id) LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'A decision on % names a criterion that is not of the candidate''s version.', bad.reference
            USING ERRCODE = 'PQ103';
    END IF;
    SELECT e.reference INTO bad FROM new_rows n JOIN assessments_evidence e ON e.id = n.evidence_id
        WHERE n.voided_at IS NULL
            AND assessments_sampled_after(e.registration_id, n.criteria_met || n.criteria_not_met, n.assessor_id) LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'Nobody decides what was carried into a unit that they have sampled (%).', bad.reference
            USING ERRCODE = 'PQ108';
    END IF;
    PERFORM assessments_refuse_locked_decisions(ARRAY(SELECT id FROM new_rows WHERE voided_at IS NULL));
    RETURN NULL;
END $$;

-- A decision in a locked unit cannot be undone in any other way either.
CREATE OR REPLACE FUNCTION assessments_check_undone_decisions() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM assessments_refuse_locked_decisions(ARRAY(SELECT id FROM new_rows));
    RETURN NULL;
END $$;

CREATE OR REPLACE TRIGGER assessments_decisions_undone AFTER UPDATE ON assessments_decision
    REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION assessments_check_undone_decisions();

-- Stamps every decision with whether it needs a countersignature, however it is written.
CREATE OR REPLACE FUNCTION assessments_stamp_decisions() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    -- Whoever changes an award's dates locks the assessor's standing exclusively, so that a decision made meanwhile is
    -- stamped by the new date.
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

-- At the end of a transaction every live decision has a stamp: without one it would count as needing no countersignature.
CREATE OR REPLACE FUNCTION assessments_check_stamped() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM assessments_decision d WHERE d.id = NEW.decision_id AND d.voided_at IS NULL)
        AND NOT EXISTS (SELECT FROM assessments_countersignstamp p WHERE p.decision_id = NEW.decision_id AND p.voided_at IS NULL) THEN
        RAISE EXCEPTION 'A decision that stands says whether it needs a countersignature.' USING ERRCODE = 'PQ117';
    END IF;
    RETURN NULL;
END $$;

DROP TRIGGER IF EXISTS assessments_stamped ON assessments_countersignstamp;
CREATE CONSTRAINT TRIGGER assessments_stamped AFTER UPDATE ON assessments_countersignstamp
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION assessments_check_stamped();
