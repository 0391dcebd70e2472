-- Practice: study and VQ days.

-- Only the learner may void, and so change, a study or VQ day that they recorded as lost themselves.
CREATE OR REPLACE FUNCTION learners_their_own_lost_day() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF EXISTS (
        SELECT FROM touched t WHERE t.voided_at IS NOT NULL AND t.taken IS FALSE AND t.voided_by <> t.recorded_by
            AND workforce_acts_as(t.recorded_by, t.person_id)
    ) THEN
        RAISE EXCEPTION 'A day that a learner recorded as lost is theirs alone to change.' USING ERRCODE = 'PQ012';
    END IF;
    RETURN NULL;
END $$;

CREATE OR REPLACE TRIGGER learners_their_own_lost_day AFTER UPDATE ON learners_protectedday
    REFERENCING NEW TABLE AS touched FOR EACH STATEMENT EXECUTE FUNCTION learners_their_own_lost_day();
