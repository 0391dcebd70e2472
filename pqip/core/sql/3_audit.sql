-- The audit, and the log of who saw what. Installed after every migrate by pqip/core/guards.py; every statement can be
-- repeated.

-- Loads: statements that state when their facts were recorded or voided, and so change what was known at earlier instants. Beside
-- the real time of each: from which instant on what was known may be another. Of a void nothing else keeps that time.
CREATE TABLE IF NOT EXISTS guard.loaded (table_name text NOT NULL, loaded_at timestamptz NOT NULL, known_from timestamptz NOT NULL);
CREATE INDEX IF NOT EXISTS loaded_loaded_at ON guard.loaded (loaded_at);

-- Whether anything was loaded after one instant into one of these tables that changes what was known at another. It says nothing of
-- whom, so that whoever may read facts may ask it.
CREATE OR REPLACE FUNCTION core_loaded_since(tables text[], since timestamptz, known_at timestamptz) RETURNS boolean LANGUAGE sql
    STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT EXISTS (SELECT FROM guard.loaded l
        WHERE l.loaded_at > since AND l.known_from <= known_at AND l.table_name = ANY(tables))
$$;

-- Audit: statement triggers with transition tables, so that bulk writes and COPY leave an entry for each row they touch.
-- Arguments: the kind of table (rows of 'dated' facts and of 'kept' parts of them are their own after-image; for 'proved'
-- ones nothing is written, since the facts they follow from are audited), the name of the key column, and the name of the
-- column with the internal person id ('' where there is none).
-- Here it is also verified, once for each statement, that the act is signed, and that dated rows carry its actor and its
-- time.
CREATE OR REPLACE FUNCTION core_audit() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp AS $$
DECLARE actor text := guard.verified_actor();
        stated text := coalesce(current_setting('pqip.stated_at', true), '');
        kind text := TG_ARGV[0];
        instant timestamptz;
        is_wrong boolean;
        key text := TG_ARGV[1];
        person text := CASE WHEN TG_ARGV[2] = '' THEN 'NULL::bigint' ELSE '%s.' || quote_ident(TG_ARGV[2]) END;
        head text := 'INSERT INTO public.core_auditentry (at, actor, reason, origin, request_id, transaction_id, table_name, '
            || 'operation, row_key, person_key, before, after) SELECT clock_timestamp(), $1, '
            || 'coalesce(current_setting(''pqip.reason'', true), ''''), coalesce(current_setting(''pqip.origin'', true), ''''), '
            || 'coalesce(current_setting(''pqip.request_id'', true), ''''), pg_current_xact_id()::text::bigint, $2, $3, ';
BEGIN
    IF kind IN ('dated', 'proved') THEN
        instant := guard.verified_instant();
        IF TG_OP = 'INSERT' THEN
            SELECT EXISTS (SELECT FROM new_rows WHERE recorded_by <> actor OR CASE stated
                WHEN 'per row' THEN false WHEN '' THEN recorded_at <> instant ELSE recorded_at <> stated::timestamptz END)
                INTO is_wrong;
        ELSIF guard.invoker() <> 'pqip_retention' THEN  -- it may end personal values only, and void nothing
            SELECT EXISTS (SELECT FROM new_rows WHERE voided_by <> actor OR (stated = '' AND voided_at <> instant)) INTO is_wrong;
        END IF;
        IF is_wrong THEN
            RAISE EXCEPTION 'A fact carries another actor or time than those of its act.' USING ERRCODE = 'PQ002';
        END IF;
        IF stated <> '' AND TG_OP <> 'DELETE' THEN
            EXECUTE format('INSERT INTO guard.loaded (table_name, loaded_at, known_from) SELECT $1, $2, min(%I) FROM new_rows '
                || 'HAVING count(*) > 0', CASE TG_OP WHEN 'INSERT' THEN 'recorded_at' ELSE 'voided_at' END)
                USING TG_TABLE_NAME, instant;
        END IF;
    END IF;
    IF kind = 'proved' THEN
        RETURN NULL;
    END IF;
    IF TG_OP = 'INSERT' THEN
        EXECUTE head || format('n.%I, ', key) || format(person, 'n')
            || CASE kind WHEN 'plain' THEN ', NULL, to_jsonb(n)' ELSE ', NULL, NULL' END || ' FROM new_rows n'
            USING actor, TG_TABLE_NAME, 'insert';
    ELSIF TG_OP = 'UPDATE' THEN
        EXECUTE format('SELECT EXISTS (SELECT FROM new_rows n WHERE NOT EXISTS (SELECT FROM old_rows o WHERE o.%1$I = n.%1$I))', key)
            INTO is_wrong;
        IF is_wrong THEN  -- the key pairs the row before with the row after
            RAISE EXCEPTION 'The key of a row of % never changes.', TG_TABLE_NAME USING ERRCODE = 'PQ003';
        END IF;
        EXECUTE head || format('n.%I, ', key) || format(person, 'n')
            || ', public.core_difference(to_jsonb(o), to_jsonb(n)), public.core_difference(to_jsonb(n), to_jsonb(o))'
            || format(' FROM new_rows n JOIN old_rows o ON o.%I = n.%I WHERE to_jsonb(o) <> to_jsonb(n)', key, key)
            USING actor, TG_TABLE_NAME, 'update';
    ELSE
        EXECUTE head || format('o.%I, ', key) || format(person, 'o') || ', to_jsonb(o), NULL FROM old_rows o'
            USING actor, TG_TABLE_NAME, 'delete';
    END IF;
    RETURN NULL;
END $$;

-- For tables whose values must not be copied: the actor is verified, and nothing is written.
CREATE OR REPLACE FUNCTION core_signed() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    PERFORM guard.verified_actor();
    RETURN NULL;
END $$;

-- The keys of `a` whose values differ in `b`.
CREATE OR REPLACE FUNCTION core_difference(a jsonb, b jsonb) RETURNS jsonb LANGUAGE sql IMMUTABLE AS $$
    SELECT jsonb_object_agg(key, value) FROM jsonb_each(a) WHERE b -> key IS DISTINCT FROM value
$$;

-- The audit is append-only. Only the retention role may blank personal values (before and after), and nothing else.
CREATE OR REPLACE FUNCTION core_audit_keep() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE erasable text[] := ARRAY['before', 'after'];
BEGIN
    IF TG_OP = 'UPDATE' AND current_user = 'pqip_retention'
        AND (to_jsonb(NEW) - erasable) = (to_jsonb(OLD) - erasable) AND NEW.before IS NULL AND NEW.after IS NULL THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION '% on the audit is refused: it is append only.', TG_OP USING ERRCODE = 'PQ003';
END $$;

-- The log of who saw what: the database sets its time, and its actor is the one who acts.
CREATE OR REPLACE FUNCTION core_access_insert() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF guard.invoker() <> current_user THEN
        NEW.at := clock_timestamp();
    END IF;
    IF NEW.actor <> guard.verified_actor() OR NEW.user_id IS NOT NULL AND NEW.actor <> 'user:' || NEW.user_id THEN
        RAISE EXCEPTION 'Somebody is said to have seen this who does not act.' USING ERRCODE = 'PQ001';
    END IF;
    RETURN NEW;
END $$;
