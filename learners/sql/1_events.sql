-- Legal status changes, enforced under every form, file and COPY (learners/rules/events_moves.py has the same table in
-- Python).
--
-- A statement that writes events leaves one row with their enrolments. A deferred trigger on that row checks them all
-- at commit, in one query, so an action may void and record in any order, and bulk writes stay fast.
CREATE UNLOGGED TABLE IF NOT EXISTS learners_history_to_check (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    enrolments bigint[] NOT NULL
);

-- Which of several moves of one day comes first; NULL for an event that moves nobody.
CREATE OR REPLACE FUNCTION learners_rank_of(kind text) RETURNS integer LANGUAGE sql IMMUTABLE AS $$
    SELECT array_position(ARRAY['started', 'did_not_start', 'deferred', 'resumed', 'withdrawn', 'completed'], kind)
$$;

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
            PARTITION BY enrolment_id ORDER BY effective_on, learners_rank_of(kind::text), id
        ) AS came_before
        FROM learners_event
        WHERE enrolment_id = ANY(NEW.enrolments) AND voided_at IS NULL AND learners_rank_of(kind::text) IS NOT NULL
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
