-- Merges of two records of one person: rules that hold however a row is written. pqip/core/guards.py installs them after
-- every migrate; every statement may be repeated. The files are by topic, and are read in the order of their names.

-- The pairs of records between which this transaction moves rows: from the record of a person that goes into that which
-- stays, or back where a merge is undone. It must be this very transaction: otherwise whoever stated the instant of an
-- earlier merge could move anything between the two records.
CREATE OR REPLACE FUNCTION workforce_merging() RETURNS TABLE (from_id bigint, to_id bigint)
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE instant timestamptz := guard.verified_instant();
BEGIN
    RETURN QUERY SELECT m.goes_id, m.stays_id FROM public.workforce_personmerge m
            WHERE m.voided_at IS NULL AND m.recorded_at = instant
        UNION ALL SELECT m.stays_id, m.goes_id FROM public.workforce_personmerge m WHERE m.voided_at = instant;
END $$;

-- True if this transaction merges the record of `was` into that of `becomes`, or undoes such a merge.
CREATE OR REPLACE FUNCTION workforce_is_merging(was bigint, becomes bigint) RETURNS boolean LANGUAGE plpgsql VOLATILE SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    RETURN EXISTS (SELECT FROM public.workforce_merging() m WHERE m.from_id = was AND m.to_id = becomes);
END $$;

-- Every column that refers to people, with its table, except in tables that keep what was known, drafts, and those that
-- list merged records. `is_dated` where rows are facts that are voided.
CREATE OR REPLACE FUNCTION workforce_columns_of_people() RETURNS TABLE (name text, col text, is_dated boolean) LANGUAGE sql STABLE
    SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT c.conrelid::regclass::text, a.attname::text,
        EXISTS (SELECT FROM pg_attribute v WHERE v.attrelid = c.conrelid AND v.attname = 'voided_at')
    FROM pg_constraint c JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = c.conkey[1]
    WHERE c.contype = 'f' AND c.confrelid = 'workforce_person'::regclass
        AND c.conrelid::regclass::text NOT IN ('workforce_personmerge', 'workforce_personrecord', 'workforce_equalityrecord')
$$;

-- The person of an enrolment, a registration and the like never changes, except when two records of one person are
-- merged.
CREATE OR REPLACE FUNCTION workforce_keep_whose() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT workforce_is_merging(OLD.person_id, NEW.person_id) THEN
        RAISE EXCEPTION 'Whose this is never changes, unless two records of one person are merged.' USING ERRCODE = 'PQ021';
    END IF;
    RETURN NEW;
END $$;

-- Nothing may be recorded about a record that was merged into another, because it would be missing from the person who
-- stays. Whoever writes about somebody shares a lock until the end of the transaction, and whoever merges holds it
-- alone (`hold_alone`). So a merge waits for what is being written, which then moves with the rest. One lock covers
-- many people, so that a large file takes at most 64. The argument is the column.
CREATE OR REPLACE FUNCTION workforce_nobody_gone() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE found boolean;
BEGIN
    EXECUTE format('SELECT count(pg_advisory_xact_lock_shared(770003, place)) > 0 FROM (SELECT DISTINCT (%1$I %% 64)::integer AS place '
        || 'FROM new_rows WHERE %1$I IS NOT NULL ORDER BY 1) AS places', TG_ARGV[0]) INTO found;
    IF NOT EXISTS (SELECT FROM workforce_personmerge WHERE voided_at IS NULL) THEN
        RETURN NULL;
    END IF;
    EXECUTE format('SELECT EXISTS (SELECT FROM new_rows n JOIN workforce_personmerge m ON m.goes_id = n.%1$I AND m.voided_at IS NULL '
        || 'WHERE to_jsonb(n) ->> ''voided_at'' IS NULL)', TG_ARGV[0]) INTO found;
    IF found THEN
        RAISE EXCEPTION 'This record was merged into another of the same person. Record it there.' USING ERRCODE = 'PQ020';
    END IF;
    RETURN NULL;
END $$;

DO $$
DECLARE found record;
BEGIN
    FOR found IN SELECT p.name, p.col FROM workforce_columns_of_people() p LOOP
        EXECUTE format('CREATE OR REPLACE TRIGGER workforce_nobody_gone_%2$s AFTER INSERT ON %1$s REFERENCING NEW TABLE AS new_rows '
            || 'FOR EACH STATEMENT EXECUTE FUNCTION workforce_nobody_gone(%2$L)', found.name, found.col);
    END LOOP;
END $$;

-- Nobody may be merged into a record that was itself merged into another, and a record that took in another may not be
-- merged away. So each number leads to the person who stays in one step.
CREATE OR REPLACE FUNCTION workforce_check_merges() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM new_rows n JOIN workforce_personmerge m ON m.voided_at IS NULL
            AND (m.goes_id = n.stays_id OR m.stays_id = n.goes_id) WHERE n.voided_at IS NULL) THEN
        RAISE EXCEPTION 'One of these records was merged with another already. Undo that first.' USING ERRCODE = 'PQ022';
    END IF;
    RETURN NULL;
END $$;

CREATE OR REPLACE TRIGGER workforce_merges AFTER INSERT ON workforce_personmerge
    REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION workforce_check_merges();

-- At the end of the transaction that merges, no live row may belong to the record that went, except derived copies.
CREATE OR REPLACE FUNCTION workforce_check_all_moved() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE found record; is_left boolean;
BEGIN
    IF NOT EXISTS (SELECT FROM workforce_personmerge WHERE id = NEW.id AND voided_at IS NULL) THEN
        RETURN NULL;
    END IF;
    FOR found IN SELECT p.name, p.col FROM workforce_columns_of_people() p WHERE p.is_dated LOOP
        EXECUTE format('SELECT EXISTS (SELECT FROM %1$s WHERE %2$I = $1 AND voided_at IS NULL)', found.name, found.col)
            INTO is_left USING NEW.goes_id;
        IF is_left THEN
            RAISE EXCEPTION 'Something recorded (%) would be left with the record that goes.', found.name USING ERRCODE = 'PQ023';
        END IF;
    END LOOP;
    RETURN NULL;
END $$;

DROP TRIGGER IF EXISTS workforce_all_moved ON workforce_personmerge;
CREATE CONSTRAINT TRIGGER workforce_all_moved AFTER INSERT ON workforce_personmerge
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION workforce_check_all_moved();
