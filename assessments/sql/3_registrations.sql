-- Registrations.

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
-- The person changes only where two records of one person are merged (`workforce/sql/`).
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

-- A version with registrations is locked: its units and criteria stay as they are. A unit's code and credit, which do not
-- affect assessment, may be filled in; and so may what a criterion replaces, until somebody has moved to the version.
CREATE OR REPLACE FUNCTION assessments_lock_units() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE changed bigint[];
BEGIN
    IF TG_OP = 'INSERT' THEN
        changed := ARRAY(SELECT version_id FROM new_rows);
    ELSIF TG_OP = 'DELETE' THEN
        changed := ARRAY(SELECT version_id FROM old_rows);
    ELSE
        changed := ARRAY(SELECT unnest(ARRAY[o.version_id, n.version_id]) FROM old_rows o JOIN new_rows n USING (id)
                         WHERE to_jsonb(o) - '{code,credit}'::text[] <> to_jsonb(n) - '{code,credit}'::text[]);
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
                       WHERE to_jsonb(o) - 'replaces' <> to_jsonb(n) - 'replaces');
        PERFORM assessments_refuse_moved_to(ARRAY(SELECT DISTINCT u.version_id FROM old_rows o JOIN new_rows n USING (id)
            JOIN assessments_unit u ON u.id = n.unit_id WHERE o.replaces <> n.replaces));
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

CREATE OR REPLACE FUNCTION assessments_refuse_moved_to(versions bigint[]) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM assessments_versionmove WHERE version_id = ANY(versions)) THEN
        RAISE EXCEPTION 'Candidates have moved to this version, so what its criteria replace cannot change. Load a new version.'
            USING ERRCODE = 'PQ102';
    END IF;
END $$;

-- Groups of optional units are part of their version.
CREATE OR REPLACE FUNCTION assessments_lock_groups() RETURNS trigger LANGUAGE plpgsql AS $$
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

CREATE OR REPLACE TRIGGER assessments_groups_added AFTER INSERT ON assessments_unitgroup
    REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION assessments_lock_groups();
CREATE OR REPLACE TRIGGER assessments_groups_changed AFTER UPDATE ON assessments_unitgroup
    REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION assessments_lock_groups();
CREATE OR REPLACE TRIGGER assessments_groups_removed AFTER DELETE ON assessments_unitgroup
    REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION assessments_lock_groups();
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
