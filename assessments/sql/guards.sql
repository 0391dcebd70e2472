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

-- Who may, on a day -------------------------------------------------------------------------------------------------
-- `AssessorQuerySet` and `AssessorRecord` say the same in Python.

-- Whether something that lasts is true on a day: begun, and its last day, where it has one, not gone by.
CREATE OR REPLACE FUNCTION assessments_in_force(since date, until date, on_day date) RETURNS boolean
LANGUAGE sql IMMUTABLE AS $$
    SELECT coalesce(since <= on_day, false) AND coalesce(until >= on_day, true)
$$;

-- Whether an authority, from one day to another, covers a qualification on a day. To countersign asks the award too (C3 52).
CREATE OR REPLACE FUNCTION assessments_covers(since date, until date, allowed varchar[], code text, on_day date) RETURNS boolean
LANGUAGE sql IMMUTABLE AS $$
    SELECT assessments_in_force(since, until, on_day) AND coalesce(code = ANY(allowed), false)
$$;

-- Whether somebody may countersign a qualification on a day, as known now.
CREATE OR REPLACE FUNCTION assessments_may_countersign(person bigint, code text, on_day date) RETURNS boolean
LANGUAGE sql STABLE AS $$
    SELECT coalesce((SELECT assessments_is_qualified(a.achieved_on, a.lapsed_on, on_day)
            AND assessments_covers(a.countersign_from, a.countersign_until, a.allowed_qualifications, code, on_day)
        FROM assessments_assessorrecord a WHERE a.person_id = person AND a.voided_at IS NULL), false)
$$;

-- Whether a sample of a decision was recorded while the decision stood, so that what follows from it may still be.
CREATE OR REPLACE FUNCTION assessments_was_sampled(decision bigint, assurer bigint, on_day date) RETURNS boolean
LANGUAGE sql STABLE AS $$
    SELECT EXISTS (SELECT FROM assessments_sample x JOIN assessments_decision d ON d.id = x.decision_id
        WHERE x.decision_id = decision AND x.quality_assurer_id = assurer AND x.sampled_on = on_day
            AND x.recorded_at < d.voided_at)
$$;

-- Whether quality assurance has released what a unit says of a candidate: its own sign-off, or, where everything it asks
-- replaces criteria of units before it, those units.
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
        CROSS JOIN LATERAL unnest(k.replaces) AS old JOIN assessments_criterion o ON o.id = old WHERE k.unit_id = of_unit);
    RETURN cardinality(replaced) > 0
        AND NOT EXISTS (SELECT FROM unnest(replaced) AS old WHERE NOT assessments_is_released(registration, old));
END $$;

-- Locks -------------------------------------------------------------------------------------------------------------
-- A unit that is signed off is locked: what it says stays, until its sign-off is undone (or, once quality assurance has
-- released it, until it is unlocked). After a move to another version the lock holds for what the unit was carried from
-- too, and a unit of the new version that counts as signed off is locked like any other. `assessments/actions/locking.py`
-- asks the same functions, so that screen, file and database have one answer.

-- Whether a version is one the candidate has been on: that of the first day, or one they moved to.
CREATE OR REPLACE FUNCTION assessments_has_moved_to(registration bigint, version bigint) RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT EXISTS (SELECT FROM assessments_versionmove m
        WHERE m.registration_id = registration AND m.version_id = version AND m.voided_at IS NULL)
$$;

-- The criteria that these took the place of, of every version the candidate has been on; they themselves are not among them.
CREATE OR REPLACE FUNCTION assessments_behind(registration bigint, criteria integer[]) RETURNS integer[]
LANGUAGE plpgsql STABLE AS $$
DECLARE versions bigint[]; found integer[] := '{}'; step integer[] := criteria;
BEGIN
    versions := ARRAY(SELECT m.version_id FROM assessments_versionmove m WHERE m.registration_id = registration AND m.voided_at IS NULL);
    IF cardinality(versions) = 0 THEN
        RETURN found;
    END IF;
    versions := versions || (SELECT r.version_id FROM assessments_registration r WHERE r.id = registration);
    LOOP
        step := ARRAY(SELECT DISTINCT k.id::integer FROM assessments_criterion n CROSS JOIN LATERAL unnest(n.replaces) AS gone
            JOIN assessments_criterion k ON k.id = gone JOIN assessments_unit u ON u.id = k.unit_id
            WHERE n.id = ANY(step) AND u.version_id = ANY(versions) AND NOT k.id = ANY(found));
        EXIT WHEN cardinality(step) = 0;
        found := found || step;
    END LOOP;
    RETURN found;
END $$;

CREATE OR REPLACE FUNCTION assessments_criteria_of(unit bigint) RETURNS integer[] LANGUAGE sql STABLE AS $$
    SELECT ARRAY(SELECT k.id::integer FROM assessments_criterion k WHERE k.unit_id = unit)
$$;

-- Whether a unit is achieved, from a day on where one is given: up to now, or up to the day the candidate left its version.
CREATE OR REPLACE FUNCTION assessments_stays_achieved(registration bigint, unit bigint, since date DEFAULT NULL)
RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT EXISTS (SELECT FROM assessments_unitachievement a
        WHERE a.registration_id = registration AND a.unit_id = unit AND coalesce(a.from_on <= since, true)
            AND (a.to_on IS NULL OR EXISTS (SELECT FROM assessments_versionmove m
                WHERE m.registration_id = registration AND m.effective_on = a.to_on AND m.voided_at IS NULL)))
$$;

-- The locked units of these registrations: signed off, or of a later version and counting as signed off. `criteria` are
-- those that a unit stands on: its own, and those it was carried from; `counts_methods` where its own rule asks how evidence
-- was gathered. In plpgsql, so that it is worked out once and then joined.
CREATE OR REPLACE FUNCTION assessments_locks(registrations bigint[]) RETURNS TABLE (
    registration_id bigint, unit_id bigint, number smallint, criteria integer[], is_achieved boolean, is_released boolean,
    counts_methods boolean
) LANGUAGE plpgsql STABLE ROWS 10000 AS $$
#variable_conflict use_column
BEGIN
    RETURN QUERY SELECT l.registration_id, l.unit_id, u.number, l.criteria, assessments_stays_achieved(l.registration_id, l.unit_id),
        EXISTS (SELECT FROM assessments_unitrelease f JOIN assessments_unitsignoff s ON s.id = f.signoff_id
            WHERE f.registration_id = l.registration_id AND f.voided_at IS NULL
                AND assessments_criteria_of(s.unit_id) && l.criteria),
        u.least_methods > 1 OR cardinality(u.methods_needed) > 0
    FROM (
        SELECT h.registration_id, h.unit_id,
            assessments_criteria_of(h.unit_id) || assessments_behind(h.registration_id, assessments_criteria_of(h.unit_id))
                AS criteria
        FROM (
            SELECT r.id AS registration_id, s.unit_id FROM unnest(registrations) AS r (id) CROSS JOIN LATERAL (
                SELECT s.unit_id FROM assessments_unitsignoff s WHERE s.registration_id = r.id AND s.voided_at IS NULL OFFSET 0) s
            UNION
            SELECT r.id, a.unit_id FROM unnest(registrations) AS r (id) CROSS JOIN LATERAL (
                SELECT a.unit_id FROM assessments_unitachievement a WHERE a.registration_id = r.id AND a.to_on IS NULL OFFSET 0) a
        ) h
    ) l JOIN assessments_unit u ON u.id = l.unit_id;
END $$;

-- Of these registrations, those with a unit signed off: the others hold no lock, and nothing more is asked of them.
CREATE OR REPLACE FUNCTION assessments_with_locks(registrations bigint[]) RETURNS bigint[] LANGUAGE sql STABLE AS $$
    SELECT ARRAY(SELECT DISTINCT r.id FROM unnest(registrations) AS r (id)
        WHERE EXISTS (SELECT FROM assessments_unitsignoff s WHERE s.registration_id = r.id AND s.voided_at IS NULL))
$$;

-- Whether a unit without a sign-off of its own counts as signed off: all that it takes the place of is.
CREATE OR REPLACE FUNCTION assessments_counts_as_signed(registration bigint, unit bigint) RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT assessments_has_moved_to(registration, (SELECT version_id FROM assessments_unit WHERE id = unit))
        AND EXISTS (SELECT FROM assessments_criterion k WHERE k.unit_id = unit)
        AND NOT EXISTS (SELECT FROM assessments_criterion k WHERE k.unit_id = unit AND cardinality(k.replaces) = 0)
        AND NOT EXISTS (SELECT FROM assessments_criterion k CROSS JOIN LATERAL unnest(k.replaces) AS gone
            JOIN assessments_criterion o ON o.id = gone
            WHERE k.unit_id = unit AND NOT EXISTS (SELECT FROM assessments_unitsignoff s
                WHERE s.registration_id = registration AND s.unit_id = o.unit_id AND s.voided_at IS NULL)
            AND NOT assessments_stays_achieved(registration, o.unit_id))
$$;

-- Refuses what would change a registration whose certificate has been claimed.
CREATE OR REPLACE FUNCTION assessments_refuse_claimed(registrations bigint[]) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM assessments_certificateclaim WHERE registration_id = ANY(registrations) AND voided_at IS NULL) THEN
        RAISE EXCEPTION 'The certificate has been claimed. Undo the claim first.' USING ERRCODE = 'PQ116';
    END IF;
END $$;

-- Refuses what would change a locked unit, said of a piece of evidence.
CREATE OR REPLACE FUNCTION assessments_say_locked(number smallint, is_released boolean, reference text) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
    IF is_released THEN
        RAISE EXCEPTION 'Unit % has been released by quality assurance. Unlock it before changing what stands of %.', number, reference
            USING ERRCODE = 'PQ113';
    END IF;
    RAISE EXCEPTION 'Unit % is signed off. Undo the sign-off before changing what stands of %.', number, reference
        USING ERRCODE = 'PQ113';
END $$;

-- Whether what a countersigner said against a decision still counts, though the stamp says by now that none was needed:
-- it does where it was said, or stood, while one was needed.
CREATE OR REPLACE FUNCTION assessments_stays_against(decision bigint, outcome text, given_at timestamptz, known_at timestamptz)
RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT coalesce(outcome IN ('returned', 'disagreed') AND EXISTS (SELECT FROM assessments_countersignstamp p
        WHERE p.decision_id = decision AND p.is_needed AND coalesce(p.recorded_at <= known_at, true)
            AND coalesce(p.voided_at > greatest(p.recorded_at, given_at), true)), false)
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
    WHEN ((OLD.qualification_id, OLD.version_id) IS DISTINCT FROM (NEW.qualification_id, NEW.version_id))
    EXECUTE FUNCTION assessments_keep_identity();
-- Whose it is changes only where two records of one person are merged (`workforce/sql/guards.sql`).
CREATE OR REPLACE TRIGGER assessments_registration_whose BEFORE UPDATE ON assessments_registration FOR EACH ROW
    WHEN (OLD.person_id IS DISTINCT FROM NEW.person_id) EXECUTE FUNCTION workforce_keep_whose();
CREATE OR REPLACE TRIGGER assessments_evidence_kept BEFORE UPDATE ON assessments_evidence FOR EACH ROW
    WHEN ((OLD.reference, OLD.registration_id, OLD.follows_id) IS DISTINCT FROM (NEW.reference, NEW.registration_id, NEW.follows_id))
    EXECUTE FUNCTION assessments_keep_identity();

CREATE OR REPLACE FUNCTION assessments_check_moves() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM new_rows n JOIN assessments_registration r ON r.id = n.registration_id
               JOIN assessments_qualificationversion v ON v.id = n.version_id
               WHERE n.voided_at IS NULL AND (v.qualification_id <> r.qualification_id OR v.id = r.version_id)) THEN
        RAISE EXCEPTION 'A candidate moves to another version of their own qualification.' USING ERRCODE = 'PQ101';
    END IF;
    IF EXISTS (SELECT FROM new_rows n JOIN assessments_registrationfact f ON f.registration_id = n.registration_id
               WHERE n.voided_at IS NULL AND f.voided_at IS NULL AND n.effective_on <= f.effective_on) THEN
        RAISE EXCEPTION 'A candidate moves to another version after the day they registered.' USING ERRCODE = 'PQ115';
    END IF;
    IF EXISTS (SELECT FROM new_rows n JOIN assessments_unitsignoff s ON s.registration_id = n.registration_id
               WHERE n.voided_at IS NULL AND s.voided_at IS NULL AND n.effective_on <= s.effective_on) THEN
        RAISE EXCEPTION 'A candidate moves to another version after every unit that is signed off.' USING ERRCODE = 'PQ115';
    END IF;
    PERFORM assessments_refuse_claimed(ARRAY(SELECT registration_id FROM new_rows WHERE voided_at IS NULL));
    RETURN NULL;
END $$;

CREATE OR REPLACE FUNCTION assessments_check_undone_moves() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM assessments_refuse_claimed(ARRAY(SELECT registration_id FROM new_rows));
    RETURN NULL;
END $$;

CREATE OR REPLACE TRIGGER assessments_moves_undone AFTER UPDATE ON assessments_versionmove
    REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION assessments_check_undone_moves();

CREATE OR REPLACE FUNCTION assessments_check_registered() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM new_rows n WHERE n.voided_at IS NULL AND n.effective_on >= (SELECT min(m.effective_on)
            FROM assessments_versionmove m WHERE m.registration_id = n.registration_id AND m.voided_at IS NULL)) THEN
        RAISE EXCEPTION 'The candidate moved to another version by that day, so they registered before it.' USING ERRCODE = 'PQ115';
    END IF;
    RETURN NULL;
END $$;

CREATE OR REPLACE TRIGGER assessments_registered AFTER INSERT ON assessments_registrationfact
    REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION assessments_check_registered();

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

-- Evidence with decisions is there as long as they are, and keeps its method where the rule of a locked unit counts methods.
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
DECLARE bad record; touched bigint[];
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
    SELECT e.reference INTO bad FROM new_rows n JOIN assessments_evidence e ON e.id = n.evidence_id
        WHERE n.voided_at IS NULL
            AND assessments_sampled_after(e.registration_id, n.criteria_met || n.criteria_not_met, n.assessor_id) LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'Nobody decides what was carried into a unit that they have sampled (%).', bad.reference
            USING ERRCODE = 'PQ108';
    END IF;
    touched := assessments_with_locks(ARRAY(SELECT DISTINCT e.registration_id FROM new_rows n
        JOIN assessments_evidence e ON e.id = n.evidence_id WHERE n.voided_at IS NULL));
    IF cardinality(touched) > 0 THEN
        SELECT l.number, l.is_released, e.reference INTO bad FROM new_rows n JOIN assessments_evidence e ON e.id = n.evidence_id
            JOIN assessments_locks(touched) l ON l.registration_id = e.registration_id
                AND (n.criteria_met || n.criteria_not_met) && l.criteria
            WHERE n.voided_at IS NULL ORDER BY l.is_released DESC, l.number LIMIT 1;
        IF FOUND THEN
            PERFORM assessments_say_locked(bad.number, bad.is_released, bad.reference);
        END IF;
    END IF;
    RETURN NULL;
END $$;

-- A decision in a locked unit is not undone either, whichever way it would be.
CREATE OR REPLACE FUNCTION assessments_check_undone_decisions() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE bad record; touched bigint[];
BEGIN
    touched := assessments_with_locks(ARRAY(SELECT DISTINCT e.registration_id FROM new_rows n
        JOIN assessments_evidence e ON e.id = n.evidence_id));
    IF cardinality(touched) > 0 THEN
        SELECT l.number, l.is_released, e.reference INTO bad FROM new_rows n JOIN assessments_evidence e ON e.id = n.evidence_id
            JOIN assessments_locks(touched) l ON l.registration_id = e.registration_id
                AND (n.criteria_met || n.criteria_not_met) && l.criteria
            ORDER BY l.is_released DESC, l.number LIMIT 1;
        IF FOUND THEN
            PERFORM assessments_say_locked(bad.number, bad.is_released, bad.reference);
        END IF;
    END IF;
    RETURN NULL;
END $$;

CREATE OR REPLACE TRIGGER assessments_decisions_undone AFTER UPDATE ON assessments_decision
    REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION assessments_check_undone_decisions();

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

-- At the end of a transaction a decision that stands is stamped: without a stamp it would count as one that needs nobody.
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

-- Countersignatures (rule C3 52: who may countersign) ------------------------------------------

CREATE OR REPLACE FUNCTION assessments_check_countersignatures() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE bad record;
BEGIN
    PERFORM assessments_hold_standing(ARRAY(SELECT countersigner_id FROM new_rows));
    SELECT e.reference, d.voided_at IS NOT NULL AS is_void, n.countersigner_id = d.assessor_id AS is_own,
        n.countersigner_id = r.person_id AS is_candidate, n.effective_on < d.effective_on AS is_early,
        NOT n.disagreed <@ d.criteria_met AS is_elsewhere,
        EXISTS (SELECT FROM assessments_sample x WHERE x.decision_id = d.id AND x.voided_at IS NULL
            AND x.quality_assurer_id = n.countersigner_id AND x.sampled_on IS NOT NULL) AS is_sampled,
        assessments_sampled_after(r.id, d.criteria_met || d.criteria_not_met, n.countersigner_id) AS is_carried,
        assessments_released_by(r.id, d.criteria_met || d.criteria_not_met, n.countersigner_id) AS is_released
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
            OR assessments_sampled_after(r.id, d.criteria_met || d.criteria_not_met, n.countersigner_id)
            OR assessments_released_by(r.id, d.criteria_met || d.criteria_not_met, n.countersigner_id)
            OR NOT assessments_may_countersign(n.countersigner_id, q.code, n.effective_on))
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

-- An outcome in a unit that is signed off and achieved is neither given nor undone where it counts: where a
-- countersignature is needed, or what was said against the decision stands. A unit that a file signed off ahead of its last
-- criterion waits for it, so that what is on record already may still be countersigned.
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

-- What a claimed certificate stands on is neither undone nor unlocked.
CREATE OR REPLACE FUNCTION assessments_keep_claimed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM assessments_refuse_claimed(ARRAY(SELECT registration_id FROM new_rows));
    RETURN NULL;
END $$;

CREATE OR REPLACE TRIGGER assessments_signoffs_claimed AFTER UPDATE ON assessments_unitsignoff
    REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION assessments_keep_claimed();
CREATE OR REPLACE TRIGGER assessments_releases_claimed AFTER UPDATE ON assessments_unitrelease
    REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION assessments_keep_claimed();

-- At the end of a transaction every unit of the version that the candidate is on is achieved on the day of a claim, and
-- released: what a certificate is claimed for.
CREATE OR REPLACE FUNCTION assessments_check_claim() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE missing text;
BEGIN
    IF NOT EXISTS (SELECT FROM assessments_certificateclaim WHERE id = NEW.id AND voided_at IS NULL) THEN
        RETURN NULL;
    END IF;
    SELECT string_agg(u.number::text, ', ' ORDER BY u.number) INTO missing FROM assessments_unit u
        WHERE u.version_id = coalesce((
                SELECT m.version_id FROM assessments_versionmove m WHERE m.registration_id = NEW.registration_id
                    AND m.voided_at IS NULL AND m.effective_on <= (now() AT TIME ZONE 'Europe/London')::date
                ORDER BY m.effective_on DESC, m.id DESC LIMIT 1),
            (SELECT r.version_id FROM assessments_registration r WHERE r.id = NEW.registration_id))
        AND NOT (assessments_is_released(NEW.registration_id, u.id)
            AND assessments_stays_achieved(NEW.registration_id, u.id, NEW.effective_on));
    IF missing IS NOT NULL THEN
        RAISE EXCEPTION 'The certificate cannot be claimed: not every unit is achieved on that day and released (%).', missing
            USING ERRCODE = 'PQ116';
    END IF;
    RETURN NULL;
END $$;

DROP TRIGGER IF EXISTS assessments_claims ON assessments_certificateclaim;
CREATE CONSTRAINT TRIGGER assessments_claims AFTER INSERT ON assessments_certificateclaim
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION assessments_check_claim();

-- At the end of a transaction a unit that was achieved is achieved as before, from the same day on, while its sign-off
-- stands: its own, or those of all it was carried from. The day moves with the sign-off, where that was re-dated.
CREATE OR REPLACE FUNCTION assessments_keep_achieved() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE signed date; said record;
BEGIN
    IF OLD.to_on IS NOT NULL AND NOT EXISTS (SELECT FROM assessments_versionmove m
            WHERE m.registration_id = OLD.registration_id AND m.effective_on = OLD.to_on) THEN
        RETURN NULL;  -- a stretch that had ended
    END IF;
    SELECT max(s.effective_on) INTO signed FROM assessments_unitsignoff s
        WHERE s.registration_id = OLD.registration_id AND s.unit_id = OLD.unit_id AND s.voided_at IS NULL;
    IF signed IS NULL THEN
        IF assessments_counts_as_signed(OLD.registration_id, OLD.unit_id) THEN
            signed := OLD.from_on;
        ELSE
            RETURN NULL;
        END IF;
    END IF;
    IF assessments_stays_achieved(OLD.registration_id, OLD.unit_id, greatest(OLD.from_on, signed)) THEN
        RETURN NULL;
    END IF;
    SELECT u.number, p.staff_number INTO said FROM assessments_unit u, assessments_registration r
        JOIN workforce_person p ON p.id = r.person_id WHERE u.id = OLD.unit_id AND r.id = OLD.registration_id;
    RAISE EXCEPTION 'Unit % of % is signed off and would no longer be achieved. Undo its sign-off first.',
        said.number, said.staff_number USING ERRCODE = 'PQ113';
END $$;

DROP TRIGGER IF EXISTS assessments_achieved_kept ON assessments_unitachievement;
CREATE CONSTRAINT TRIGGER assessments_achieved_kept AFTER DELETE OR UPDATE ON assessments_unitachievement
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION assessments_keep_achieved();

-- Quality assurance (rules C3 58, 61) --------------------------------------------------------------------------------

-- Whether somebody has authority to quality assure a qualification on a day.
CREATE OR REPLACE FUNCTION assessments_may_assure(person bigint, qualification bigint, on_day date) RETURNS boolean
LANGUAGE sql STABLE AS $$
    SELECT EXISTS (SELECT FROM assessments_assessorrecord a JOIN assessments_qualification q ON q.id = qualification
        WHERE a.person_id = person AND a.voided_at IS NULL
            AND assessments_covers(a.assure_from, a.assure_until, a.assured_qualifications, q.code, on_day))
$$;

-- Who decided or countersigned any of these criteria of a candidate, or signed off a unit with one of them.
CREATE OR REPLACE FUNCTION assessments_parts(registration bigint, criteria integer[]) RETURNS bigint[] LANGUAGE sql STABLE AS $$
    -- By index at each step (OFFSET 0), also where nothing is known yet of the tables' sizes.
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

-- Whether somebody had a part in a candidate's unit, or in what it was carried from: theirs, decided, countersigned, signed off.
CREATE OR REPLACE FUNCTION assessments_had_part(registration bigint, unit bigint, person bigint) RETURNS boolean
LANGUAGE plpgsql STABLE AS $$
DECLARE own integer[] := assessments_criteria_of(unit);
BEGIN
    RETURN person = (SELECT r.person_id FROM assessments_registration r WHERE r.id = registration)
        OR coalesce(person = ANY(assessments_parts(registration, own || assessments_behind(registration, own))), false);
END $$;

-- The criteria that the units of a decision were carried from.
CREATE OR REPLACE FUNCTION assessments_behind_decision(registration bigint, decision bigint) RETURNS integer[] LANGUAGE sql STABLE AS $$
    SELECT assessments_behind(registration, ARRAY(SELECT o.id::integer FROM assessments_decision d
        JOIN assessments_criterion k ON k.id = ANY(d.criteria_met || d.criteria_not_met)
        JOIN assessments_criterion o ON o.unit_id = k.unit_id WHERE d.id = decision))
$$;

-- Who decided, countersigned or signed off what the units of a decision were carried from, on moving to another version.
CREATE OR REPLACE FUNCTION assessments_parts_before(decision bigint) RETURNS bigint[] LANGUAGE plpgsql STABLE AS $$
DECLARE registration bigint; behind integer[];
BEGIN
    registration := (SELECT e.registration_id FROM assessments_evidence e
        WHERE e.id = (SELECT evidence_id FROM assessments_decision WHERE id = decision));
    IF NOT EXISTS (SELECT FROM assessments_versionmove m WHERE m.registration_id = registration AND m.voided_at IS NULL) THEN
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

-- Whether somebody has sampled, of a candidate who moved to another version, a unit that was carried from any of these criteria:
-- whoever has neither decides nor countersigns them any more.
CREATE OR REPLACE FUNCTION assessments_sampled_after(registration bigint, criteria integer[], person bigint) RETURNS boolean
LANGUAGE plpgsql STABLE AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM assessments_versionmove m WHERE m.registration_id = registration AND m.voided_at IS NULL) THEN
        RETURN false;
    END IF;
    RETURN EXISTS (SELECT FROM (SELECT x.decision_id FROM assessments_sample x WHERE x.quality_assurer_id = person
                AND x.voided_at IS NULL AND x.sampled_on IS NOT NULL OFFSET 0) x
        JOIN assessments_decision d ON d.id = x.decision_id
        JOIN assessments_evidence e ON e.id = d.evidence_id AND e.registration_id = registration
        WHERE assessments_behind_decision(registration, d.id) && criteria);
END $$;

-- Whether somebody has released a unit of a candidate that stands on any of these criteria.
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
    SELECT e.reference, n.quality_assurer_id IN (d.assessor_id, r.person_id) AS is_own,
        EXISTS (SELECT FROM assessments_countersignature c WHERE c.decision_id = d.id AND c.voided_at IS NULL
            AND c.countersigner_id = n.quality_assurer_id) AS is_countersigner,
        assessments_had_part_before(d.id, n.quality_assurer_id) AS is_carried,
        n.sampled_on < d.effective_on
            OR d.voided_at IS NOT NULL AND NOT assessments_was_sampled(d.id, n.quality_assurer_id, n.sampled_on) AS is_early
        INTO bad
        FROM new_rows n JOIN assessments_decision d ON d.id = n.decision_id
        JOIN assessments_evidence e ON e.id = d.evidence_id
        JOIN assessments_registration r ON r.id = e.registration_id
        WHERE n.voided_at IS NULL AND (n.quality_assurer_id IN (d.assessor_id, r.person_id)
            OR EXISTS (SELECT FROM assessments_countersignature c WHERE c.decision_id = d.id AND c.voided_at IS NULL
                AND c.countersigner_id = n.quality_assurer_id)
            OR assessments_had_part_before(d.id, n.quality_assurer_id)
            OR n.sampled_on IS NOT NULL AND (n.sampled_on < d.effective_on
                OR d.voided_at IS NOT NULL AND NOT assessments_was_sampled(d.id, n.quality_assurer_id, n.sampled_on)
                OR NOT assessments_may_assure(n.quality_assurer_id, r.qualification_id, n.sampled_on)))
        LIMIT 1;
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
