-- Legal moves, beneath every form, file and COPY (learners/rules/moves.py says the same in Python).
--
-- A statement that touches events leaves one row naming their enrolments; a deferred trigger on that row checks all of
-- them at commit, in one query. So an action may void and record in any order, and bulk stays fast.
CREATE UNLOGGED TABLE IF NOT EXISTS learners_history_to_check (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    enrolments bigint[] NOT NULL
);

CREATE OR REPLACE FUNCTION learners_note_history() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    INSERT INTO learners_history_to_check (enrolments)
    SELECT array_agg(DISTINCT enrolment_id) FROM touched HAVING count(*) > 0;
    RETURN NULL;
END $$;

CREATE OR REPLACE FUNCTION learners_check_history() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE wrong record;
BEGIN
    SELECT enrolment_id, kind, came_before INTO wrong FROM (
        SELECT enrolment_id, kind, lag(kind, 1, 'nothing') OVER (
            PARTITION BY enrolment_id ORDER BY effective_on,
                array_position(ARRAY['started', 'did_not_start', 'deferred', 'resumed', 'withdrawn', 'completed'], kind::text), id
        ) AS came_before
        FROM learners_event
        WHERE enrolment_id = ANY(NEW.enrolments) AND voided_at IS NULL
            AND kind IN ('started', 'did_not_start', 'deferred', 'resumed', 'withdrawn', 'completed')
    ) AS moves
    WHERE (came_before, kind) NOT IN (
        ('nothing', 'started'), ('nothing', 'did_not_start'), ('nothing', 'withdrawn'),
        ('started', 'deferred'), ('started', 'withdrawn'), ('started', 'completed'),
        ('deferred', 'resumed'), ('deferred', 'withdrawn'),
        ('resumed', 'deferred'), ('resumed', 'withdrawn'), ('resumed', 'completed')
    ) LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'Enrolment %: "%" may not follow "%".', wrong.enrolment_id, wrong.kind, wrong.came_before
            USING ERRCODE = 'PQ010';
    END IF;
    SELECT enrolment_id INTO wrong FROM unnest(NEW.enrolments) AS enrolment_id WHERE NOT EXISTS (
        SELECT FROM learners_event e WHERE e.enrolment_id = enrolment_id.enrolment_id AND e.voided_at IS NULL AND e.kind = 'enrolled'
    ) LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'Enrolment % has no event that states its first terms.', wrong.enrolment_id USING ERRCODE = 'PQ010';
    END IF;
    DELETE FROM learners_history_to_check WHERE id = NEW.id;
    RETURN NULL;
END $$;

CREATE OR REPLACE TRIGGER learners_note_history_insert AFTER INSERT ON learners_event
    REFERENCING NEW TABLE AS touched FOR EACH STATEMENT EXECUTE FUNCTION learners_note_history();
CREATE OR REPLACE TRIGGER learners_note_history_update AFTER UPDATE ON learners_event
    REFERENCING NEW TABLE AS touched FOR EACH STATEMENT EXECUTE FUNCTION learners_note_history();

DO $$ BEGIN
    IF NOT EXISTS (SELECT FROM pg_trigger WHERE tgname = 'learners_check_history') THEN
        CREATE CONSTRAINT TRIGGER learners_check_history AFTER INSERT ON learners_history_to_check
            DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION learners_check_history();
    END IF;
END $$;

-- Whoever proposed or recorded a withdrawal is not the one who approves it or checks its coding.
CREATE OR REPLACE FUNCTION learners_another_approves() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF EXISTS (SELECT FROM touched t JOIN learners_withdrawalproposal p ON p.id = t.proposal_id WHERE p.recorded_by = t.recorded_by) THEN
        RAISE EXCEPTION 'A withdrawal is approved by somebody other than its proposer.' USING ERRCODE = 'PQ011';
    END IF;
    RETURN NULL;
END $$;

CREATE OR REPLACE FUNCTION learners_another_checks() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF EXISTS (SELECT FROM touched t JOIN learners_event e ON e.id = t.event_id WHERE e.recorded_by = t.recorded_by) THEN
        RAISE EXCEPTION 'The coding of a withdrawal is checked by somebody other than its recorder.' USING ERRCODE = 'PQ011';
    END IF;
    RETURN NULL;
END $$;

CREATE OR REPLACE TRIGGER learners_another_approves AFTER INSERT ON learners_withdrawalverdict
    REFERENCING NEW TABLE AS touched FOR EACH STATEMENT EXECUTE FUNCTION learners_another_approves();
CREATE OR REPLACE TRIGGER learners_another_checks AFTER INSERT ON learners_codingcheck
    REFERENCING NEW TABLE AS touched FOR EACH STATEMENT EXECUTE FUNCTION learners_another_checks();

-- A study or VQ day that the learner themself recorded as lost is theirs alone to void, and so to change.
CREATE OR REPLACE FUNCTION learners_their_own_lost_day() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF EXISTS (
        SELECT FROM touched t JOIN workforce_user u ON u.person_id = t.person_id AND t.recorded_by = 'user:' || u.id
        WHERE t.voided_at IS NOT NULL AND t.taken IS FALSE AND t.voided_by <> t.recorded_by
    ) THEN
        RAISE EXCEPTION 'A day that a learner recorded as lost is theirs alone to change.' USING ERRCODE = 'PQ012';
    END IF;
    RETURN NULL;
END $$;

CREATE OR REPLACE TRIGGER learners_their_own_lost_day AFTER UPDATE ON learners_protectedday
    REFERENCING NEW TABLE AS touched FOR EACH STATEMENT EXECUTE FUNCTION learners_their_own_lost_day();

-- What the Service ends is not approved by whoever records it, unless they decided somebody else's proposal; nor is anything
-- that needs approval approved by the learner. An event recorded again beside an interview keeps who approved it.
CREATE OR REPLACE FUNCTION learners_another_approved() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM touched WHERE approved_by_id IS NOT NULL) THEN
        RETURN NULL;
    END IF;
    IF EXISTS (SELECT FROM touched t JOIN learners_enrolment e ON e.id = t.enrolment_id AND e.person_id = t.approved_by_id) THEN
        RAISE EXCEPTION 'Nobody approves what is recorded of themself.' USING ERRCODE = 'PQ011';
    END IF;
    IF EXISTS (
        SELECT FROM touched t JOIN workforce_user u ON u.person_id = t.approved_by_id AND t.recorded_by = 'user:' || u.id
        WHERE t.kind = 'withdrawn' AND t.ended_by = 'service'
            AND NOT EXISTS (
                SELECT FROM learners_withdrawalverdict v JOIN learners_withdrawalproposal p ON p.id = v.proposal_id
                WHERE p.enrolment_id = t.enrolment_id AND v.approved AND v.voided_at IS NULL AND p.voided_at IS NULL
            )
            AND NOT EXISTS (
                SELECT FROM learners_event b WHERE b.enrolment_id = t.enrolment_id AND b.kind = 'withdrawn'
                    AND b.approved_by_id = t.approved_by_id AND b.recorded_by <> t.recorded_by
            )
    ) THEN
        RAISE EXCEPTION 'A withdrawal that the Service ends is approved by somebody other than who records it.'
            USING ERRCODE = 'PQ011';
    END IF;
    RETURN NULL;
END $$;

CREATE OR REPLACE TRIGGER learners_another_approved AFTER INSERT ON learners_event
    REFERENCING NEW TABLE AS touched FOR EACH STATEMENT EXECUTE FUNCTION learners_another_approved();

-- What the Service ends is approved by somebody, wherever the region's record was kept here on that day: who approved it is
-- named, or a live verdict approves the proposal of it. History from before the opening is nobody's to approve any more, nor is
-- a withdrawal that the Service ended recorded anew, in the same instant, beside an interview or with another date.
CREATE OR REPLACE FUNCTION learners_somebody_approved() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
    SET "TimeZone" = 'UTC' SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF EXISTS (
        SELECT FROM touched t
        JOIN learners_enrolment e ON e.id = t.enrolment_id
        JOIN workforce_regionopening o ON o.region_id = coalesce(e.region_id, (
            SELECT f.to_region_id FROM learners_event f WHERE f.enrolment_id = t.enrolment_id AND f.kind = 'enrolled'
                AND f.voided_at IS NULL ORDER BY f.id LIMIT 1))
        WHERE t.kind = 'withdrawn' AND t.ended_by = 'service' AND t.approved_by_id IS NULL
            AND (o.opened_at AT TIME ZONE 'Europe/London')::date <= t.effective_on
            AND NOT EXISTS (
                SELECT FROM learners_withdrawalverdict v JOIN learners_withdrawalproposal p ON p.id = v.proposal_id
                WHERE p.enrolment_id = t.enrolment_id AND v.approved AND v.voided_at IS NULL AND p.voided_at IS NULL
            )
            AND NOT EXISTS (
                SELECT FROM learners_event b WHERE b.enrolment_id = t.enrolment_id AND b.kind = 'withdrawn'
                    AND b.ended_by = 'service' AND b.voided_at = t.recorded_at
            )
    ) THEN
        RAISE EXCEPTION 'A withdrawal that the Service ends is approved by somebody else. Name who approved it.'
            USING ERRCODE = 'PQ011';
    END IF;
    RETURN NULL;
END $$;

CREATE OR REPLACE TRIGGER learners_somebody_approved AFTER INSERT ON learners_event
    REFERENCING NEW TABLE AS touched FOR EACH STATEMENT EXECUTE FUNCTION learners_somebody_approved();

-- Whose an enrolment is changes only where two records of one person are merged (`workforce/sql/`).
CREATE OR REPLACE TRIGGER learners_enrolment_whose BEFORE UPDATE ON learners_enrolment FOR EACH ROW
    WHEN (OLD.person_id IS DISTINCT FROM NEW.person_id) EXECUTE FUNCTION workforce_keep_whose();
