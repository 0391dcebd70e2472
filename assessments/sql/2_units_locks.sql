-- Locked units.

-- A signed-off unit is locked: its result stays until its sign-off is undone (or, once quality assurance has released it,
-- until it is unlocked). After a move to another version the lock also holds for the units from which the unit was carried
-- over, and a unit of the new version that counts as signed off is locked like any other.
-- `assessments/actions/units_locks.py` calls the same functions, so that screen, file and database agree.

-- The criteria that these replace, in every version the candidate has been on; these themselves are not included.
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
            JOIN assessments_unit w ON w.id = n.unit_id
            WHERE n.id = ANY(step) AND u.version_id = ANY(versions)
                AND assessments_came_before(registration, u.version_id, w.version_id) AND NOT k.id = ANY(found || criteria));
        EXIT WHEN cardinality(step) = 0;
        found := found || step;
    END LOOP;
    RETURN found;
END $$;

-- Whether a unit is achieved (from a day on, where one is given): until now, or until the day the candidate left its
-- version.
CREATE OR REPLACE FUNCTION assessments_stays_achieved(registration bigint, unit bigint, since date DEFAULT NULL)
RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT EXISTS (SELECT FROM assessments_unitachievement a
        WHERE a.registration_id = registration AND a.unit_id = unit AND coalesce(a.from_on <= since, true)
            AND (a.to_on IS NULL OR EXISTS (SELECT FROM assessments_versionmove m
                WHERE m.registration_id = registration AND m.effective_on = a.to_on AND m.voided_at IS NULL)))
$$;

-- The locked units of these registrations: signed off, or of a later version and counting as signed off. `criteria` are
-- those on which a unit depends: its own, and those it was carried over from. `counts_methods` says whether its own rule
-- counts methods. In plpgsql, so that it is computed once and then joined.
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

-- Those of these registrations with a signed-off unit; the others have no lock, and need no further check.
CREATE OR REPLACE FUNCTION assessments_with_locks(registrations bigint[]) RETURNS bigint[] LANGUAGE sql STABLE AS $$
    SELECT ARRAY(SELECT DISTINCT r.id FROM unnest(registrations) AS r (id)
        WHERE EXISTS (SELECT FROM assessments_unitsignoff s WHERE s.registration_id = r.id AND s.voided_at IS NULL))
$$;

-- Whether a unit without a sign-off of its own counts as signed off: everything it replaces is signed off.
CREATE OR REPLACE FUNCTION assessments_counts_as_signed(registration bigint, unit bigint) RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT assessments_has_moved_to(registration, (SELECT version_id FROM assessments_unit WHERE id = unit))
        AND EXISTS (SELECT FROM assessments_criterion k WHERE k.unit_id = unit)
        AND NOT EXISTS (SELECT FROM assessments_criterion k WHERE k.unit_id = unit AND cardinality(k.replaces) = 0)
        AND NOT EXISTS (SELECT FROM assessments_criterion k CROSS JOIN LATERAL unnest(k.replaces) AS gone
            JOIN assessments_criterion o ON o.id = gone
            WHERE k.unit_id = unit AND NOT assessments_is_signed_off(registration, o.unit_id)
            AND NOT assessments_stays_achieved(registration, o.unit_id))
$$;

-- Refuses a change to a registration whose certificate has been claimed.
CREATE OR REPLACE FUNCTION assessments_refuse_claimed(registrations bigint[]) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM assessments_certificateclaim WHERE registration_id = ANY(registrations) AND voided_at IS NULL) THEN
        RAISE EXCEPTION 'The certificate has been claimed. Undo the claim first.' USING ERRCODE = 'PQ116';
    END IF;
END $$;

-- Refuses a change to a locked unit, in words about a piece of evidence.
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

-- Refuses decisions any of which would change a locked unit.
CREATE OR REPLACE FUNCTION assessments_refuse_locked_decisions(decisions bigint[]) RETURNS void LANGUAGE plpgsql AS $$
DECLARE bad record; touched bigint[];
BEGIN
    touched := assessments_with_locks(ARRAY(SELECT DISTINCT (SELECT e.registration_id FROM assessments_evidence e
        WHERE e.id = (SELECT d.evidence_id FROM assessments_decision d WHERE d.id = one)) FROM unnest(decisions) AS one));
    IF cardinality(touched) = 0 THEN
        RETURN;
    END IF;
    SELECT l.number, l.is_released, e.reference INTO bad FROM unnest(decisions) AS one
        JOIN assessments_decision d ON d.id = one JOIN assessments_evidence e ON e.id = d.evidence_id
        JOIN assessments_locks(touched) l ON l.registration_id = e.registration_id
            AND (d.criteria_met || d.criteria_not_met) && l.criteria
        ORDER BY l.is_released DESC, l.number LIMIT 1;
    IF FOUND THEN
        PERFORM assessments_say_locked(bad.number, bad.is_released, bad.reference);
    END IF;
END $$;

-- Whether a countersigner's outcome against a decision still counts, although the stamp now says that no countersignature
-- was needed: it does where one was needed when the outcome was given or while it stood.
CREATE OR REPLACE FUNCTION assessments_stays_against(decision bigint, outcome text, given_at timestamptz, known_at timestamptz)
RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT coalesce(outcome IN ('returned', 'disagreed') AND EXISTS (SELECT FROM assessments_countersignstamp p
        WHERE p.decision_id = decision AND p.is_needed AND coalesce(p.recorded_at <= known_at, true)
            AND coalesce(p.voided_at > greatest(p.recorded_at, given_at), true)), false)
$$;

-- Locks the standing of assessors (award and authority) until the transaction ends: shared by whoever acts by it, exclusive
-- for whoever changes its dates. One lock stands for many people, so that a file of all assessors takes no more than 1,024;
-- they are taken in order.
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
