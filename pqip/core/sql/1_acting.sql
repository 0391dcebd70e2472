-- The database's own guards. Installed after every migrate by pqip/core/guards.py; every statement can be repeated.

-- Who acts. A write that names no actor is refused.
CREATE OR REPLACE FUNCTION core_actor() RETURNS text LANGUAGE plpgsql STABLE AS $$
DECLARE actor text := current_setting('pqip.actor', true);
BEGIN
    IF coalesce(actor, '') = '' THEN
        RAISE EXCEPTION 'This write names no actor. Write through an action, or name one: SELECT set_config(''pqip.actor'', ''job:name'', true).'
            USING ERRCODE = 'PQ001';
    END IF;
    RETURN actor;
END $$;

-- Signatures. The application's processes sign the settings of an act with a key derived from SECRET_KEY. The owner keeps
-- the key here, where the application's role cannot read it. The schema belongs to the owner alone.
CREATE SCHEMA IF NOT EXISTS guard;
REVOKE ALL ON SCHEMA guard FROM PUBLIC;
CREATE TABLE IF NOT EXISTS guard.signing_key (key bytea PRIMARY KEY);

CREATE OR REPLACE FUNCTION guard.signature(key bytea, said text) RETURNS text LANGUAGE sql IMMUTABLE AS $$
    SELECT encode(sha256(key || sha256(key || convert_to(said, 'UTF8'))), 'hex')
$$;

CREATE OR REPLACE FUNCTION guard.is_signed(said text, signature text) RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT EXISTS (SELECT FROM guard.signing_key k WHERE guard.signature(k.key, said) = signature)
$$;

-- Whether all data here is made up, according to the settings of the process that installed these guards.
CREATE TABLE IF NOT EXISTS guard.demonstration (is_on boolean PRIMARY KEY);

-- The role that runs the statement, even within a function that runs as the owner.
CREATE OR REPLACE FUNCTION guard.invoker() RETURNS text LANGUAGE sql STABLE AS $$
    SELECT CASE current_setting('role') WHEN 'none' THEN session_user::text ELSE current_setting('role') END
$$;

-- The actor, whose act must be signed for this transaction. The owner, who migrates, needs no signature.
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

-- The instant at which the acting transaction records its facts. It is taken once, with the first fact, for everything
-- within the outermost act (pqip/core/acting.py), after an advisory lock that shows, until the end of the transaction, the
-- second from which a write has been open (a reader uses pg_locks to find an instant before every open write). Rolling back
-- to a savepoint also releases the lock and instant taken since, and the next fact takes another.
CREATE OR REPLACE FUNCTION core_recording_instant() RETURNS timestamptz LANGUAGE plpgsql VOLATILE AS $$
DECLARE said text := current_setting('pqip.recorded_at', true);
BEGIN
    IF coalesce(said, '') <> '' THEN
        RETURN said::timestamptz;
    END IF;
    RETURN public.core_take_instant();
END $$;

-- Written in one style with its offset from UTC, whatever DateStyle and TimeZone the caller has set. Anybody can define a
-- name of a time zone, so text in the caller's style could be read as another time, or put words of theirs under a
-- signature. A signature of an instant begins with a word, one of an act with a number. The function that turns times
-- into days (`core_day_of`) sets TimeZone for the same reason: names that the caller's own zone defines take precedence
-- over all others, 'UTC' and 'Europe/London' included.
CREATE OR REPLACE FUNCTION guard.instant_said(said text) RETURNS text LANGUAGE sql STABLE AS $$
    SELECT concat_ws('|', 'recorded', pg_current_xact_id(), said)
$$;

CREATE OR REPLACE FUNCTION core_take_instant() RETURNS timestamptz LANGUAGE plpgsql VOLATILE SECURITY DEFINER
    SET "TimeZone" = 'UTC' SET "DateStyle" = 'ISO, YMD' SET search_path = pg_catalog, pg_temp AS $$
DECLARE instant timestamptz; said text;
BEGIN
    PERFORM pg_advisory_xact_lock_shared(770001, floor(extract(epoch FROM clock_timestamp()) - 1577836800)::int);
    instant := clock_timestamp();
    said := instant::text;
    PERFORM set_config('pqip.recorded_at', said, true);
    PERFORM set_config('pqip.recorded_signature', coalesce((
        SELECT guard.signature(k.key, guard.instant_said(said)) FROM guard.signing_key k LIMIT 1), ''), true);
    RETURN instant;
END $$;

-- The day of an instant in England and Wales. It sets its own zone: names that the caller's own zone defines take
-- precedence over all others.
CREATE OR REPLACE FUNCTION core_day_of(instant timestamptz) RETURNS date LANGUAGE sql IMMUTABLE
    SET "TimeZone" = 'UTC' SET search_path = pg_catalog, pg_temp AS $$
    SELECT (instant AT TIME ZONE 'Europe/London')::date
$$;

-- The account that an actor is; NULL for a job.
CREATE OR REPLACE FUNCTION core_account_of(actor text) RETURNS bigint LANGUAGE sql IMMUTABLE AS $$
    SELECT CASE WHEN actor LIKE 'user:%' THEN substr(actor, 6)::bigint END
$$;

-- The same instant, if it is the one that this transaction took.
CREATE OR REPLACE FUNCTION guard.verified_instant() RETURNS timestamptz LANGUAGE plpgsql VOLATILE AS $$
DECLARE said text := coalesce(current_setting('pqip.recorded_at', true), '');
BEGIN
    IF said = '' THEN
        RETURN public.core_take_instant();
    ELSIF guard.invoker() <> current_user AND NOT guard.is_signed(
            guard.instant_said(said), coalesce(current_setting('pqip.recorded_signature', true), '')) THEN
        RAISE EXCEPTION 'The time of recording is not the one this transaction took.' USING ERRCODE = 'PQ002';
    END IF;
    RETURN said::timestamptz;
END $$;
