-- Units.

CREATE OR REPLACE FUNCTION assessments_check_signoffs() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM new_rows n JOIN assessments_registration r ON r.id = n.registration_id
               WHERE n.signed_off_by_id = r.person_id) THEN
        RAISE EXCEPTION 'Nobody signs off a unit of their own.' USING ERRCODE = 'PQ111';
    END IF;
    IF EXISTS (SELECT FROM new_rows n JOIN assessments_registration r ON r.id = n.registration_id
               JOIN assessments_unit u ON u.id = n.unit_id
               WHERE NOT assessments_was_on(r.id, r.version_id, u.version_id)) THEN
        RAISE EXCEPTION 'A unit that is signed off is of the version the candidate is registered on.' USING ERRCODE = 'PQ103';
    END IF;
    RETURN NULL;
END $$;

CREATE OR REPLACE TRIGGER assessments_signoffs AFTER INSERT ON assessments_unitsignoff
    REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION assessments_check_signoffs();

-- A unit that quality assurance has released can be unlocked, but not simply undone.
CREATE OR REPLACE FUNCTION assessments_keep_released() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM assessments_unitrelease WHERE signoff_id = OLD.id AND voided_at IS NULL) THEN
        RAISE EXCEPTION 'Quality assurance has released this unit. Unlock it instead of undoing the sign-off.' USING ERRCODE = 'PQ113';
    END IF;
    RETURN NEW;
END $$;

CREATE OR REPLACE TRIGGER assessments_signoff_released BEFORE UPDATE ON assessments_unitsignoff FOR EACH ROW
    WHEN (OLD.voided_at IS NULL AND NEW.voided_at IS NOT NULL) EXECUTE FUNCTION assessments_keep_released();

-- What a claimed certificate depends on can be neither undone nor unlocked.
CREATE OR REPLACE FUNCTION assessments_keep_claimed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM assessments_refuse_claimed(ARRAY(SELECT registration_id FROM new_rows));
    RETURN NULL;
END $$;

CREATE OR REPLACE TRIGGER assessments_signoffs_claimed AFTER UPDATE ON assessments_unitsignoff
    REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION assessments_keep_claimed();
CREATE OR REPLACE TRIGGER assessments_releases_claimed AFTER UPDATE ON assessments_unitrelease
    REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION assessments_keep_claimed();

CREATE OR REPLACE FUNCTION assessments_may_claim(registration bigint, unit bigint, day date) RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT assessments_is_released(registration, unit) AND assessments_stays_achieved(registration, unit, day)
$$;

-- At the end of a transaction every unit that the candidate's version requires (the mandatory ones, and enough of each
-- group) is achieved on the day of a claim, and released.
CREATE OR REPLACE FUNCTION assessments_check_claim() RETURNS trigger LANGUAGE plpgsql SET "TimeZone" = 'UTC' AS $$
DECLARE missing text;
BEGIN
    IF NOT EXISTS (SELECT FROM assessments_certificateclaim WHERE id = NEW.id AND voided_at IS NULL) THEN
        RETURN NULL;
    END IF;
    SELECT string_agg(lacking.said, ', ' ORDER BY lacking.place, lacking.said) INTO missing FROM (
        SELECT coalesce((
                SELECT m.version_id FROM assessments_versionmove m WHERE m.registration_id = NEW.registration_id
                    AND m.voided_at IS NULL AND m.effective_on <= (now() AT TIME ZONE 'Europe/London')::date
                ORDER BY m.effective_on DESC, m.id DESC LIMIT 1),
            (SELECT r.version_id FROM assessments_registration r WHERE r.id = NEW.registration_id)) AS id
    ) v CROSS JOIN LATERAL (
        SELECT u.number::integer AS place, u.number::text AS said FROM assessments_unit u
        WHERE u.version_id = v.id AND u.group_id IS NULL AND NOT assessments_may_claim(NEW.registration_id, u.id, NEW.effective_on)
        UNION ALL
        SELECT 1000, g.name FROM assessments_unitgroup g WHERE g.version_id = v.id AND g.choose > (
            SELECT count(*) FROM assessments_unit u
            WHERE u.group_id = g.id AND assessments_may_claim(NEW.registration_id, u.id, NEW.effective_on))
    ) lacking;
    IF missing IS NOT NULL THEN
        RAISE EXCEPTION 'The certificate cannot be claimed: not every unit is achieved on that day and released (%).', missing
            USING ERRCODE = 'PQ116';
    END IF;
    RETURN NULL;
END $$;

DROP TRIGGER IF EXISTS assessments_claims ON assessments_certificateclaim;
CREATE CONSTRAINT TRIGGER assessments_claims AFTER INSERT ON assessments_certificateclaim
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION assessments_check_claim();

-- At the end of a transaction a unit that was achieved is still achieved from the same day on, as long as its sign-off
-- stands: its own, or those of all units it was carried over from. The day changes with the date of the sign-off.
CREATE OR REPLACE FUNCTION assessments_keep_achieved() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE signed date; said record;
BEGIN
    IF OLD.to_on IS NOT NULL AND NOT EXISTS (SELECT FROM assessments_versionmove m
            WHERE m.registration_id = OLD.registration_id AND m.effective_on = OLD.to_on) THEN
        RETURN NULL;  -- an interval that had ended
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
