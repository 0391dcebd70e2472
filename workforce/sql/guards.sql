-- What must hold of people whichever way a row is written. Laid anew after every migrate by pqip/core/guards.py.

-- Whether somebody merges the record of `gone` into that of `kept` in this transaction, or puts back what such a merge moved.
-- That it is this transaction is proved: whoever named the instant of an earlier merge would move what they like between the two.
CREATE OR REPLACE FUNCTION workforce_is_merging(was bigint, becomes bigint) RETURNS boolean LANGUAGE plpgsql VOLATILE SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp AS $$
DECLARE instant timestamptz := guard.verified_instant();
BEGIN
    RETURN EXISTS (SELECT FROM public.workforce_personmerge m
        WHERE m.stays_id = becomes AND m.goes_id = was AND m.voided_at IS NULL AND m.recorded_at = instant
        OR m.stays_id = was AND m.goes_id = becomes AND m.voided_at = instant);
END $$;

-- Whose an enrolment, a registration or the like is never changes, except where two records of one person are merged.
CREATE OR REPLACE FUNCTION workforce_keep_whose() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT workforce_is_merging(OLD.person_id, NEW.person_id) THEN
        RAISE EXCEPTION 'Whose this is never changes, unless two records of one person are merged.' USING ERRCODE = 'PQ021';
    END IF;
    RETURN NEW;
END $$;

-- Nothing is recorded of a record that was merged into another: it would be missing from who stays. Whoever writes about
-- somebody shares a lock until their end, and whoever merges has it alone (`hold_alone`), so that what is written meanwhile is
-- waited for and moves with the rest. A lock stands for many people, so that a large file takes no more than 64. Argument: the column.
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

-- On every table that refers to people, but for those that keep what was known, drafts and who went.
DO $$
DECLARE found record;
BEGIN
    FOR found IN SELECT c.conrelid::regclass::text AS name, a.attname AS col FROM pg_constraint c
            JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = c.conkey[1]
            WHERE c.contype = 'f' AND c.confrelid = 'workforce_person'::regclass
                AND c.conrelid::regclass::text NOT IN
                    ('workforce_personmerge', 'workforce_personrecord', 'workforce_equalityrecord') LOOP
        EXECUTE format('CREATE OR REPLACE TRIGGER workforce_nobody_gone_%2$s AFTER INSERT ON %1$s REFERENCING NEW TABLE AS new_rows '
            || 'FOR EACH STATEMENT EXECUTE FUNCTION workforce_nobody_gone(%2$L)', found.name, found.col);
    END LOOP;
END $$;

-- Nobody is merged into a record that itself went, and none goes that took in another: each number leads to who stays in one step.
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

-- At the end of the transaction that merges, nothing that stands is left with the record that went. Derived copies apart.
CREATE OR REPLACE FUNCTION workforce_check_all_moved() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE found record; is_left boolean;
BEGIN
    IF NOT EXISTS (SELECT FROM workforce_personmerge WHERE id = NEW.id AND voided_at IS NULL) THEN
        RETURN NULL;
    END IF;
    FOR found IN SELECT c.conrelid::regclass::text AS name, a.attname AS col FROM pg_constraint c
            JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = c.conkey[1]
            WHERE c.contype = 'f' AND c.confrelid = 'workforce_person'::regclass
                AND c.conrelid::regclass::text NOT IN ('workforce_personmerge', 'workforce_personrecord', 'workforce_equalityrecord')
                AND EXISTS (SELECT FROM pg_attribute v WHERE v.attrelid = c.conrelid AND v.attname = 'voided_at') LOOP
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
