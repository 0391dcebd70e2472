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

-- Signatures. What an act says is signed by the application's processes with a key made from SECRET_KEY, which the owner keeps
-- here and the application's role cannot read. The schema is the owner's alone.
CREATE SCHEMA IF NOT EXISTS guard;
REVOKE ALL ON SCHEMA guard FROM PUBLIC;
CREATE TABLE IF NOT EXISTS guard.signing_key (key bytea PRIMARY KEY);

CREATE OR REPLACE FUNCTION guard.signature(key bytea, said text) RETURNS text LANGUAGE sql IMMUTABLE AS $$
    SELECT encode(sha256(key || sha256(key || convert_to(said, 'UTF8'))), 'hex')
$$;

CREATE OR REPLACE FUNCTION guard.is_signed(said text, signature text) RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT EXISTS (SELECT FROM guard.signing_key k WHERE guard.signature(k.key, said) = signature)
$$;

-- Who runs the statement, also within a function that runs as the owner.
CREATE OR REPLACE FUNCTION guard.invoker() RETURNS text LANGUAGE sql STABLE AS $$
    SELECT CASE current_setting('role') WHEN 'none' THEN session_user::text ELSE current_setting('role') END
$$;

-- The actor, whose act is signed for this transaction. The owner, who migrates, names one without.
CREATE OR REPLACE FUNCTION guard.verified_actor() RETURNS text LANGUAGE plpgsql STABLE AS $$
DECLARE actor text := public.core_actor();
        stated text := coalesce(current_setting('pqip.stated_at', true), '');
BEGIN
    IF guard.invoker() <> current_user AND NOT guard.is_signed(
            concat_ws('|', pg_current_xact_id(), stated, actor), coalesce(current_setting('pqip.signature', true), '')) THEN
        RAISE EXCEPTION 'The act of % is not signed for this transaction. Write through an action; after a change of SECRET_KEY, migrate.', actor
            USING ERRCODE = 'PQ001';
    END IF;
    RETURN actor;
END $$;

-- The instant at which the acting transaction records its facts. Taken once for each act, after a lock that shows the
-- second from which a write has been open (pg_locks is how a reader finds an instant no open write can fall before).
CREATE OR REPLACE FUNCTION core_recording_instant() RETURNS timestamptz LANGUAGE plpgsql VOLATILE AS $$
DECLARE said text := current_setting('pqip.recorded_at', true);
BEGIN
    IF coalesce(said, '') <> '' THEN
        RETURN said::timestamptz;
    END IF;
    RETURN public.core_take_instant();
END $$;

CREATE OR REPLACE FUNCTION core_take_instant() RETURNS timestamptz LANGUAGE plpgsql VOLATILE SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp AS $$
DECLARE instant timestamptz;
BEGIN
    PERFORM pg_advisory_xact_lock_shared(770001, floor(extract(epoch FROM clock_timestamp()) - 1577836800)::int);
    instant := clock_timestamp();
    PERFORM set_config('pqip.recorded_at', instant::text, true);
    PERFORM set_config('pqip.recorded_signature', coalesce((
        SELECT guard.signature(k.key, concat_ws('|', pg_current_xact_id(), instant::text)) FROM guard.signing_key k LIMIT 1), ''), true);
    RETURN instant;
END $$;

-- The same instant, where it is the one this transaction took.
CREATE OR REPLACE FUNCTION guard.verified_instant() RETURNS timestamptz LANGUAGE plpgsql VOLATILE AS $$
DECLARE said text := coalesce(current_setting('pqip.recorded_at', true), '');
BEGIN
    IF said = '' THEN
        RETURN public.core_take_instant();
    ELSIF guard.invoker() <> current_user AND NOT guard.is_signed(
            concat_ws('|', pg_current_xact_id(), said), coalesce(current_setting('pqip.recorded_signature', true), '')) THEN
        RAISE EXCEPTION 'The time of recording is not the one this transaction took.' USING ERRCODE = 'PQ002';
    END IF;
    RETURN said::timestamptz;
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
-- Arguments: kind of table (rows of 'dated' facts and of 'kept' parts of them are their own after-image), name of the key column, name of the column that
-- holds the internal person id ('' where there is none).
--
-- Here too, once for each statement, it is proved that the act is signed, and that dated rows carry its actor and its time.
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
    IF kind = 'dated' THEN
        instant := guard.verified_instant();
        IF TG_OP = 'INSERT' THEN
            SELECT EXISTS (SELECT FROM new_rows WHERE recorded_by <> actor OR CASE stated
                WHEN 'per row' THEN false WHEN '' THEN recorded_at <> instant ELSE recorded_at <> stated::timestamptz END)
                INTO is_wrong;
        ELSE
            SELECT EXISTS (SELECT FROM new_rows WHERE voided_by <> actor OR (stated = '' AND voided_at <> instant)) INTO is_wrong;
        END IF;
        IF is_wrong THEN
            RAISE EXCEPTION 'A fact carries another actor or time than those of its act.' USING ERRCODE = 'PQ002';
        END IF;
    END IF;
    IF TG_OP = 'INSERT' THEN
        EXECUTE head || format('n.%I, ', key) || format(person, 'n')
            || CASE kind WHEN 'plain' THEN ', NULL, to_jsonb(n)' ELSE ', NULL, NULL' END || ' FROM new_rows n'
            USING actor, TG_TABLE_NAME, 'insert';
    ELSIF TG_OP = 'UPDATE' THEN
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

-- The log of who saw what: its time is the database's, its actor the one who acts.
CREATE OR REPLACE FUNCTION core_access_insert() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    NEW.at := clock_timestamp();
    IF NEW.actor <> guard.verified_actor() THEN
        RAISE EXCEPTION 'Somebody is said to have seen this who does not act.' USING ERRCODE = 'PQ001';
    END IF;
    RETURN NEW;
END $$;
