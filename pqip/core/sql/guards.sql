-- The database's own guards. Laid anew after every migrate by pqip/core/guards.py; every statement may be repeated.

-- Who acts. A write that names nobody is refused.
CREATE OR REPLACE FUNCTION core_actor() RETURNS text LANGUAGE plpgsql STABLE AS $$
DECLARE actor text := current_setting('pqip.actor', true);
BEGIN
    IF coalesce(actor, '') = '' THEN
        RAISE EXCEPTION 'This write names no actor. Write through an action, or name one: SELECT set_config(''pqip.actor'', ''job:name'', true).'
            USING ERRCODE = 'PQ001';
    END IF;
    RETURN actor;
END $$;

-- The instant at which the acting transaction records its facts. Taken once for each act, after a lock that shows the
-- second from which a write has been open (pg_locks is how a reader finds an instant no open write can fall before).
CREATE OR REPLACE FUNCTION core_recording_instant() RETURNS timestamptz LANGUAGE plpgsql VOLATILE AS $$
DECLARE said text := current_setting('pqip.recorded_at', true);
        instant timestamptz;
BEGIN
    IF coalesce(said, '') <> '' THEN
        RETURN said::timestamptz;
    END IF;
    PERFORM pg_advisory_xact_lock_shared(770001, floor(extract(epoch FROM clock_timestamp()) - 1577836800)::int);
    instant := clock_timestamp();
    PERFORM set_config('pqip.recorded_at', instant::text, true);
    RETURN instant;
END $$;

CREATE OR REPLACE FUNCTION core_ledger_insert() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE stated text := coalesce(current_setting('pqip.stated_at', true), '');
        instant timestamptz := core_recording_instant();
BEGIN
    NEW.recorded_by := core_actor();
    IF stated = 'per row' AND NEW.recorded_at IS NOT NULL THEN
        IF NEW.recorded_at > instant THEN
            RAISE EXCEPTION 'A fact cannot have been recorded in the future (%).', NEW.recorded_at USING ERRCODE = 'PQ002';
        END IF;
        NEW.loaded_at := instant;
        NEW.voided_by := CASE WHEN NEW.voided_at IS NULL THEN '' ELSE core_actor() END;
        NEW.void_reason := coalesce(NEW.void_reason, '');
        RETURN NEW;
    END IF;
    IF NEW.voided_at IS NOT NULL THEN
        RAISE EXCEPTION 'A fact cannot be recorded as void.' USING ERRCODE = 'PQ002';
    END IF;
    IF stated IN ('', 'per row') THEN
        NEW.recorded_at := instant;
        NEW.loaded_at := NULL;
    ELSE
        NEW.recorded_at := stated::timestamptz;
        NEW.loaded_at := instant;
    END IF;
    NEW.voided_by := '';
    NEW.void_reason := '';
    RETURN NEW;
END $$;

CREATE OR REPLACE FUNCTION core_ledger_update() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE stated text := coalesce(current_setting('pqip.stated_at', true), '');
        void_columns text[] := ARRAY['voided_at', 'voided_by', 'void_reason'];
BEGIN
    IF OLD.voided_at IS NOT NULL THEN
        RAISE EXCEPTION 'Row % of % is already void and cannot change.', OLD.id, TG_TABLE_NAME USING ERRCODE = 'PQ003';
    END IF;
    IF NEW.voided_at IS NULL OR (to_jsonb(NEW) - void_columns) <> (to_jsonb(OLD) - void_columns) THEN
        RAISE EXCEPTION 'A row of % is never changed: void it and record what is right.', TG_TABLE_NAME USING ERRCODE = 'PQ003';
    END IF;
    IF coalesce(btrim(NEW.void_reason), '') = '' THEN
        RAISE EXCEPTION 'Voiding a fact needs a reason.' USING ERRCODE = 'PQ003';
    END IF;
    IF stated = '' THEN
        NEW.voided_at := core_recording_instant();
    ELSIF stated <> 'per row' THEN
        PERFORM core_recording_instant();
        NEW.voided_at := greatest(stated::timestamptz, OLD.recorded_at);
    END IF;
    NEW.voided_by := core_actor();
    RETURN NEW;
END $$;

CREATE OR REPLACE FUNCTION core_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% on % is refused: its rows are kept.', TG_OP, TG_TABLE_NAME USING ERRCODE = 'PQ003';
END $$;

-- Audit. Statement level with transition tables, so that bulk writes and COPY leave a row for each row they touch.
-- Arguments: kind of table ('ledger' rows are their own after-image), name of the key column, name of the column that
-- holds the internal person id ('' where there is none).
CREATE OR REPLACE FUNCTION core_audit() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = public, pg_catalog AS $$
DECLARE actor text := core_actor();
        kind text := TG_ARGV[0];
        key text := TG_ARGV[1];
        person text := CASE WHEN TG_ARGV[2] = '' THEN 'NULL::bigint' ELSE '%s.' || quote_ident(TG_ARGV[2]) END;
        head text := 'INSERT INTO core_auditentry (at, actor, reason, origin, request_id, transaction_id, table_name, '
            || 'operation, row_key, person_key, before, after) SELECT clock_timestamp(), $1, '
            || 'coalesce(current_setting(''pqip.reason'', true), ''''), coalesce(current_setting(''pqip.origin'', true), ''''), '
            || 'coalesce(current_setting(''pqip.request_id'', true), ''''), pg_current_xact_id()::text::bigint, $2, $3, ';
BEGIN
    IF TG_OP = 'INSERT' THEN
        EXECUTE head || format('n.%I, ', key) || format(person, 'n')
            || CASE kind WHEN 'ledger' THEN ', NULL, NULL' ELSE ', NULL, to_jsonb(n)' END || ' FROM new_rows n'
            USING actor, TG_TABLE_NAME, 'insert';
    ELSIF TG_OP = 'UPDATE' THEN
        EXECUTE head || format('n.%I, ', key) || format(person, 'n')
            || ', core_difference(to_jsonb(o), to_jsonb(n)), core_difference(to_jsonb(n), to_jsonb(o))'
            || format(' FROM new_rows n JOIN old_rows o ON o.%I = n.%I WHERE to_jsonb(o) <> to_jsonb(n)', key, key)
            USING actor, TG_TABLE_NAME, 'update';
    ELSE
        EXECUTE head || format('o.%I, ', key) || format(person, 'o') || ', to_jsonb(o), NULL FROM old_rows o'
            USING actor, TG_TABLE_NAME, 'delete';
    END IF;
    RETURN NULL;
END $$;

-- The keys of `a` whose values differ in `b`.
CREATE OR REPLACE FUNCTION core_difference(a jsonb, b jsonb) RETURNS jsonb LANGUAGE sql IMMUTABLE AS $$
    SELECT jsonb_object_agg(key, value) FROM jsonb_each(a) WHERE b -> key IS DISTINCT FROM value
$$;

-- The audit is append only. The retention role alone may blank personal values (before and after), never the rest.
CREATE OR REPLACE FUNCTION core_audit_keep() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE erasable text[] := ARRAY['before', 'after'];
BEGIN
    IF TG_OP = 'UPDATE' AND current_user = 'pqip_retention'
        AND (to_jsonb(NEW) - erasable) = (to_jsonb(OLD) - erasable) AND NEW.before IS NULL AND NEW.after IS NULL THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION '% on the audit is refused: it is append only.', TG_OP USING ERRCODE = 'PQ003';
END $$;
